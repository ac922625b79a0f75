import { describe, expect, it } from 'vitest';
import type { AnyFact } from '../kernel/index.ts';
import { type ProductState, product, type Specification, type SpecificationLine } from '../registry/index.ts';
import { eventId, folded, given } from '../specification.ts';
import * as example from './examples.ts';
import {
  batch,
  deviationClosed,
  deviationRaised,
  isolated,
  opened,
  releaseReadiness,
  split,
  testRecorded,
  unitConsumed,
  unitSampled,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

const line = (id: string, test: string, over: Partial<SpecificationLine> = {}): SpecificationLine => ({
  line: id,
  test,
  method: 'SOP-QC-011',
  stage: 'release',
  limit: { op: '≥', value: '95', unit: '%' },
  mandatory: true,
  ...over,
});

const specification = (...lines: SpecificationLine[]): Specification => ({
  version: 1,
  event: eventId(0),
  name: { zh: '脐带间充质干细胞', en: 'UC-MSC' },
  autologous: false,
  lines: lines.length > 0 ? lines : [line('1', 'viability')],
  transport: null,
  thawToInfusionMinutes: null,
});

const registered = (): ProductState => {
  const state = product.initial(example.PRODUCT);
  state.specifications.set(1, specification());
  return state;
};

const made: Past = [
  [opened, example.opened()],
  [isolated, example.isolated()],
  [split, example.split(3)],
];
const when = (past: Past, fact: AnyFact, data: unknown, options = {}) =>
  given(batch, example.BATCH, past, new Map([[`product-${example.PRODUCT}`, registered()]])).when(fact, data, options);
const report = (past: Past, ...results: object[]) => when(past, testRecorded, example.testRecorded(...results));

const failing = example.result({ value: { value: '88', unit: '%' }, verdict: 'fail' });
const failed: Past = [...made, [testRecorded, example.testRecorded(failing)]];
const FAILED = eventId(3);
const OOS = '0192f5c4-0000-7000-8000-0000000000f0';
const oosOpen: Past = [
  ...failed,
  [deviationRaised, { deviation: OOS, rule: 'batch.test-failed', class: 'major', event: FAILED }],
];
const oosClosed: Past = [...oosOpen, [deviationClosed, { deviation: OOS, impact: 'none' }]];
const retest = example.result({ retestOf: { event: FAILED, index: 0 } });

describe('taking a sample', () => {
  it('uses a unit up, and lets its laboratory look into the batch', () => {
    const { rules, afterwards } = when(made, unitSampled, example.unitSampled({ unit: example.unitId(1) }));
    expect(rules).toEqual([]);
    const state = afterwards();
    expect(state.units.get(example.unitId(1))?.end).toBe('sampled');
    expect(batch.relations(state, 'qc-lab')).toContain('testing-laboratory');
  });

  it('in process uses no unit up', () => {
    const state = when(made, unitSampled, example.unitSampled()).afterwards();
    expect([...state.units.values()].every(({ end }) => end === null)).toBe(true);
  });

  it('cannot be of an unknown unit, or under the id of another sample', () => {
    expect(when(made, unitSampled, example.unitSampled({ unit: example.unitId(9) }))).toMatchObject({
      outcome: 'unreconciled',
      rules: ['batch.unit-unknown'],
    });
    expect(when([...made, [unitSampled, example.unitSampled()]], unitSampled, example.unitSampled())).toMatchObject({
      outcome: 'unreconciled',
      rules: ['batch.sample-known'],
    });
  });

  it('of a unit that went into another batch is a finding, and the unit stays where it went', () => {
    const used: Past = [...made, [unitConsumed, example.unitConsumed(1)]];
    const { rules, afterwards } = when(used, unitSampled, example.unitSampled({ unit: example.unitId(1) }));
    expect(rules).toEqual(['batch.unit-ended']);
    expect(afterwards().units.get(example.unitId(1))?.end).toBe('consumed');
  });

  const sampled = (over: object = {}): Past => [...made, [unitSampled, example.unitSampled(over)]];
  const isOpen = (past: Past, data: object) => when(past, testRecorded, data).afterwards().openSamples.has(example.SAMPLE);

  it('is over for the laboratory with its report, unless that is interim', () => {
    expect(isOpen(sampled(), { ...example.testRecorded(), sample: example.SAMPLE })).toBe(false);
    expect(isOpen(sampled(), { ...example.testRecorded(), sample: example.SAMPLE, interim: true })).toBe(true);
    expect(isOpen(sampled(), example.testRecorded())).toBe(true);
  });

  it('for named lines is over when each has a result', () => {
    const lines = sampled({ lines: ['1', '2'] });
    const data = { ...example.testRecorded(), sample: example.SAMPLE };
    expect(isOpen(lines, data)).toBe(true);
    expect(
      isOpen([...lines, [testRecorded, data]], {
        ...example.testRecorded(example.result({ line: '2' })),
        sample: example.SAMPLE,
      }),
    ).toBe(false);
  });
});

describe('a report', () => {
  it('holds several analytes', () => {
    const { rules, afterwards } = report(
      made,
      example.result(),
      example.result({
        test: 'endotoxin',
        line: undefined,
        limit: undefined,
        value: { value: '0.25', comparator: '<', unit: 'EU/mL' },
      }),
    );
    expect(rules).toEqual([]);
    expect([...afterwards().tests.values()].map(({ test }) => test)).toEqual(['viability', 'endotoxin']);
  });

  it('opens the investigation of a failed test', () => {
    expect(report(made, failing)).toMatchObject({ outcome: 'record', rules: ['batch.test-failed'] });
  });

  it.each([
    ['a pass that is a failure', 'batch.verdict-disagrees', { value: { value: '94.9', unit: '%' } }],
    ['a failure that is a pass', 'batch.verdict-disagrees', { verdict: 'fail' }],
    ['a pass that cannot be judged', 'batch.verdict-undetermined', { value: { value: '90', comparator: '>', unit: '%' } }],
    ['a line that does not exist', 'batch.line-unknown', { line: '7' }],
    ['a laxer limit than the line’s', 'batch.limit-differs', { limit: { op: '≥', value: '90', unit: '%' } }],
    ['a reviewer who is the analyst', 'batch.reviewer-is-analyst', { reviewer: 'staff-0011' }],
    ['a retest of nothing', 'batch.retest-unknown', { retestOf: { event: FAILED, index: 5 } }],
  ])('is recorded with a finding for %s', (_, rule, over) => {
    const { outcome, rules } = report(made, example.result(over));
    expect(outcome).toBe('record');
    expect(rules).toContain(rule);
  });

  it('of an unknown sample is a finding', () => {
    expect(when(made, testRecorded, { ...example.testRecorded(), sample: example.SAMPLE }).rules).toEqual([
      'batch.sample-unknown',
    ]);
  });

  it('cannot be corrected in its results', () => {
    expect(testRecorded.corrects).not.toContain('results');
  });
});

describe('a retest', () => {
  it('before an investigation was opened is a finding', () => {
    expect(report(failed, retest).rules).toEqual(['batch.retest-uninvestigated']);
    expect(report(oosOpen, retest).rules).toEqual([]);
  });

  it('of another test is a finding, and supersedes nothing', () => {
    const { rules, afterwards } = report(oosOpen, { ...retest, test: 'sterility', limit: undefined });
    expect(rules).toEqual(['batch.retest-of-other-test']);
    expect(afterwards().tests.get(`${FAILED}/0`)?.supersededBy).toBeNull();
  });

  it('stands beside the failure, which stays as it was', () => {
    const state = report(oosOpen, retest).afterwards();
    expect(state.tests.size).toBe(2);
    expect(state.tests.get(`${FAILED}/0`)).toMatchObject({ verdict: 'fail', supersededBy: expect.stringMatching(/\/0$/) });
  });
});

describe('release readiness', () => {
  const statusOf = (past: Past, ...lines: SpecificationLine[]) =>
    releaseReadiness(folded(batch, example.BATCH, past), specification(...lines)).lines.map(({ status }) => status);
  const withResult = (over: object): Past => [...made, [testRecorded, example.testRecorded(example.result(over))]];
  const sampled = (over: object = {}): Past => [...made, [unitSampled, example.unitSampled(over)]];

  it.each<[string, string, Past]>([
    ['missing', 'nothing was sampled', made],
    ['pending', 'a sample is under test', sampled()],
    ['pending', 'a sample is under test for this line', sampled({ lines: ['1'] })],
    ['missing', 'the sample under test is for another line', sampled({ lines: ['2'] })],
    ['passed', 'a passing result was reviewed', withResult({})],
    ['passed', 'the result names the test and no line', withResult({ line: undefined })],
    ['missing', 'the result is of another line', withResult({ line: '2' })],
    ['pending', 'the result was not reviewed', withResult({ reviewer: undefined })],
    ['pending', 'it was reviewed by its analyst', withResult({ reviewer: 'staff-0011' })],
    ['missing', 'the result is for information only', withResult({ verdict: 'report-only', limit: undefined })],
    ['failed', 'the result failed', failed],
    [
      'failed',
      'it passes its own limit, and not that of the line',
      withResult({ limit: { op: '≥', value: '80', unit: '%' }, value: { value: '90', unit: '%' } }),
    ],
    [
      'failed',
      'it cannot be held against the line',
      withResult({ limit: undefined, value: { value: '90', comparator: '>', unit: '%' } }),
    ],
    ['failed', 'a failure was retested and not investigated', [...failed, [testRecorded, example.testRecorded(retest)]]],
    ['failed', 'its investigation is open', [...oosOpen, [testRecorded, example.testRecorded(retest)]]],
    ['failed', 'it was investigated and never retested', oosClosed],
    ['passed', 'it was investigated, closed and retested', [...oosClosed, [testRecorded, example.testRecorded(retest)]]],
    ['failed', 'a second result passed that is no retest', [...oosClosed, [testRecorded, example.testRecorded()]]],
  ])('is %s when %s', (status, _, past) => {
    expect(statusOf(past)).toEqual([status]);
  });

  it('takes a verdict without a value as the laboratory gave it', () => {
    expect(statusOf(withResult({ value: undefined, limit: undefined }))).toEqual(['passed']);
  });

  it('takes any result for a line that is only reported', () => {
    expect(
      statusOf(
        withResult({ verdict: 'report-only', limit: undefined }),
        line('1', 'viability', { limit: { op: 'report-only' } }),
      ),
    ).toEqual(['passed']);
  });

  it('waits for mandatory lines that are tested before release only', () => {
    const lines = [
      line('1', 'viability'),
      line('2', 'HGF', { mandatory: false }),
      line('3', 'viability after thaw', { stage: 'at-infusion' }),
      line('4', 'sterility in process', { stage: 'in-process' }),
    ];
    const { open } = releaseReadiness(folded(batch, example.BATCH, made), specification(...lines));
    expect(open.map((each) => each.line)).toEqual(['1', '4']);
  });
});
