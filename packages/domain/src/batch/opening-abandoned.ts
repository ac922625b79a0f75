import { z } from 'zod';
import { derivedFact } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { batch } from './state.ts';

/** Takes the place of an opening whose sources refused: only after it do the other sources take back what they gave. */
export const openingAbandoned = derivedFact(batch, 'opening-abandoned', {
  title: { en: 'Opening abandoned', zh: '开立放弃' },
  opens: true,
  schema: z.strictObject({ opening: Uuid.describe('Id of the opening as it was sent') }),

  evolve: (state) => {
    state.status = 'abandoned';
  },
});
