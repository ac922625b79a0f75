import { z } from 'zod';
import { derivedFact } from '../kernel/index.ts';
import { LIST_LIMIT } from '../vocabulary/index.ts';
import { TransportLimits } from './limits.ts';
import { keyOf, Packed } from './loads.ts';
import { shipment } from './state.ts';

/** What the batches confirmed of what was said to be packed, and why they refused the rest. */
export const manifestListed = derivedFact(shipment, 'manifest-listed', {
  title: { en: 'Manifest listed', zh: '装箱清单' },
  schema: z.strictObject({
    units: z.array(Packed).max(LIST_LIMIT),
    refused: z
      .array(
        Packed.extend({
          rules: z.array(z.string().max(100)).max(20).describe('None: refused because another unit of its batch was'),
        }),
      )
      .max(LIST_LIMIT),
    limits: TransportLimits.optional().describe('Narrowest of the products and of what was stated'),
  }),

  evolve: (state, { data }) => {
    const known = new Set(state.manifest.map(keyOf));
    for (const { batch, unit } of data.units) if (!known.has(keyOf({ batch, unit }))) state.manifest.push({ batch, unit });
    if (data.limits) state.limits = data.limits;
  },
});
