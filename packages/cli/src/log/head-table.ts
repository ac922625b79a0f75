import { hash } from 'node:crypto';

/** Of each stream: 12 bytes of SHA-256 of its name, 16 of its newest leaf hash, its seq and its time in ms, 48 bits each. */
const [KEY, LEAF, SEQ, TIME, ENTRY] = [0, 12, 28, 34, 40] as const;
const FIRST_CAPACITY = 1 << 14;
const FULLEST = 0.6;
/** Some MiB. */
const REMEMBERED = 16_384;

export type TableHead = { readonly seq: number; readonly recordedAt: number };

/** The newest entry of each stream in 67 bytes or so a stream, whatever their names: a map of objects would take several hundred. */
export class HeadTable {
  #capacity = FIRST_CAPACITY;
  #bytes = Buffer.alloc(FIRST_CAPACITY * ENTRY);
  #used = new Uint8Array(FIRST_CAPACITY);
  readonly #keys = new Map<string, string>();
  #count = 0;
  #slot = 0;

  get streams(): number {
    return this.#count;
  }

  /** Finds the stream, for the calls that follow. */
  find(stream: string): TableHead | undefined {
    if (this.#count > this.#capacity * FULLEST) this.#grow();
    const key = this.#keyOf(stream);
    this.#slot = this.#slotOf(key);
    if (this.#used[this.#slot] === 0) {
      this.#bytes.write(key, this.#slot * ENTRY + KEY, LEAF, 'latin1');
      return undefined;
    }
    const at = this.#slot * ENTRY;
    return { seq: this.#bytes.readUIntBE(at + SEQ, 6), recordedAt: this.#bytes.readUIntBE(at + TIME, 6) };
  }

  /** Whether the stream that was found has this leaf hash at its end. */
  leafIs(leaf: Uint8Array): boolean {
    const at = this.#slot * ENTRY + LEAF;
    return this.#bytes.compare(leaf, 0, SEQ - LEAF, at, at + SEQ - LEAF) === 0;
  }

  /** Gives the stream that was found a new end. */
  put(seq: number, leaf: Uint8Array, recordedAt: number): void {
    if (this.#used[this.#slot] === 0) {
      this.#used[this.#slot] = 1;
      this.#count++;
    }
    const at = this.#slot * ENTRY;
    this.#bytes.set(leaf.subarray(0, SEQ - LEAF), at + LEAF);
    this.#bytes.writeUIntBE(seq, at + SEQ, 6);
    this.#bytes.writeUIntBE(recordedAt, at + TIME, 6);
  }

  /** A stream is met again soon, mostly: its hash is remembered. */
  #keyOf(stream: string): string {
    const known = this.#keys.get(stream);
    if (known !== undefined) return known;
    if (this.#keys.size >= REMEMBERED) this.#keys.clear();
    const key = hash('sha256', stream, 'binary');
    this.#keys.set(stream, key);
    return key;
  }

  #slotOf(key: string): number {
    const mask = this.#capacity - 1;
    let slot = startOf(key.charCodeAt(0), key.charCodeAt(1), key.charCodeAt(2), key.charCodeAt(3)) & mask;
    const wanted = key.slice(0, LEAF);
    while (this.#used[slot] === 1 && this.#bytes.toString('latin1', slot * ENTRY, slot * ENTRY + LEAF) !== wanted)
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [bytes, used, capacity] = [this.#bytes, this.#used, this.#capacity];
    this.#capacity *= 2;
    this.#bytes = Buffer.alloc(this.#capacity * ENTRY);
    this.#used = new Uint8Array(this.#capacity);
    for (let old = 0; old < capacity; old++) {
      if (used[old] === 0) continue;
      const slot = this.#slotOf(bytes.toString('latin1', old * ENTRY, old * ENTRY + LEAF));
      bytes.copy(this.#bytes, slot * ENTRY, old * ENTRY, (old + 1) * ENTRY);
      this.#used[slot] = 1;
    }
  }
}

function startOf(a: number, b: number, c: number, d: number): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
