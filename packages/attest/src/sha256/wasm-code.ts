/** What can be written into a WebAssembly function here: few instructions, each as its bytes (WebAssembly Core Specification 2.0, chapter 5). */

/** LEB128, §5.2.2. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    if (rest >= -0x40 && rest < 0x40) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

export function littleEndian(words: readonly number[]): number[] {
  return words.flatMap((word) => [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24]);
}

const [I32, V128] = [0x7f, 0x7b];
const [LOOP, BR_IF, END, LOCAL_GET, LOCAL_SET, I32_LOAD, I32_CONST, I32_LT_U, I32_ADD] = [
  0x03, 0x0d, 0x0b, 0x20, 0x21, 0x28, 0x41, 0x49, 0x6a,
] as const;
const SIMD = 0xfd;
const [LOAD_SPLAT, CONST, SHUFFLE, LOAD_LANE, STORE_LANE] = [9, 12, 13, 86, 90] as const;
const OPERATION = { and: 0x4e, or: 0x50, xor: 0x51, shl: 0xab, shr: 0xad, add: 0xae } as const;
const TURNED = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];
const NO_RESULT = 0x40;

/** A value on the stack, by the instructions that put it there. */
export type Value = readonly number[];

export const local = (index: number): Value => [LOCAL_GET, ...unsigned(index)];
export const number = (value: number): Value => [I32_CONST, ...signed(value | 0)];
/** Four times the same 32 bits. */
export const four = (word: number): Value => [SIMD, ...unsigned(CONST), ...littleEndian([word, word, word, word])];
/** The bytes of each of its four words turned round. The vector is pushed twice. */
export const turned = (vector: Value): Value => [...vector, ...vector, SIMD, ...unsigned(SHUFFLE), ...TURNED];
export const loaded = (address: Value, offset = 0): Value => [...address, I32_LOAD, 2, ...unsigned(offset)];
/** The 32 bits at an address, four times. */
export const loadedFour = (address: Value, offset = 0): Value => [
  ...address,
  SIMD,
  ...unsigned(LOAD_SPLAT),
  2,
  ...unsigned(offset),
];
export const plus = (a: Value, b: Value): Value => [...a, ...b, I32_ADD];

function folded(operation: number): (first: Value, ...rest: readonly Value[]) => Value {
  return (first, ...rest) => [...first, ...rest.flatMap((value) => [...value, SIMD, ...unsigned(operation)])];
}
export const and = folded(OPERATION.and);
export const or = folded(OPERATION.or);
export const xor = folded(OPERATION.xor);
export const add = folded(OPERATION.add);
export const shiftedRight = (vector: Value, bits: number): Value => [
  ...vector,
  ...number(bits),
  SIMD,
  ...unsigned(OPERATION.shr),
];
export const rotatedRight = (vector: Value, bits: number): Value =>
  or(shiftedRight(vector, bits), [...vector, ...number(32 - bits), SIMD, ...unsigned(OPERATION.shl)]);

/** Of four addresses, the 32 bits at each, which need not be aligned. */
export function gathered(addresses: readonly Value[], offset: number): Value {
  const loads = addresses.map((_, lane) => [SIMD, ...unsigned(LOAD_LANE), 0, ...unsigned(offset), lane]);
  return [...addresses.toReversed().flat(), ...four(0), ...loads.flat()];
}

/** A function of two numbers without a result. */
export class WasmFunction {
  readonly #code: number[] = [];
  readonly #numbers: number;
  readonly #vectors: number;

  /** Locals 0 and 1 are the parameters; behind them stand so many numbers, and then so many vectors. */
  constructor({ numbers, vectors }: { readonly numbers: number; readonly vectors: number }) {
    this.#numbers = numbers;
    this.#vectors = vectors;
  }

  set(index: number, value: Value): void {
    this.#code.push(...value, LOCAL_SET, ...unsigned(index));
  }

  storeLane(address: Value, offset: number, vector: Value, lane: number): void {
    this.#code.push(...address, ...vector, SIMD, ...unsigned(STORE_LANE), 0, ...unsigned(offset), lane);
  }

  /** Does it once, and again as long as one number is below another. */
  repeat(work: () => void, below: readonly [Value, Value]): void {
    this.#code.push(LOOP, NO_RESULT);
    work();
    this.#code.push(...below[0], ...below[1], I32_LT_U, BR_IF, 0, END);
  }

  /** What another does, with the same locals. */
  include(other: WasmFunction): void {
    for (const byte of other.#code) this.#code.push(byte);
  }

  get body(): readonly number[] {
    const locals = [2, ...unsigned(this.#numbers), I32, ...unsigned(this.#vectors), V128];
    const bytes = [...locals, ...this.#code, END];
    return [...unsigned(bytes.length), ...bytes];
  }
}

/** A module that imports its memory as `env.memory`, holds `data` at address 0 of it, and exports functions. */
export function moduleOf(functions: Readonly<Record<string, WasmFunction>>, data: readonly number[]): Uint8Array<ArrayBuffer> {
  const list = Object.entries(functions);
  const vector = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
  const name = (text: string) => [...unsigned(text.length), ...Buffer.from(text, 'latin1')];
  const section = (id: number, bytes: readonly number[]) => [id, ...unsigned(bytes.length), ...bytes];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, 2, I32, I32, 0]])),
    ...section(2, vector([[...name('env'), ...name('memory'), 2, 0, 1]])),
    ...section(3, vector(list.map(() => [0]))),
    ...section(7, vector(list.map(([key], n) => [...name(key), 0, ...unsigned(n)]))),
    ...section(10, vector(list.map(([, { body }]) => body))),
    ...section(11, vector([[0, ...number(0), END, ...unsigned(data.length), ...data]])),
  ]);
}
