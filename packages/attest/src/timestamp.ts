/** RFC 3339 date-time with seconds, optional fraction and a numeric offset or Z, in upper case, naming a day that exists. */
export function isTimestamp(text: unknown): text is string {
  return typeof text === 'string' && TIMESTAMP.test(text) && namesADay(text);
}

/** What the platform records: UTC with exactly three fractional digits, e.g. `2026-11-21T08:15:02.113Z`. Such texts sort by time. */
export function isRecordedAt(text: unknown): text is string {
  return typeof text === 'string' && RECORDED_AT.test(text) && namesADay(text);
}

const TIMESTAMP =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const RECORDED_AT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Days 1 to 28 exist in every month. */
function namesADay(text: string): boolean {
  if (text.charCodeAt(8) < 0x32) return true;
  const day = Number(text.slice(8, 10));
  return day <= 28 || day <= lastDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}

/** Of the proleptic Gregorian calendar, in which the year 0000 is a leap year: Date.UTC would take it for 1900. */
function lastDay(year: number, month: number): number {
  const last = new Date(0);
  last.setUTCFullYear(year, month, 0);
  return last.getUTCDate();
}
