// "Back to service", copied from paper some days later, ended every failure and alarm that stood when it was entered: also those that began after it.
// They ended before they had begun, and the device was never to be doubted. One whose time nobody knows ended them likewise, from the beginning on.
import { describe, expect, it } from 'vitest';
import { type folded as fold, folded } from '../specification.ts';
import { unfitAt } from './fitness.ts';
import { equipment, examples, failedSince, qualified, returned } from './index.ts';

type Past = Parameters<typeof fold>[2][number];

const day = (n: number) => `2026-11-${n}T08:00:00+08:00`;
const QUALIFIED: Past = [qualified, examples.qualified(), { occurredAt: '2026-01-05T08:00:00+08:00' }];
const failing = (n: number): Past => [
  failedSince,
  { failure: '0192f5c4-0000-7000-8000-0000000000f1', since: day(n), mode: 'other' },
  { occurredAt: day(n) },
];
const back = (occurredAt: string | null): Past => [
  returned,
  { ...examples.returned(), failures: undefined },
  { occurredAt, recordedAt: '2026-11-19T08:00:00.000Z' },
];
const why = (n: number, ...past: Past[]) =>
  unfitAt(folded(equipment, 'e', [QUALIFIED, ...past]), Date.parse(day(n)), `2026-11-${n}`)
    .map((each) => each.why)
    .filter((each) => each === 'failed');

describe('a device that came back', () => {
  it('is doubted from its failure until then', () => {
    expect(why(11, failing(10), back(day(12)))).toEqual(['failed']);
    expect(why(13, failing(10), back(day(12)))).toEqual([]);
  });

  it('is doubted for what failed after it, whichever is entered first', () => {
    expect(why(15, failing(14), back(day(12)))).toEqual(['failed']);
    expect(why(15, back(day(12)), failing(14))).toEqual(['failed']);
  });

  it('is doubted until the entry where nobody knows when it came back', () => {
    expect(why(15, failing(14), back(null))).toEqual(['failed']);
    expect(why(20, failing(14), back(null))).toEqual([]);
  });
});
