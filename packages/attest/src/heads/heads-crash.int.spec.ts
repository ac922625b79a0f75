import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, open, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeadsMap, headsFiles, openHeadsMap } from '../disk.ts';
import { AttestError } from '../index.ts';
import { headsAt, stepOf } from './crashing-map.fixture.ts';
import { naiveRoot } from './naive-map.fixture.ts';

const CHILD = fileURLToPath(new URL('./crashing-map.fixture.ts', import.meta.url));

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-heads-crash-'));
  path = join(folder, 'heads.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function advanceTo(map: HeadsMap, step: number): void {
  for (;;) {
    const next = stepOf(map.size);
    if (next.number > step) return;
    map.advance(next.size, next.heads);
  }
}

/** As the end of the process leaves them: nothing closed, nothing settled. */
async function copyOfFiles(name: string): Promise<string> {
  const copy = join(folder, name);
  const copies = headsFiles(copy);
  for (const [i, file] of headsFiles(path).entries())
    await copyFile(file, copies[i]!).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  return copy;
}

function expectRightAt(map: HeadsMap): void {
  expect(map.root()).toEqual(naiveRoot(headsAt(map.size)));
  const { number } = stepOf(map.size);
  advanceTo(map, number + 2);
  expect(map.root()).toEqual(naiveRoot(headsAt(map.size)));
}

describe('the heads map after its process ended', () => {
  it('is at the last size it told, at whatever step that was', async () => {
    const map = openHeadsMap({ path });
    try {
      for (const step of [0, 1, 5, 31, 32, 33, 40]) {
        advanceTo(map, step);
        const copy = openHeadsMap({ path: await copyOfFiles(`copy-${step}.db`) });
        expect([copy.size, copy.root()]).toEqual([map.size, map.root()]);
        expectRightAt(copy);
        copy.close();
      }
    } finally {
      map.close();
    }
  });

  it('is whole however often and wherever the process was killed', async () => {
    let told = 0;
    for (let round = 0; round < 4; round++) {
      told = await killedAfter(3 + 5 * round, told);
      const map = openHeadsMap({ path });
      expect(map.size).toBeGreaterThanOrEqual(told);
      expect(map.root()).toEqual(naiveRoot(headsAt(map.size)));
      map.close();
    }
  });

  it('is an earlier map of its own or refused, and never another, where its files were cut or spoilt', async () => {
    const map = openHeadsMap({ path });
    advanceTo(map, 38);
    const outcomes = { same: 0, earlier: 0, refused: 0 };
    for (let i = 0; i < 72; i++) {
      const copy = await copyOfFiles(`copy-${i}.db`);
      const [commits, wal, , pages] = headsFiles(copy) as [string, string, string, string];
      await spoil([commits, wal, pages, pages][i % 4]!, i);
      try {
        const found = openHeadsMap({ path: copy });
        if (found.size === map.size) outcomes.same++;
        else outcomes.earlier++;
        try {
          expectRightAt(found);
        } finally {
          found.close();
        }
      } catch (error) {
        if (!(error instanceof AttestError)) throw error;
        expect(error.code).toBe('heads-damaged');
        outcomes.refused++;
      }
    }
    map.close();
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0);
  });
});

/** Spreads places over a file evenly, the same ones each time. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Cuts a file short, empties a sector of it or changes a bit. */
async function spoil(file: string, i: number): Promise<void> {
  const { size } = await stat(file);
  const at = Math.floor(((i * GOLDEN) % 1) * size);
  if (i % 3 === 0) return truncate(file, at);
  const handle = await open(file, 'r+');
  try {
    if (i % 3 === 1) await handle.write(Buffer.alloc(512), 0, 512, at - (at % 512));
    else {
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, at);
      byte[0]! ^= 1 << (i % 8);
      await handle.write(byte, 0, 1, at);
    }
  } finally {
    await handle.close();
  }
}

/** Goes on in a process of its own, and kills it a moment after it told so many steps; returns the last size it told. */
async function killedAfter(steps: number, from: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = from;
  let count = 0;
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    told = Number(line);
    if (++count === steps) setTimeout(() => child.kill('SIGKILL'), Math.random() * 5);
  });
  expect(await ended).toBe('SIGKILL');
  return told;
}
