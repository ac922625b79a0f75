import { z } from 'zod';
import { Identifiers } from '../identifiers/index.ts';
import { Decimal } from '../quantity/index.ts';
import { SiteCode, Uuid } from '../vocabulary/index.ts';
import { step, stepShape } from './processing.ts';

const vectorShape = {
  vector: SiteCode.describe('Name of the vector or construct'),
  lot: SiteCode,
  material: Uuid.optional().describe('Stream of the vector lot'),
  identifiers: Identifiers.optional(),
  multiplicityOfInfection: Decimal.optional().describe('Transducing units per cell'),
  vectorCopyNumber: Decimal.optional().describe('Mean copies per cell (EMA/CAT/80183/2014 §4.3.3)'),
} as const;

export const transduced = step(
  'transduced',
  { en: 'Cells transduced', zh: '细胞转导' },
  z.strictObject({ ...stepShape, ...vectorShape }),
  {
    corrects: ['multiplicityOfInfection', 'vectorCopyNumber'],
    evolve: (state, { data, id, occurredAt }) => {
      state.transduced = true;
      if (data.material !== undefined) state.lots.add(data.material);
      state.materials.push({
        event: id,
        material: data.material ?? null,
        name: data.vector,
        supplier: '',
        lot: data.lot,
        expiry: null,
        occurredAt,
      });
    },
  },
);
