import * as domain from '@cytoledger/domain';
import { describe, expect, it } from 'vitest';

type Declared = { readonly type: string; readonly kind: string };

const isFact = (value: unknown): value is Declared =>
  typeof value === 'object' && value !== null && 'type' in value && 'kind' in value && 'schema' in value;

/** `batches.opened` by `batch.opened.v1`, as the domain exports it. */
function exported(): Map<string, string> {
  const found = new Map<string, string>();
  const look = (path: string, holder: object) => {
    for (const [name, value] of Object.entries(holder)) {
      if (isFact(value)) {
        if (value.kind !== 'derived' && !value.type.startsWith('log.')) found.set(value.type, `${path}.${name}`);
      } else if (name.endsWith('Deviations')) look(`${path}.${name}`, value as object);
    }
  };
  for (const [module, members] of Object.entries(domain)) {
    if (typeof members === 'object' && Symbol.toStringTag in members) look(module, members);
  }
  return found;
}

function source(): string {
  const entries = [...exported()].sort(([a], [b]) => (a < b ? -1 : 1));
  const modules = [...new Set(entries.map(([, path]) => path.split('.')[0]!))].sort();
  return [
    `import {\n${modules.map((module) => `  ${module},\n`).join('')}} from '@cytoledger/domain';`,
    '',
    '/** Everything that a sender may state, by type. Made from the domain: `pnpm exec vitest run packages/client -u` writes it anew. */',
    'export const catalogue = {',
    ...entries.map(([type, path]) => `  '${type}': ${path},`),
    '} as const;',
    '',
  ].join('\n');
}

describe('the catalogue of what can be captured', () => {
  it('is what the domain declares', async () => {
    await expect(source()).toMatchFileSnapshot('./catalogue.ts');
  });

  it('leaves nothing out', () => {
    const stated = [...domain.facts.values()].filter(({ kind, type }) => kind !== 'derived' && !type.startsWith('log.'));
    expect([...exported().keys()].sort()).toEqual(stated.map(({ type }) => type).sort());
  });
});
