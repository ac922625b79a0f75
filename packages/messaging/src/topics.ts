import { aggregates } from '@cytoledger/domain';
import { MessagingError } from './errors.ts';

/** What is produced to and consumed from beside the log's own topics. */
export const TOPICS = {
  /** How far the relay is; compacted. */
  relayCheckpoint: 'cytoledger.relay-checkpoint.v1',
  /** Testing laboratories produce their results here. */
  qcResults: 'cytoledger.qc-results.v1',
  /** Quality-control centres ask sites here. */
  oversightQueries: 'cytoledger.oversight-queries.v1',
  /** What became of each result and query. */
  qcReceipts: 'cytoledger.qc-receipts.v1',
  /** What could not be read, with the reason. */
  deadLetters: 'cytoledger.dead-letters.v1',
} as const;

const TOPIC_BY_AGGREGATE: ReadonlyMap<string, string> = new Map(
  [...aggregates.keys()].map((aggregate) => [aggregate, `cytoledger.${aggregate}.v1`]),
);

/** The topics that events of the log go to, one for each aggregate. */
export const EVENT_TOPICS: readonly string[] = [...TOPIC_BY_AGGREGATE.values()].sort();

/**
 * The topic of a stream: that of its aggregate, which is the name's first word.
 *
 * @throws MessagingError `no-topic` for an aggregate that this version does not know
 */
export function topicOf(stream: string): string {
  const end = stream.indexOf('-');
  const aggregate = end < 0 ? stream : stream.slice(0, end);
  const topic = TOPIC_BY_AGGREGATE.get(aggregate);
  if (topic === undefined) {
    throw new MessagingError('no-topic', `no topic is meant for stream ${stream}: a newer version may know its aggregate`);
  }
  return topic;
}
