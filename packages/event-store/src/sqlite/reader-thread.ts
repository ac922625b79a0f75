import { serveConnection } from './connection.ts';
import { failureOf } from './failure.ts';
import { LogReader } from './log-reader.ts';
import type { ReaderReply, ReaderRequest } from './messages.ts';
import { openForReading } from './open-database.ts';

serveConnection<ReaderRequest>((options, post) => {
  const reply: (message: ReaderReply, transfer?: ArrayBuffer[]) => void = post;
  const db = openForReading(options.path, options);
  const reader = new LogReader(db);
  const handle = ({ request, query }: ReaderRequest) => {
    try {
      const page = reader.answer(query);
      reply({ kind: 'page', request, page }, [page.buffer]);
    } catch (error) {
      reply({ kind: 'failed', request, failure: failureOf(error, options.path) });
    }
  };
  return { opened: {}, handle, close: () => db.close() };
});
