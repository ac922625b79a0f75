/** The most recently used blocks of files that do not change any more. */
export class BlockCache {
  readonly #blocks = new Map<number, Buffer>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: number, load: () => Buffer): Buffer {
    const known = this.#blocks.get(key);
    const block = known ?? load();
    if (known !== undefined) this.#blocks.delete(key);
    else if (this.#blocks.size >= this.#capacity) this.#blocks.delete(this.#blocks.keys().next().value!);
    this.#blocks.set(key, block);
    return block;
  }

  clear(): void {
    this.#blocks.clear();
  }
}
