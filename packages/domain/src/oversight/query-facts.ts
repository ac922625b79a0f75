import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { instant, Moment } from '../time/index.ts';
import { OrganisationId, Pseudonym, Sha256, SiteCode, Stream } from '../vocabulary/index.ts';
import { QueryEnd, QueryTopic } from './codes.ts';
import { oversightRules as rules } from './rules.ts';
import { query } from './state.ts';

/** A body names them all. */
const MOST_RECORDS = 100;
export const Attachments = z
  .array(z.strictObject({ digest: Sha256, title: SiteCode.optional() }))
  .max(50)
  .describe('SHA-256 of documents that go with it');

export const queryRaised = fact(query, 'raised', {
  title: { en: 'Query raised', zh: '提出质询' },
  opens: true,
  corrects: ['topic', 'dueBy', 'occurredAt'],
  schema: withPersonal({
    to: OrganisationId.describe('Site that is to answer'),
    topic: QueryTopic,
    about: z.array(Stream).max(MOST_RECORDS).describe('Records that it is about; those of the site'),
    dueBy: Moment.describe('By when the answer is asked for'),
    question: personal(z.string().max(8000)),
  }),
  decide: ({ dueBy }, _state, { occurredAt, now }) =>
    record(instant(dueBy) < instant(occurredAt ?? now) && broken(rules.dueReversed, '/dueBy', { dueBy })),
  evolve: (state, { actor, data }) => {
    state.status = 'open';
    state.owner = actor.org;
    state.to = data.to;
    state.about = data.about;
    state.dueBy = data.dueBy;
  },
});

/** Said again, the newest counts. */
export const queryAnswered = fact(query, 'answered', {
  title: { en: 'Query answered', zh: '答复质询' },
  corrects: ['by', 'attachments', 'occurredAt'],
  schema: withPersonal({
    by: Pseudonym.optional().describe('Staff pseudonym of who answers for the site'),
    attachments: Attachments.optional(),
    answer: personal(z.string().max(8000)),
  }),
  decide: (_data, state, { actor, occurredAt, now }) =>
    record(
      state.to !== null && actor.org !== state.to && broken(rules.answeredByOther, '', { org: actor.org, to: state.to }),
      state.dueBy !== null &&
        state.answered === null &&
        instant(occurredAt ?? now) > instant(state.dueBy) &&
        broken(rules.answeredLate, '//occurredAt', { dueBy: state.dueBy }),
      state.status === 'closed' && broken(rules.queryClosed),
    ),
  evolve: (state, { id, occurredAt }) => {
    state.answered = { event: id, at: occurredAt };
    if (state.status === 'open') state.status = 'answered';
  },
});

export const queryClosed = fact(query, 'closed', {
  title: { en: 'Query closed', zh: '关闭质询' },
  corrects: ['outcome', 'occurredAt'],
  schema: withPersonal({ outcome: QueryEnd, remarks: personal(z.string().max(4000)) }),
  decide: ({ outcome }, state) =>
    record(
      outcome !== 'withdrawn' && state.answered === null && broken(rules.closedUnanswered),
      state.status === 'closed' && broken(rules.queryClosed),
    ),
  evolve: (state, { data }) => {
    state.status = 'closed';
    state.outcome = data.outcome;
  },
});
