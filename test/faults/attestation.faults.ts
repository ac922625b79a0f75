import { execFileSync, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { merkleLeaf, merkleRoot, readPolicy, verifyHeadsNote, verifyReleasedCheckpoint } from '@cytoledger/attest';
import { Bench, ORIGIN, type Step, until } from '@cytoledger/attestation/specification';
import { afterEach, describe, expect, it } from 'vitest';
import type { Attests } from './attesting-process.fixture.ts';

const CHILD = fileURLToPath(new URL('./attesting-process.fixture.ts', import.meta.url));
/** In the order in which they are done. */
const STEPS: readonly Step[] = [
  'appended',
  'flushed',
  'signed',
  'heads-advanced',
  'cosigned',
  'recorded',
  'published',
  'heads-noted',
];
const EVENTS = 300;

let bench: Bench;
afterEach(() => bench.close());

/** Attests in a process of its own until `size` entries are released and noted, or until it has killed itself. */
async function attest(size: number, killAfter: Step | null): Promise<'done' | 'killed'> {
  const told: Attests = {
    eventStore: `sqlite:${bench.path}`,
    folder: bench.attestation,
    origin: ORIGIN,
    policy: bench.policyText,
    witnesses: bench.witnesses.map(({ name, url }) => ({ name, url })),
    killAfter,
  };
  const child = spawn(process.execPath, [CHILD, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on('exit', (code, signal) => resolve(signal ?? code)),
  );
  let isDone = false;
  let alarm: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const state = JSON.parse(line) as { released: number; heads: number; alarm?: string };
    alarm ??= state.alarm;
    if (killAfter === null && ((state.released === size && state.heads === size) || alarm)) {
      isDone = true;
      child.kill('SIGTERM');
    }
  });
  const how = await ended;
  if (alarm !== undefined) throw new Error(`attestation stands still (${alarm}): ${said}`);
  if (!isDone && how !== 'SIGKILL') throw new Error(`it ended with ${how}: ${said}`);
  return isDone ? 'done' : 'killed';
}

/** Everything that was recorded is released, once each, in the store's order, and nobody had anything to object to. */
async function expectWhole(): Promise<void> {
  const policy = readPolicy(bench.policyText);
  const leaves = (await bench.events()).map(({ header }) => merkleLeaf(header));
  const { checkpoint } = verifyReleasedCheckpoint(await readFile(join(bench.attestation, 'published')), policy);
  expect({ size: checkpoint.size, root: checkpoint.root }).toEqual({ size: leaves.length, root: merkleRoot(leaves) });
  const { heads } = verifyHeadsNote(await readFile(join(bench.attestation, 'heads')), policy);
  expect({ size: heads.size, mainRoot: heads.mainRoot }).toEqual({ size: leaves.length, mainRoot: checkpoint.root });
  expect(await mapRootAnew()).toEqual(heads.mapRoot);
}

/** Root of the map as it is made from the log alone. */
async function mapRootAnew(): Promise<Buffer> {
  const other = await Bench.open({ witnesses: 1, quorum: 1 });
  const own = other.store;
  try {
    other.store = bench.store;
    const log = other.start();
    const { heads } = (await log.proveHeads([], { from: (await bench.events()).length, timeoutMs: 10_000 }))!;
    return verifyHeadsNote(heads.note, readPolicy(other.policyText)).heads.mapRoot;
  } finally {
    await other.stop();
    other.store = own;
    await other.close();
  }
}

async function sayMore(round: number): Promise<void> {
  for (const stream of ['batch-a', `batch-${round}`, 'donation-b']) await bench.say(stream, EVENTS / 3);
}

describe('attestation that is killed with -9', () => {
  it.each(STEPS)('after "%s" goes on from what was signed, and its witnesses agree', async (step) => {
    bench = await Bench.open();
    await sayMore(0);
    await attest(EVENTS, null);
    await sayMore(1);
    expect(await attest(2 * EVENTS, step)).toBe('killed');
    await sayMore(2);
    expect(await attest(3 * EVENTS, null)).toBe('done');
    await expectWhole();
  });

  it('after every step, one after the other, goes on as well', async () => {
    bench = await Bench.open();
    for (const [round, step] of STEPS.entries()) {
      await sayMore(round);
      expect(await attest(0, step)).toBe('killed');
    }
    expect(await attest(STEPS.length * EVENTS, null)).toBe('done');
    await expectWhole();
  });
});

describe('attestation on a disk that is full', () => {
  it('waits until there is room, loses nothing, and keeps nothing from being recorded', async ({ skip }) => {
    bench = await Bench.open();
    const key = await readFile(join(bench.attestation, 'log.key'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', bench.attestation], { stdio: 'ignore' });
    } catch {
      skip('a small disk cannot be mounted here (needs root)');
    }
    try {
      await writeFile(join(bench.attestation, 'log.key'), key, { mode: 0o600 });
      await sayMore(0);
      const log = bench.start();
      await bench.released(EVENTS);
      const ballast = join(bench.attestation, 'ballast');
      await writeFile(ballast, Buffer.alloc(6 * 1024 * 1024)).catch(() => undefined);
      await sayMore(1);
      await until(() => log.state.trouble !== null, 'it is told that something is wrong');
      expect({ released: log.size, alarm: log.state.alarm }).toEqual({ released: EVENTS, alarm: null });
      await sayMore(2);
      await rm(ballast);
      await bench.released(3 * EVENTS);
      await until(() => log.heads?.size === 3 * EVENTS, 'a heads note of all');
      expect(log.state.trouble).toBeNull();
      await bench.stop();
      await expectWhole();
    } finally {
      await bench.stop();
      execFileSync('umount', [bench.attestation]);
    }
  });
});

describe('attestation that nobody kills', () => {
  it('comes to the same', async () => {
    bench = await Bench.open();
    for (let round = 0; round < 3; round++) {
      await sayMore(round);
      expect(await attest((round + 1) * EVENTS, null)).toBe('done');
    }
    await expectWhole();
  });
});
