import type * as z from 'zod';
import { misread, type Parsed, textReadBy, understood } from '../vocabulary/index.ts';
import { checkDate, pad, partsOf } from './moment.ts';

/** A calendar day without a zone, ISO 8601 extended: what an expiry date or a birth date on a form says. */
export const LocalDate = textReadBy(parseLocalDate).meta({ format: 'date', examples: ['2026-11-21'] });
export type LocalDate = z.infer<typeof LocalDate>;

export interface DayParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function parseLocalDate(text: string): Parsed<DayParts> {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match)
    return misread('time.format', `"${text}" is no date of the form YYYY-MM-DD`, `“${text}”不是 YYYY-MM-DD 格式的日期`, {
      expected: '2026-11-21',
      given: text,
    });
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const checked = checkDate(year, month, day);
  return checked.ok ? understood({ year, month, day }) : checked;
}

/** The day on the wall calendar where it happened. @throws RangeError when the text is no moment. */
export function localDateOf(moment: string): LocalDate {
  const { year, month, day } = partsOf(moment);
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}

/**
 * The first moment after a day, at the offset given (`+08:00`): something that expires on a date is usable to the end of that day (ISBT 128
 * ST-001 v6.2.2 §2.4.4), in milliseconds since 1970. @throws RangeError on a date or offset that is none.
 */
export function endOfLocalDate(date: LocalDate, offset: string): number {
  const { year, month, day, offsetMinutes } = partsOf(`${date}T00:00:00${offset}`);
  return Date.UTC(year, month - 1, day + 1) - offsetMinutes * 60_000;
}
