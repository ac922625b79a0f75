import { z } from 'zod';
import { broken, type Check, type Context, personal, withPersonal } from '../kernel/index.ts';
import { coded, Pseudonym } from '../vocabulary/index.ts';
import { hospitalRules } from './hospital-rules.ts';
import { scannedFaults } from './scanned-label.ts';
import type { BatchState, Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

/** What each part of patient × chain of identity × unit × product came to. */
export const CheckOutcome = coded({
  match: { zh: '一致', en: 'match' },
  mismatch: { zh: '不一致', en: 'mismatch' },
  'not-checked': { zh: '未核对', en: 'not checked' },
  'not-applicable': { zh: '不适用', en: 'not applicable' },
});

export const CheckMethod = coded({
  scan: { zh: '扫码', en: 'scanned' },
  'read-aloud': { zh: '人工读对', en: 'read aloud' },
  asked: { zh: '询问患者', en: 'patient asked' },
});

/** Why one person checked alone. */
export const EmergencyReason = coded({
  'life-threatening': { zh: '危及生命', en: 'life-threatening situation' },
  'no-second-person': { zh: '无第二人在场', en: 'no second person available' },
  'system-outage': { zh: '系统停用', en: 'system outage' },
  other: { zh: '其他', en: 'other' },
});

const Scanned = z.string().min(1).max(300).describe('The code verbatim, as the scanner gave it');

const PartCheck = z.strictObject({ outcome: CheckOutcome, method: CheckMethod.optional(), scanned: Scanned.optional() });

/** A wristband's code may be a hospital number: it never stands in clear (21 CFR 1271.290). */
const PatientCheck = withPersonal({
  outcome: CheckOutcome,
  method: CheckMethod.optional(),
  scanned: personal(Scanned, '/patient'),
});

export const BedsideChecks = z.strictObject({
  patient: PatientCheck,
  coi: PartCheck.describe('Chain of identity; not applicable to allogeneic cells'),
  unit: PartCheck,
  product: PartCheck,
});
export type BedsideChecks = z.output<typeof BedsideChecks>;

export const BedsideShape = {
  patient: Pseudonym.describe('As the treatment has it; the key of the wristband’s scan'),
  secondChecker: Pseudonym.optional().describe('Staff pseudonym of the second person'),
  emergency: EmergencyReason.optional().describe(
    'Break-glass: one badge and PIN; the second signature comes with batch.countersigned',
  ),
} as const;

/** Every part must match. The chain of identity is needed where the cells are autologous. */
export function checkFaults(checks: BedsideChecks, state: BatchState, unit: Unit): Check {
  const parts: readonly (keyof BedsideChecks)[] = ['patient', 'coi', 'unit', 'product'];
  const { scanned } = checks.unit;
  const code = scanned === undefined ? undefined : scannedFaults(state, unit, scanned, '/checks/unit/scanned');
  const outcomes = parts.map((what): Check => {
    const { outcome } = checks[what];
    const at = `/checks/${what}/outcome`;
    if (outcome === 'mismatch') return broken(hospitalRules.checkMismatch, at, { what, unit: nameOf(unit) });
    const isNeeded = what !== 'coi' || state.autologous;
    return isNeeded && outcome !== 'match' && broken(hospitalRules.checkMissing, at, { what, unit: nameOf(unit) });
  });
  return [outcomes, code];
}

type Checkers = { readonly secondChecker?: string | undefined; readonly emergency?: string | undefined };

/** Two persons check, or one in an emergency with a reason and a second signature later. */
export function checkerFaults({ secondChecker, emergency }: Checkers, unit: Unit, context: Context): Check {
  const first = context.signers[0]?.person ?? context.actor.person;
  if (secondChecker !== undefined) {
    return secondChecker === first && broken(hospitalRules.checkerRepeated, '/secondChecker');
  }
  return emergency === undefined
    ? broken(hospitalRules.checkByOne, '/secondChecker', { unit: nameOf(unit) })
    : broken(hospitalRules.brokenGlass, '/emergency', { reason: emergency });
}
