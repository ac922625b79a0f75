import { sha256Into } from '../node-crypto.ts';
import { CONSTANT_BYTES, JOB_BYTES } from './four-lanes.ts';
import { type Lanes, lanesIn, memoryOf } from './wasm-engine.ts';

const HASH = 32;
const LANES = 4;
const WORDS_OF_JOB = JOB_BYTES / 4;
/** Of one call. */
const JOBS = 4096;
const RUNG = 3;

type Kind = keyof Lanes;

/** Jobs that do not wait for each other. */
class Jobs {
  words = new Int32Array(64 * WORDS_OF_JOB);
  count = 0;

  add(left: number, right: number, target: number, prefix: number): void {
    const at = this.count * WORDS_OF_JOB;
    if (at === this.words.length) {
      const wider = new Int32Array(2 * at);
      wider.set(this.words);
      this.words = wider;
    }
    this.words[at] = left;
    this.words[at + 1] = right;
    this.words[at + 2] = target;
    this.words[at + 3] = prefix;
    this.count++;
  }
}

/**
 * Hashes that are computed together: noted first, each with the level on which what it reads is there, and then run level by level, four at a time (see
 * four-lanes.ts). What they read and write lies in {@link bytes}; places are offsets within it.
 */
export class HashPlan {
  readonly bytes: Buffer;
  readonly #arena: number;
  readonly #jobs: number;
  readonly #words: Int32Array;
  readonly #lanes: Lanes | undefined;
  readonly #levels: Record<Kind, Jobs>[] = [];
  /** Of what is noted, the first level that nothing is on. */
  #end = 0;

  /**
   * @param length bytes for what is hashed
   * @param hasVectors false: as on a machine without them
   */
  constructor(length: number, hasVectors = true) {
    this.#jobs = CONSTANT_BYTES;
    // The byte before the first that is hashed is read too.
    this.#arena = this.#jobs + JOBS * JOB_BYTES + HASH;
    const memory = memoryOf(this.#arena + length + HASH);
    this.bytes = Buffer.from(memory.buffer, this.#arena, length);
    this.#words = new Int32Array(memory.buffer);
    this.#lanes = hasVectors ? lanesIn(memory) : undefined;
  }

  /** SHA-256(prefix ‖ 32 bytes ‖ 32 bytes), of what is there on a level; it is there on the next. */
  node(prefix: number, left: number, right: number, target: number, level: number): void {
    const arena = this.#arena;
    this.#level(level).nodes.add(arena + left - 1, arena + right - 1, arena + target, prefix << 24);
  }

  /** SHA-256(03 ‖ one byte ‖ 32 bytes), likewise. */
  rung(half: number, below: number, target: number, level: number): void {
    const arena = this.#arena;
    this.#level(level).rungs.add(arena + below - 2, 0, arena + target, (RUNG << 24) | (half << 16));
  }

  /** Computes what was noted. */
  run(): void {
    for (let level = 0; level < this.#end; level++) {
      const { nodes, rungs } = this.#levels[level]!;
      this.#compute('nodes', nodes);
      this.#compute('rungs', rungs);
    }
    this.clear();
  }

  /** Forgets what was noted. */
  clear(): void {
    for (let level = 0; level < this.#end; level++) {
      this.#levels[level]!.nodes.count = 0;
      this.#levels[level]!.rungs.count = 0;
    }
    this.#end = 0;
  }

  #level(level: number): Record<Kind, Jobs> {
    while (this.#levels.length <= level) this.#levels.push({ nodes: new Jobs(), rungs: new Jobs() });
    if (level >= this.#end) this.#end = level + 1;
    return this.#levels[level]!;
  }

  #compute(kind: Kind, { words, count }: Jobs): void {
    for (let from = 0; from < count; from += JOBS) {
      const part = Math.min(JOBS, count - from);
      const at = this.#jobs / 4;
      this.#words.set(words.subarray(from * WORDS_OF_JOB, (from + part) * WORDS_OF_JOB), at);
      if (this.#lanes === undefined) this.#oneByOne(kind, at, part);
      else this.#lanes[kind](this.#jobs, this.#jobs + this.#filled(at, part) * JOB_BYTES);
    }
  }

  /** The last job is done again for lanes that would be idle. */
  #filled(at: number, count: number): number {
    const whole = Math.ceil(count / LANES) * LANES;
    const last = at + (count - 1) * WORDS_OF_JOB;
    for (let n = count; n < whole; n++) this.#words.copyWithin(at + n * WORDS_OF_JOB, last, last + WORDS_OF_JOB);
    return whole;
  }

  /** Where there are no vectors. */
  #oneByOne(kind: Kind, at: number, count: number): void {
    const all = Buffer.from(this.#words.buffer);
    for (let job = at; job < at + count * WORDS_OF_JOB; job += WORDS_OF_JOB) {
      const [left, right, target, prefix] = this.#words.subarray(job, job + WORDS_OF_JOB) as unknown as [
        number,
        number,
        number,
        number,
      ];
      if (kind === 'nodes') {
        all.copy(message, 1, left + 1, left + 1 + HASH);
        all.copy(message, 1 + HASH, right + 1, right + 1 + HASH);
        message[0] = prefix >>> 24;
        sha256Into(message, all, target);
      } else {
        all.copy(message, 2, left + 2, left + 2 + HASH);
        message.writeUInt32BE((prefix | message.readUInt16BE(2)) >>> 0, 0);
        sha256Into(message.subarray(0, 2 + HASH), all, target);
      }
    }
  }
}

const message = Buffer.alloc(1 + 2 * HASH);
