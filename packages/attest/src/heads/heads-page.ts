import { readCount, writeCount } from './head.ts';
import { bitOf, EMPTY_MAP, firstDifference, HASH, MAX_DEPTH, rungAt } from './map-hash.ts';
import { hashingAtOnce, type PageHasher } from './page-hasher.ts';

/** What a page keeps of a head. */
export type StoredHead = { readonly key: Buffer; readonly value: Buffer; readonly seq: number; readonly index: number };

const CAPACITY = 27;
/** Depth, count, the first 64 bits of its keys' common prefix, the page's own hash. */
const [DEPTH, COUNT, PREFIX, ROOT] = [0, 2, 4, 12];
export const PAGE_HEADER = ROOT + HASH;
export const PREFIX_BYTES = ROOT - PREFIX;
/** Of an entry: key, value, its rung, the hash over the branch between it and the next, seq, index, and the depths of both hashes. */
const [KEY, VALUE, ALONE, BRANCH] = [0, 1, 2, 3].map((nth) => nth * HASH) as [number, number, number, number];
const SEQ = BRANCH + HASH;
const INDEX = SEQ + 8;
const ALONE_RUNG = INDEX + 8;
const BRANCH_DEPTH = ALONE_RUNG + 1;
const ENTRY = BRANCH_DEPTH + 1;
/** Fits into a slot of 4,096 bytes beside what says which page it is; never changes. */
export const PAGE_BYTES = PAGE_HEADER + CAPACITY * ENTRY;
const NEVER = 255;

/**
 * The heads whose keys begin with one prefix, sorted by key, with the hashes of their subtree. A hash belongs to the gap between two
 * neighbours where their subtree branches, so that an insertion moves it along and a change computes one path anew.
 */
export class HeadsPage {
  readonly bytes: Buffer;
  readonly #changed = new Uint8Array(CAPACITY + 1);
  readonly #hasher: PageHasher;
  /** On which the hash is there that was asked for last. */
  #level = 0;
  /** Where the page's own hash stands, among its hashes. */
  #rootAt = ROOT;

  private constructor(bytes: Buffer, hasher: PageHasher) {
    this.bytes = bytes;
    this.#hasher = hasher;
  }

  static empty(depth: number, prefix: Buffer): HeadsPage {
    const bytes = Buffer.alloc(PAGE_BYTES);
    bytes.writeUInt16BE(depth, DEPTH);
    prefix.copy(bytes, PREFIX, 0, PREFIX_BYTES);
    return new HeadsPage(bytes, hashingAtOnce(bytes));
  }

  /** Takes the bytes over. */
  static of(bytes: Buffer, hasher: PageHasher = hashingAtOnce(bytes)): HeadsPage {
    return new HeadsPage(bytes, hasher);
  }

  /** The bytes are those of another page now, and up to date. */
  exchanged(): this {
    this.#changed.fill(0);
    return this;
  }

  get depth(): number {
    return depthOf(this.bytes);
  }

  get count(): number {
    return countOf(this.bytes);
  }

  get isFull(): boolean {
    return this.count === CAPACITY;
  }

  /** Whether there is an entry for the key, and its place or that at which it belongs. */
  find(key: Buffer): { found: boolean; place: number } {
    const { bytes } = this;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = entryAt(middle) + KEY;
      let i = 0;
      while (i < HASH && key[i] === bytes[at + i]) i++;
      if (i === HASH) return { found: true, place: middle };
      if (key[i]! < bytes[at + i]!) high = middle;
      else low = middle + 1;
    }
    return { found: false, place: low };
  }

  seqAt(place: number): number {
    return readCount(this.bytes, entryAt(place) + SEQ);
  }

  indexAt(place: number): number {
    return readCount(this.bytes, entryAt(place) + INDEX);
  }

  copyValueAt(place: number, target: Buffer, at: number): void {
    const from = entryAt(place) + VALUE;
    this.bytes.copy(target, at, from, from + HASH);
  }

  /** A view, which holds until the page changes. */
  headAt(place: number): StoredHead {
    const { bytes } = this;
    const at = entryAt(place);
    return {
      key: bytes.subarray(at + KEY, at + KEY + HASH),
      value: bytes.subarray(at + VALUE, at + VALUE + HASH),
      seq: readCount(bytes, at + SEQ),
      index: readCount(bytes, at + INDEX),
    };
  }

  replace(place: number, { value, seq, index }: StoredHead): void {
    const at = entryAt(place);
    value.copy(this.bytes, at + VALUE);
    writeCount(this.bytes, at + SEQ, seq);
    writeCount(this.bytes, at + INDEX, index);
    this.#changed[place] = 1;
  }

  /** The page must not be full. */
  insert(place: number, head: StoredHead): void {
    const { bytes, count } = this;
    bytes.copyWithin(entryAt(place + 1), entryAt(place), entryAt(count));
    this.#changed.copyWithin(place + 1, place, count);
    bytes.writeUInt16BE(count + 1, COUNT);
    head.key.copy(bytes, entryAt(place) + KEY);
    bytes[entryAt(place) + ALONE_RUNG] = NEVER;
    bytes[entryAt(place) + BRANCH_DEPTH] = NEVER;
    this.replace(place, head);
  }

  remove(place: number): void {
    const { bytes, count } = this;
    bytes.copyWithin(entryAt(place), entryAt(place + 1), entryAt(count));
    this.#changed.copyWithin(place, place + 1, count);
    bytes.fill(0, entryAt(count - 1), entryAt(count));
    bytes.writeUInt16BE(count - 1, COUNT);
    // The branch that held it is also above one of its neighbours.
    if (place > 0) this.#changed[place - 1] = 1;
    if (place < count - 1) this.#changed[place] = 1;
  }

  /** Two pages one bit deeper. */
  split(): [HeadsPage, HeadsPage] {
    const { count, depth } = this;
    const middle = this.#branching(0, count, depth);
    const [left, right] = [this.#part(0, middle), this.#part(middle, count)];
    right.bytes[PREFIX + (depth >> 3)]! |= 0x80 >> (depth & 7);
    return [left, right];
  }

  #part(from: number, to: number): HeadsPage {
    const part = HeadsPage.empty(this.depth + 1, this.bytes.subarray(PREFIX, ROOT));
    this.bytes.copy(part.bytes, PAGE_HEADER, entryAt(from), entryAt(to));
    part.bytes.writeUInt16BE(to - from, COUNT);
    part.#changed.set(this.#changed.subarray(from, to));
    return part;
  }

  /** Computes what has changed, or notes it where the page is hashed later. */
  hash(): void {
    const { bytes, count } = this;
    if (count === 0) EMPTY_MAP.copy(bytes, ROOT);
    this.#rootAt = count === 0 ? ROOT : this.#subtree(0, count, this.depth);
    this.#changed.fill(0);
  }

  /** Takes up the page's own hash, once it is there. */
  seal(): void {
    if (this.#rootAt !== ROOT) this.bytes.copy(this.bytes, ROOT, this.#rootAt, this.#rootAt + HASH);
  }

  /** Whether the page's own hash is that of its heads, all of it computed anew. */
  isSound(): boolean {
    const again = HeadsPage.empty(this.depth, this.bytes.subarray(PREFIX, ROOT));
    for (let place = 0; place < Math.min(this.count, CAPACITY); place++) again.insert(place, this.headAt(place));
    again.hash();
    again.seal();
    return this.count <= CAPACITY && rootOf(again.bytes).equals(rootOf(this.bytes));
  }

  /** T over the entries [low, high), of which there is one: where it stands among the bytes. */
  #subtree(low: number, high: number, depth: number): number {
    const { bytes } = this;
    if (high - low === 1) {
      const at = entryAt(low);
      const rung = rungAt(depth);
      this.#level = 0;
      if (this.#changed[low] === 1 || bytes[at + ALONE_RUNG] !== rung) {
        this.#level = this.#hasher.head(at + KEY, at + VALUE, rung, at + ALONE);
        bytes[at + ALONE_RUNG] = rung;
      }
      return at + ALONE;
    }
    const bit = firstDifference(bytes, entryAt(low) + KEY, bytes, entryAt(high - 1) + KEY);
    const middle = this.#branching(low, high, bit);
    const slot = entryAt(middle - 1);
    if (bytes[slot + BRANCH_DEPTH] === depth && !this.#isChanged(low, high)) {
      this.#level = 0;
      return slot + BRANCH;
    }
    const left = this.#subtree(low, middle, bit + 1);
    const leftLevel = this.#level;
    const right = this.#subtree(middle, high, bit + 1);
    let level = Math.max(leftLevel, this.#level);
    this.#hasher.node(left, right, slot + BRANCH, level++);
    for (let above = bit - 1; above >= depth; above--)
      this.#hasher.beside(bitOf(bytes, entryAt(low) + KEY, above) === 1, slot + BRANCH, level++);
    bytes[slot + BRANCH_DEPTH] = depth;
    this.#level = level;
    return slot + BRANCH;
  }

  #isChanged(low: number, high: number): boolean {
    for (let place = low; place < high; place++) if (this.#changed[place] === 1) return true;
    return false;
  }

  /** The first entry of [low, high) whose key has this bit set; all before it have not. */
  #branching(low: number, high: number, bit: number): number {
    let place = low;
    while (place < high && bitOf(this.bytes, entryAt(place) + KEY, bit) === 0) place++;
    return place;
  }

  /** The hashes beside a key's path through the page, from its top, and the place of the entry where the path ends, if there is one. */
  pathOf(key: Buffer): { siblings: (Buffer | undefined)[]; place: number | undefined } {
    const { bytes } = this;
    const siblings: (Buffer | undefined)[] = [];
    let [low, high, depth] = [0, this.count, this.depth];
    while (high - low > 1) {
      const bit = firstDifference(bytes, entryAt(low) + KEY, bytes, entryAt(high - 1) + KEY);
      const leaves = Math.min(firstDifference(bytes, entryAt(low) + KEY, key, 0), MAX_DEPTH);
      for (const end = Math.min(bit, leaves); depth < end; depth++) siblings.push(undefined);
      if (leaves < bit) {
        siblings.push(this.#hashOf(low, high, depth + 1));
        return { siblings, place: undefined };
      }
      const middle = this.#branching(low, high, bit);
      const right = bitOf(key, 0, bit) === 1;
      siblings.push(right ? this.#hashOf(low, middle, bit + 1) : this.#hashOf(middle, high, bit + 1));
      [low, high, depth] = right ? [middle, high, bit + 1] : [low, middle, bit + 1];
    }
    return { siblings, place: high === low ? undefined : low };
  }

  /** Computed anew where a hash for that depth is not kept, which changes nothing that counts. */
  #hashOf(low: number, high: number, depth: number): Buffer {
    const at = this.#subtree(low, high, depth);
    return Buffer.from(this.bytes.subarray(at, at + HASH));
  }
}

export function depthOf(header: Buffer): number {
  return header.readUInt16BE(DEPTH);
}

export function countOf(header: Buffer): number {
  return header.readUInt16BE(COUNT);
}

export function prefixOf(header: Buffer): Buffer {
  return header.subarray(PREFIX, ROOT);
}

export function rootOf(header: Buffer): Buffer {
  return header.subarray(ROOT, ROOT + HASH);
}

function entryAt(place: number): number {
  return PAGE_HEADER + place * ENTRY;
}
