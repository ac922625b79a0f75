import { describe, expect, it } from 'vitest';
import { layeringFaults } from './layering.ts';

const services = new Set(['collection', 'trace', 'platform']);

const faultsOf = (file: string, text: string) => layeringFaults([{ file, text }], services).map((fault) => fault.message);

describe('dependencies point one way', () => {
  it('lets commands import what lies below it', () => {
    expect(faultsOf('packages/commands/src/a.ts', `import { x } from '@cytoledger/event-store';`)).toEqual([]);
  });

  it.each([
    ['a package below another', 'packages/attest/src/a.ts', `import { x } from '@cytoledger/domain';`],
    ['a package below all', 'packages/event-store/src/a.ts', `import type { X } from '@cytoledger/commands';`],
    ['a package beside another', 'packages/read-models/src/a.ts', `export { x } from '@cytoledger/service-kit';`],
    ['a client that takes the server along', 'packages/client/src/a.ts', `const x = await import('@cytoledger/commands');`],
    ['a service that runs on the client', 'services/trace/src/a.ts', `import '@cytoledger/client';`],
    ['a path into a package', 'packages/vault/src/a.ts', `import { x } from '@cytoledger/attest/src/keys.ts';`],
    ['an import over several lines', 'packages/vault/src/a.ts', `import {\n  x,\n} from\n  '@cytoledger/attest';`],
  ])('finds %s', (_, file, text) => {
    expect(faultsOf(file, text)).toHaveLength(1);
  });

  it('lets no service import another', () => {
    expect(faultsOf('services/trace/src/a.ts', `import { x } from '@cytoledger/collection';`)).toEqual([
      'a service must not import the service collection',
    ]);
  });

  it('lets no package import a service', () => {
    expect(faultsOf('packages/cli/src/a.ts', `import { x } from '@cytoledger/platform';`)).toEqual([
      'a package must not import the service platform',
    ]);
  });

  it('lets the platform mount every service', () => {
    expect(faultsOf('services/platform/src/a.ts', `import { x } from '@cytoledger/collection';`)).toEqual([]);
  });

  it('holds specs to the same order', () => {
    expect(faultsOf('packages/attest/src/a.spec.ts', `import { x } from '@cytoledger/domain';`)).toHaveLength(1);
  });

  it('wants a new package to take its place first', () => {
    expect(faultsOf('packages/newcomer/src/a.ts', `import { x } from '@cytoledger/domain';`)).toEqual([
      'newcomer has no place in infra/local/lint/layers.ts yet',
    ]);
  });
});

describe('a package is entered by its name', () => {
  it('lets files of one package import one another', () => {
    expect(faultsOf('packages/domain/src/batch/split.ts', `import { x } from '../kernel/index.ts';`)).toEqual([]);
  });

  it('finds a relative path into another package, and says where', () => {
    const text = `import { y } from './y.ts';\nimport { x } from '../../attest/src/index.ts';`;
    expect(layeringFaults([{ file: 'packages/vault/src/a.ts', text }], services)).toEqual([
      {
        file: 'packages/vault/src/a.ts',
        line: 2,
        message: 'reaches out of packages/vault/ to packages/attest/src/index.ts: import a package by its name',
      },
    ]);
  });

  it('finds a relative path into a package whose name begins alike', () => {
    expect(faultsOf('packages/client/src/a.ts', `import { x } from '../../client-old/src/index.ts';`)).toHaveLength(1);
  });

  it('lets specs use the stand-ins for foreign systems, and shipped code not', () => {
    const text = `import { x } from '../../../test/doubles/kurrentdb/index.ts';`;
    expect(faultsOf('packages/event-store/src/a.int.spec.ts', text)).toEqual([]);
    expect(faultsOf('packages/event-store/src/a.ts', text)).toHaveLength(1);
  });
});

describe('the domain is pure', () => {
  it('may import zod', () => {
    expect(faultsOf('packages/domain/src/a.ts', `import { z } from 'zod';`)).toEqual([]);
  });

  it.each(['node:crypto', 'fs', 'uuid'])('may not import %s', (module) => {
    expect(faultsOf('packages/domain/src/a.ts', `import { x } from '${module}';`)).toHaveLength(1);
  });

  it('may speak of imports in its comments and sentences', () => {
    expect(
      faultsOf('packages/domain/src/a.ts', "/** What came from 'outside', or by import 'x'. */\nconst TEXT = \"from 'x'\";"),
    ).toEqual([]);
  });

  it('may be specified with any tool', () => {
    expect(faultsOf('packages/domain/src/a.spec.ts', `import fc from 'fast-check';`)).toEqual([]);
  });
});
