import { describe, expect, it } from 'vitest';
import { isRecordedAt, isTimestamp } from './timestamp.ts';

describe('a time of the log', () => {
  it.each(['2024-02-29T00:00:00Z', '2000-02-29T23:59:59.123456789+08:00', '0000-02-29T00:00:00Z', '2026-12-31T00:00:00-12:00'])(
    'may be %s',
    (text) => {
      expect(isTimestamp(text)).toBe(true);
    },
  );

  it.each([
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '0001-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-11-21T24:00:00Z',
  ])('is never %s, which the calendar or the clock does not have', (text) => {
    expect(isTimestamp(text)).toBe(false);
  });

  it('is recorded in UTC with milliseconds, and in no other form', () => {
    expect(isRecordedAt('2026-11-21T08:15:02.113Z')).toBe(true);
    for (const text of ['2026-11-21T08:15:02Z', '2026-11-21T08:15:02.11Z', '2026-11-21T08:15:02.113+00:00', 20261121])
      expect(isRecordedAt(text)).toBe(false);
  });
});
