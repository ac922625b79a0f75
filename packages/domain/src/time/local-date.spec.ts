import { describe, expect, it } from 'vitest';
import { endOfLocalDate, instant, LocalDate, localDateOf } from './index.ts';

describe('a local date', () => {
  it('is a day of the calendar', () => {
    expect(LocalDate.parse('2024-02-29')).toBe('2024-02-29');
    for (const text of ['2023-02-29', '2026-11-31', '2026-1-1', '20261121', '1899-12-31', '2026-11-21T00:00:00Z', '']) {
      expect(LocalDate.safeParse(text).success).toBe(false);
    }
  });

  it('is the day where it happened, not the day in Greenwich', () => {
    expect(localDateOf('2026-11-22T01:00:00+08:00')).toBe('2026-11-22');
    expect(localDateOf('2026-11-21T17:00:00Z')).toBe('2026-11-21');
  });

  it('lasts until midnight of its own place', () => {
    expect(endOfLocalDate('2026-12-31', '+08:00')).toBe(instant('2027-01-01T00:00:00+08:00'));
    expect(() => endOfLocalDate('2026-02-30', 'Z')).toThrow(/time\.date/);
  });
});
