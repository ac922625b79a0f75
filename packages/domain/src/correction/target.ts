import { z } from 'zod';
import { type Aggregate, aggregateNamed } from '../kernel/index.ts';
import { Stream, Uuid } from '../vocabulary/index.ts';

const Entry = {
  stream: Stream.describe('The record'),
  event: Uuid.describe('Its entry'),
  type: z.string().min(1).max(100).describe('Type of the entry'),
} as const;

/** One entry, and what is wrong with it. */
export const Target = z.discriminatedUnion('change', [
  z.strictObject({
    ...Entry,
    change: z.literal('amend').describe('Something in it is wrong; also takes back that an entry was taken back'),
    data: z
      .record(z.string(), z.json())
      .describe('Its data as it should have been, complete but for personal fields, which stay'),
    occurredAt: z.iso.datetime({ offset: true }).nullable().optional().describe('When it happened, where that was wrong'),
  }),
  z.strictObject({
    ...Entry,
    change: z.literal('wrong-subject').describe('It happened to another'),
    instead: Stream.describe('The record where it belongs, and where who knows it has recorded it, or will'),
  }),
  z.strictObject({ ...Entry, change: z.literal('never-happened') }),
]);
export type Target = z.output<typeof Target>;

/** A record's aggregate and its id in there; undefined for a kind of record that is not known. */
export function recordNamed(stream: string): { readonly aggregate: Aggregate<unknown>; readonly id: string } | undefined {
  const dash = stream.indexOf('-');
  const aggregate = aggregateNamed(stream.slice(0, dash));
  return aggregate && { aggregate, id: stream.slice(dash + 1) };
}
