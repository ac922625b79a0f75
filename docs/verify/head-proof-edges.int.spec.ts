import {
  AttestError,
  encodeHeadProof,
  type Head,
  headValue,
  merkleLeaf,
  readHeadProof,
  sha256,
  streamKey,
  verifyHead,
  verifyNoHead,
} from '@cytoledger/attest';
import { openHeadsMap } from '@cytoledger/attest/disk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noPython, withVerifier } from './python.fixture.ts';

type Case = { readonly stream: string; readonly head: Head | undefined; readonly proof: Buffer; readonly root: Buffer };

const headOf = (stream: string, index: number): Head => ({
  seq: index % 7,
  index,
  leafHash: merkleLeaf(Buffer.from(stream)),
  headerHash: sha256(stream),
});

/** Proofs of heads and of absence in a map of so many streams. */
function provedIn(count: number): Case[] {
  const streams = Array.from({ length: count }, (_, n) => `stream-${n}`);
  const map = openHeadsMap({ path: ':memory:' });
  map.advance(
    count,
    streams.map((stream, index) => ({ stream, ...headOf(stream, index) })),
  );
  const root = map.root();
  const absent = Array.from({ length: 40 }, (_, n) => `absent-${count}-${n}`);
  const cases = [...streams.slice(0, 20), ...absent].map((stream) => ({
    stream,
    head: stream.startsWith('stream-') ? headOf(stream, streams.indexOf(stream)) : undefined,
    proof: encodeHeadProof(map.prove(stream).proof),
    root,
  }));
  map.close();
  return cases;
}

type Verdict = 'malformed' | 'holds' | 'mismatch';

function judge({ stream, head, proof, root }: Case): Verdict {
  const read = unlessRefused(() => readHeadProof(proof));
  if (read === undefined) return 'malformed';
  const holds = unlessRefused(() => {
    if (head === undefined) verifyNoHead(stream, read, root);
    else verifyHead(stream, head, read, root);
    return true;
  });
  return holds === true ? 'holds' : 'mismatch';
}

function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof AttestError) return undefined;
    throw error;
  }
}

const JUDGE = `
def judge(one):
    try:
        proof = v.HeadProof(one["proof"])
    except v.NotSo:
        return "malformed"
    head = None if one["head"] is None else bytes.fromhex(one["head"])
    return "holds" if proof.shows(one["stream"], head, bytes.fromhex(one["root"])) else "mismatch"
print(json.dumps([judge(one) for one in asked]))
`;

function judgedByPython(cases: readonly Case[]): unknown {
  return withVerifier(
    JUDGE,
    cases.map(({ stream, head, proof, root }) => ({
      stream,
      head: head === undefined ? null : headValue(head).toString('hex'),
      proof: proof.toString('base64url'),
      root: root.toString('hex'),
    })),
  );
}

/** The same map, another proof: bytes changed, added or removed, mostly where the numbers are. */
function tampered({ proof, ...others }: Case): Case {
  const place = fc.oneof(fc.nat(8), fc.nat(Math.max(0, proof.length - 33)), fc.nat(proof.length - 1));
  const change = fc.tuple(place, fc.nat(255), fc.constantFrom('set', 'insert', 'remove', 'cut'));
  const [[at, byte, how]] = fc.sample(change, 1) as [[number, number, string]];
  const rest = { set: 1, insert: 0, remove: 1, cut: proof.length }[how]!;
  const by = how === 'set' || how === 'insert' ? [byte] : [];
  return {
    ...others,
    proof: Buffer.concat([proof.subarray(0, at), Buffer.from(by), proof.subarray(Math.min(at + rest, proof.length))]),
  };
}

/** A twin that agrees in `bits` bits with the stream's key, or a half-byte proof that does, whatever the map says. */
function forged(stream: string, depth: number, bits: number): Case[] {
  const key = streamKey(stream);
  const other = Buffer.from(key);
  if (bits < 256) other[bits >> 3]! ^= 0x80 >> (bits & 7);
  const siblings = Array.from({ length: depth }, () => undefined);
  const rung = Math.min(12, depth >> 2);
  const half = (n: number) => (other[n >> 1]! >> (n & 1 ? 0 : 4)) & 15;
  const halves = Array.from({ length: Math.max(0, Math.min(12, (bits >> 2) + 1) - rung) }, (_, n) => half(rung + n));
  const value = sha256('value');
  const hashOf = (end: Buffer) => {
    let hash = end;
    for (let step = depth - 1; step >= 0; step--) {
      const [left, right] = (key[step >> 3]! >> (7 - (step & 7))) & 1 ? [Buffer.alloc(32), hash] : [hash, Buffer.alloc(32)];
      hash = sha256(Buffer.concat([Buffer.of(1), left, right]));
    }
    return hash;
  };
  let alone = sha256(Buffer.concat([Buffer.of(2), other, value]));
  for (let n = 11; n >= rung; n--) alone = sha256(Buffer.concat([Buffer.of(3, half(n)), alone]));
  let shown: Buffer = value;
  for (const one of halves.toReversed()) shown = sha256(Buffer.concat([Buffer.of(3, one), shown]));
  return [
    {
      stream,
      head: undefined,
      proof: encodeHeadProof({ siblings, end: { kind: 'twin', key: other, value } }),
      root: hashOf(alone),
    },
    {
      stream,
      head: undefined,
      proof: encodeHeadProof({ siblings, end: { kind: 'other', halfBytes: halves, rest: value } }),
      root: hashOf(shown),
    },
  ];
}

describe.skipIf(noPython !== undefined)('the Python verifier judges head proofs as the Node verifier does', () => {
  it('from maps of any size', () => {
    const cases = [0, 1, 2, 3, 30, 300].flatMap(provedIn);
    expect(judgedByPython(cases)).toEqual(cases.map(judge));
    expect(new Set(cases.map(judge))).toEqual(new Set(['holds']));
  });

  it('where bytes of them were changed, or they are of another stream', () => {
    const honest = [1, 3, 300].flatMap(provedIn);
    const cases = [
      ...Array.from({ length: 12 }, () => honest.map(tampered)).flat(),
      ...honest.map((one, n) => ({ ...one, stream: honest[(n + 1) % honest.length]!.stream })),
      ...honest.map((one) => ({ ...one, head: one.head === undefined ? headOf(one.stream, 3) : undefined })),
    ];
    const verdicts = cases.map(judge);
    expect(judgedByPython(cases)).toEqual(verdicts);
    for (const verdict of ['malformed', 'mismatch']) expect(verdicts).toContain(verdict);
  });

  it('where the head of another stream is shown that agrees in few bits or in all', () => {
    const depths = [0, 1, 2, 3, 4, 5, 40, 47, 48, 49, 255, 256];
    const bits = [0, 1, 2, 3, 4, 5, 7, 39, 40, 44, 46, 47, 48, 49, 200, 255, 256];
    const cases = depths.flatMap((depth) => bits.flatMap((bit) => forged('batch-1', depth, bit)));
    const verdicts = cases.map(judge);
    expect(judgedByPython(cases)).toEqual(verdicts);
    for (const verdict of ['holds', 'mismatch']) expect(verdicts).toContain(verdict);
  });
});
