import {
  add,
  and,
  four,
  gathered,
  littleEndian,
  loaded,
  loadedFour,
  local,
  moduleOf,
  number,
  or,
  plus,
  rotatedRight,
  shiftedRight,
  turned,
  type Value,
  WasmFunction,
  xor,
} from './wasm-code.ts';

/** FIPS 180-4 §4.2.2: of the cube roots of the first 64 primes the first 32 bits behind the point; §5.3.3 the same of the square roots of the first 8. */
const PRIMES = primes(64);
const K = PRIMES.map((prime) => fractionOf(prime, 3));
const FIRST_HASH = PRIMES.slice(0, 8).map((prime) => fractionOf(prime, 2));
/** What stands at the beginning of the memory. */
export const CONSTANT_BYTES = 4 * K.length;

const WORDS = 16;
const LANES = 4;
/** A job: four words. */
export const JOB_BYTES = 16;

/** Locals: the parameters, an address within the constants, of each lane two addresses; then vectors. */
const [JOB, END, CONSTANT, LEFT, RIGHT] = [0, 1, 2, 3, 3 + LANES] as const;
const FIRST_VECTOR = 3 + 2 * LANES;
const LOCALS = { numbers: 1 + 2 * LANES, vectors: WORDS + 16 + 1 };
const word = (t: number) => FIRST_VECTOR + (t % WORDS);
const state = (i: number) => FIRST_VECTOR + WORDS + i;
const before = (i: number) => FIRST_VECTOR + WORDS + 8 + i;
const SUM = FIRST_VECTOR + WORDS + 16;
const lanes = (first: number) => Array.from({ length: LANES }, (_, lane) => local(first + lane));

/**
 * SHA-256 of four short messages at a time, each in a lane of 128-bit vectors: for tree nodes by the thousand, of which each costs a third of
 * what a call of node:crypto costs. Both functions take the addresses of the first job and behind the last; jobs are a multiple of four. What a job
 * reads may be what it writes, and what another job of the same call writes must not be what it reads.
 *
 * - `nodes`: SHA-256(prefix ‖ left ‖ right) of 65 bytes. A job: address of left − 1, of right − 1, of the hash, prefix × 2^24.
 * - `rungs`: SHA-256(03 ‖ half ‖ below) of 34 bytes. A job: address of below − 2, 0, of the hash, 3 × 2^24 + half × 2^16.
 *
 * Addresses are unaligned, and below the first byte of what they name, so that words of the message are words of the memory.
 */
export function fourLanesModule(): Uint8Array<ArrayBuffer> {
  const block = new WasmFunction(LOCALS);
  compress(block);
  return moduleOf({ nodes: nodes(block), rungs: rungs(block) }, littleEndian(K));
}

function nodes(block: WasmFunction): WasmFunction {
  return ofJobs((code) => {
    for (let t = 0; t < 8; t++) read(code, t, LEFT, 4 * t);
    code.set(word(0), or(and(local(word(0)), four(0x00ff_ffff)), prefixes()));
    for (let t = 0; t < 8; t++) read(code, 8 + t, RIGHT, 4 * t);
    code.set(word(8), or(and(local(word(8)), four(0x00ff_ffff)), lastByte(LEFT)));
    code.include(block);
    code.set(word(0), or(lastByte(RIGHT), four(0x0080_0000)));
    for (let t = 1; t < WORDS - 1; t++) code.set(word(t), four(0));
    code.set(word(WORDS - 1), four(8 * 65));
    code.include(block);
  });
}

function rungs(block: WasmFunction): WasmFunction {
  return ofJobs((code) => {
    for (let t = 0; t < 9; t++) read(code, t, LEFT, 4 * t);
    code.set(word(0), or(and(local(word(0)), four(0x0000_ffff)), prefixes()));
    code.set(word(8), or(and(local(word(8)), four(0xffff_0000)), four(0x0000_8000)));
    for (let t = 9; t < WORDS - 1; t++) code.set(word(t), four(0));
    code.set(word(WORDS - 1), four(8 * 34));
    code.include(block);
  });
}

/** Sets a word of the message in all lanes. */
function read(code: WasmFunction, t: number, first: number, offset: number): void {
  code.set(word(t), gathered(lanes(first), offset));
  code.set(word(t), turned(local(word(t))));
}

/** Of the 32 bytes at an address + 1, the last, as the first byte of a word. */
function lastByte(first: number): Value {
  return and(gathered(lanes(first), 29), four(0xff00_0000));
}

/** The fourth word of each of four jobs. */
function prefixes(): Value {
  return gathered(
    Array.from({ length: LANES }, (_, lane) => plus(local(JOB), number(JOB_BYTES * lane))),
    12,
  );
}

function ofJobs(hash: (code: WasmFunction) => void): WasmFunction {
  const code = new WasmFunction(LOCALS);
  code.repeat(() => {
    for (let lane = 0; lane < LANES; lane++) {
      code.set(LEFT + lane, loaded(local(JOB), JOB_BYTES * lane));
      code.set(RIGHT + lane, loaded(local(JOB), JOB_BYTES * lane + 4));
    }
    for (let i = 0; i < 8; i++) code.set(state(i), four(FIRST_HASH[i]!));
    hash(code);
    for (let lane = 0; lane < LANES; lane++) code.set(LEFT + lane, loaded(local(JOB), JOB_BYTES * lane + 8));
    for (let i = 0; i < 8; i++) {
      code.set(SUM, turned(local(state(i))));
      for (let lane = 0; lane < LANES; lane++) code.storeLane(local(LEFT + lane), 4 * i, local(SUM), lane);
    }
    code.set(JOB, plus(local(JOB), number(JOB_BYTES * LANES)));
  }, [local(JOB), local(END)]);
  return code;
}

/** FIPS 180-4 §6.2.2, of the block in the words. */
function compress(code: WasmFunction): void {
  for (let i = 0; i < 8; i++) code.set(before(i), local(state(i)));
  code.set(CONSTANT, number(0));
  for (let t = 0; t < WORDS; t++) round(code, t);
  code.set(CONSTANT, number(4 * WORDS));
  code.repeat(() => {
    for (let t = 0; t < WORDS; t++) {
      schedule(code, t);
      round(code, t);
    }
    code.set(CONSTANT, plus(local(CONSTANT), number(4 * WORDS)));
  }, [local(CONSTANT), number(CONSTANT_BYTES)]);
  for (let i = 0; i < 8; i++) code.set(state(i), add(local(state(i)), local(before(i))));
}

/** The variables a to h stand where they are; each round knows them by the next names. */
function round(code: WasmFunction, t: number): void {
  const at = (i: number) => state((i + WORDS - t) % 8);
  const [a, b, c, d, e, f, g, h] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)] as const;
  const choice = xor(local(g), and(local(e), xor(local(f), local(g))));
  const majority = or(and(local(a), local(b)), and(local(c), or(local(a), local(b))));
  const rotated = (vector: number, x: number, y: number, z: number) =>
    xor(rotatedRight(local(vector), x), rotatedRight(local(vector), y), rotatedRight(local(vector), z));
  code.set(SUM, add(local(h), rotated(e, 6, 11, 25), choice, loadedFour(local(CONSTANT), 4 * t), local(word(t))));
  code.set(d, add(local(d), local(SUM)));
  code.set(h, add(local(SUM), rotated(a, 2, 13, 22), majority));
}

function schedule(code: WasmFunction, t: number): void {
  const [early, late] = [local(word(t + 1)), local(word(t + 14))];
  code.set(
    word(t),
    add(
      local(word(t)),
      xor(rotatedRight(early, 7), rotatedRight(early, 18), shiftedRight(early, 3)),
      local(word(t + 9)),
      xor(rotatedRight(late, 17), rotatedRight(late, 19), shiftedRight(late, 10)),
    ),
  );
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** Of a root of a number, the first 32 bits behind the point. */
function fractionOf(value: number, degree: 2 | 3): number {
  // The whole root of value · 2^(32 · degree), by bits.
  const wanted = BigInt(value) << BigInt(32 * degree);
  let root = 0n;
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) if ((root + bit) ** BigInt(degree) <= wanted) root += bit;
  return Number(root & 0xffff_ffffn);
}
