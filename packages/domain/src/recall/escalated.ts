import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { OrganisationId } from '../vocabulary/index.ts';
import { recallRules } from './rules.ts';
import { recall, siteOf } from './state.ts';

/** A site let its deadline pass: somebody above was told. */
export const escalated = fact(recall, 'escalated', {
  title: { en: 'Silent site escalated', zh: '逾期未答复上报' },
  corrects: ['to', 'occurredAt'],
  schema: withPersonal({
    site: OrganisationId,
    to: z.enum(['site-management', 'physician', 'sponsor', 'authority']),
    explanation: personal(z.string().max(4000)),
  }),

  decide: ({ site }, state, { occurredAt, now }) => {
    const known = state.sites.get(site);
    const deadline = known?.notice?.deadline;
    const isEarly = deadline === undefined || known?.answer || instant(occurredAt ?? now) <= instant(deadline);
    return record(
      !known && broken(recallRules.siteNotConcerned, '/site', { site }),
      known && isEarly && broken(recallRules.escalatedEarly, '/site', { site, deadline: deadline ?? '–' }),
      state.status === 'closed' && broken(recallRules.closed),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    siteOf(state, data.site).escalated = { event: id, at: occurredAt };
  },
});
