// A benchmark in a process of its own: its rows go to the parent.
import { pathToFileURL } from 'node:url';
import type { Row } from './row.ts';

try {
  const { run } = (await import(pathToFileURL(process.argv[2]!).href)) as { run: () => Promise<Row[]> };
  process.send!({ rows: await run() });
} catch (error) {
  process.send!({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
process.disconnect();
