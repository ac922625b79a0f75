import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenClaims } from '@cytoledger/platform';
import { PLATFORM_ENVIRONMENT, PLATFORM_FLAGS } from '../../infra/local/platform-flags.mjs';
import type { Ask, MemorySample, ProcessorSample } from './platform-child.ts';

/** A platform in a process of its own, in the default configuration, on a fresh log. */
export type RunningPlatform = AsyncDisposable & {
  readonly port: number;
  readonly folder: string;
  token(claims: TokenClaims): Promise<string>;
  /** After forced collections. */
  memory(): Promise<MemorySample>;
  processor(): Promise<ProcessorSample>;
  /** Stops it and starts it again on the same log; tokens of before open nothing any more. */
  restarted(): Promise<RunningPlatform>;
};

export type PlatformOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
  /** Of {@link newFolder}, where something is to stand in it beforehand; the platform removes it. */
  readonly folder?: string;
};

/** All services but attestation, whose price is measured beside them (`attestation.bench.ts`). */
export const UNATTESTED = 'collection,preparation,registry,release-qc,logistics,infusion,follow-up,recall,trace';

/** Where the logs are written: a real disk, since the price is that of its sync. */
const FOLDER = process.env['BENCH_FOLDER'] ?? tmpdir();

/** `BENCH_PROFILE=<folder>` writes a processor profile of each platform process there. */
const PROFILE = process.env['BENCH_PROFILE'];

export async function newFolder(): Promise<string> {
  return mkdtemp(join(FOLDER, 'cytoledger-bench-'));
}

export async function startPlatformProcess(options: PlatformOptions = {}): Promise<RunningPlatform> {
  return runIn(options.folder ?? (await newFolder()), options);
}

async function runIn(folder: string, options: PlatformOptions): Promise<RunningPlatform> {
  const { env = {}, execArgv = [] } = options;
  const output = await open(join(folder, 'platform.log'), 'a');
  const child = fork(join(import.meta.dirname, 'platform-child.ts'), [], {
    env: { ...PLATFORM_ENVIRONMENT, ...process.env, DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'info', ...env },
    execArgv: [
      ...PLATFORM_FLAGS,
      ...execArgv,
      ...(PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE}`, '--cpu-prof-interval=500'] : []),
    ],
    // Where a service manager would put it.
    stdio: ['ignore', output.fd, 'inherit', 'ipc'],
  });
  await output.close();
  const { url } = await answerOf<{ url: string }>(child);
  const ask = <T>(question: Ask): Promise<T> => {
    child.send(question);
    return answerOf<T>(child);
  };
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.send({ kind: 'stop' } satisfies Ask);
    await once(child, 'exit');
  };
  return {
    port: Number(new URL(url).port),
    folder,
    token: (claims) => ask({ kind: 'token', claims }),
    memory: () => ask({ kind: 'memory' }),
    processor: () => ask({ kind: 'processor' }),
    restarted: async () => {
      await stop();
      return runIn(folder, options);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the process ended with ${code} before it answered`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}
