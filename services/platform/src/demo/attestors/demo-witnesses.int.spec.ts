import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DemoWitnesses, startDemoWitnesses } from './demo-witnesses.ts';

let dataDir: string;
const running: DemoWitnesses[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'demo-witnesses-'));
});
afterEach(async () => {
  for (const witnesses of running.splice(0)) await witnesses.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const PATIENCE = { timeout: 45_000, interval: 50 };

async function started(onFault: (message: string) => void = () => {}): Promise<DemoWitnesses> {
  const witnesses = await startDemoWitnesses({ dataDir, folder: join(dataDir, 'attestation') }, onFault);
  running.push(witnesses);
  return witnesses;
}

function addressesOf({ addresses }: DemoWitnesses): [string, string][] {
  return addresses.split(',').map((pair) => pair.split('=') as [string, string]);
}

async function vkeyAt(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isDefunct(pid);
  } catch {
    return false;
  }
}

/** Ended, and still listed because nobody reaps orphans here. */
function isDefunct(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && /\) Z /.test(readFileSync(stat, 'utf8'));
}

describe('the witnesses of a demonstration', () => {
  it('are four processes, each with the key that lies in its folder', async () => {
    const witnesses = await started();
    expect(new Set(witnesses.pids()).size).toBe(4);
    const addresses = addressesOf(witnesses);
    expect(addresses).toHaveLength(4);
    for (const [name, url] of addresses) {
      const vkey = await readFile(join(dataDir, 'attestation', 'witnesses', name, 'vkey'), 'utf8');
      expect(vkey.startsWith(`${name}+`)).toBe(true);
      expect(await vkeyAt(url)).toBe(vkey);
    }
  });

  it('keep their keys over a restart, and end when they are stopped', async () => {
    const first = await started();
    const pids = first.pids();
    const keys = () =>
      Promise.all(addressesOf(first).map(([name]) => readFile(join(dataDir, 'attestation', 'witnesses', name, 'vkey'), 'utf8')));
    const before = await keys();
    await first.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    await started();
    expect(await keys()).toEqual(before);
  });

  it('come back at the same address when one is killed', async () => {
    const faults: string[] = [];
    const witnesses = await started((message) => faults.push(message));
    const [[, url]] = addressesOf(witnesses) as [[string, string]];
    const vkey = await vkeyAt(url);
    process.kill(witnesses.pids()[0]!, 'SIGKILL');
    await vi.waitFor(() => expect(faults.join()).toContain('begins again'), PATIENCE);
    await vi.waitFor(async () => expect(await vkeyAt(url)).toBe(vkey), PATIENCE);
  });

  it('do not outlive the process that started them, even when that is killed outright', async () => {
    const parent = spawn(
      process.execPath,
      [join(import.meta.dirname, 'witnesses-process.fixture.ts'), dataDir, join(dataDir, 'attestation')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [told] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pids = JSON.parse(told.toString()) as number[];
    expect(pids.filter(isAlive)).toHaveLength(4);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), PATIENCE);
  });
});
