import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cytoledgerVerify, noPython, withVerifier } from './python.fixture.ts';

const VECTORS = new URL('../../../shared/vectors/', import.meta.url);
const HEADS = new URL('../../packages/attest/vectors/heads-v1.json', import.meta.url);
const present = existsSync(VECTORS);
if (!present) console.warn('skipped: the vectors of RFC 6962 and RFC 8785 (../shared/vectors) are not on this machine');

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8'));
const judged = (cases: unknown, program: string) =>
  withVerifier(`b = lambda text: base64.b64decode(text)\nprint(json.dumps([bool(${program}) for one in asked]))`, cases);

describe.skipIf(noPython !== undefined)('the Python verifier agrees with published values', () => {
  it('by its own test of itself', () => {
    expect(cytoledgerVerify(['--self-test'])).toEqual({ status: 0, stdout: 'self-test: passed\n', stderr: '' });
  });

  it.skipIf(!present)('on inclusion in trees of RFC 6962', () => {
    const cases = read('rfc6962-inclusion.json') as { wantErr: boolean }[];
    const holds = judged(
      cases,
      "len(b(one['leafHash'])) == 32 and v.root_by_path(one['leafIdx'], one['treeSize'], b(one['leafHash']), list(map(b, one['proof'] or []))) == b(one['root'])",
    );
    expect(holds).toEqual(cases.map(({ wantErr }) => !wantErr));
  });

  it.skipIf(!present)('on one tree as the beginning of another', () => {
    const all = read('rfc6962-consistency.json') as { wantErr: boolean; size1: number; size2: number }[];
    // Sizes ascend in a bundle, and hashes have 32 bytes by their spelling: other cases do not come up.
    const cases = all.filter(({ size1, size2, wantErr }) => size1 < size2 || wantErr);
    const holds = judged(
      cases,
      "v.consistency_holds(one['size1'], b(one['root1'] or ''), one['size2'], b(one['root2'] or ''), list(map(b, one['proof'] or [])))",
    );
    expect(holds).toEqual(cases.map(({ wantErr }) => !wantErr));
  });

  it.skipIf(!present).each(present ? readdirSync(new URL('jcs/input/', VECTORS)) : [])('on the canonical form of %s', (name) => {
    const [input, output] = ['input', 'output'].map((folder) => readFileSync(new URL(`jcs/${folder}/${name}`, VECTORS), 'utf8'));
    expect(withVerifier('print(json.dumps(v.canonical_text(json.loads(asked))))', input)).toBe(output);
  });

  it('on keys and values of the heads map', () => {
    const { keys } = JSON.parse(readFileSync(HEADS, 'utf8')) as { keys: Record<string, string> };
    const made = withVerifier('print(json.dumps({name: v.stream_key(name).hex() for name in asked}))', Object.keys(keys));
    expect(made).toEqual(keys);
  });
});
