import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PLATFORM_ENVIRONMENT, PLATFORM_FLAGS } from './platform-flags.mjs';

const ROOT = join(import.meta.dirname, '../..');

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

it('the platform runs with the same flags and environment from npm start, from pnpm and in its image', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: { platform: string } };
  const setting = Object.entries(PLATFORM_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  const environment = /^ENV (.*)$/m.exec(textOf('infra/Dockerfile'))?.[1] ?? '';
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(textOf('infra/Dockerfile'))?.[1] ?? '[]';

  expect(scripts.platform.split(' ')).toEqual([...setting, 'node', ...PLATFORM_FLAGS, 'services/platform/src/main.ts']);
  expect(JSON.parse(entrypoint)).toEqual(['node', ...PLATFORM_FLAGS]);
  expect(environment.split(' ')).toEqual(expect.arrayContaining(setting));
});
