// A report that could not say when it was made had no clock: nothing was ever due of a serious, unexpected reaction. And whoever reported an event a
// second time began its clock anew, though the site had known of it since the first.
import { describe, expect, it } from 'vitest';
import { type folded as fold, folded } from '../specification.ts';
import * as t from './index.ts';
import { examples, reportDue, treatment } from './index.ts';

type Past = Parameters<typeof fold>[2][number];

const { TREATMENT, STUDY, ADVERSE_EVENT } = examples;
const TRIAL: Past = [t.regimeResolved, { study: STUDY, regime: 'cn-828-drug-trial' }];
const reporting = (occurredAt: string | null, over: object = {}): Past => [
  t.adverseEventReported,
  examples.adverseEventReported({
    awareAt: undefined,
    seriousness: ['life-threatening'],
    expectedness: 'unexpected',
    relatedness: 'probable',
    ...over,
  }),
  { occurredAt, recordedAt: '2026-11-21T08:00:00.000Z' },
];
const dueOf = (...past: Past[]) => {
  const event = folded(treatment, TREATMENT, [TRIAL, ...past]).adverseEvents.get(ADVERSE_EVENT)!;
  return reportDue(event, 'cn-828-drug-trial')?.at;
};

describe('the clock of an adverse event', () => {
  it('begins with the entry where nobody says since when it is known', () => {
    expect(dueOf(reporting(null))).toBe('2026-11-28T08:00:00.000Z');
  });

  it('begins with the first knowledge, however often it is reported', () => {
    const first = reporting('2026-11-20T08:00:00Z');
    expect(dueOf(first, reporting('2026-11-25T08:00:00Z'))).toBe('2026-11-27T08:00:00.000Z');
    expect(dueOf(first, reporting('2026-11-25T08:00:00Z', { awareAt: '2026-11-19T08:00:00Z' }))).toBe('2026-11-26T08:00:00.000Z');
  });
});
