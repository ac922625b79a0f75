import { z } from 'zod';
import { authorisation, broken, type Check, type Context, record } from '../kernel/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { BedsideChecks, checkFaults } from './bedside-check.ts';
import { asRecordedNow, bedsideMoment } from './bedside-moment.ts';
import { patientFault } from './bedside-patient.ts';
import { BreakGlassReason, secondSignatureDue, underBreakGlass } from './break-glass.ts';
import { breakGlassRules } from './break-glass-rules.ts';
import { gateFor } from './gate.ts';
import { batch } from './state.ts';
import { nameOf } from './unit-name.ts';

/**
 * The light at the bedside when there is neither a second person nor a signing key: one badge and PIN, and a reason. It opens what is missing in
 * persons and entries, never what is wrong with the cells or the patient.
 */
export const breakGlassUsed = authorisation(batch, 'break-glass-used', {
  title: { en: 'Break-glass used at the bedside', zh: '床旁启用紧急通道' },
  schema: z.strictObject({
    unit: Uuid,
    treatment: Uuid,
    patient: Pseudonym.describe('As the treatment has it; the key of the wristband’s scan'),
    checks: BedsideChecks,
    reason: BreakGlassReason,
    holder: Pseudonym.describe('Staff pseudonym of the badge’s holder, who entered the PIN'),
    terminal: SiteCode.optional().describe('Where badge and PIN were checked'),
  }),

  decide: (data, state, context) => {
    const unit = state.units.get(data.unit);
    const at = bedsideMoment(context);
    return record(
      underBreakGlass(gateFor(state, data.unit, data.treatment, at, asRecordedNow(context))),
      holderFaults(data.holder, context),
      unit && checkFaults(data.checks, state, unit),
      unit && patientFault(data, unit, context),
      unit &&
        broken(breakGlassRules.used, '/reason', {
          unit: nameOf(unit),
          holder: data.holder,
          reason: data.reason,
          due: secondSignatureDue(context.occurredAt ?? context.now),
        }),
    );
  },

  evolve: (state, { id, occurredAt, recordedAt, data }) => {
    const unit = state.units.get(data.unit);
    if (unit) unit.authorisation = { event: id, treatment: data.treatment, used: false };
    state.brokenGlass.set(id, {
      unit: data.unit,
      holder: data.holder,
      due: secondSignatureDue(occurredAt ?? recordedAt),
      countersigned: null,
    });
  },
});

/** What a terminal sends later, or a page that is copied, may be sent by somebody else. */
function holderFaults(holder: string, { actor, capture }: Context): Check {
  if (capture.mode !== 'direct' && capture.mode !== 'device') return undefined;
  if (actor.person === null) return broken(breakGlassRules.nobody, '/holder');
  return actor.person !== holder && broken(breakGlassRules.otherBadge, '/holder', { holder, person: actor.person });
}
