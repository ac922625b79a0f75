import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEGINNING, FakeLog } from '../fake-log.fixture.ts';
import { makeWitness, openWitness } from './witness.ts';

let folder: string;
let log: FakeLog;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-witness-'));
  await makeWitness({ folder: join(folder, 'w'), name: 'w.example' });
  log = new FakeLog();
  log.grow(400, BEGINNING);
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function started(): Promise<string> {
  child = spawn(process.execPath, [join(import.meta.dirname, 'serving-process.fixture.ts'), join(folder, 'w'), log.vkey], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(child.stdout!, 'data')) as [Buffer];
  return url.toString().trim();
}

describe('a witness that is killed while it cosigns', () => {
  it('never forgets a cosignature that somebody has', async () => {
    let cosigned = 0;
    // So many cosignatures, then the next request and so many milliseconds.
    for (const [before, ms] of [
      [1, 0],
      [3, 1],
      [2, 2],
      [4, 4],
    ] as const) {
      const url = await started();
      const ask = async (from: number) => {
        const body = log.addCheckpoint(from, from + 1).toString();
        const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
        if (answer.status === 200) cosigned = from + 1;
        return { status: answer.status, said: await answer.text() };
      };
      for (let i = 0; i < before; i++) {
        const { status, said } = await ask(cosigned);
        // What was being cosigned at the kill before may have been written down and not sent.
        if (status === 409) cosigned = Number(said);
      }
      const last = ask(cosigned).catch(() => undefined);
      await sleep(ms);
      const ended = once(child!, 'exit');
      child!.kill('SIGKILL');
      await Promise.all([last, ended]);
      const witness = await openWitness({ folder: join(folder, 'w'), logVkeys: [log.vkey] });
      expect(witness.sizeOf(log.origin)).toBeGreaterThanOrEqual(cosigned);
      expect(witness.sizeOf(log.origin)).toBeLessThanOrEqual(cosigned + 1);
      await witness.close();
    }
  });
});
