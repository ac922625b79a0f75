import { z } from 'zod';
import { handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { batchRules } from './rules.ts';
import { endedFaults, scopeFaults, unitsIn } from './scoped.ts';
import { batch } from './state.ts';
import { put, STORING_CORRECTS, slotFaults, storingShape } from './storing.ts';
import { workingFaults } from './working.ts';

/** From one place of storage to another; where they were before stands in the record already. */
export const unitMoved = fact(batch, 'unit-moved', {
  title: { en: 'Units moved', zh: '单元移位' },
  corrects: STORING_CORRECTS,
  schema: z.strictObject(storingShape),

  decide: (data, state, context) => {
    const units = unitsIn(state, data.scope);
    return record(
      scopeFaults(state, data.scope),
      endedFaults(units, context.occurredAt),
      slotFaults(data, units, state),
      units.map((unit) => unit.place?.value.tank === undefined && broken(batchRules.movedUnstored, '/scope', { unit: unit.id })),
      handsFault(batchRules.verifierIsOperator, data, context),
      workingFaults('storage', data, state, context),
    );
  },

  evolve: put,
});
