import type * as z from 'zod';
import { misread, type Parsed, textReadBy, understood } from '../vocabulary/index.ts';
import { ATOMS, type Atom, type Dimension, MEANT, PREFIXES } from './atoms.ts';
import { inverse, ONE, power, type Ratio, ratio, times } from './ratio.ts';

const MAX_LENGTH = 60;
const MAX_EXPONENT = 30;

/** A unit taken apart: what it measures, and how much of the base units it is. */
export interface Unit {
  readonly code: string;
  readonly dimension: Dimension;
  readonly factor: Ratio;
  /** Only where the unit is a temperature scale by itself; in a product (`Cel/min`) a degree is a difference. */
  readonly offset: Ratio | null;
  /** Exponents of what stands in braces, in the singular. UCUM gives them no meaning; {@link commensurable} does. */
  readonly annotations: Dimension;
}

/** What the grammar collects; `scale` while it is one temperature scale and nothing else. */
interface Term {
  readonly dimension: Dimension;
  readonly factor: Ratio;
  readonly annotations: Dimension;
  readonly scale: Ratio | null;
}

const NOTHING: Term = { dimension: {}, factor: ONE, annotations: {}, scale: null };

/**
 * Reads a UCUM code (UCUM 2.2 §2–§12, case-sensitive) over the atoms of this field: `.` and `/` from left to right, exponents, parentheses,
 * prefixes, annotations in braces.
 */
export function parseUnit(code: string): Parsed<Unit> {
  const known = understoodUnits.get(code);
  if (known) return known;
  const parsed = readUnit(code);
  if (parsed.ok && understoodUnits.size < MAX_REMEMBERED) understoodUnits.set(code, parsed);
  return parsed;
}

/** A laboratory uses a few dozen units, a split names one of them 400 times. */
const understoodUnits = new Map<string, Parsed<Unit>>();
const MAX_REMEMBERED = 1000;

function readUnit(code: string): Parsed<Unit> {
  if (code === '' || code.length > MAX_LENGTH) {
    return misread('quantity.unit', `a unit has 1 to ${MAX_LENGTH} characters`, `单位应为 1 至 ${MAX_LENGTH} 个字符`, {
      given: code.slice(0, MAX_LENGTH),
    });
  }
  const reader = new UnitReader(code);
  const term = reader.read();
  if (term === null) {
    const { at, token } = reader.stop;
    const meant = MEANT.get(token) ?? MEANT.get(code);
    return misread(
      'quantity.unit',
      `"${code}" is no UCUM unit known here: "${token || 'its end'}" at character ${at + 1} is not understood${meant ? `; write ${meant}` : ''}`,
      `“${code}”不是可识别的 UCUM 单位：第 ${at + 1} 个字符处的“${token || '结尾'}”无法识别${meant ? `；请写 ${meant}` : ''}`,
      { ...(meant && { expected: meant }), given: token },
    );
  }
  const { scale, ...rest } = term;
  return understood({ code, ...rest, offset: scale });
}

/** UCUM code, case-sensitive; `EU` for the endotoxin unit. */
export const UnitCode = textReadBy(parseUnit).meta({ examples: ['10*6.{cells}/kg'] });
export type UnitCode = z.infer<typeof UnitCode>;

/** The code as UCUM itself writes it: `EU` becomes `[IU]`, which is the same amount of endotoxin. */
export function ucumOf(code: string): string {
  return code.replace(/\{[^{}]*\}|(?<![A-Za-z[\]'_])EU(?![A-Za-z[\]'_])/g, (found) => (found === 'EU' ? '[IU]' : found));
}

/**
 * Whether amounts in the two units can be compared: the same dimension, and where both say in braces what they count, the same thing.
 * `10*6.{cells}` goes with `10*6` and with `{cell}`, not with `{vials}`.
 */
export function commensurable(a: Unit, b: Unit): boolean {
  if (!sameExponents(a.dimension, b.dimension)) return false;
  const [left, right] = [a.annotations, b.annotations];
  return isEmpty(left) || isEmpty(right) || sameExponents(left, right);
}

class UnitReader {
  readonly #code: string;
  #at = 0;
  #failure: { at: number; token: string } | null = null;

  constructor(code: string) {
    this.#code = code;
  }

  get stop(): { readonly at: number; readonly token: string } {
    return this.#failure ?? { at: this.#at, token: this.#code.slice(this.#at) };
  }

  read(): Term | null {
    const term = this.#take('/') ? this.#apply(NOTHING, '/') : this.#component();
    const whole = term && this.#rest(term);
    return whole && this.#at === this.#code.length ? whole : null;
  }

  #rest(first: Term): Term | null {
    let term: Term | null = first;
    while (term && (this.#peek() === '.' || this.#peek() === '/')) {
      const operator = this.#peek() as '.' | '/';
      this.#at++;
      term = this.#apply(term, operator);
    }
    return term;
  }

  #apply(left: Term, operator: '.' | '/'): Term | null {
    const right = this.#component();
    return right && product(left, operator === '.' ? right : reciprocal(right));
  }

  #component(): Term | null {
    if (this.#take('(')) {
      const inner = this.#component();
      const whole = inner && this.#rest(inner);
      return whole && this.#take(')') ? whole : this.#fail();
    }
    const start = this.#at;
    const text =
      /^(?:10[*^](?:[+-]?\d+)?|\d+(?![*^])|(?:[A-Za-z%'_]|\[[^[\]{}\s]*\])+(?:[+-]?\d+)?)/.exec(this.#code.slice(start))?.[0] ??
      '';
    this.#at += text.length;
    const annotation = this.#annotation();
    if (annotation === undefined || (text === '' && annotation === null)) return this.#fail(start, text);
    const term = text === '' ? NOTHING : simple(text);
    if (term === null) return this.#fail(start, text);
    return annotation === null ? term : { ...term, annotations: { ...term.annotations, [annotation]: 1 } };
  }

  /** Null when there is none, undefined when it is malformed. */
  #annotation(): string | null | undefined {
    if (this.#peek() !== '{') return null;
    const match = /^\{([\x21-\x7a|~]+)\}/.exec(this.#code.slice(this.#at));
    if (!match) return undefined;
    this.#at += match[0].length;
    return singular(match[1]!);
  }

  #peek(): string | undefined {
    return this.#code[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #fail(at = this.#at, token = this.#code.slice(at)): null {
    this.#failure ??= { at, token: token || this.#code.slice(at) };
    return null;
  }
}

function simple(text: string): Term | null {
  if (/^\d+$/.test(text)) return Number(text) > 0 ? { ...NOTHING, factor: ratio(BigInt(text)) } : null;
  const [, name, digits] = /^(10[*^]|.*?)([+-]?\d+)?$/.exec(text)!;
  const found = atomOf(name!);
  const exponent = digits === undefined ? 1 : Number(digits);
  if (!found || Math.abs(exponent) > MAX_EXPONENT || exponent === 0) return null;
  const { atom, prefix } = found;
  const factor = power(times(power(ratio(10n), prefix), atom.factor), exponent);
  const scale = atom.offset && exponent === 1 && prefix === 0 ? atom.offset : null;
  return { dimension: scaledExponents(atom.dimension, exponent), factor, annotations: {}, scale };
}

function atomOf(name: string): { readonly atom: Atom; readonly prefix: number } | null {
  const whole = ATOMS.get(name);
  if (whole) return { atom: whole, prefix: 0 };
  for (const [prefix, exponent] of PREFIXES) {
    const atom = name.startsWith(prefix) ? ATOMS.get(name.slice(prefix.length)) : undefined;
    if (atom?.metric) return { atom, prefix: exponent };
  }
  return null;
}

function product(a: Term, b: Term): Term {
  return {
    dimension: addedExponents(a.dimension, b.dimension),
    factor: times(a.factor, b.factor),
    annotations: addedExponents(a.annotations, b.annotations),
    scale: null,
  };
}

function reciprocal(term: Term): Term {
  return {
    dimension: scaledExponents(term.dimension, -1),
    factor: inverse(term.factor),
    annotations: scaledExponents(term.annotations, -1),
    scale: null,
  };
}

function addedExponents(a: Dimension, b: Dimension): Dimension {
  const sum: Record<string, number> = { ...a };
  for (const [base, exponent] of Object.entries(b)) sum[base] = (sum[base] ?? 0) + exponent;
  return Object.fromEntries(Object.entries(sum).filter(([, exponent]) => exponent !== 0));
}

function scaledExponents(dimension: Dimension, by: number): Dimension {
  return Object.fromEntries(Object.entries(dimension).map(([base, exponent]) => [base, exponent * by]));
}

function sameExponents(a: Dimension, b: Dimension): boolean {
  return isEmpty(addedExponents(a, scaledExponents(b, -1)));
}

function isEmpty(dimension: Dimension): boolean {
  return Object.keys(dimension).length === 0;
}

function singular(annotation: string): string {
  return /[^s]s$/.test(annotation) ? annotation.slice(0, -1) : annotation;
}
