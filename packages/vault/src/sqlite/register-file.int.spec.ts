import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RegisterFile } from './register-file.ts';

/** Bytes that a disk which is nearly full still takes, write by write; null: it has room. */
const { disk } = vi.hoisted(() => ({ disk: { takes: null as number[] | null } }));

vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  const writeSync = (file: number, data: string | Uint8Array, offset = 0): number => {
    const bytes = Buffer.from(data as Uint8Array).subarray(offset);
    const room = disk.takes === null ? bytes.length : disk.takes.shift();
    if (room === undefined) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return fs.writeSync(file, bytes.subarray(0, room));
  };
  return { ...fs, writeSync: writeSync as typeof fs.writeSync };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-register-'));
  path = join(folder, 'register.ndjson');
});
afterEach(() => {
  disk.takes = null;
  rmSync(folder, { recursive: true, force: true });
});

const AT = '2026-11-21T08:00:00.000Z';

function erasing(subject: string): void {
  const register = new RegisterFile(path);
  try {
    register.note({ what: 'erased', subject, at: AT });
  } finally {
    disk.takes = null;
    register.close();
  }
}

it('writes on where the disk took a part of a line', () => {
  erasing('p-1');
  disk.takes = [10, 3, 1000];
  erasing('p-2');
  erasing('p-3');
  expect([...new RegisterFile(path).erasures]).toEqual(['p-1', 'p-2', 'p-3']);
});

it('calls no erasure noted of which the disk took a part only, and forgets that part', () => {
  erasing('p-1');
  disk.takes = [10];
  expect(() => erasing('p-2')).toThrow('ENOSPC');
  erasing('p-3');
  expect([...new RegisterFile(path).erasures]).toEqual(['p-1', 'p-3']);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
});
