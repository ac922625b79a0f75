import { describe, expect, it } from 'vitest';
import { eventId } from '../specification.ts';
import * as example from './examples.ts';
import {
  deviationClosed,
  deviationRaised,
  exceptionallyReleased,
  lateResultAcknowledged,
  lateResultNotified,
  lateResults,
  unitInfused,
} from './index.ts';
import { lateResultDue } from './late-result-clock.ts';
import * as releases from './release-examples.ts';
import { deciding, dying, growing, made, type Past, planned, reported, sterile } from './release-world.fixture.ts';

const infusing = (n: number, treatment: string, occurredAt = '2026-11-20T10:00:00+08:00'): Past[number] => [
  unitInfused,
  { unit: example.unitId(n), treatment },
  { occurredAt },
];
const REPORT = eventId(made.length + 1);
const late: Past = [
  ...made,
  infusing(1, releases.TREATMENT),
  [...reported(growing), { occurredAt: '2026-11-21T10:00:00+08:00' }] as never,
];
const telling = (over: object = {}, options = {}) =>
  deciding(lateResultNotified, late, releases.lateResultNotified(REPORT, over), options);
const stateOf = (past: Past) =>
  deciding(lateResultAcknowledged, past, releases.lateResultAcknowledged(example.SAMPLE)).afterwards();

describe('telling a physician of a late result', () => {
  it('is recorded with result, treatment, units and physician', () => {
    const decided = telling();
    expect(decided).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect([...decided.afterwards().lateNotices.values()]).toMatchObject([
      { result: `${REPORT}/0`, treatment: releases.TREATMENT, physician: releases.PHYSICIAN, acknowledged: null },
    ]);
  });

  it('may be acknowledged at once', () => {
    expect([...telling({ acknowledged: {} }).afterwards().lateNotices.values()][0]?.acknowledged).not.toBeNull();
  });

  it.each<[string, object]>([
    ['late-result.result-unknown', { result: { event: REPORT, index: 7 } }],
    ['late-result.unit-not-infused', { units: [example.unitId(2)] }],
    ['late-result.unit-unknown', { units: [example.unitId(9)] }],
  ])('is kept with the finding %s where it does not fit the record', (rule, over) => {
    expect(telling(over)).toMatchObject({ outcome: 'record', rules: [rule] });
  });

  it('says that another physician was told, or a result that passed', () => {
    const others = { [`treatment-${releases.TREATMENT}`]: planned({ physician: 'staff-0099' }) };
    expect(telling({}, { others }).warnings).toEqual(['late-result.other-physician']);
    const passed: Past = [...made, infusing(1, releases.TREATMENT), reported(sterile)];
    expect(deciding(lateResultNotified, passed, releases.lateResultNotified(REPORT)).warnings).toEqual([
      'late-result.not-failed',
    ]);
  });

  it('after the term is a finding', () => {
    expect(telling({}, { occurredAt: '2026-11-23T15:00:00+08:00' })).toMatchObject({
      outcome: 'record',
      rules: ['late-result.overdue'],
    });
  });

  it('is due a day after the failure was recorded, by a term that is to be confirmed', () => {
    const due = { at: '2026-11-22T08:00:00.000Z', hours: 24, confirmed: false };
    expect(lateResultDue('cn-2015-iit', '2026-11-21T08:00:00.000Z')).toMatchObject(due);
    expect(lateResultDue(undefined, '2026-11-21T08:00:00.000Z')).toMatchObject(due);
  });
});

describe('acknowledging it', () => {
  const NOTICE = eventId(late.length);
  const told: Past = [...late, [lateResultNotified, releases.lateResultNotified(REPORT)]];

  it('is recorded once, and said to be double the second time', () => {
    const decided = deciding(lateResultAcknowledged, told, releases.lateResultAcknowledged(NOTICE));
    expect(decided).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const twice: Past = [...told, [lateResultAcknowledged, releases.lateResultAcknowledged(NOTICE)]];
    expect(deciding(lateResultAcknowledged, twice, releases.lateResultAcknowledged(NOTICE)).warnings).toEqual([
      'late-result.acknowledged-before',
    ]);
  });

  it('of a notice that is not there is kept as unreconciled', () => {
    expect(deciding(lateResultAcknowledged, late, releases.lateResultAcknowledged(NOTICE))).toMatchObject({
      outcome: 'unreconciled',
      rules: ['late-result.notice-unknown'],
    });
  });
});

describe('late results', () => {
  it('are failures that came after an infusion, one for each treatment, with their notice', () => {
    expect(lateResults(stateOf(late))).toMatchObject([
      { test: 'sterility', treatment: releases.TREATMENT, units: [example.unitId(1)], notice: null },
    ]);
    const told: Past = [...late, [lateResultNotified, releases.lateResultNotified(REPORT)]];
    expect(lateResults(stateOf(told))[0]?.notice).toMatchObject({ physician: releases.PHYSICIAN, acknowledged: null });
  });

  it('are not those that were known and explained before the infusion', () => {
    const before: Past = [...made, reported(growing), infusing(1, releases.TREATMENT, '2026-11-21T10:00:00+08:00')];
    const about = { deviation: example.SAMPLE, rule: 'batch.test-failed', class: 'major', event: eventId(made.length) };
    const opened: Past = [...before, [deviationRaised, about]];
    expect(lateResults(stateOf(opened))).toMatchObject([{ test: 'sterility' }]);
    const closed = { deviation: example.SAMPLE, impact: 'none' };
    expect(lateResults(stateOf([...opened, [deviationClosed, closed]]))).toEqual([]);
  });

  it('are not those in spite of which a unit was released to that treatment, but are for what fails after it', () => {
    const excepted: Past = [
      ...made,
      [...reported(dying), { occurredAt: null }] as never,
      [exceptionallyReleased, releases.exceptionallyReleased(eventId(made.length))],
      infusing(1, releases.TREATMENT),
    ];
    expect(lateResults(stateOf(excepted))).toEqual([]);
    expect(lateResults(stateOf([...excepted, reported(growing)]))).toMatchObject([{ test: 'sterility' }]);
  });
});
