import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RETRY, mayRetry, retryAfterMs, waitBefore } from './retry.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempt = fc.integer({ min: 1, max: 50 });

describe('waiting before the next attempt', () => {
  it('is never longer than the policy allows', () => {
    fc.assert(
      fc.property(attempt, random, fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }), (n, dice, after) => {
        expect(waitBefore(n, DEFAULT_RETRY, after, dice)).toBeLessThanOrEqual(DEFAULT_RETRY.maxMs);
      }),
    );
  });

  it('is never shorter than the server has asked for', () => {
    fc.assert(
      fc.property(attempt, random, fc.integer({ min: 0, max: DEFAULT_RETRY.maxMs }), (n, dice, after) => {
        expect(waitBefore(n, DEFAULT_RETRY, after, dice)).toBeGreaterThanOrEqual(after);
      }),
    );
  });

  it('may double from attempt to attempt', () => {
    const longest = [1, 2, 3, 4].map((n) => waitBefore(n, { attempts: 9, baseMs: 100, maxMs: 10_000 }, undefined, 1));
    expect(longest).toEqual([100, 200, 400, 800]);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T08:00:00Z');

  it.each([
    ['2', 2000],
    ['Sat, 21 Nov 2026 08:00:05 GMT', 5000],
    ['Sat, 21 Nov 2026 07:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('of %s is %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

it('tries nothing again that the platform has refused', () => {
  expect([400, 401, 403, 404, 409, 413, 422, 429].filter(mayRetry)).toEqual([]);
});
