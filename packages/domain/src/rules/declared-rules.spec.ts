import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ruleById } from '../catalogue.ts';

const SOURCES = join(import.meta.dirname, '..');

it('finds every rule that is declared anywhere in the catalogue: what is not exported by its folder has no title for anybody', () => {
  const declared = (readdirSync(SOURCES, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file))
    .flatMap((file) => [...readFileSync(join(SOURCES, file), 'utf8').matchAll(/\brule\('([^']+)'/g)].map(([, id]) => id!));
  expect(declared.length).toBeGreaterThan(200);
  expect(declared.filter((id) => !ruleById.has(id))).toEqual([]);
});
