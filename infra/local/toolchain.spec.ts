import { describe, expect, it } from 'vitest';
import { nodeAtHand } from './toolchain.mjs';
import { majorOf, NODE_VERSION } from './versions.mjs';

const old = { version: '20.20.2', execPath: '/old/node' };

describe('the Node that runs the repository', () => {
  it('is the running one where that is recent enough', () => {
    expect(nodeAtHand({}, { version: '24.0.0', execPath: '/here/node' })).toBe('/here/node');
    expect(nodeAtHand({}, { version: '25.1.0', execPath: '/here/node' })).toBe('/here/node');
  });

  it('is the one fetched before where the running one is too old', () => {
    expect(nodeAtHand({ node: process.execPath, nodeVersion: NODE_VERSION }, old)).toBe(process.execPath);
  });

  it('is fetched anew when the one fetched before is gone', () => {
    expect(nodeAtHand({ node: '/gone/node', nodeVersion: NODE_VERSION }, old)).toBeUndefined();
  });

  it('is fetched anew when another version is asked for by now', () => {
    expect(nodeAtHand({ node: process.execPath, nodeVersion: '24.0.0' }, old)).toBeUndefined();
  });

  it('is fetched when nothing is known', () => {
    expect(nodeAtHand({}, old)).toBeUndefined();
  });
});

describe('a version', () => {
  it.each([
    ['24.21.0', 24],
    ['v9.1.0\n', 9],
    ['10.34.9', 10],
  ])('%j is of major %i', (version, major) => {
    expect(majorOf(version)).toBe(major);
  });

  it('that is none is smaller and larger than nothing', () => {
    expect(majorOf('pnpm: command not found')).toBeNaN();
  });
});
