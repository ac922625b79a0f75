import { z } from 'zod';
import { broken, derivedFact, record } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { donationRules } from './rules.ts';
import { donation } from './state.ts';

/** Undoes an issue whose batch was never opened: after `batch.opening-abandoned`, never before. */
export const materialReturned = derivedFact(donation, 'material-returned', {
  title: { en: 'Material returned', zh: '材料退回' },
  schema: z.strictObject({ into: Uuid.describe('Batch that did not take it') }),

  decide: ({ into }, state) => record(!state.issues.has(into) && broken(donationRules.notIssued, '/into', { into })),

  evolve: (state, { id, data }) => {
    const issue = state.issues.get(data.into);
    if (issue) issue.returned ??= id;
  },
});
