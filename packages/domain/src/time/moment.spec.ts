import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, Moment, minutesBetween, OccurredAt, parseMoment } from './index.ts';

describe('a moment', () => {
  it('is RFC 3339 with an explicit offset', () => {
    expect(parseMoment('2026-11-21T16:15:00.1234+08:00')).toEqual({
      ok: true,
      value: {
        year: 2026,
        month: 11,
        day: 21,
        hour: 16,
        minute: 15,
        second: 0,
        millisecond: 123,
        offsetMinutes: 480,
        offset: '+08:00',
      },
    });
    expect(instant('2026-11-21T16:15:00+08:00')).toBe(Date.UTC(2026, 10, 21, 8, 15));
    expect(instant('2026-11-21T16:15:00-03:30')).toBe(Date.UTC(2026, 10, 21, 19, 45));
  });

  it.each([
    ['2026-11-21T16:15:00', 'time.format'],
    ['2026-11-21T16:15+08:00', 'time.format'],
    ['2026-11-21 16:15:00Z', 'time.format'],
    ['2026-11-21t16:15:00z', 'time.format'],
    ['2026-11-21T16:15:00+0800', 'time.format'],
    ['2026-11-21T16:15:00.Z', 'time.format'],
    ['2026-11-21T16:15:00Z\n', 'time.format'],
    ['２026-11-21T16:15:00Z', 'time.format'],
    ['2026-02-30T10:00:00Z', 'time.date'],
    ['2100-02-29T10:00:00Z', 'time.date'],
    ['2026-00-10T10:00:00Z', 'time.date'],
    ['2026-13-10T10:00:00Z', 'time.date'],
    ['2026-01-00T10:00:00Z', 'time.date'],
    ['2026-11-21T25:00:00Z', 'time.clock'],
    ['2026-11-21T24:00:00Z', 'time.clock'],
    ['2026-11-21T10:60:00Z', 'time.clock'],
    ['2026-11-21T10:00:61Z', 'time.clock'],
    ['2016-12-31T23:59:60Z', 'time.leap-second'],
    ['1899-12-31T23:59:59Z', 'time.year'],
    ['2201-01-01T00:00:00Z', 'time.year'],
    ['2026-11-21T10:00:00-00:00', 'time.offset'],
    ['2026-11-21T10:00:00+14:01', 'time.offset'],
    ['2026-11-21T10:00:00+08:60', 'time.offset'],
  ])('%s is refused as %s', (text, code) => {
    expect(parseMoment(text)).toMatchObject({ ok: false, problem: { code } });
    expect(Moment.safeParse(text).error?.issues[0]).toMatchObject({ params: { code } });
  });

  it.each(['2024-02-29T00:00:00Z', '2000-02-29T00:00:00Z', '1900-01-01T00:00:00+14:00', '2200-12-31T23:59:59.999999999-12:00'])(
    '%s exists',
    (text) => {
      expect(Moment.parse(text)).toBe(text);
    },
  );

  it('may be unknown, and then is null and not an empty text', () => {
    expect(OccurredAt.parse(null)).toBeNull();
    expect(OccurredAt.safeParse('').success).toBe(false);
    expect(OccurredAt.safeParse(undefined).success).toBe(false);
  });

  it('agrees with the platform on every instant that it accepts', () => {
    const dates = fc.date({ min: new Date('1900-01-02T00:00:00Z'), max: new Date('2200-12-30T00:00:00Z'), noInvalidDate: true });
    fc.assert(fc.property(dates, (date) => instant(date.toISOString()) === date.getTime()));
  });

  it('is measured against another in minutes', () => {
    expect(minutesBetween('2026-11-21T16:15:00+08:00', '2026-11-21T08:45:30Z')).toBe(30.5);
    expect(minutesBetween('2026-11-21T08:45:00Z', '2026-11-21T16:15:00+08:00')).toBe(-30);
  });

  it('is never guessed from a text that is none', () => {
    expect(() => instant('yesterday')).toThrow(/time\.format/);
  });
});
