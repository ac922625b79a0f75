import type { HashPlan } from '../sha256/hash-plan.ts';
import { EMPTY_MAP, HEAD, halfByte, hashHead, hashNode, LAST_RUNG, NODE } from './map-hash.ts';

/** Computes hashes of a page within its bytes: at once, or later with those of other pages. A level is that on which what is read is there. */
export type PageHasher = {
  /** Writes R(`to`) of a head and returns the level on which it is there. */
  head(key: number, value: number, to: number, target: number): number;
  /** Writes T over two subtrees, which is there on the next level. */
  node(left: number, right: number, target: number, level: number): void;
  /** Writes T over the subtree that is there and an empty one beside it, left or right. */
  beside(emptyOnLeft: boolean, at: number, level: number): void;
};

export function hashingAtOnce(bytes: Buffer): PageHasher {
  return {
    head(key, value, to, target) {
      hashHead(bytes, key, bytes, value, to, bytes, target);
      return 0;
    },
    node(left, right, target) {
      hashNode(bytes, left, bytes, right, bytes, target);
    },
    beside(emptyOnLeft, at) {
      if (emptyOnLeft) hashNode(EMPTY_MAP, 0, bytes, at, bytes, at);
      else hashNode(bytes, at, EMPTY_MAP, 0, bytes, at);
    },
  };
}

/**
 * @param page where its bytes are among those of the plan
 * @param empty where 32 zero bytes are among them
 */
export function hashingLater(plan: HashPlan, page: number, empty: number): PageHasher {
  return {
    head(key, value, to, target) {
      plan.node(HEAD, page + key, page + value, page + target, 0);
      let level = 1;
      for (let j = LAST_RUNG - 1; j >= to; j--)
        plan.rung(halfByte(plan.bytes, page + key, j), page + target, page + target, level++);
      return level;
    },
    node(left, right, target, level) {
      plan.node(NODE, page + left, page + right, page + target, level);
    },
    beside(emptyOnLeft, at, level) {
      if (emptyOnLeft) plan.node(NODE, empty, page + at, page + at, level);
      else plan.node(NODE, page + at, empty, page + at, level);
    },
  };
}
