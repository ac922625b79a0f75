// The platform as `npm start -- --empty` runs it, in a process of its own; the parent asks over IPC.
import { readFile } from 'node:fs/promises';
import { readConfig, startPlatform, type TokenClaims } from '@cytoledger/platform';

export type Ask =
  | { readonly kind: 'token'; readonly claims: TokenClaims }
  | { readonly kind: 'memory' }
  | { readonly kind: 'processor' }
  | { readonly kind: 'stop' };
/** Microseconds since the start: of the main thread, and of the whole process with its threads and its garbage collection. */
export type ProcessorSample = { readonly mainMicros: number; readonly allMicros: number };
export type MemorySample = {
  /** Of the whole process with its threads, without pages of files: those the system takes back when it needs them. */
  readonly privateBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
};

/** So that what the last slice left behind is gone as well. */
const COLLECTIONS = 3;

if (process.send) {
  const platform = await startPlatform(readConfig(process.env, ['--empty']));
  const answer = (value: unknown) => process.send!(value);
  process.on('message', async (ask: Ask) => {
    if (ask.kind === 'token') {
      answer(await platform.issuer!.token(ask.claims));
    } else if (ask.kind === 'memory') {
      answer(await sample());
    } else if (ask.kind === 'processor') {
      answer(processor());
    } else {
      await platform.close();
      process.disconnect();
      // A profile that was asked for is written at the exit.
      process.exit(0);
    }
  });
  answer({ url: platform.url });
}

function processor(): ProcessorSample {
  const main = process.threadCpuUsage();
  const all = process.cpuUsage();
  return { mainMicros: main.user + main.system, allMicros: all.user + all.system };
}

async function sample(): Promise<MemorySample> {
  for (let n = 0; n < COLLECTIONS; n++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { privateBytes: await anonymousBytes(rss), heapBytes: heapUsed, externalBytes: external };
}

/** Linux tells them apart; elsewhere all of it. */
async function anonymousBytes(rss: number): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kib = /^RssAnon:\s+(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? rss : Number(kib) * 1024;
}
