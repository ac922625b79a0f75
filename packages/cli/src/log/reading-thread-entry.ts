import { parentPort } from 'node:worker_threads';
import { type PackedEvents, readPlainly } from './plain-page.ts';

const port = parentPort!;
port.on('message', (packed: PackedEvents) => {
  const read = readPlainly(packed);
  port.postMessage(read, [read.verdicts.buffer, read.leaves.buffer, read.prevs.buffer, read.times.buffer]);
});
