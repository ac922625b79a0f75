// What was pending at a conditional release may fail later, as sterility does on the tenth day. The gate went on saying that it was pending: until
// somebody set a quarantine, the bags that were left were green.
import { describe, expect, it } from 'vitest';
import type { Deviation } from '../deviation/index.ts';
import type { Recorded } from '../kernel/index.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aUnit, IDS, RELEASE, surroundings } from './hospital-examples.ts';
import { type BatchState, batch, type TestResult } from './state.ts';

const REPORT = '0192f5c4-0000-7000-8000-0000000000e9';
const ANCESTOR = '0192f5c4-0000-7000-8000-00000000ba02';
const result = (over: Partial<TestResult> = {}): TestResult => ({
  ...{ event: REPORT, id: `${REPORT}/0`, test: 'sterility', line: '2', verdict: 'fail', value: null, reviewed: true },
  ...{ laboratory: 'qc-lab', occurredAt: null, retestOf: null, supersededBy: null, ...over },
});
const failed = (over: Partial<TestResult> = {}): Partial<BatchState> => ({ tests: new Map([[`${REPORT}/0`, result(over)]]) });
const investigation = (closed: string | null): Partial<BatchState> => ({
  deviations: new Map([
    ['d', { id: 'd', event: REPORT, rule: 'batch.test-failed', class: 'critical', closed } as unknown as Deviation],
  ]),
});
const conditionally: Partial<BatchState> = {
  dispositions: [{ event: RELEASE, seq: 1, kind: 'conditionally-released', scope: 'whole-batch', pendingTests: ['2'] }],
};

function reasons(
  own: Partial<BatchState>,
  ancestor: Partial<BatchState> = {},
  events: readonly Partial<Recorded>[] = [],
): string[] {
  const others = surroundings({ [`batch-${ANCESTOR}`]: { ...batch.initial(ANCESTOR), status: 'open', ...ancestor } });
  const origins = { donations: new Set([IDS.donation]), batches: new Set([ANCESTOR]) };
  return gateFor(aBatch({ origins, ...own }, aUnit()), IDS.unit, IDS.treatment, AT, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
    event: (id) => events.find((event) => event.id === id) as Recorded | undefined,
  })
    .filter(({ rule }) => rule.severity !== 'warn')
    .map(({ rule }) => rule.id);
}

describe('a result that fails after the release', () => {
  it('shuts the gate by itself, until its investigation is closed', () => {
    expect(reasons({ ...conditionally })).toEqual([]);
    expect(reasons({ ...conditionally, ...failed() })).toEqual(['gate.test-failed']);
    expect(reasons({ ...conditionally, ...failed(), ...investigation(null) })).toEqual(['gate.test-failed']);
    expect(reasons({ ...conditionally, ...failed(), ...investigation('e') })).toEqual([]);
  });

  it('is told of as long as nothing took its place, also when its investigation is closed', () => {
    const warnings = (own: Partial<BatchState>) =>
      gateFor(aBatch(own, aUnit()), IDS.unit, IDS.treatment, AT, {
        state: (aggregate, id) => surroundings().get(`${aggregate.name}-${id}`) as never,
        states: (aggregate, ids) => new Map(ids.map((id) => [id, surroundings().get(`${aggregate.name}-${id}`) as never])),
      }).map(({ rule }) => rule.id);
    const released = { ...failed(), ...investigation('e') };
    expect(warnings(released)).toEqual(['gate.test-failed-explained']);
    expect(warnings({ ...released, ...failed({ supersededBy: 'r/0' }) })).toEqual([]);
  });

  it('is not undone by a passing repeat that nobody explained', () => {
    const tests = new Map([
      [`${REPORT}/0`, result({ supersededBy: 'r/0' })],
      ['r/0', result({ event: 'r', id: 'r/0', verdict: 'pass', retestOf: `${REPORT}/0` })],
    ]);
    expect(reasons({ tests })).toEqual(['gate.test-failed']);
  });

  it('shuts it for what was made of the batch too', () => {
    expect(reasons({}, failed())).toEqual(['gate.ancestor-test-failed']);
    expect(reasons({}, { ...failed(), ...investigation('e') })).toEqual([]);
  });

  it('is no finding of an infusion that came before it and is entered later', () => {
    const reported = { id: REPORT, occurredAt: '2026-12-01T09:00:00+08:00' };
    expect(reasons({ ...conditionally, ...failed() }, {}, [reported])).toEqual([]);
  });
});
