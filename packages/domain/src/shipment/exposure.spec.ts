import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposedBy, merged, minutesIn } from './exposure.ts';

const interval = fc
  .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 60 }))
  .map(([from, length]) => ({ from: from * 60_000, until: (from + length) * 60_000 }));
const intervals = fc.array(interval, { maxLength: 20 });

/** Counted minute by minute. */
const counted = (list: readonly { from: number; until: number }[]) =>
  new Set(list.flatMap(({ from, until }) => Array.from({ length: (until - from) / 60_000 }, (_, n) => from / 60_000 + n))).size;

describe('minutes outside', () => {
  it('are those of the union, however often and in whatever order they are told', () => {
    fc.assert(
      fc.property(intervals, intervals, (some, more) => {
        const once = merged([...some, ...more]);
        expect(minutesIn(once)).toBe(counted([...some, ...more]));
        expect(merged([...merged(more), ...once, ...some])).toEqual(once);
      }),
    );
  });

  it('are disjoint and ascending', () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const result = merged(list);
        for (const [n, next] of result.entries()) if (n > 0) expect(next.from).toBeGreaterThan(result[n - 1]!.until);
      }),
    );
  });

  it('are the same whether readings come in one download or in two', () => {
    const limits = { minimum: '-196', maximum: '-150' };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('-180', '-140', '-199.5'), { minLength: 2, maxLength: 40 }),
        fc.nat(),
        (celsius, cut) => {
          const readings = celsius.map((each, n) => ({ at: new Date(n * 60_000).toISOString(), celsius: each }));
          const at = 1 + (cut % (readings.length - 1));
          const whole = exposedBy(readings, limits, [], undefined);
          const first = exposedBy(readings.slice(0, at), limits, [], undefined);
          const second = exposedBy(readings.slice(at), limits, first.outside, first.last);
          expect(second.outside).toEqual(whole.outside);
          expect(second.last).toEqual(whole.last);
        },
      ),
    );
  });
});
