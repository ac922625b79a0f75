import { z } from 'zod';
import { broken, type Check, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { instant, Moment } from '../time/index.ts';
import { OrganisationId, SiteCode } from '../vocabulary/index.ts';
import { recallRules } from './rules.ts';
import { type RecallState, recall, siteOf } from './state.ts';

/** 药品召回管理办法 (2022): days within which those concerned are told. */
const NOTICE_DAYS = { I: 1, II: 3, III: 7 } as const;
const DAY_MS = 86_400_000;

export const noticeSent = fact(recall, 'notice-sent', {
  title: { en: 'Recall notice sent', zh: '发出召回通知' },
  corrects: ['notice', 'deadline', 'occurredAt'],
  schema: withPersonal({
    site: OrganisationId,
    notice: SiteCode.optional().describe('Number of the notice'),
    deadline: Moment.describe('By when the site answers'),
    contactRole: z.enum(['physician', 'coordinator', 'pharmacy', 'quality', 'administration']).optional(),
    contact: personal(z.string().max(300)).describe('Who was told, and how they are reached'),
  }),

  decide: ({ site, deadline }, state, { occurredAt, now }) => {
    const sentAt = occurredAt ?? now;
    return record(
      !state.sites.has(site) && broken(recallRules.siteNotConcerned, '/site', { site }),
      instant(deadline) < instant(sentAt) && broken(recallRules.deadlineReversed, '/deadline', { site, deadline }),
      lateness(state, site, sentAt),
      state.status === 'closed' && broken(recallRules.closed),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    siteOf(state, data.site).notice = { event: id, at: occurredAt, deadline: data.deadline };
  },
});

function lateness(state: RecallState, site: string, sentAt: string): Check {
  if (state.knownAt === null || state.class === null || state.sites.get(site)?.notice) return undefined;
  const days = NOTICE_DAYS[state.class];
  const due = new Date(instant(state.knownAt) + days * DAY_MS).toISOString();
  return (
    instant(sentAt) > instant(due) &&
    broken(recallRules.noticeLate, '//occurredAt', { site, sentAt, class: state.class, days, due })
  );
}
