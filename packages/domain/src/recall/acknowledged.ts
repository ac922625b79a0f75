import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { OrganisationId, Pseudonym } from '../vocabulary/index.ts';
import { accountedBy } from './figures.ts';
import { recallRules } from './rules.ts';
import { recall, siteOf } from './state.ts';

const Count = z.int().min(0).max(1_000_000);

/** A site's whole word on what it was sent; said again, the newest counts. The recalling organisation may write down what it was told. */
export const acknowledged = fact(recall, 'acknowledged', {
  title: { en: 'Recall notice acknowledged', zh: '召回通知答复' },
  corrects: ['onHand', 'used', 'quarantined', 'destroyed', 'by', 'occurredAt'],
  schema: withPersonal({
    site: OrganisationId,
    onHand: Count.describe('Units that are there and not yet set apart'),
    used: Count,
    quarantined: Count.describe('Units that were set apart'),
    destroyed: Count,
    by: Pseudonym.optional().describe('Staff pseudonym of who counted'),
    remarks: personal(z.string().max(4000)),
  }),

  decide: (data, state, { actor, occurredAt, now }) => {
    const { site } = data;
    const known = state.sites.get(site);
    const accounted = accountedBy(state, site, { counts: countsOf(data), seq: Number.POSITIVE_INFINITY });
    const deadline = known?.notice?.deadline;
    return record(
      !known && broken(recallRules.siteNotConcerned, '/site', { site }),
      known && !known.notice && broken(recallRules.acknowledgedUnasked, '/site', { site }),
      actor.org !== site &&
        actor.org !== state.owner &&
        broken(recallRules.acknowledgedByOther, '/site', { org: actor.org, site }),
      known && accounted > known.sent && broken(recallRules.moreThanSent, '/used', { site, accounted, sent: known.sent }),
      deadline !== undefined &&
        instant(occurredAt ?? now) > instant(deadline) &&
        broken(recallRules.acknowledgedLate, '//occurredAt', { site, deadline }),
      state.status === 'closed' && broken(recallRules.closed),
    );
  },

  evolve: (state, { id, seq, occurredAt, data }) => {
    siteOf(state, data.site).answer = { event: id, seq, at: occurredAt, counts: countsOf(data) };
  },
});

function countsOf({ onHand, used, quarantined, destroyed }: Record<'onHand' | 'used' | 'quarantined' | 'destroyed', number>) {
  return { 'on-hand': onHand, used, quarantined, destroyed };
}
