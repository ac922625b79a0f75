const TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const RECORDED = /T\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Milliseconds since 1970 of a time as `occurredAt` writes it, what is less dropped; undefined for any other text. The calendar is the
 * proleptic Gregorian, in which the year 0000 is a leap year.
 *
 * @param {unknown} text
 * @returns {number | undefined}
 */
export function timeOf(text) {
  const parts = typeof text === 'string' ? TIME.exec(text) : null;
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  if (day < 1 || day > daysIn(year, month)) return undefined;
  const millis = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = parts[8] === undefined ? 0 : (Number(parts[9]) * 60 + Number(parts[10])) * (parts[8] === '-' ? -1 : 1);
  return (((dayNumber(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second) * 1000 + millis;
}

/** The same of a `recordedAt`, which has one spelling. @param {unknown} text */
export function recordedTimeOf(text) {
  return typeof text === 'string' && RECORDED.test(text) ? timeOf(text) : undefined;
}

/** @param {number} year @param {number} month */
function daysIn(year, month) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since 1970-01-01. @param {number} year @param {number} month @param {number} day */
function dayNumber(year, month, day) {
  // Years begin in March, so that the leap day is the last.
  const y = month > 2 ? year : year - 1;
  const days = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + days - 719_468;
}
