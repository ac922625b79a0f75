import { describe, expect, it } from 'vitest';
import { folded, given } from '../specification.ts';
import { alarm, calibrated, equipment, examples, failedSince, qualified, returned, unfitAt } from './index.ts';

type Past = Parameters<typeof folded>[2];

const DEVICE = examples.EQUIPMENT;
const at = (occurredAt: string) => ({ occurredAt });
const fit: Past = [
  [qualified, examples.qualified(), at('2026-01-10T09:00:00+08:00')],
  [calibrated, examples.calibrated({ due: '2026-06-30' }), at('2026-01-11T09:00:00+08:00')],
];
const when = (past: Past, ...args: Parameters<ReturnType<typeof given>['when']>) => given(equipment, DEVICE, past).when(...args);
const unfit = (past: Past, moment: string) =>
  unfitAt(folded(equipment, DEVICE, past), Date.parse(moment), moment.slice(0, 10)).map(({ why }) => why);

describe('a device', () => {
  it('belongs to whoever first says anything of it', () => {
    const state = folded(equipment, DEVICE, [[calibrated, examples.calibrated(), { org: 'lab-b' }], ...fit]);
    expect(equipment.relations(state, 'lab-b')).toEqual(['owner']);
    expect(equipment.relations(state, 'lab-a')).toEqual([]);
  });

  it('that fails its qualification is a finding, and unfit', () => {
    const failing = when([], qualified, examples.qualified({ outcome: 'failed' }));
    expect(failing.rules).toEqual(['equipment.qualification-failed']);
    expect(
      unfit([[qualified, examples.qualified({ outcome: 'failed' }), at('2026-01-10T09:00:00+08:00')]], '2026-02-01T00:00:00Z'),
    ).toContain('not-qualified');
  });

  it('found out of tolerance puts what it measured since the calibration before in doubt', () => {
    const found = when(fit, calibrated, examples.calibrated({ asFound: 'outside' }), at('2026-06-01T09:00:00+08:00'));
    expect(found.rules).toEqual(['equipment.found-out-of-tolerance']);
    expect(found.decision.violations[0]!.params).toEqual({ code: 'INC-04', since: '2026-01-11T01:00:00.000Z' });
  });

  it('calibrated after it was due is a finding; left out of tolerance it is unfit until the next calibration', () => {
    const late = { asLeft: 'outside', due: '2026-12-31' };
    expect(when(fit, calibrated, examples.calibrated(late), at('2026-07-02T09:00:00+08:00')).rules).toEqual([
      'equipment.left-out-of-tolerance',
      'equipment.calibrated-late',
    ]);
    const past: Past = [...fit, [calibrated, examples.calibrated(late), at('2026-07-02T09:00:00+08:00')]];
    expect(unfit(past, '2026-07-03T09:00:00+08:00')).toEqual(['left-out-of-tolerance']);
    const again: Past = [...past, [calibrated, examples.calibrated(), at('2026-07-04T09:00:00+08:00')]];
    expect(unfit(again, '2026-07-05T09:00:00+08:00')).toEqual([]);
  });

  it('is judged by the calibration that held when it was used, in whatever order paper arrives', () => {
    const arrivedLate: Past = [[calibrated, examples.calibrated({ due: '2027-06-30' }), at('2026-07-20T09:00:00+08:00')], ...fit];
    expect(unfit(arrivedLate, '2026-06-30T23:00:00+08:00')).toEqual([]);
    expect(unfit(arrivedLate, '2026-07-01T08:00:00+08:00')).toEqual(['calibration-overdue']);
    expect(unfit(arrivedLate, '2026-07-21T08:00:00+08:00')).toEqual([]);
  });

  it('needs no calibration where it measures nothing', () => {
    const past: Past = [[qualified, examples.qualified({ needsCalibration: false }), at('2026-01-10T09:00:00+08:00')]];
    expect(unfit(past, '2026-02-01T09:00:00+08:00')).toEqual([]);
    expect(unfit(fit.slice(0, 1), '2026-02-01T09:00:00+08:00')).toEqual(['not-calibrated']);
  });

  it('whose next calibration is due before this one was done is a finding', () => {
    expect(when(fit, calibrated, examples.calibrated({ due: '2026-01-01' }), at('2026-03-01T09:00:00+08:00')).rules).toEqual([
      'equipment.calibration-due-before-done',
    ]);
  });
});

describe('a failure', () => {
  const failing: Past = [...fit, [failedSince, examples.failedSince({ since: '2026-03-01T22:00:00+08:00' })]];

  it('is a finding, and doubts everything from the moment it names, not from when it was noticed', () => {
    expect(when(fit, failedSince, examples.failedSince()).rules).toEqual(['equipment.failed']);
    expect(unfit(failing, '2026-03-01T21:59:00+08:00')).toEqual([]);
    expect(unfit(failing, '2026-03-01T22:00:00+08:00')).toEqual(['failed']);
  });

  it('reported again moves its beginning, and is no second deviation', () => {
    expect(when(failing, failedSince, examples.failedSince())).toMatchObject({
      rules: [],
      warnings: ['equipment.failure-known'],
    });
  });

  it('that is said to begin after it was noticed is told', () => {
    expect(when(fit, failedSince, examples.failedSince({ since: '2026-12-01T00:00:00+08:00' })).warnings).toEqual([
      'equipment.failure-in-future',
    ]);
  });

  it('ends when the device is returned; the time before stays in doubt', () => {
    const back: Past = [...failing, [returned, examples.returned(), at('2026-03-05T09:00:00+08:00')]];
    expect(unfit(back, '2026-03-05T08:59:00+08:00')).toEqual(['failed']);
    expect(unfit(back, '2026-03-05T09:00:00+08:00')).toEqual([]);
  });

  it('of which another is meant stays', () => {
    const other = '0192f5c4-0000-7000-8000-0000000000c9';
    expect(when(failing, returned, examples.returned({ failures: [other] })).rules).toEqual(['equipment.failure-unknown']);
    const past: Past = [...failing, [returned, examples.returned({ failures: [other] }), at('2026-03-05T09:00:00+08:00')]];
    expect(unfit(past, '2026-03-06T09:00:00+08:00')).toEqual(['failed']);
  });

  it('is needed for a return', () => {
    expect(when(fit, returned, examples.returned()).warnings).toEqual(['equipment.was-in-service']);
  });
});

describe('an alarm', () => {
  const standing: Past = [...fit, [alarm, examples.alarm(), at('2026-03-01T09:00:00+08:00')]];

  it('is a minor finding once, and stands until its end is told or the device is returned', () => {
    expect(when(fit, alarm, examples.alarm()).rules).toEqual(['equipment.alarm']);
    expect(unfit(standing, '2026-03-02T09:00:00+08:00')).toEqual(['alarm']);
    const over = examples.alarm({ until: '2026-03-01T09:20:00+08:00' });
    expect(when(standing, alarm, over)).toMatchObject({ rules: [], warnings: [] });
    expect(unfit([...standing, [alarm, over]], '2026-03-02T09:00:00+08:00')).toEqual([]);
    const back: Past = [...standing, [returned, examples.returned(), at('2026-03-01T10:00:00+08:00')]];
    expect(unfit(back, '2026-03-02T09:00:00+08:00')).toEqual([]);
  });

  it('that ends before it begins is a finding', () => {
    const reversed = examples.alarm({ since: '2026-03-01T09:00:00+08:00', until: '2026-03-01T08:00:00+08:00' });
    expect(when(fit, alarm, reversed).rules).toEqual(['equipment.alarm', 'equipment.interval-reversed']);
  });
});

it.each([
  [qualified, examples.qualified({ operator: 'staff-0001', verifier: 'staff-0001' })],
  [calibrated, examples.calibrated({ operator: 'staff-0001', verifier: 'staff-0001' })],
  [returned, examples.returned({ operator: 'staff-0001', verifier: 'staff-0001' })],
] as const)('%s by one person as two is a finding', (fact, data) => {
  const past: Past = [
    [qualified, examples.qualified()],
    [failedSince, examples.failedSince()],
  ];
  expect(when(past, fact, data).rules).toEqual(['equipment.verifier-is-operator']);
});
