import { z } from 'zod';
import { broken, type Check, derivedFact, record } from '../kernel/index.ts';
import { type Amount, addQuantities, compareQuantities, MaterialQuantity } from '../quantity/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { lotOf } from './fitness.ts';
import { materialRules } from './rules.ts';
import { type MaterialState, material } from './state.ts';

/** What a lot gave to one that was prepared of it. More than there was is recorded all the same: it has been used. */
export const drawn = derivedFact(material, 'drawn', {
  title: { en: 'Drawn for a prepared lot', zh: '领用于配制' },
  schema: z.strictObject({
    into: Uuid.describe('Lot that was prepared'),
    quantity: MaterialQuantity.optional().describe('Not stated when left out'),
  }),

  decide: ({ quantity }, state) => record(quantity && overdrawn(quantity, state)),

  evolve: (state, { id, data }) => {
    state.draws.push({ event: id, into: data.into, quantity: data.quantity ?? null });
  },
});

function overdrawn(quantity: MaterialQuantity, state: MaterialState): Check {
  const held = state.quantity;
  if (!held) return undefined;
  const sum = [...state.draws.flatMap((draw) => draw.quantity ?? []), quantity].reduce<Amount>(
    (total, amount) => {
      const added = addQuantities(total, amount);
      return added.ok ? added.value : total;
    },
    { value: '0', unit: held.unit },
  );
  const compared = compareQuantities(sum, held);
  if (!compared.ok || compared.value <= 0) return undefined;
  const { lot } = lotOf(state);
  return broken(materialRules.drawnMore, '/quantity', { lot, drawn: sum.value, held: held.value, unit: held.unit });
}
