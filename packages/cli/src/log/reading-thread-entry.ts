import { parentPort } from 'node:worker_threads';
import { type PackedEvents, readPlainly } from './plain-page.ts';

const port = parentPort!;
port.on('message', (packed: PackedEvents) => {
  const read = readPlainly(packed);
  const { buffer } = packed.bytes;
  port.postMessage({ ...read, room: packed.bytes }, [
    read.verdicts.buffer,
    read.leaves.buffer,
    read.prevs.buffer,
    read.times.buffer,
    buffer,
  ]);
});
