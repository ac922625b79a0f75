import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkStated,
  endOfStatedInterval,
  instant,
  isAfter,
  mayBeAfter,
  Precision,
  type Stated,
  startOfStatedInterval,
} from './index.ts';

const AT = '2026-12-31T23:59:59.750+08:00';

const stated: fc.Arbitrary<Stated> = fc
  .record({
    at: fc.date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('1990-03-01T00:00:00Z'), noInvalidDate: true }),
    precision: fc.constantFrom(...Precision.options),
  })
  .map(({ at, precision }) => ({ occurredAt: precision === 'unknown' ? null : at.toISOString(), precision }));

describe('a stated interval', () => {
  it.each([
    ['s', '2026-12-31T23:59:59+08:00', '2027-01-01T00:00:00+08:00'],
    ['min', '2026-12-31T23:59:00+08:00', '2027-01-01T00:00:00+08:00'],
    ['day', '2026-12-31T00:00:00+08:00', '2027-01-01T00:00:00+08:00'],
    ['month', '2026-12-01T00:00:00+08:00', '2027-01-01T00:00:00+08:00'],
    ['unknown', null, null],
  ] as const)('of precision %s runs from %s until %s', (precision, start, end) => {
    expect(startOfStatedInterval(AT, precision)).toBe(start);
    expect(endOfStatedInterval(AT, precision)).toBe(end);
  });

  it('ends with the month that it names, however long that is', () => {
    expect(endOfStatedInterval('2024-02-01T00:00:00+08:00', 'month')).toBe('2024-03-01T00:00:00+08:00');
    expect(endOfStatedInterval('2024-02-29T00:00:00Z', 'day')).toBe('2024-03-01T00:00:00Z');
  });

  it('holds the moment that was stated', () => {
    fc.assert(
      fc.property(stated, ({ occurredAt, precision }) => {
        if (occurredAt === null) return;
        expect(instant(startOfStatedInterval(occurredAt, precision)!)).toBeLessThanOrEqual(instant(occurredAt));
        expect(instant(endOfStatedInterval(occurredAt, precision)!)).toBeGreaterThan(instant(occurredAt));
      }),
    );
  });
});

describe('which of two came after', () => {
  const day: Stated = { occurredAt: '2026-11-21T00:00:00+08:00', precision: 'day' };
  const noon: Stated = { occurredAt: '2026-11-21T12:00:00+08:00', precision: 'min' };
  const next: Stated = { occurredAt: '2026-11-22T00:00:00+08:00', precision: 'min' };
  const never: Stated = { occurredAt: null, precision: 'unknown' };

  it('is certain only where the intervals do not meet', () => {
    expect(isAfter(next, day)).toBe(true);
    expect(isAfter(noon, day)).toBe(false);
    expect(isAfter(day, noon)).toBe(false);
    expect(mayBeAfter(noon, day)).toBe(true);
    expect(mayBeAfter(day, noon)).toBe(true);
    expect(mayBeAfter(day, next)).toBe(false);
  });

  it('is never certain and always possible with an unknown time', () => {
    expect(isAfter(never, noon)).toBe(false);
    expect(isAfter(noon, never)).toBe(false);
    expect(mayBeAfter(never, noon)).toBe(true);
  });

  it('does not depend on the offset in which it was told', () => {
    const inUtc: Stated = { occurredAt: '2026-11-21T04:00:00Z', precision: 'min' };
    expect(isAfter(noon, inUtc)).toBe(false);
    expect(isAfter({ occurredAt: '2026-11-21T12:01:00+08:00', precision: 'min' }, inUtc)).toBe(true);
  });

  it('is a strict order where certain, and certain implies possible', () => {
    fc.assert(
      fc.property(stated, stated, stated, (a, b, c) => {
        expect(isAfter(a, a)).toBe(false);
        if (isAfter(a, b)) expect([isAfter(b, a), mayBeAfter(a, b), mayBeAfter(b, a)]).toEqual([false, true, false]);
        if (isAfter(a, b) && isAfter(b, c)) expect(isAfter(a, c)).toBe(true);
      }),
    );
  });
});

describe('a time and its precision', () => {
  it('belong together', () => {
    expect(checkStated({ occurredAt: '2026-11-21T00:00:00+08:00', precision: 'day' }).ok).toBe(true);
    expect(checkStated({ occurredAt: '2026-11-21T16:15:07.5+08:00', precision: 's' }).ok).toBe(true);
    expect(checkStated({ occurredAt: null, precision: 'unknown' }).ok).toBe(true);
  });

  it.each([
    [{ occurredAt: null, precision: 'day' }, 'time.precision'],
    [{ occurredAt: '2026-11-21T00:00:00+08:00', precision: 'unknown' }, 'time.precision'],
    [{ occurredAt: '2026-11-21T08:00:00+08:00', precision: 'day' }, 'time.interval-start'],
    [{ occurredAt: '2026-11-20T16:00:00Z', precision: 'day' }, 'time.interval-start'],
    [{ occurredAt: '2026-11-21T16:15:01+08:00', precision: 'min' }, 'time.interval-start'],
  ] as const)('%o is refused as %s', (said, code) => {
    expect(checkStated(said)).toMatchObject({ ok: false, problem: { code } });
  });

  it('names the start that was expected', () => {
    expect(checkStated({ occurredAt: '2026-11-21T08:00:00+08:00', precision: 'month' })).toMatchObject({
      problem: { expected: '2026-11-01T00:00:00+08:00' },
    });
  });
});
