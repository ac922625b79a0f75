import { describe, expect, it } from 'vitest';
import { AN_ID, eventId } from '../specification.ts';
import * as example from './examples.ts';
import { gateFor, isAllowed } from './gate.ts';
import { AT, aBatch, aTreatment, aUnit, IDS, RELEASE, surroundings } from './hospital-examples.ts';
import { exceptionallyReleased, unitAllocated, unitSampled } from './index.ts';
import * as releases from './release-examples.ts';
import {
  deciding,
  dying,
  growing,
  head,
  made,
  type Past,
  planned,
  QA,
  reported,
  sterile,
  viable,
} from './release-world.fixture.ts';
import type { BatchState, Disposition, TestResult } from './state.ts';

const REPORT = eventId(made.length);
const failed: Past = [...made, reported(dying, sterile)];
const asking = (past: Past, over: object = {}, options = {}) =>
  deciding(exceptionallyReleased, past, releases.exceptionallyReleased(REPORT, { ...head(past), ...over }), options);
const failing = (line: string, test: string, ...indexes: readonly number[]) => ({
  line,
  test,
  results: indexes.map((index) => ({ event: REPORT, index })),
});

describe('an exceptional release', () => {
  it('lets named units that failed go to one patient, with two signatures', () => {
    const { outcome, rules, warnings, afterwards } = asking(failed);
    expect({ outcome, rules, warnings }).toEqual({
      outcome: 'record',
      rules: [],
      warnings: ['exceptional.investigation-open'],
    });
    expect(afterwards().dispositions).toMatchObject([
      { kind: 'exceptionally-released', exception: { treatment: releases.TREATMENT, patient: releases.PATIENT, lines: ['1'] } },
    ]);
  });

  it('waits for its second signature like any release', () => {
    expect(asking(failed, {}, { signers: [QA] })).toMatchObject({ outcome: 'refuse', rules: ['release.signature-missing'] });
  });

  it.each<[string, string, Past, object, object?]>([
    [
      'exceptional.line-not-failed',
      'a line that did not fail',
      failed,
      { failed: [failing('1', 'viability', 0), failing('2', 'sterility', 1)] },
    ],
    ['exceptional.line-not-failed', 'a batch without failures', [...made, reported(viable, sterile)], {}],
    ['release.line-not-passed', 'a failed line that is not listed', [...made, reported(dying, growing)], {}],
    ['release.line-not-passed', 'a line without a result', [...made, reported(dying)], {}],
    [
      'exceptional.result-not-listed',
      'another result than the one that failed',
      [...made, reported(dying, sterile, { ...dying, line: '1' })],
      {},
    ],
    ['exceptional.result-not-listed', 'another name of the test', failed, { failed: [failing('1', 'sterility', 0)] }],
    ['exceptional.treatment-unknown', 'a treatment that nobody planned', failed, { treatment: releases.OTHER_TREATMENT }],
    ['exceptional.patient-differs', 'another patient than the treatment’s', failed, { patient: 'patient-0002' }],
    ['release.head-moved', 'a record that went on', failed, { reviewed: { seq: 0, leaf: 'A'.repeat(43) } }],
  ])('is refused with %s for %s', (rule, _, past, over) => {
    const decided = asking(past, over);
    expect(decided.outcome).toBe('refuse');
    expect(decided.rules).toContain(rule);
  });

  it('lists what is awaited besides, exactly', () => {
    const awaiting: Past = [...made, reported(dying), [unitSampled, example.unitSampled({ lines: ['2'] })]];
    expect(asking(awaiting)).toMatchObject({ outcome: 'refuse', rules: ['release.pending-differs'] });
    expect(asking(awaiting, { pendingTests: ['2'] })).toMatchObject({ outcome: 'record' });
  });

  it('may be made for a safety test, and always says so', () => {
    const past: Past = [...made, reported(dying, growing)];
    const decided = asking(past, { failed: [failing('1', 'viability', 0), failing('2', 'sterility', 1)] });
    expect(decided).toMatchObject({ outcome: 'record' });
    expect(decided.warnings).toContain('exceptional.safety-test');
  });

  it('says that another physician than the treatment’s asked for it', () => {
    const others = { [`treatment-${releases.TREATMENT}`]: planned({ physician: 'staff-0099' }) };
    expect(asking(failed, {}, { others }).warnings).toContain('exceptional.physician-differs');
  });

  it('is refused for a unit that is allocated to somebody else', () => {
    const allocation = { unit: example.unitId(1), treatment: releases.OTHER_TREATMENT, patient: 'patient-0002', site: 'hosp-b' };
    expect(asking([...failed, [unitAllocated, allocation]]).rules).toEqual(['exceptional.allocated-elsewhere']);
  });

  it('lets its units be allocated to its own treatment only', () => {
    const past: Past = [...failed, [exceptionallyReleased, releases.exceptionallyReleased(REPORT), { id: AN_ID }]];
    const others = {
      [`treatment-${releases.OTHER_TREATMENT}`]: planned({ id: releases.OTHER_TREATMENT, patient: 'patient-0002' }),
    };
    const to = (treatment: string, patient: string) =>
      deciding(unitAllocated, past, { unit: example.unitId(1), treatment, patient, site: 'hosp-a' }, { others });
    expect(to(releases.TREATMENT, releases.PATIENT)).toMatchObject({ outcome: 'record', rules: [] });
    expect(to(releases.OTHER_TREATMENT, 'patient-0002')).toMatchObject({
      outcome: 'refuse',
      rules: ['allocation.exceptional-other-treatment'],
    });
  });
});

describe('the gate, of a unit that was released exceptionally', () => {
  const result = (over: Partial<TestResult> = {}): TestResult => ({
    ...{ event: 'r', id: 'r/0', test: 'viability', line: '1', verdict: 'fail', value: null, reviewed: true },
    ...{ laboratory: 'qc-lab', occurredAt: null, retestOf: null, supersededBy: null, ...over },
  });
  const disposition = (
    treatment: string,
    tests: readonly string[] = ['viability'],
    pendingTests: readonly string[] = [],
  ): Disposition => ({
    event: RELEASE,
    seq: 2,
    kind: 'exceptionally-released',
    scope: { units: [IDS.unit] },
    pendingTests,
    exception: { treatment, patient: IDS.patient, lines: ['1'], tests, results: new Set(['r/0']) },
  });
  const tests = new Map([['r/0', result()]]);
  const asked = (batch: Partial<BatchState>, others = surroundings()) =>
    gateFor(aBatch({ tests, ...batch }, aUnit()), IDS.unit, IDS.treatment, AT, {
      state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
      states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
    });
  const ids = (violations: ReturnType<typeof asked>) => violations.map(({ rule }) => rule.id);

  it('is amber for its patient', () => {
    const violations = asked({ dispositions: [disposition(IDS.treatment)] });
    expect(ids(violations)).toEqual(['gate.exceptionally-released']);
    expect(isAllowed(violations)).toBe(true);
  });

  it('is red for every other patient', () => {
    const violations = asked({ dispositions: [disposition(IDS.otherTreatment)] });
    expect(ids(violations)).toEqual(['gate.exceptional-other-patient']);
    expect(isAllowed(violations)).toBe(false);
  });

  it('is red where the treatment turned out to be another patient’s', () => {
    const others = surroundings({ [`treatment-${IDS.treatment}`]: aTreatment({ patient: 'patient-0099' }) });
    expect(ids(asked({ dispositions: [disposition(IDS.treatment)] }, others))).toContain('gate.exceptional-other-patient');
  });

  it('says what is pending, and names a failed safety test by itself', () => {
    const violations = asked({ dispositions: [disposition(IDS.treatment, ['sterility'], ['3'])] });
    expect(ids(violations)).toEqual(['gate.exceptionally-released', 'gate.exceptional-safety-test', 'gate.pending-tests']);
  });

  it('shuts when another result fails afterwards', () => {
    const later = new Map([...tests, ['s/0', result({ event: 's', id: 's/0', test: 'sterility' })]]);
    expect(ids(asked({ tests: later, dispositions: [disposition(IDS.treatment)] }))).toContain('gate.test-failed');
  });

  it('is that of a unit which was not named: not released', () => {
    const named = { ...disposition(IDS.treatment), scope: { units: [IDS.otherUnit] } };
    expect(ids(asked({ dispositions: [named] }))).toContain('gate.not-released');
  });
});
