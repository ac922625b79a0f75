// These bytes are final, like those of the envelope: notes that others signed rest on them. They were made by ../../vectors/heads-v1.py,
// which shares no code with this package.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openHeadsMap } from '../disk.ts';
import { headsNoteText, headValue, merkleLeaf, merkleRoot, readHeadsNote, sha256, streamKey } from '../index.ts';

const golden = JSON.parse(readFileSync(new URL('../../vectors/heads-v1.json', import.meta.url), 'utf8')) as {
  streams: number;
  keys: Record<string, string>;
  values: string[];
  largeNumbers: string;
  roots: Record<string, string>;
  note: string;
  entries: [stream: string, seq: number][];
};
const hex = (bytes: Buffer) => bytes.toString('hex');
const headers = golden.entries.map(([stream, seq]) => Buffer.from(`header ${seq} of ${stream}`));
const heads = golden.entries.map(([stream, seq], index) => ({
  stream,
  seq,
  index,
  leafHash: merkleLeaf(headers[index]!),
  headerHash: sha256(headers[index]!),
}));

describe('version 1 of the heads map', () => {
  it('has the roots that are pinned here, so that the vectors cannot change unseen', () => {
    expect(golden.roots['1']).toBe('7ef24658c232a370484400f1f684b2ccbf979a9e424be5e0c9caba863f91a677');
    expect(golden.roots['1200']).toBe('c0c3180d716e9f9b50018a1a6cc75d0539f87159af299b97887536792cd448da');
  });

  it('makes the keys and values of the vectors', () => {
    for (const [stream, key] of Object.entries(golden.keys)) expect(hex(streamKey(stream))).toBe(key);
    expect(heads.slice(0, 3).map((head) => hex(headValue(head)))).toEqual(golden.values);
    const header = Buffer.from('header');
    const large = { seq: 2 ** 40 + 3, index: 2 ** 53 - 1, leafHash: merkleLeaf(header), headerHash: sha256(header) };
    expect(hex(headValue(large))).toBe(golden.largeNumbers);
  });

  it('makes their roots at every size', () => {
    const map = openHeadsMap({ path: ':memory:' });
    for (const [text, root] of Object.entries(golden.roots)) {
      map.advance(Number(text), heads.slice(map.size, Number(text)));
      expect(hex(map.root())).toBe(root);
    }
    expect(map.streams).toBe(golden.streams);
    map.close();
  });

  it('makes the text of their note', () => {
    const [mainRoot, mapRoot] = [merkleRoot(headers.map(merkleLeaf)), Buffer.from(golden.roots['1200']!, 'hex')];
    const note = { origin: 'cells.example/log', size: 1200, mainRoot, mapRoot };
    expect(headsNoteText(note)).toBe(golden.note);
    expect(readHeadsNote(golden.note)).toEqual(note);
  });
});
