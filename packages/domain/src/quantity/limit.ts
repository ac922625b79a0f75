import * as z from 'zod';
import { misread, type Problem } from '../vocabulary/index.ts';
import { Decimal } from './decimal.ts';
import { baseOf, type Comparator, paired, Quantity } from './quantity.ts';
import { compareRatio, type Ratio } from './ratio.ts';
import { UnitCode } from './unit.ts';

/** A result that is a word: negative, no growth, 46,XX. Compared without regard to width, case and blanks, and to nothing else. */
export const Category = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{C}*$/u, { error: 'printable characters are expected' });

/** What a specification line asks of its result. Both ends of `between` belong to it. `is` names every category that passes. */
export const Limit = z.discriminatedUnion('op', [
  z.strictObject({ op: z.enum(['≥', '>', '≤', '<', '=']), value: Decimal, unit: UnitCode }),
  z
    .strictObject({ op: z.literal('between'), low: Decimal, high: Decimal, unit: UnitCode })
    .refine(({ low, high, unit }) => isOrdered(low, high, unit), {
      error: 'the low end is not above the high end',
      path: ['high'],
    }),
  z.strictObject({ op: z.literal('is'), anyOf: z.array(Category).min(1).max(20) }),
  z.strictObject({ op: z.literal('report-only'), unit: UnitCode.optional() }),
]);
export type Limit = z.infer<typeof Limit>;

/** A test's result: an amount, or a word. */
export const ResultValue = z.union([Quantity, z.strictObject({ category: Category })]);
export type ResultValue = z.infer<typeof ResultValue>;

/** `undetermined`: the result cannot be held against the line, for the reason given. It passes nothing. */
export type LineVerdict =
  | { readonly verdict: 'pass' | 'fail' | 'report-only' }
  | { readonly verdict: 'undetermined'; readonly problem: Problem };

/**
 * Holds a result against its line, by exact fractions and as reported: rounding is the method's, and is done before (中国药典 凡例; USP 7.20). A
 * censored result (`< 0.05`) is every value that it may be: it passes where all of them would, fails where none would, and is
 * undetermined otherwise.
 */
export function judgeResult(limit: Limit, result: ResultValue): LineVerdict {
  if (limit.op === 'report-only') return { verdict: 'report-only' };
  if (limit.op === 'is') {
    if (!('category' in result))
      return undetermined(
        'quantity.category',
        'the line asks for a word, and the result is a number',
        '该项要求定性结果，而报告为数值',
      );
    const wanted = limit.anyOf.map(alike);
    return { verdict: wanted.includes(alike(result.category)) ? 'pass' : 'fail' };
  }
  if ('category' in result)
    return undetermined(
      'quantity.category',
      'the line asks for a number, and the result is a word',
      '该项要求数值结果，而报告为定性',
    );
  const pair = paired(result.unit, limit.unit);
  if (!pair.ok) return { verdict: 'undetermined', problem: pair.problem };
  const [resultUnit, limitUnit] = pair.value;
  const possible = range(result.comparator ?? '=', baseOf(result.value, resultUnit));
  const allowed =
    limit.op === 'between'
      ? { low: { at: baseOf(limit.low, limitUnit), open: false }, high: { at: baseOf(limit.high, limitUnit), open: false } }
      : range(limit.op, baseOf(limit.value, limitUnit));
  if (holds(allowed, possible)) return { verdict: 'pass' };
  if (!meet(allowed, possible)) return { verdict: 'fail' };
  return undetermined(
    'quantity.censored',
    `${result.comparator} ${result.value} may be on either side of the limit`,
    `${result.comparator} ${result.value} 无法判定是否符合限度`,
  );
}

/** Whether the result satisfies the line; a line that is only reported is satisfied by any. */
export function meets(limit: Limit, result: ResultValue): boolean {
  const { verdict } = judgeResult(limit, result);
  return verdict === 'pass' || verdict === 'report-only';
}

interface End {
  readonly at: Ratio;
  readonly open: boolean;
}

/** Null ends are infinite. */
interface Range {
  readonly low: End | null;
  readonly high: End | null;
}

function range(op: Comparator | '=', at: Ratio): Range {
  const end = { at, open: op === '<' || op === '>' };
  return { low: op === '<' || op === '≤' ? null : end, high: op === '>' || op === '≥' ? null : end };
}

function holds(outer: Range, inner: Range): boolean {
  const above = outer.low === null || (inner.low !== null && within(inner.low, outer.low, 1));
  const below = outer.high === null || (inner.high !== null && within(inner.high, outer.high, -1));
  return above && below;
}

/** Whether the inner end lies on the inner side of the outer one, or on it where the outer one allows that. */
function within(inner: End, outer: End, side: 1 | -1): boolean {
  const order = compareRatio(inner.at, outer.at);
  return order === side || (order === 0 && (!outer.open || inner.open));
}

function meet(a: Range, b: Range): boolean {
  return !isBelow(a.high, b.low) && !isBelow(b.high, a.low);
}

function isBelow(high: End | null, low: End | null): boolean {
  if (high === null || low === null) return false;
  const order = compareRatio(high.at, low.at);
  return order < 0 || (order === 0 && (high.open || low.open));
}

function isOrdered(low: string, high: string, unit: string): boolean {
  const pair = paired(unit, unit);
  return !pair.ok || compareRatio(baseOf(low, pair.value[0]), baseOf(high, pair.value[0])) <= 0;
}

function alike(category: string): string {
  return category.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function undetermined(code: string, en: string, zh: string): LineVerdict {
  const { problem } = misread(code, en, zh) as { readonly problem: Problem };
  return { verdict: 'undetermined', problem };
}
