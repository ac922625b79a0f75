import { z } from 'zod';
import { broken, derivedFact, record } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { batchRules } from './rules.ts';
import { batch } from './state.ts';

/** Undoes a consumption whose batch was never opened: after `batch.opening-abandoned`, never before. */
export const unitReturnedToStock = derivedFact(batch, 'unit-returned-to-stock', {
  title: { en: 'Unit returned to stock', zh: '单元退库' },
  schema: z.strictObject({ unit: Uuid, into: Uuid.describe('Batch that did not take it') }),

  decide: ({ unit: id, into }, state) => {
    const unit = state.units.get(id);
    if (!unit) return record(broken(batchRules.unitUnknown, '/unit', { unit: id }));
    return record(unit.consumedInto !== into && broken(batchRules.notConsumed, '/unit', { unit: id, into }));
  },

  evolve: (state, { data }) => {
    const unit = state.units.get(data.unit);
    if (unit?.end !== 'consumed' || unit.consumedInto !== data.into) return;
    unit.consumedInto = null;
    unit.end = null;
    unit.endedAt = null;
  },
});
