import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { LIST_LIMIT, OrganisationId, SiteCode } from '../vocabulary/index.ts';
import { registryRules } from './registry-rules.ts';
import { study } from './state.ts';

export const studyResumed = fact(study, 'resumed', {
  title: { en: 'Study resumed', zh: '研究恢复' },
  corrects: ['reference', 'occurredAt'],
  schema: z.strictObject({
    sites: z.array(OrganisationId).min(1).max(LIST_LIMIT).optional().describe('All when left out'),
    reference: SiteCode.optional().describe('Number of the decision that allows it'),
  }),

  decide: ({ reference }, state) =>
    record(
      state.suspensions.size === 0 && broken(registryRules.notSuspended),
      reference === undefined && broken(registryRules.resumedWithoutDecision, '/reference'),
    ),

  evolve: (state, { data }) => {
    if (data.sites === undefined) state.suspensions.clear();
    else for (const site of data.sites) state.suspensions.delete(site);
  },
});
