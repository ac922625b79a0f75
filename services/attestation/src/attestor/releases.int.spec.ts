import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReleaseHistory } from './releases.ts';

const MINUTE = 60_000;
let folder: string;
let path: string;
let now: number;
let history: ReleaseHistory;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'releases-'));
  path = join(folder, 'releases.db');
  now = 0;
  open();
});
afterEach(async () => {
  history.close();
  await rm(folder, { recursive: true, force: true });
});

function open(at = path): void {
  history = new ReleaseHistory(at, () => now);
}

function add(size: number, at: number, isTight = false): void {
  now = at;
  history.add({ size, note: `note of ${size}` }, isTight);
}

function sizes(at = path): number[] {
  const db = new DatabaseSync(at, { readOnly: true });
  const rows = db.prepare('SELECT size FROM release ORDER BY size').all() as { size: number }[];
  db.close();
  return rows.map(({ size }) => size);
}

/** Everything that may go, goes. */
function thinned(before: number): number {
  let all = 0;
  for (let n = 0; n < 100; n++) all += history.thin(before);
  return all;
}

describe('released checkpoints', () => {
  it('are two a minute once they are old, and all of them until then', () => {
    for (let size = 1; size <= 300; size++) add(size, size * 1000);
    expect(thinned(2 * MINUTE)).toBe(114);
    // The first was added before anything was known of what it bounds.
    expect(sizes()).toEqual([1, 2, 59, 60, 119, ...Array.from({ length: 181 }, (_, n) => 120 + n)]);
    expect(thinned(2 * MINUTE)).toBe(0);
    expect(thinned(1000 * MINUTE)).toBeGreaterThan(0);
    expect(sizes()).toEqual([1, 2, 59, 60, 119, 120, 179, 180, 239, 240, 299, 300]);
  });

  it('stay on both sides of an entry whose time matters', () => {
    for (let size = 1; size <= 59; size++) add(size, size * 100, size === 20);
    thinned(1000 * MINUTE);
    expect(sizes()).toEqual([1, 2, 19, 20, 58, 59]);
  });

  it('stay where nobody knows what they bound: those of before, and on both sides of a start', () => {
    const db = new DatabaseSync(join(folder, 'old.db'));
    db.exec('CREATE TABLE release (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT');
    for (let size = 1; size <= 9; size++) db.prepare('INSERT INTO release VALUES (?, ?)').run(size, 'note');
    db.close();
    history.close();
    open(join(folder, 'old.db'));
    for (let size = 10; size <= 20; size++) add(size, size * 100);
    history.close();
    open(join(folder, 'old.db'));
    for (let size = 21; size <= 30; size++) add(size, size * 100);
    thinned(1000 * MINUTE);
    expect(sizes(join(folder, 'old.db'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 29, 30]);
  });

  it('take cosignatures that come later without counting as another', () => {
    for (let size = 1; size <= 7; size++) add(size, size * 100, size === 3);
    history.add({ size: 7, note: 'with one more' });
    add(8, 800);
    thinned(1000 * MINUTE);
    expect(sizes()).toEqual([1, 2, 3, 4, 7, 8]);
    expect(history.newest()).toEqual({ size: 8, note: 'note of 8' });
  });

  it('bound every entry that matters as they did, and every other to the minute, whatever is added, thinned and restarted', () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ later: fc.integer({ min: 1, max: 40_000 }), isTight: fc.boolean() }) },
      { weight: 2, arbitrary: fc.constant('thin' as const) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    );
    let run = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const own = join(folder, `run-${run++}.db`);
        history.close();
        open(own);
        const added: { size: number; at: number; isTight: boolean }[] = [];
        let at = 0;
        for (const one of steps) {
          if (one === 'thin') history.thin(at);
          else if (one === 'restart') {
            history.close();
            open(own);
          } else {
            at += one.later;
            add(added.length + 1, at, one.isTight);
            added.push({ size: added.length + 1, at, isTight: one.isTight });
          }
        }
        thinned(at + MINUTE);
        const left = new Set(sizes(own));
        for (const [n, { size, isTight }] of added.entries()) {
          if (isTight) expect(left.has(size) && (n === 0 || left.has(size - 1))).toBe(true);
        }
        for (const { size, at: when } of added.filter((one) => !left.has(one.size))) {
          const minute = Math.floor(when / MINUTE);
          const beside = added.filter((other) => Math.floor(other.at / MINUTE) === minute && left.has(other.size));
          expect(beside.some((other) => other.size < size) && beside.some((other) => other.size > size)).toBe(true);
        }
        expect(added.length === 0 || left.has(added.length)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('lose nothing that was told and matters where the process is killed at any moment', async () => {
    let first = 1;
    for (const lines of [300, 700, 150]) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'releasing-process.fixture.ts'), path, String(first)]);
      let told = '';
      for await (const chunk of child.stdout) {
        told += String(chunk);
        if (told.split('\n').length > lines) child.kill('SIGKILL');
      }
      const last = Number(told.split('\n').at(-2));
      const db = new DatabaseSync(path);
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      db.close();
      const left = new Set(sizes());
      for (let size = 1; size <= last; size++)
        if (size % 10 === 0 || size % 10 === 9) expect(left.has(size), `${size}`).toBe(true);
      expect(left.has(last)).toBe(true);
      first = Math.max(...left) + 1;
    }
    expect(sizes().length).toBeLessThan(first - 1);
  });
});
