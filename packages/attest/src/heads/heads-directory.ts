import { HashPlan } from '../sha256/hash-plan.ts';
import { bitOf, EMPTY_MAP, HASH, NODE } from './map-hash.ts';

/** A node of the directory from 0, or a page as its complement. */
type Ref = number;

/** Writes T of the one head of a page as it is at another depth. */
export type HashAlone = (page: number, depth: number, target: Buffer, at: number) => void;

export type DirectoryPath = {
  /** From the root down; undefined where the other side is empty. */
  readonly siblings: (Buffer | undefined)[];
  /** The page where the path goes on, and undefined where nothing is. */
  readonly page: number | undefined;
};

/** Nodes that are hashed together: their two hashes below and their own, side by side. */
const TOGETHER = 1024;
const PLACE = 3 * HASH;

/** The tree above the pages, in memory: about 40 bytes a page and its node. */
export class HeadsDirectory {
  readonly #hashAlone: HashAlone;
  readonly #plan = new HashPlan(TOGETHER * PLACE);
  /** Nodes that wait for their hash, by their height above what is known. */
  readonly #waiting: number[][] = [];
  #root: Ref = ~0;
  #nodes = 0;
  #children = new Int32Array(64);
  #hashes = Buffer.alloc(32 * HASH);
  #headsBelow = new Float64Array(32);
  #stale = new Uint8Array(32);
  #pageHashes = Buffer.alloc(32 * HASH);
  #pageHeads = new Uint8Array(32);

  constructor(hashAlone: HashAlone) {
    this.#hashAlone = hashAlone;
  }

  /** The page that holds a key or would. */
  pageOf(key: Buffer): number {
    let ref = this.#root;
    for (let depth = 0; ref >= 0; depth++) ref = this.#children[2 * ref + bitOf(key, 0, depth)]!;
    return ~ref;
  }

  /** What a page now holds. The key is of the page: any that it holds or would. */
  set(page: number, key: Buffer, heads: number, hash: Buffer): void {
    this.#growPages(page);
    hash.copy(this.#pageHashes, page * HASH);
    this.#pageHeads[page] = heads;
    let ref = this.#root;
    for (let depth = 0; ref >= 0; depth++) {
      this.#stale[ref] = 1;
      ref = this.#children[2 * ref + bitOf(key, 0, depth)]!;
    }
  }

  /** A page became two, one bit deeper: itself on the left, a new one on the right. */
  split(page: number, key: Buffer, right: number): void {
    let [ref, above, bit] = [this.#root, -1, 0];
    for (let depth = 0; ref >= 0; depth++) {
      bit = bitOf(key, 0, depth);
      above = ref;
      ref = this.#children[2 * ref + bit]!;
    }
    this.#link(above, bit, this.#newNode(~page, ~right));
  }

  /** Puts a page where its prefix says, while a directory is made anew. Every place must be taken in the end: {@link isWhole}. */
  place(page: number, depth: number, prefix: Buffer, heads: number, hash: Buffer): boolean {
    let [above, bit]: [number, number] = [-1, 0];
    for (let at = 0; at < depth; at++) {
      const ref = this.#follow(above, bit);
      if (ref < 0 && ref !== NOWHERE) return false;
      const node = ref === NOWHERE ? this.#newNode(NOWHERE, NOWHERE) : ref;
      if (ref === NOWHERE) this.#link(above, bit, node);
      [above, bit] = [node, bitOf(prefix, 0, at)];
    }
    if (this.#follow(above, bit) !== NOWHERE) return false;
    this.#link(above, bit, ~page);
    this.#growPages(page);
    hash.copy(this.#pageHashes, page * HASH);
    this.#pageHeads[page] = heads;
    return true;
  }

  /** Makes room for {@link place}. */
  clear(): void {
    this.#nodes = 0;
    this.#root = NOWHERE;
  }

  get isWhole(): boolean {
    return this.#root !== NOWHERE && !this.#children.subarray(0, 2 * this.#nodes).includes(NOWHERE);
  }

  root(): Buffer {
    const hash = Buffer.alloc(HASH);
    this.#refresh();
    this.#copyHash(this.#root, hash);
    return hash;
  }

  heads(): number {
    this.#refresh();
    return this.#headsOf(this.#root);
  }

  pathOf(key: Buffer): DirectoryPath {
    this.#refresh();
    const siblings: (Buffer | undefined)[] = [];
    let ref = this.#root;
    for (let depth = 0; ref >= 0; depth++) {
      const heads = this.#headsOf(ref);
      if (heads === 0) return { siblings, page: undefined };
      if (heads === 1) return { siblings, page: this.#onlyPage(ref) };
      const bit = bitOf(key, 0, depth);
      const other = this.#children[2 * ref + 1 - bit]!;
      siblings.push(this.#headsOf(other) === 0 ? undefined : this.#copyHash(other, Buffer.alloc(HASH)));
      ref = this.#children[2 * ref + bit]!;
    }
    return { siblings, page: ~ref };
  }

  /** Brings all hashes up to date. */
  #refresh(): void {
    for (const nodes of this.#waiting) nodes.length = 0;
    this.#note(this.#root, 0);
    for (const nodes of this.#waiting)
      for (let from = 0; from < nodes.length; from += TOGETHER) this.#hash(nodes, from, Math.min(nodes.length, from + TOGETHER));
  }

  /** Counts heads, and notes whose hash is to be computed; returns on which height it comes, 0 where it is there. */
  #note(ref: Ref, depth: number): number {
    if (ref < 0 || this.#stale[ref] === 0) return 0;
    const [left, right] = [this.#children[2 * ref]!, this.#children[2 * ref + 1]!];
    const below = Math.max(this.#note(left, depth + 1), this.#note(right, depth + 1));
    const heads = this.#headsOf(left) + this.#headsOf(right);
    this.#headsBelow[ref] = heads;
    if (heads > 1) {
      if (this.#waiting.length === below) this.#waiting.push([]);
      this.#waiting[below]!.push(ref);
      return below + 1;
    }
    if (heads === 0) EMPTY_MAP.copy(this.#hashes, ref * HASH);
    else this.#hashAlone(this.#onlyPage(ref), depth, this.#hashes, ref * HASH);
    this.#stale[ref] = 0;
    return 0;
  }

  #hash(nodes: readonly number[], from: number, to: number): void {
    const { bytes } = this.#plan;
    for (let n = from, at = 0; n < to; n++, at += PLACE) {
      const node = nodes[n]!;
      this.#putHash(this.#children[2 * node]!, bytes, at);
      this.#putHash(this.#children[2 * node + 1]!, bytes, at + HASH);
      this.#plan.node(NODE, at, at + HASH, at + 2 * HASH, 0);
    }
    this.#plan.run();
    for (let n = from, at = 2 * HASH; n < to; n++, at += PLACE) {
      const node = nodes[n]!;
      for (let i = 0; i < HASH; i++) this.#hashes[node * HASH + i] = bytes[at + i]!;
      this.#stale[node] = 0;
    }
  }

  /** Pages are left with one head by cutting back only. */
  #onlyPage(ref: Ref): number {
    let at = ref;
    while (at >= 0) at = this.#children[2 * at + (this.#headsOf(this.#children[2 * at]!) > 0 ? 0 : 1)]!;
    return ~at;
  }

  #headsOf(ref: Ref): number {
    return ref >= 0 ? this.#headsBelow[ref]! : this.#pageHeads[~ref]!;
  }

  #putHash(ref: Ref, target: Buffer, at: number): void {
    const hashes = ref >= 0 ? this.#hashes : this.#pageHashes;
    const own = (ref >= 0 ? ref : ~ref) * HASH;
    for (let i = 0; i < HASH; i++) target[at + i] = hashes[own + i]!;
  }

  #copyHash(ref: Ref, target: Buffer): Buffer {
    this.#putHash(ref, target, 0);
    return target;
  }

  #follow(above: number, bit: number): Ref {
    return above < 0 ? this.#root : this.#children[2 * above + bit]!;
  }

  #link(above: number, bit: number, ref: Ref): void {
    if (above < 0) this.#root = ref;
    else this.#children[2 * above + bit] = ref;
  }

  #newNode(left: Ref, right: Ref): number {
    const node = this.#nodes++;
    if (node === this.#stale.length) {
      this.#children = widened(this.#children, new Int32Array(4 * node));
      this.#headsBelow = widened(this.#headsBelow, new Float64Array(2 * node));
      this.#stale = widened(this.#stale, new Uint8Array(2 * node));
      this.#hashes = widened(this.#hashes, Buffer.alloc(2 * node * HASH));
    }
    this.#children[2 * node] = left;
    this.#children[2 * node + 1] = right;
    this.#stale[node] = 1;
    return node;
  }

  #growPages(page: number): void {
    let length = this.#pageHeads.length;
    if (page < length) return;
    while (length <= page) length *= 2;
    this.#pageHeads = widened(this.#pageHeads, new Uint8Array(length));
    this.#pageHashes = widened(this.#pageHashes, Buffer.alloc(length * HASH));
  }
}

/** No page has this number. */
const NOWHERE = -(2 ** 31);

function widened<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
