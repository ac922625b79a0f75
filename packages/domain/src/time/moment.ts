import type * as z from 'zod';
import { misread, type Parsed, textReadBy, understood } from '../vocabulary/index.ts';
import { keepingLast } from '../vocabulary/keeping-last.ts';

/** What `occurredAt` may say at all. Earlier and later dates are slips of the pen. */
export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2200;

/** The widest offsets in use are −12:00 and +14:00. */
const MAX_OFFSET_MINUTES = 14 * 60;

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A moment taken apart. The numbers are local to `offsetMinutes`. */
export interface MomentParts {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Whole milliseconds; finer digits are kept in the text only. */
  readonly millisecond: number;
  readonly offsetMinutes: number;
  /** As written: `Z` or `+08:00`. */
  readonly offset: string;
}

/**
 * Reads RFC 3339 §5.6 strictly: capital `T` and `Z`, seconds, up to nine digits of fraction, and an explicit offset. Refused are dates that do
 * not exist, `-00:00` (RFC 3339 §4.3: offset unknown), years outside 1900–2200, and second 60: no instrument of this field reports leap
 * seconds, UTC has none planned, and arithmetic on them differs between libraries. Whoever meets one writes 59.
 */
export function parseMoment(text: string): Parsed<MomentParts> {
  return momentOf(text);
}

const momentOf = keepingLast(readMoment);

function readMoment(text: string): Parsed<MomentParts> {
  if (!RFC_3339.test(text)) {
    return misread(
      'time.format',
      `"${text}" is no RFC 3339 time with seconds and an offset`,
      `“${text}”不是带秒和时区偏移的 RFC 3339 时间`,
      { expected: '2026-11-21T16:15:00+08:00', given: text },
    );
  }
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  const date = checkDate(year, month, day);
  if (!date.ok) return date;
  if (second === 60)
    return misread('time.leap-second', `"${text}" has second 60: write 59`, `“${text}”的秒为 60：请写 59`, { given: text });
  if (hour > 23 || minute > 59 || second > 59) {
    return misread('time.clock', `"${text}" has a time of day that does not exist`, `“${text}”中的时刻不存在`, { given: text });
  }
  const offset = text.endsWith('Z') ? 'Z' : text.slice(-6);
  const offsetMinutes = readOffset(offset);
  if (offsetMinutes === null) {
    return misread('time.offset', `"${text}" has no usable offset`, `“${text}”的时区偏移无效`, {
      expected: 'Z, or −14:00 to +14:00',
      given: offset,
    });
  }
  const fraction = text.length - offset.length > SECONDS_END ? text.slice(SECONDS_END + 1, -offset.length) : '';
  const millisecond = fraction === '' ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3));
  return understood({ year, month, day, hour, minute, second, millisecond, offsetMinutes, offset });
}

/** Where the seconds end and a fraction may begin. */
const SECONDS_END = 19;
const ZERO = 0x30;

/** Digits that are known to be there, as a number: every event is read through here several times. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + text.charCodeAt(i) - ZERO;
  return value;
}

/** Whether the day exists and its year is one that is accepted. */
export function checkDate(year: number, month: number, day: number): Parsed<null> {
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    return misread(
      'time.year',
      `the year ${year} is outside ${FIRST_YEAR} to ${LAST_YEAR}`,
      `年份 ${year} 不在 ${FIRST_YEAR} 至 ${LAST_YEAR} 之间`,
      {
        given: String(year),
      },
    );
  }
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    const given = `${year}-${pad(month)}-${pad(day)}`;
    return misread('time.date', `${given} is not a day of the calendar`, `${given} 在日历中不存在`, { given });
  }
  return understood(null);
}

/** Milliseconds since 1970-01-01T00:00:00Z. @throws RangeError when the text is no moment. */
export function instant(occurredAt: string): number {
  return instantOf(partsOf(occurredAt));
}

/** @throws RangeError when the text is no moment. */
export function partsOf(moment: string): MomentParts {
  const parsed = parseMoment(moment);
  if (!parsed.ok) throw new RangeError(`${parsed.problem.code}: ${parsed.problem.message.en}`);
  return parsed.value;
}

export function instantOf(parts: MomentParts): number {
  const { year, month, day, hour, minute, second, millisecond, offsetMinutes } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offsetMinutes * 60_000;
}

/** Minutes from one moment to the other, with fractions; negative when the second is earlier. @throws RangeError */
export function minutesBetween(from: string, to: string): number {
  return (instant(to) - instant(from)) / 60_000;
}

/** A moment with an offset, as text and as it was reported. */
export const Moment = textReadBy(parseMoment).meta({ format: 'date-time', examples: ['2026-11-21T16:15:00+08:00'] });
export type Moment = z.infer<typeof Moment>;

/** When it happened, by the reporter: the start of the interval that the precision states; null when unknown. */
export const OccurredAt = Moment.nullable();
export type OccurredAt = z.infer<typeof OccurredAt>;

export function pad(number: number, length = 2): string {
  return String(number).padStart(length, '0');
}

function daysIn(year: number, month: number): number {
  const leap = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0);
  return MONTH_LENGTHS[month - 1]! + (leap ? 1 : 0);
}

function readOffset(offset: string): number | null {
  if (offset === 'Z') return 0;
  if (offset === '-00:00') return null;
  const hours = digits(offset, 1, 3);
  const minutes = digits(offset, 4, 6);
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > MAX_OFFSET_MINUTES) return null;
  return offset[0] === '-' ? -total : total;
}
