import { z } from 'zod';
import type { GateReader } from '../batch/gate-moment.ts';
import { gateRules } from '../batch/gate-rules.ts';
import { thawLimit } from '../batch/gate-unit.ts';
import { type BatchState, gateFor, nameOf, scannedFaults, type Unit } from '../batch/index.ts';
import { thawOf } from '../batch/reconstitution.ts';
import { withWholes } from '../batch/state.ts';
import { normalised, searchKey } from '../identifiers/index.ts';
import { record, sentence, type Violation } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { treatment } from '../treatment/state.ts';
import type { GateSnapshot as Judged, SnapshotUnit } from './judge.js';

const Text = z.string().max(1000);
const Instant = z.iso.datetime({ offset: true });
const Reason = z.strictObject({ rule: Text, en: Text, zh: Text });
const MAX_CODE = 300;
const Codes = z.array(z.string().min(1).max(MAX_CODE)).max(40);

const Bag = z.strictObject({
  batch: z.uuid(),
  unit: z.uuid(),
  name: Text,
  codes: Codes.describe('What may be scanned or typed for it, in the form in which it is compared'),
  treatment: z.uuid().nullable(),
  patient: Codes.describe('Codes of the patient for whom it is meant: pseudonym, treatment, chain of identity'),
  usableUntil: Instant.nullable().describe(
    'The earliest of expiry, expiry after thawing and the specification’s time from thaw to infusion',
  ),
  thawToInfusionMinutes: z.number().nullable(),
  reasons: z.array(Reason),
  warnings: z.array(Reason),
});

/** The gate's answers for the bags of a site at a moment, as they are signed. */
export const GateSnapshot: z.ZodType<Judged> = z.strictObject({
  v: z.literal(1),
  origin: Text.describe('Of which log'),
  site: Text,
  position: Text.describe('Everything up to this position of the log is taken into account'),
  checkpoint: z.string().max(20_000).nullable().describe('The newest checkpoint that witnesses had cosigned'),
  madeAt: Instant,
  freshUntil: Instant.describe('From then on a green light is amber'),
  expiresAt: Instant,
  units: z.array(Bag).max(2000),
});

const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * What a snapshot says of one bag: the gate asked for the treatment that it is allocated to.
 *
 * @param scanned what was read from its label, where it is in somebody's hand: an old label speaks against it
 */
export function snapshotUnit(state: BatchState, unit: Unit, at: string, reader: GateReader, scanned?: string): SnapshotUnit {
  const meantFor = unit.allocation?.treatment ?? null;
  const planned = meantFor === null ? undefined : reader.state(treatment, meantFor);
  const label = scanned === undefined ? [] : record(scannedFaults(state, unit, scanned, '/unit')).violations;
  const violations = [...gateFor(state, unit.id, meantFor ?? NOBODY, at, reader), ...label].filter(
    // Of a bag that is meant for nobody, that says it all.
    ({ rule }) => meantFor !== null || rule !== gateRules.treatmentUnknown,
  );
  const patient = planned?.patient ?? unit.allocation?.patient;
  const limit = thawLimit(state, reader);
  return {
    batch: state.id,
    unit: unit.id,
    name: nameOf(unit),
    codes: distinct([
      unit.id,
      ...(unit.labelled === null ? [] : [unit.labelled]),
      ...(unit.code == null || unit.code.length > MAX_CODE ? [] : [unit.code]),
      ...unit.identifiers.flatMap((each) => [each.value, searchKey(each)]),
    ]),
    treatment: meantFor,
    patient: meantFor === null ? [] : distinct([meantFor, patient ?? '', planned?.coi ?? '', bare(planned?.coi ?? '')]),
    usableUntil: usableUntil(state, unit, limit),
    thawToInfusionMinutes: limit,
    reasons: violations.filter(({ rule }) => rule.severity !== 'warn').map(said),
    warnings: violations.filter(({ rule }) => rule.severity === 'warn').map(said),
  };
}

function said(violation: Violation): { readonly rule: string; readonly en: string; readonly zh: string } {
  return { rule: violation.rule.id, en: sentence(violation, 'en'), zh: sentence(violation, 'zh') };
}

function bare(coi: string): string {
  return searchKey({ scheme: 'isbt128-coi', value: coi });
}

function distinct(codes: readonly string[]): string[] {
  return [...new Set(codes.map(normalised))].filter((code) => code !== '');
}

const MINUTE_MS = 60_000;

/** Of a part, what was said of its bag counts too, whichever was entered first. */
function usableUntil(state: BatchState, unit: Unit, limit: number | null): string | null {
  const thawed = thawOf(state, unit);
  const family = unit.part === undefined ? [unit] : withWholes(state, unit);
  const ends = [unit.expiry, thawed?.expiry, ...family.map(({ reconstituted }) => reconstituted?.expiry)].flatMap((end) =>
    end == null ? [] : [instant(end)],
  );
  if (thawed && thawed.occurredAt !== null && limit !== null) ends.push(instant(thawed.occurredAt) + limit * MINUTE_MS);
  return ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString();
}
