import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from './log.ts';

export type Filter = (record: LogRecord) => boolean;

/** What a reader of `$all` asked to see: by stream name or event type, by prefixes or by a regular expression. */
export function filterOf(options: streams.ReadReq.Options): Filter {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const of = filter.hasStreamIdentifier() ? (record: LogRecord) => record.stream : (record: LogRecord) => record.type;
  const regex = expression?.getRegex();
  if (regex) {
    const pattern = new RegExp(regex);
    return (record) => pattern.test(of(record));
  }
  const prefixes = expression?.getPrefixList() ?? [];
  return (record) => prefixes.some((prefix) => of(record).startsWith(prefix));
}
