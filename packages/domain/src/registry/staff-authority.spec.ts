import { describe, expect, it } from 'vitest';
import { folded, given } from '../specification.ts';
import {
  authorisationsOn,
  examples,
  keepsAuthorisations,
  staff,
  staffAuthorised,
  staffEnrolled,
  staffSuspended,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

const WHO = 'staff-0001';
const enrolled: Past[number] = [staffEnrolled, examples.staffEnrolled()];
const when = (past: Past, ...args: Parameters<ReturnType<typeof given>['when']>) => given(staff, WHO, past).when(...args);

describe('an authorisation', () => {
  it('is for a task, from one day to another, after the training, by somebody else', () => {
    expect(when([enrolled], staffAuthorised, examples.staffAuthorised())).toMatchObject({
      outcome: 'record',
      rules: [],
      warnings: [],
    });
    const authorising = (over: object) => when([enrolled], staffAuthorised, examples.staffAuthorised(over));
    expect(authorising({ authoriser: WHO }).rules).toEqual(['staff.authorised-self']);
    expect(authorising({ training: undefined }).warnings).toEqual(['staff.authorised-without-training']);
    expect(authorising({ training: { record: 'T1', completed: '2026-10-02' } }).rules).toEqual([
      'staff.trained-after-authorisation',
    ]);
    expect(authorising({ to: '2026-09-30' }).rules).toEqual(['staff.authorisation-ends-before-it-begins']);
  });

  it('by the reporting person of themselves is a finding too', () => {
    const self = when([enrolled], staffAuthorised, examples.staffAuthorised({ authoriser: undefined }));
    expect(self.rules).toEqual(['staff.authorised-self']);
  });

  it('of somebody who is not enrolled cannot be recorded', () => {
    expect(staffAuthorised.opens).toBe(false);
    expect(staffSuspended.opens).toBe(false);
  });
});

describe('a suspension', () => {
  const past: Past = [
    enrolled,
    [staffAuthorised, examples.staffAuthorised()],
    [staffAuthorised, examples.staffAuthorised({ task: 'thawing' })],
  ];
  const holds = (before: Past, task: 'passaging' | 'thawing', day: string) =>
    authorisationsOn(folded(staff, WHO, before), task, day).length > 0;

  it('ends what was given until then, for all tasks or those it names', () => {
    expect(holds(past, 'passaging', '2026-11-15')).toBe(true);
    const all: Past = [...past, [staffSuspended, examples.staffSuspended()]];
    expect(holds(all, 'passaging', '2026-11-14')).toBe(true);
    expect(holds(all, 'passaging', '2026-11-15')).toBe(false);
    const one: Past = [...past, [staffSuspended, examples.staffSuspended({ tasks: ['thawing'] })]];
    expect(holds(one, 'passaging', '2026-11-15')).toBe(true);
    expect(holds(one, 'thawing', '2026-11-15')).toBe(false);
  });

  it('leaves a record of the authorisations, so that they are still asked for', () => {
    expect(keepsAuthorisations(folded(staff, WHO, [enrolled]))).toBe(false);
    expect(keepsAuthorisations(folded(staff, WHO, [...past, [staffSuspended, examples.staffSuspended()]]))).toBe(true);
  });

  it('of nothing warns', () => {
    expect(when([enrolled], staffSuspended, examples.staffSuspended()).warnings).toEqual(['staff.nothing-to-suspend']);
  });
});
