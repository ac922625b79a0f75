import { bitOf, EMPTY_MAP, HASH, hashNode } from './map-hash.ts';

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

/** The tree above the pages, in memory: about 40 bytes a page and its node. */
export class HeadsDirectory {
  readonly #hashAlone: HashAlone;
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
    this.#refresh(this.#root, 0);
    this.#copyHash(this.#root, hash);
    return hash;
  }

  heads(): number {
    this.#refresh(this.#root, 0);
    return this.#headsOf(this.#root);
  }

  pathOf(key: Buffer): DirectoryPath {
    this.#refresh(this.#root, 0);
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

  #refresh(ref: Ref, depth: number): void {
    if (ref < 0 || this.#stale[ref] === 0) return;
    const [left, right] = [this.#children[2 * ref]!, this.#children[2 * ref + 1]!];
    this.#refresh(left, depth + 1);
    this.#refresh(right, depth + 1);
    const heads = this.#headsOf(left) + this.#headsOf(right);
    this.#headsBelow[ref] = heads;
    this.#stale[ref] = 0;
    const at = ref * HASH;
    if (heads === 0) EMPTY_MAP.copy(this.#hashes, at);
    else if (heads === 1) this.#hashAlone(this.#onlyPage(ref), depth, this.#hashes, at);
    else hashNode(...this.#hashAt(left), ...this.#hashAt(right), this.#hashes, at);
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

  #hashAt(ref: Ref): [Buffer, number] {
    return ref >= 0 ? [this.#hashes, ref * HASH] : [this.#pageHashes, ~ref * HASH];
  }

  #copyHash(ref: Ref, target: Buffer): Buffer {
    const [hashes, at] = this.#hashAt(ref);
    hashes.copy(target, 0, at, at + HASH);
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
