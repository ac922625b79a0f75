// The clock of a notice that names several units began with the newest of their infusions, so that a further unit, given or entered later, gave time
// for those that had been given before. And a failure that stood open when cells were given left the list of what a physician is to be told as soon as
// its investigation was closed, however much later.
import { describe, expect, it } from 'vitest';
import { eventId } from '../specification.ts';
import * as example from './examples.ts';
import {
  deviationClosed,
  deviationRaised,
  lateResultAcknowledged,
  lateResultNotified,
  lateResults,
  unitInfused,
} from './index.ts';
import * as releases from './release-examples.ts';
import { deciding, growing, made, type Past, reported } from './release-world.fixture.ts';

const infusing = (n: number, recordedAt: string): Past[number] => [
  unitInfused,
  { unit: example.unitId(n), treatment: releases.TREATMENT },
  { occurredAt: recordedAt, recordedAt },
];
const FAILED_AT = '2026-11-20T08:00:00.000Z';
const failing = (occurredAt = '2026-11-20T10:00:00+08:00'): Past[number] => {
  const [fact, data] = reported(growing);
  return [fact, data, { occurredAt, recordedAt: FAILED_AT }];
};

describe('the clock of a notice', () => {
  const REPORT = eventId(made.length + 1);
  it('begins with the first of the units', () => {
    const late = { occurredAt: '2026-11-21T17:00:00+08:00' };
    const past = [...made, infusing(1, '2026-11-20T02:00:00.000Z'), failing(), infusing(2, '2026-11-21T06:00:00.000Z')];
    const units = [example.unitId(1), example.unitId(2)];
    expect(deciding(lateResultNotified, past, releases.lateResultNotified(REPORT, { units }), late).rules).toEqual([
      'late-result.overdue',
    ]);
  });

  it('begins with the infusion where all were entered after the failure', () => {
    const past = [...made, failing(), infusing(1, '2026-11-21T06:00:00.000Z')];
    const data = releases.lateResultNotified(eventId(made.length));
    expect(deciding(lateResultNotified, past, data, { occurredAt: '2026-11-21T17:00:00+08:00' }).rules).toEqual([]);
  });
});

describe('a failure that was known at the infusion', () => {
  const about = { deviation: example.SAMPLE, rule: 'batch.test-failed', class: 'major', event: eventId(made.length) };
  const listed = (closedAt: string) => {
    const past: Past = [
      ...made,
      failing('2026-11-19T10:00:00+08:00'),
      [deviationRaised, about],
      infusing(1, '2026-11-20T02:00:00.000Z'),
      [deviationClosed, { deviation: example.SAMPLE, impact: 'none' }, { occurredAt: closedAt }],
    ];
    const state = deciding(lateResultAcknowledged, past, releases.lateResultAcknowledged(example.SAMPLE)).afterwards();
    return lateResults(state).map(({ test }) => test);
  };

  it('is told of where it was explained only afterwards', () => {
    expect(listed('2026-11-21T10:00:00+08:00')).toEqual(['sterility']);
  });

  it('is not told of where it had been explained', () => {
    expect(listed('2026-11-19T18:00:00+08:00')).toEqual([]);
  });
});
