import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { referencePages } from './reference.ts';

describe('the reference pages', () => {
  it.each([...referencePages().keys()])('%s says what the code says (else run `pnpm run docs`)', async (path) => {
    const written = await readFile(join(import.meta.dirname, path), 'utf8');
    expect(written).toBe(referencePages().get(path));
  });
});
