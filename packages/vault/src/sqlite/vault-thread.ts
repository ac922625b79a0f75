/** The thread that owns both files, so that no other thread ever waits for a disk. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { VaultError } from '../errors.ts';
import type { Answer, Ask, Reply, Request } from './messages.ts';
import { VaultFiles, type VaultFilesOptions, type Write } from './vault-files.ts';

const port = parentPort as MessagePort;
const files = openFiles();
let failure: VaultError | undefined;
let closed = false;

if (files !== undefined) {
  port.postMessage('opened');
  // What arrives while one group is on its way to the disk is waiting here together, and makes the next.
  port.on('message', (first: Request[]) => handle(files, [...first, ...waiting()]));
}

function openFiles(): VaultFiles | undefined {
  try {
    return new VaultFiles(workerData as VaultFilesOptions);
  } catch (error) {
    port.postMessage({ error: asData(error) });
    port.close();
    return undefined;
  }
}

function waiting(): Request[] {
  const requests: Request[] = [];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    requests.push(...(next.message as Request[]));
  return requests;
}

/** Writes share commits; whatever must see them, or must not be overtaken by them, comes after the group so far. */
function handle(files: VaultFiles, requests: readonly Request[]): void {
  const replies: Reply[] = [];
  let writes: { id: number; write: Write }[] = [];
  const reads: { id: number; ask: Ask & { op: 'open' } }[] = [];
  const flush = () => {
    replies.push(...writeAll(files, writes));
    writes = [];
  };
  for (const { id, ask } of requests) {
    if (ask.op === 'saltKey' || ask.op === 'put') writes.push({ id, write: ask });
    else if (ask.op === 'open') reads.push({ id, ask });
    else {
      flush();
      replies.push(reply(id, () => perform(files, ask)));
    }
  }
  flush();
  for (const { id, ask } of reads) replies.push(reply(id, () => files.open(ask.digests, ask.options)));
  port.postMessage(replies);
  if (closed) port.close();
}

function writeAll(files: VaultFiles, writes: readonly { id: number; write: Write }[]): Reply[] {
  if (writes.length === 0) return [];
  try {
    if (failure !== undefined) throw failure;
    const results = files.writeGroup(
      writes.map(({ write }) => write),
      Date.now(),
    );
    return writes.map(({ id }, i) => reply(id, () => orThrow(results[i])));
  } catch (error) {
    const failed = storageFailed(error);
    return writes.map(({ id }) => ({ id, error: asData(failed) }));
  }
}

function perform(files: VaultFiles, ask: Exclude<Ask, Write | { op: 'open' }>): undefined {
  if (ask.op === 'close') {
    files.close();
    closed = true;
    return;
  }
  if (failure !== undefined) throw failure;
  try {
    if (ask.op === 'erase') files.erase(ask.subject, Date.now());
    else files.restrict(ask.subject, ask.until, ask.reason, Date.now());
  } catch (error) {
    if (error instanceof VaultError && error.code !== 'storage-failed') throw error;
    throw storageFailed(error);
  }
}

/** After a failed commit nobody knows what the disk holds: no more writes until the files are opened anew. */
function storageFailed(cause: unknown): VaultError {
  failure ??= new VaultError('storage-failed', `the vault's files could not be written: ${(cause as Error).message}`);
  return failure;
}

function reply(id: number, work: () => Answer): Reply {
  try {
    return { id, answer: work() };
  } catch (error) {
    return { id, error: asData(error) };
  }
}

function orThrow<T>(result: T | VaultError): T {
  if (result instanceof VaultError) throw result;
  return result;
}

function asData(error: unknown): { code: VaultError['code']; message: string } {
  if (error instanceof VaultError) return { code: error.code, message: error.message };
  return { code: 'storage-failed', message: error instanceof Error ? error.message : String(error) };
}
