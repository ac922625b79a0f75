import * as z from 'zod';
import { misread, type Parsed, understood } from '../vocabulary/index.ts';
import { instantOf, type MomentParts, pad, partsOf } from './moment.ts';

/** How exactly a time is known. `unknown` goes with a null `occurredAt` and with nothing else. */
export const Precision = z.enum(['s', 'min', 'day', 'month', 'unknown']);
export type Precision = z.infer<typeof Precision>;

/** A time as it was stated: a moment, and how far it may be trusted. */
export interface Stated {
  readonly occurredAt: string | null;
  readonly precision: Precision;
}

const KEPT: Readonly<Record<Exclude<Precision, 'unknown'>, number>> = { month: 2, day: 3, min: 5, s: 6 };
const LAST_FIELD = { month: 'month', day: 'day', min: 'minute', s: 'second' } as const;

/**
 * The start of the stated interval, at the reporter's own offset: what `occurredAt` must hold. A day that "2026-11" speaks of begins at
 * `2026-11-01T00:00:00`. Null when the time is unknown. @throws RangeError when the text is no moment.
 */
export function startOfStatedInterval(occurredAt: string | null, precision: Precision): string | null {
  if (occurredAt === null || precision === 'unknown') return null;
  const { year, month, day, hour, minute, second, offset } = startOf(partsOf(occurredAt), precision);
  return write([year, month, day, hour, minute, second], offset);
}

/**
 * The first moment after the stated interval, at the reporter's own offset; null when the time is unknown. @throws RangeError when the text
 * is no moment.
 */
export function endOfStatedInterval(occurredAt: string | null, precision: Precision): string | null {
  const interval = statedInterval({ occurredAt, precision });
  if (occurredAt === null || interval === null) return null;
  const { offset, offsetMinutes } = partsOf(occurredAt);
  const local = new Date(interval.until + offsetMinutes * 60_000);
  const date = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
  return write([...date, local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()], offset);
}

/** The interval in milliseconds since 1970, its end excluded; null when the time is unknown. @throws RangeError */
export function statedInterval({ occurredAt, precision }: Stated): { readonly from: number; readonly until: number } | null {
  if (occurredAt === null || precision === 'unknown') return null;
  const parts = startOf(partsOf(occurredAt), precision);
  const field = LAST_FIELD[precision];
  return { from: instantOf(parts), until: instantOf({ ...parts, [field]: parts[field] + 1 }) };
}

/** What is finer than the precision, at its first value. */
function startOf(parts: MomentParts, precision: Exclude<Precision, 'unknown'>): MomentParts {
  const kept = KEPT[precision];
  return {
    ...parts,
    day: kept > 2 ? parts.day : 1,
    hour: kept > 3 ? parts.hour : 0,
    minute: kept > 4 ? parts.minute : 0,
    second: kept > 5 ? parts.second : 0,
    millisecond: 0,
  };
}

/** Whether `a` was certainly after `b`: later however their precision is read. False where one is unknown. @throws RangeError */
export function isAfter(a: Stated, b: Stated): boolean {
  const [left, right] = [statedInterval(a), statedInterval(b)];
  return left !== null && right !== null && left.from >= right.until;
}

/** Whether `a` can have been after `b`: not certainly before it nor within the same second. True where one is unknown. @throws RangeError */
export function mayBeAfter(a: Stated, b: Stated): boolean {
  const [left, right] = [statedInterval(a), statedInterval(b)];
  return left === null || right === null || left.until - 1000 > right.from;
}

/** Whether the time said and the precision said belong together. A moment finer than its precision is refused, not rounded. */
export function checkStated({ occurredAt, precision }: Stated): Parsed<null> {
  if ((occurredAt === null) !== (precision === 'unknown')) {
    return misread('time.precision', 'a time is unknown and null, or known and stated', '时间要么未知且为 null，要么已知且写明', {
      expected: occurredAt === null ? 'precision "unknown"' : 'precision s, min, day or month',
      given: precision,
    });
  }
  if (occurredAt === null || precision === 'unknown' || precision === 's') return understood(null);
  const parts = partsOf(occurredAt);
  if (instantOf(startOf(parts, precision)) === instantOf(parts)) return understood(null);
  const start = startOfStatedInterval(occurredAt, precision)!;
  return misread(
    'time.interval-start',
    `"${occurredAt}" is not the start of the ${precision} that it states`,
    `“${occurredAt}”不是所述精度（${precision}）区间的起点`,
    {
      expected: start,
      given: occurredAt,
    },
  );
}

function write(fields: readonly number[], offset: string): string {
  const [year, month, day, hour, minute, second] = fields as [number, number, number, number, number, number];
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}${offset}`;
}
