import { describe, expect, it } from 'vitest';
import { covers, LIST_LIMIT, Scope } from './index.ts';

const unit = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const accepts = (scope: unknown) => Scope.safeParse(scope).success;

describe('a scope', () => {
  it('is the whole batch, ranges of ordinals, or up to 400 units', () => {
    expect(accepts('whole-batch')).toBe(true);
    expect(
      accepts({
        ranges: [
          { from: 1, to: 40 },
          { from: 42, to: 42 },
        ],
      }),
    ).toBe(true);
    expect(accepts({ units: Array.from({ length: LIST_LIMIT }, (_, n) => unit(n)) })).toBe(true);
    expect(accepts({ units: Array.from({ length: LIST_LIMIT + 1 }, (_, n) => unit(n)) })).toBe(false);
  });

  it('names nothing twice and nothing empty', () => {
    expect(accepts({ units: [unit(1), unit(1)] })).toBe(false);
    expect(accepts({ units: [] })).toBe(false);
    expect(accepts({ ranges: [] })).toBe(false);
    expect(
      accepts({
        ranges: [
          { from: 1, to: 5 },
          { from: 5, to: 9 },
        ],
      }),
    ).toBe(false);
    expect(accepts({ ranges: [{ from: 6, to: 5 }] })).toBe(false);
    expect(accepts({ ranges: [{ from: 0, to: 5 }] })).toBe(false);
    expect(accepts({ ranges: [{ from: 1, to: 5 }], units: [unit(1)] })).toBe(false);
  });

  it('covers the units that it is about', () => {
    const bag = { id: unit(7), ordinal: 7 };
    expect(covers('whole-batch', bag)).toBe(true);
    expect(
      covers(
        {
          ranges: [
            { from: 1, to: 6 },
            { from: 7, to: 7 },
          ],
        },
        bag,
      ),
    ).toBe(true);
    expect(covers({ ranges: [{ from: 1, to: 6 }] }, bag)).toBe(false);
    expect(covers({ units: [unit(7)] }, bag)).toBe(true);
    expect(covers({ units: [unit(8)] }, bag)).toBe(false);
  });
});
