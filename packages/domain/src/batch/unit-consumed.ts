import { z } from 'zod';
import { broken, derivedFact, record } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { batchRules } from './rules.ts';
import { endUnit } from './scoped.ts';
import { batch } from './state.ts';
import { END_ZH } from './wording.ts';

/** A unit became the starting material of another batch. The batch that made it decides, so that no unit is consumed twice. */
export const unitConsumed = derivedFact(batch, 'unit-consumed', {
  title: { en: 'Unit consumed as input', zh: '单元投料' },
  schema: z.strictObject({ unit: Uuid, into: Uuid.describe('Batch that it became an input of') }),

  decide: ({ unit: id, into }, state) => {
    const unit = state.units.get(id);
    if (!unit) return record(broken(batchRules.unitUnknown, '/unit', { unit: id }));
    if (unit.consumedInto === into) return record();
    if (unit.consumedInto !== null) {
      return record(broken(batchRules.consumedElsewhere, '/unit', { unit: id, into: unit.consumedInto }));
    }
    return record(unit.end !== null && broken(batchRules.unitGone, '/unit', { unit: id, end: unit.end, zh: END_ZH[unit.end] }));
  },

  evolve: (state, { occurredAt, data }) => {
    const unit = state.units.get(data.unit);
    if (!unit || unit.end !== null) return;
    unit.consumedInto = data.into;
    endUnit(unit, 'consumed', occurredAt);
  },
});
