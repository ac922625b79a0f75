/**
 * Milliseconds since 1970 of an RFC 3339 time that isTimestamp or isRecordedAt has taken; finer digits are dropped. Engines need not agree on
 * more than three of them.
 */
export function millisecondsOf(time: string): number {
  const [, digits = '', offset = 'Z'] = FRACTION_AND_OFFSET.exec(time.slice(SECONDS)) ?? [];
  const utc = Date.parse(`${time.slice(0, SECONDS)}.${digits.padEnd(3, '0').slice(0, 3)}Z`);
  if (offset === 'Z') return utc;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return utc - (offset[0] === '-' ? -minutes : minutes) * 60_000;
}

const SECONDS = 'YYYY-MM-DDThh:mm:ss'.length;
const FRACTION_AND_OFFSET = /^(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/;
