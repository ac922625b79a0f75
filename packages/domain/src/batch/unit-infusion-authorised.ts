import { z } from 'zod';
import { authorisation, broken, type Context, record } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { BedsideChecks, BedsideShape, checkerFaults, checkFaults } from './bedside-check.ts';
import { gateFor } from './gate.ts';
import type { GateReader } from './gate-moment.ts';
import { hospitalRules } from './hospital-rules.ts';
import { batch } from './state.ts';

export const BEDSIDE_CHECK = 'bedside-check';

/** The green light at the bedside: the gate, the four checks, and the signature of who made them. */
export const unitInfusionAuthorised = authorisation(batch, 'unit-infusion-authorised', {
  title: { en: 'Infusion authorised', zh: '输注授权' },
  signatures: { meaning: BEDSIDE_CHECK, count: 1 },
  schema: z.strictObject({ unit: Uuid, treatment: Uuid, checks: BedsideChecks, ...BedsideShape }),

  decide: (data, state, context) => {
    const at = notBackdated(context);
    const unit = state.units.get(data.unit);
    return record(
      gateFor(state, data.unit, data.treatment, at, asRecordedNow(context)),
      !isChecked(context) && broken(hospitalRules.checkUnsigned, '//signatures'),
      unit && [checkFaults(data.checks, state, unit), checkerFaults(data, unit, context)],
      unit?.allocation &&
        unit.allocation.patient !== data.patient &&
        broken(hospitalRules.allocationPatientDiffers, '/patient', { treatment: data.treatment, patient: data.patient }),
    );
  },

  evolve: (state, { id, data }) => {
    const unit = state.units.get(data.unit);
    if (unit) unit.authorisation = { event: id, treatment: data.treatment, used: false };
  },
});

/** By a person of the organisation that stands at the bedside. */
function isChecked({ signers, actor }: Context): boolean {
  return signers.some(({ meaning, org, person }) => meaning === BEDSIDE_CHECK && person !== null && org === actor.org);
}

/**
 * Expiry and thaw of a light that is asked for at the bedside are measured now: dating it back makes no expired bag usable. One that was given
 * elsewhere and is entered late is measured by when that was.
 */
function notBackdated({ occurredAt, now, capture }: Context): string {
  const isAskedNow = capture.mode === 'direct' || capture.mode === 'device';
  if (occurredAt === null) return now;
  return isAskedNow && instant(occurredAt) < instant(now) ? now : occurredAt;
}

/** A light that is asked for now is not made green by dating it back: whatever stands now speaks against it. */
function asRecordedNow(context: Context): GateReader {
  return { state: (aggregate, id) => context.state(aggregate, id), states: (aggregate, ids) => context.states(aggregate, ids) };
}
