import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeadsMap, openHeadsMap, pagesFile, SLOT, type StreamHead } from '../disk.ts';
import { encodeHeadProof, type Head, merkleLeaf, readHeadProof, sha256, streamKey, verifyHead, verifyNoHead } from '../index.ts';
import { naiveRoot } from './naive-map.fixture.ts';

const refused = (code: string) => expect.objectContaining({ code });

let folder: string;
let path: string;
let map: HeadsMap;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-heads-'));
  path = join(folder, 'heads.db');
  map = openHeadsMap({ path });
});
afterEach(async () => {
  try {
    map.close();
  } catch {}
  await rm(folder, { recursive: true, force: true });
});

/** A log of entries for streams by number, and the heads at any of its sizes. */
class Entries {
  readonly #streams: readonly number[];
  readonly heads: StreamHead[];

  constructor(streams: readonly number[]) {
    this.#streams = streams;
    const seqs = new Map<number, number>();
    this.heads = streams.map((number, index) => {
      const seq = (seqs.get(number) ?? -1) + 1;
      seqs.set(number, seq);
      const header = Buffer.from(`${number}/${seq}`);
      return { stream: `stream-${number}`, seq, index, leafHash: merkleLeaf(header), headerHash: sha256(header) };
    });
  }

  get size(): number {
    return this.#streams.length;
  }

  at(size: number): Map<string, Head> {
    return new Map(this.heads.slice(0, size).map((head) => [head.stream, head]));
  }

  /** The last head of each stream in [from, to). */
  step(from: number, to: number): Iterable<StreamHead> {
    return new Map(this.heads.slice(from, to).map((head) => [head.stream, head])).values();
  }
}

const many = new Entries(Array.from({ length: 6_000 }, (_, i) => (i * i) % 4_001));

function advanceTo(size: number, entries = many, of = map): void {
  of.advance(size, entries.step(of.size, size));
}

describe('the heads map', () => {
  it('has the root of nothing while nothing is in it', () => {
    expect([map.size, map.streams]).toEqual([0, 0]);
    expect(map.root()).toEqual(Buffer.alloc(32));
    verifyNoHead('any', map.prove('any').proof, map.root());
  });

  it('tells of a stream, without a proof, what its proof shows', () => {
    advanceTo(many.size);
    for (const number of [0, 1, 4, 9, 2_000, 4_000, 9_999]) {
      const stream = `stream-${number}`;
      expect(map.head(stream)).toEqual(map.prove(stream).head);
    }
    expect(map.head('stream-0')).toEqual({ seq: expect.any(Number), index: expect.any(Number) });
    expect(map.head('stream-9999')).toBeUndefined();
  });

  it('has the defined root at any size, in whatever steps it came there', () => {
    const numbers = fc.array(fc.nat({ max: 120 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(numbers, fc.array(fc.nat(), { maxLength: 4 }), (streams, cuts) => {
        const entries = new Entries(streams);
        const other = openHeadsMap({ path: ':memory:' });
        const sizes = [...cuts.map((cut) => cut % entries.size), entries.size].sort((a, b) => a - b);
        for (const size of sizes) {
          advanceTo(size, entries, other);
          expect(other.root()).toEqual(naiveRoot(entries.at(size)));
        }
        expect(other.streams).toBe(new Set(streams).size);
        other.close();
      }),
      { numRuns: 60 },
    );
  });

  it('has it with thousands of streams too, one by one and at once', () => {
    for (const size of [1, 2, 30, 31, 2_500, 2_501, 6_000]) {
      advanceTo(size);
      expect(map.root()).toEqual(naiveRoot(many.at(size)));
    }
    const atOnce = openHeadsMap({ path: ':memory:' });
    atOnce.advance(6_000, many.heads);
    expect(atOnce.root()).toEqual(map.root());
    atOnce.close();
  });

  it('proves the head of every stream, and of no other stream, seq, index or entry', () => {
    advanceTo(3_000);
    const root = map.root();
    for (const [stream, head] of [...many.at(3_000)].slice(0, 300)) {
      const { proof, head: found } = map.prove(stream);
      expect(found).toEqual({ seq: head.seq, index: head.index });
      verifyHead(stream, head, proof, root);
      for (const wrong of [
        { ...head, seq: head.seq + 1, index: head.index + 1 },
        { ...head, index: head.index + 1 },
        { ...head, leafHash: sha256('x') },
        { ...head, headerHash: sha256('x') },
      ])
        expect(() => verifyHead(stream, wrong, proof, root)).toThrow(refused('root-mismatch'));
      expect(() => verifyHead(`${stream}x`, head, proof, root)).toThrow(refused('root-mismatch'));
      expect(() => verifyNoHead(stream, proof, root)).toThrow(refused('invalid-head-proof'));
    }
  });

  it('proves that a stream has no head, at sizes from one stream to thousands', () => {
    const ends = new Set<string>();
    for (const size of [1, 2, 5, 40, 4_000]) {
      advanceTo(size);
      for (let i = 0; i < 200; i++) {
        const { proof, head } = map.prove(`nobody-${i}`);
        expect(head).toBeUndefined();
        ends.add(proof.end.kind);
        verifyNoHead(`nobody-${i}`, proof, map.root());
        expect(() => verifyHead(`nobody-${i}`, many.heads[0]!, proof, map.root())).toThrow(refused('invalid-head-proof'));
      }
    }
    expect(ends).toEqual(new Set(['none', 'other']));
  });

  it('tells in a proof of absence nothing of another stream but a few bits of its key', () => {
    advanceTo(4_000);
    const others = [...many.at(4_000).keys()].map((stream) => streamKey(stream).subarray(0, 6));
    for (let i = 0; i < 500; i++) {
      const { proof } = map.prove(`nobody-${i}`);
      if (proof.end.kind !== 'other') continue;
      expect(proof.end.halfBytes.length).toBeLessThan(6);
      const bytes = encodeHeadProof(proof);
      expect(others.some((key) => bytes.includes(key))).toBe(false);
    }
  });

  it('proves the absence of what comes later, and its head then', () => {
    const { stream, index } = many.heads[2_000]!;
    advanceTo(index);
    const before = { root: map.root(), ...map.prove(stream) };
    if (before.head === undefined) verifyNoHead(stream, before.proof, before.root);
    advanceTo(index + 1);
    verifyHead(stream, many.heads[2_000]!, map.prove(stream).proof, map.root());
    expect(() => verifyHead(stream, many.heads[2_000]!, map.prove(stream).proof, before.root)).toThrow(refused('root-mismatch'));
  });

  it('is after a restart what it was', () => {
    advanceTo(4_321);
    const root = map.root();
    map.close();
    map = openHeadsMap({ path });
    expect([map.size, map.root()]).toEqual([4_321, root]);
    advanceTo(6_000);
    expect(map.root()).toEqual(naiveRoot(many.at(6_000)));
  });

  it('is taken back step by step or through many, to the map it was', () => {
    const sizes = [1, 2, 40, 41, 500, 3_000, 6_000];
    for (const size of sizes) advanceTo(size);
    map.cutBack(3_000);
    expect(map.root()).toEqual(naiveRoot(many.at(3_000)));
    map.close();
    map = openHeadsMap({ path });
    for (const size of [40, 2, 1, 0]) {
      map.cutBack(size);
      expect([map.size, map.root()]).toEqual([size, naiveRoot(many.at(size))]);
      expect(map.streams).toBe(many.at(size).size);
      verifyNoHead('nobody', map.prove('nobody').proof, map.root());
      for (const [stream, head] of many.at(size)) verifyHead(stream, head, map.prove(stream).proof, map.root());
      verifyNoHead(many.heads[50]!.stream, map.prove(many.heads[50]!.stream).proof, map.root());
    }
    advanceTo(6_000);
    expect(map.root()).toEqual(naiveRoot(many.at(6_000)));
  });

  it('is not taken back to a size between steps, above its own, or further than 64 steps', () => {
    for (let size = 10; size <= 700; size += 10) advanceTo(size);
    const root = map.root();
    for (const size of [695, 701, 50, 0]) expect(() => map.cutBack(size)).toThrow(refused('heads-size-unknown'));
    expect([map.size, map.root()]).toEqual([700, root]);
    map.cutBack(60);
    expect(map.root()).toEqual(naiveRoot(many.at(60)));
  });

  it('changes nothing where one head of a step does not fit', () => {
    advanceTo(1_000);
    const root = map.root();
    const [good, old] = [many.heads[1_500]!, many.heads[10]!];
    for (const wrong of [
      { ...old, index: 1_600 },
      { ...old, index: 999, seq: 9 },
      { ...old, index: 2_000, seq: 9 },
      { ...old, index: 1_600, seq: -1 },
      { ...old, index: 1_600, seq: 1_601 },
    ])
      expect(() => map.advance(2_000, [good, wrong])).toThrow(refused('invalid-head'));
    expect(() => map.advance(2_000, [{ ...good, leafHash: Buffer.alloc(31) }])).toThrow(refused('invalid-hash'));
    expect(() => map.advance(999, [])).toThrow(refused('invalid-tree-size'));
    expect([map.size, map.root()]).toEqual([1_000, root]);
    advanceTo(2_000);
    expect(map.root()).toEqual(naiveRoot(many.at(2_000)));
  });

  it('is refused where its file is another or has lost a page', async () => {
    advanceTo(6_000);
    map.close();
    const other = join(folder, 'other.db');
    const slots = await readFile(pagesFile(path));
    await truncate(pagesFile(path), slots.length - SLOT);
    expect(() => openHeadsMap({ path })).toThrow(refused('heads-damaged'));
    await rm(pagesFile(path));
    expect(() => openHeadsMap({ path })).toThrow(refused('heads-damaged'));
    openHeadsMap({ path: other }).close();
    await copyFile(pagesFile(other), pagesFile(path));
    expect(() => openHeadsMap({ path })).toThrow(refused('heads-damaged'));
    await writeFile(other, Buffer.concat([Buffer.from('no database'), await readFile(path)]));
    expect(() => openHeadsMap({ path: other })).toThrow(refused('heads-damaged'));
  });

  it('is refused where it was written by an earlier version, and begins anew without its files', async () => {
    advanceTo(10);
    map.close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 1');
    db.close();
    expect(() => openHeadsMap({ path })).toThrow('the heads map is of format 1; this reads 2');
    await rm(path);
    map = openHeadsMap({ path });
    expect([map.size, map.root()]).toEqual([0, Buffer.alloc(32)]);
  });

  it('is opened by one process at a time, and is not called damaged for that', () => {
    advanceTo(10);
    expect(() => openHeadsMap({ path })).toThrow(refused('heads-in-use'));
    expect(map.root()).toEqual(naiveRoot(many.at(10)));
  });

  it('writes proofs as bytes that are read back', () => {
    advanceTo(4_000);
    for (let i = 0; i < 200; i++) {
      for (const stream of [`stream-${i}`, `nobody-${i}`]) {
        const { proof } = map.prove(stream);
        expect(readHeadProof(encodeHeadProof(proof))).toEqual(proof);
      }
    }
  });
});
