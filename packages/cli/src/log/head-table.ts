import { sha256 } from '@cytoledger/attest';

/** Of each stream: 12 bytes of SHA-256 of its name and 16 of its newest leaf hash, beside its seq and its time in ms. */
const [KEY, LEAF] = [12, 16] as const;
const FIRST_CAPACITY = 1 << 14;
const FULLEST = 0.6;
/** Some MiB. */
const REMEMBERED = 16_384;
/** The seq of a stream without an entry. */
const NONE = -1;

/** The newest entry of each stream in 70 bytes or so a stream, whatever their names: a map of objects would take several hundred. */
export class HeadTable {
  #capacity = 0;
  #keys = new Uint8Array(0);
  #leaves = new Uint8Array(0);
  /** NONE where a slot is free. */
  #seqs = new Float64Array(0);
  #times = new Float64Array(0);
  /** Slots of streams that were met lately. */
  readonly #known = new Map<string, number>();
  #count = 0;
  #stream: string | undefined;
  #slot = 0;

  constructor() {
    this.#make(FIRST_CAPACITY);
  }

  get streams(): number {
    return this.#count;
  }

  /** Finds the stream, for the calls that follow. */
  find(stream: string): void {
    if (stream === this.#stream) return;
    if (this.#count > this.#capacity * FULLEST) this.#grow();
    this.#slot = this.#known.get(stream) ?? this.#lookUp(stream);
    this.#stream = stream;
  }

  /** Whether the stream that was found has no entry yet. */
  get isNew(): boolean {
    return this.#seqs[this.#slot] === NONE;
  }

  get seq(): number {
    return this.#seqs[this.#slot]!;
  }

  /** Of the newest entry; before all times where there is none. */
  get recordedAt(): number {
    return this.#times[this.#slot]!;
  }

  /** Whether the stream that was found has this leaf hash at its end. */
  leafIs(leaves: Uint8Array, leafAt: number): boolean {
    const at = this.#slot * LEAF;
    for (let i = 0; i < LEAF; i++) if (this.#leaves[at + i] !== leaves[leafAt + i]) return false;
    return true;
  }

  /** Gives the stream that was found a new end. */
  put(seq: number, leaves: Uint8Array, leafAt: number, recordedAt: number): void {
    if (this.isNew) this.#count++;
    this.#seqs[this.#slot] = seq;
    this.#times[this.#slot] = recordedAt;
    const at = this.#slot * LEAF;
    for (let i = 0; i < LEAF; i++) this.#leaves[at + i] = leaves[leafAt + i]!;
  }

  #lookUp(stream: string): number {
    const key = sha256(stream);
    const slot = this.#slotOf(key, 0);
    if (this.#seqs[slot] === NONE) this.#keys.set(key.subarray(0, KEY), slot * KEY);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(stream, slot);
    return slot;
  }

  #slotOf(keys: Uint8Array, at: number): number {
    const mask = this.#capacity - 1;
    let slot = ((keys[at]! << 24) | (keys[at + 1]! << 16) | (keys[at + 2]! << 8) | keys[at + 3]!) & mask;
    while (this.#seqs[slot] !== NONE && !this.#hasKey(slot, keys, at)) slot = (slot + 1) & mask;
    return slot;
  }

  #hasKey(slot: number, keys: Uint8Array, at: number): boolean {
    for (let i = 0; i < KEY; i++) if (this.#keys[slot * KEY + i] !== keys[at + i]) return false;
    return true;
  }

  #make(capacity: number): void {
    this.#capacity = capacity;
    this.#keys = new Uint8Array(capacity * KEY);
    this.#leaves = new Uint8Array(capacity * LEAF);
    this.#seqs = new Float64Array(capacity).fill(NONE);
    this.#times = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  }

  #grow(): void {
    const [keys, leaves, seqs, times, capacity] = [this.#keys, this.#leaves, this.#seqs, this.#times, this.#capacity];
    this.#make(capacity * 2);
    this.#known.clear();
    for (let old = 0; old < capacity; old++) {
      if (seqs[old] === NONE) continue;
      const slot = this.#slotOf(keys, old * KEY);
      this.#keys.set(keys.subarray(old * KEY, (old + 1) * KEY), slot * KEY);
      this.#leaves.set(leaves.subarray(old * LEAF, (old + 1) * LEAF), slot * LEAF);
      this.#seqs[slot] = seqs[old]!;
      this.#times[slot] = times[old]!;
    }
  }
}
