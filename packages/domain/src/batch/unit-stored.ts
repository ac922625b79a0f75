import { z } from 'zod';
import { handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { batchRules } from './rules.ts';
import { endedFaults, scopeFaults, unitsIn } from './scoped.ts';
import { batch } from './state.ts';
import { put, STORING_CORRECTS, slotFaults, storingShape } from './storing.ts';
import { isThawedBy } from './thawing.ts';
import { workingFaults } from './working.ts';

/** Version 1, with the place as one text, is read through an upcaster. */
export const unitStored = fact(batch, 'unit-stored', {
  version: 2,
  title: { en: 'Units stored', zh: '单元入库' },
  corrects: STORING_CORRECTS,
  schema: z.strictObject(storingShape),

  decide: (data, state, context) => {
    const units = unitsIn(state, data.scope);
    const unlabelled = units.filter((unit) => unit.labelled === null).length;
    return record(
      scopeFaults(state, data.scope),
      endedFaults(units, context.occurredAt),
      slotFaults(data, units, state),
      units.map(
        (unit) =>
          data.phase !== undefined &&
          isThawedBy(unit, context.occurredAt) &&
          broken(batchRules.refrozen, '/scope', { unit: unit.id }),
      ),
      unlabelled > 0 && broken(batchRules.storedUnlabelled, '/scope', { count: unlabelled }),
      handsFault(batchRules.verifierIsOperator, data, context),
      workingFaults('storage', data, state, context),
    );
  },

  evolve: put,
});
