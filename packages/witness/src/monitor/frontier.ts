import { EMPTY_ROOT, merkleNode } from '@cytoledger/attest';

const HASH_LENGTH = 32;

/** The right edge of an RFC 6962 tree: the roots of its complete subtrees, one for each bit of its size. All that is needed to go on. */
export class Frontier {
  #size: number;
  /** By height; undefined where the bit of the size is 0. */
  readonly #nodes: (Buffer | undefined)[];

  private constructor(size: number, nodes: (Buffer | undefined)[]) {
    this.#size = size;
    this.#nodes = nodes;
  }

  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /** What {@link bytes} gave, or undefined where it cannot be that of a tree of that size. */
  static read(size: number, bytes: Uint8Array): Frontier | undefined {
    const nodes: (Buffer | undefined)[] = [];
    let at = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) nodes.push(undefined);
      else {
        nodes.push(Buffer.from(bytes.subarray(at, at + HASH_LENGTH)));
        at += HASH_LENGTH;
      }
    }
    return at === bytes.length ? new Frontier(size, nodes) : undefined;
  }

  get size(): number {
    return this.#size;
  }

  /** @param leaf an RFC 6962 leaf hash */
  add(leaf: Buffer): void {
    let node = leaf;
    let height = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = merkleNode(this.#nodes[height]!, node);
      this.#nodes[height++] = undefined;
    }
    this.#nodes[height] = node;
    this.#size++;
  }

  root(): Buffer {
    let root: Buffer | undefined;
    for (const node of this.#nodes) if (node !== undefined) root = root === undefined ? node : merkleNode(node, root);
    return root ?? EMPTY_ROOT;
  }

  /** From the lowest height up. */
  bytes(): Buffer {
    return Buffer.concat(this.#nodes.filter((node) => node !== undefined));
  }
}
