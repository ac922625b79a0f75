import { describe, expect, it } from 'vitest';
import {
  encodeHeadProof,
  type Head,
  type HeadProof,
  headsNoteText,
  headValue,
  merkleLeaf,
  readHeadProof,
  readHeadsNote,
  sha256,
  streamKey,
  verifyHead,
  verifyNoHead,
} from '../index.ts';
import { naiveRoot, subtree } from './naive-map.fixture.ts';

const refused = (code: string) => expect.objectContaining({ code });
const head: Head = { seq: 3, index: 8, leafHash: merkleLeaf(Buffer.of(1)), headerHash: sha256('header') };
const root = naiveRoot(new Map([['a', head]]));
const own: HeadProof = { siblings: [], end: { kind: 'own' } };

describe('a proof of a head', () => {
  it('is empty where the map has one stream', () => {
    verifyHead('a', head, own, root);
    expect(encodeHeadProof(own)).toEqual(Buffer.of(0, 0, 0));
  });

  it('does not hold with a step more, a sibling of another length or too many steps', () => {
    expect(() => verifyHead('a', head, { ...own, siblings: [undefined] }, root)).toThrow(refused('root-mismatch'));
    expect(() => verifyHead('a', head, { ...own, siblings: [Buffer.alloc(31)] }, root)).toThrow(refused('invalid-hash'));
    expect(() => verifyHead('a', head, { ...own, siblings: Array(257).fill(undefined) }, root)).toThrow(
      refused('invalid-head-proof'),
    );
  });
});

describe('a proof that there is no head', () => {
  const key = streamKey('b');
  const value = headValue(head);

  it('shows a key that agrees in 48 bits, which is another all the same', () => {
    const twin = Buffer.from(key);
    twin[31]! ^= 1;
    const map = subtree([{ key: twin, value }], 0);
    verifyNoHead('b', { siblings: [], end: { kind: 'twin', key: twin, value } }, map);
    const itself = subtree([{ key, value }], 0);
    expect(() => verifyNoHead('b', { siblings: [], end: { kind: 'twin', key, value } }, itself)).toThrow(
      refused('invalid-head-proof'),
    );
  });

  it('is refused where the other head cannot stand there', () => {
    const half = key[0]! >> 4;
    const end = (halfBytes: number[]): HeadProof => ({ siblings: [], end: { kind: 'other', halfBytes, rest: Buffer.alloc(32) } });
    const next = key[0]! & 15;
    for (const halfBytes of [[], [half], [half ^ 1, next], [half, next], [half ^ 1, next ^ 1], [16], [-1], Array(13).fill(half)])
      expect(() => verifyNoHead('b', end(halfBytes), root)).toThrow(refused('invalid-head-proof'));
    expect(() => verifyNoHead('b', end([half ^ 1]), root)).toThrow(refused('root-mismatch'));
    // Below two steps the first two bits are the path's own.
    const deeper = { ...end([half ^ 8]), siblings: [Buffer.alloc(32), Buffer.alloc(32)] };
    expect(() => verifyNoHead('b', deeper, root)).toThrow(refused('invalid-head-proof'));
    const elsewhere = Buffer.from(key);
    elsewhere[0]! ^= 0x80;
    const twin: HeadProof = { siblings: [Buffer.alloc(32)], end: { kind: 'twin', key: elsewhere, value } };
    expect(() => verifyNoHead('b', twin, root)).toThrow(refused('invalid-head-proof'));
  });

  it('is not made of an empty end where a head stands', () => {
    expect(() => verifyNoHead('a', { siblings: [], end: { kind: 'none' } }, root)).toThrow(refused('root-mismatch'));
  });
});

describe('the bytes of a proof', () => {
  const proof: HeadProof = {
    siblings: [sha256('1'), undefined, undefined, sha256('4'), undefined, undefined, undefined, undefined, sha256('9')],
    end: { kind: 'other', halfBytes: [1, 2], rest: sha256('rest') },
  };
  const bytes = encodeHeadProof(proof);

  it('are kind, depth, which siblings there are, these, and the end', () => {
    expect(bytes.subarray(0, 5)).toEqual(Buffer.from([2, 0, 9, 0b1001_0000, 0b1000_0000]));
    expect(bytes.subarray(5 + 96, 5 + 96 + 3)).toEqual(Buffer.from([2, 1, 2]));
    expect(bytes.length).toBe(5 + 96 + 3 + 32);
    expect(readHeadProof(bytes)).toEqual(proof);
    const twin: HeadProof = { siblings: [], end: { kind: 'twin', key: sha256('k'), value: sha256('v') } };
    expect(readHeadProof(encodeHeadProof(twin))).toEqual(twin);
  });

  it('are refused where they are cut short anywhere, or too long', () => {
    for (let end = 0; end < bytes.length; end++)
      expect(() => readHeadProof(bytes.subarray(0, end))).toThrow(refused('invalid-head-proof'));
    expect(() => readHeadProof(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(refused('invalid-head-proof'));
  });

  it('are refused with another kind, depth or a bit beyond the depth', () => {
    expect(() => readHeadProof(Buffer.of(4, 0, 0))).toThrow(refused('invalid-head-proof'));
    expect(() => readHeadProof(Buffer.concat([Buffer.of(1, 1, 1), Buffer.alloc(33)]))).toThrow(refused('invalid-head-proof'));
    expect(() => readHeadProof(Buffer.of(1, 0, 1, 0b0100_0000))).toThrow(refused('invalid-head-proof'));
  });
});

describe('the text of a heads note', () => {
  const note = { origin: 'o', size: 9, mainRoot: sha256('main'), mapRoot: sha256('map') };
  const text = headsNoteText(note);

  it.each([
    ['another title', text.replace('v1', 'v2')],
    ['a line more', `${text}x\n`],
    ['a line less', text.split('\n').slice(0, 4).join('\n')],
    ['no newline at its end', text.trimEnd()],
    ['no origin', text.replace('\no\n', '\n\n')],
    ['a leading zero', text.replace('\n9\n', '\n09\n')],
    ['a short root', text.replace(note.mapRoot.toString('base64'), 'AAAA')],
  ])('is refused with %s', (_, bad) => {
    expect(() => readHeadsNote(bad)).toThrow(refused('invalid-heads-note'));
  });

  it('is not made of what could not be read', () => {
    expect(readHeadsNote(text)).toEqual(note);
    expect(() => headsNoteText({ ...note, size: -1 })).toThrow(refused('invalid-heads-note'));
    expect(() => headsNoteText({ ...note, origin: 'a b' })).toThrow(refused('invalid-vkey'));
    expect(() => headsNoteText({ ...note, mapRoot: Buffer.alloc(31) })).toThrow(refused('invalid-hash'));
  });
});
