import { z } from 'zod';
import { aggregateNamed, broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LIST_LIMIT, Stream, Uuid } from '../vocabulary/index.ts';
import { DeviationCategory } from './codes.ts';
import { spanningRules } from './rules.ts';
import { spanning } from './state.ts';

/** A body names them all; more are linked later. */
const MOST_RECORDS = 100;

export const Linked = z
  .array(z.strictObject({ stream: Stream, deviation: Uuid }))
  .max(LIST_LIMIT)
  .describe('Deviations in the records themselves that are a part of it');

export const raised = fact(spanning, 'raised', {
  title: { en: 'Deviation across records raised', zh: '提出跨记录偏差' },
  opens: true,
  corrects: ['category', 'occurredAt'],
  schema: withPersonal({
    class: z.enum(['minor', 'major', 'critical']),
    category: DeviationCategory,
    records: z
      .array(Stream)
      .min(1)
      .max(MOST_RECORDS)
      .refine((streams) => new Set(streams).size === streams.length, { error: 'a record is named once' })
      .describe('Batches, rooms, equipment, materials, … that it concerns'),
    linked: Linked.optional(),
    description: personal(z.string().max(8000)),
  }),

  decide: ({ records }, _state, context) =>
    record(
      records.map((stream, n) => {
        const dash = stream.indexOf('-');
        const aggregate = aggregateNamed(stream.slice(0, dash));
        const isKnown = aggregate !== undefined && context.state(aggregate, stream.slice(dash + 1)) !== undefined;
        return !isKnown && broken(spanningRules.recordUnknown, `/records/${n}`, { stream });
      }),
    ),

  evolve: (state, { actor, data }) => {
    state.status = 'open';
    state.owner = actor.org;
    state.class = data.class;
    state.category = data.category;
    for (const stream of data.records) state.records.add(stream);
    for (const { stream, deviation } of data.linked ?? []) state.linked.add(`${stream} ${deviation}`);
  },
});
