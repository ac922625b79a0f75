import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A folder for one log, removed when it goes out of scope. */
export async function newLogFolder(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'cytoledger-log-'));
  return { path: join(folder, 'log.db'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export function spawnAppendingProcess(path: string): ChildProcess {
  const script = fileURLToPath(new URL('./appending-process.fixture.ts', import.meta.url));
  return spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills the process with SIGKILL after so many lines; the number of events it had acknowledged, by stream. */
export async function killAfter(child: ChildProcess, lines: number): Promise<Map<string, number>> {
  const exit = once(child, 'exit');
  const acknowledged = new Map<string, number>();
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    const [stream, revision] = line.split(' ');
    acknowledged.set(stream!, Number(revision) + 1);
    if (++seen === lines) child.kill('SIGKILL');
  }
  await exit;
  return acknowledged;
}
