import { describe, expect, it } from 'vitest';
import type { AnyFact, Signer } from '../kernel/index.ts';
import { type ProductState, product, type SpecificationLine } from '../registry/index.ts';
import { release } from '../release/index.ts';
import { AN_ID, eventId, type folded, given } from '../specification.ts';
import * as example from './examples.ts';
import {
  batch,
  conditionallyReleased,
  deviationClosed,
  deviationRaised,
  dispositionOf,
  held,
  holdLifted,
  isolated,
  materialUsed,
  opened,
  originsResolved,
  quarantined,
  quarantineLifted,
  rejected,
  released,
  split,
  splitClosed,
  testRecorded,
  unitLabelled,
  unitSampled,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

/** What the fact asks its signers to mean. */
const AS_ASKED = 'as-asked';
const signer = (person: string | null, roles: readonly string[], org = 'lab-a'): Signer => ({
  kid: `key-${person}`,
  org,
  person,
  roles,
  meaning: AS_ASKED,
  signedAt: '2026-11-21T08:00:00Z',
});
const QA = signer('staff-0021', ['lab.qa']);
const QP = signer('staff-0022', ['lab.qp']);
const BOTH_ROLES = ['lab.qa', 'lab.qp'];

const specified = (): ProductState => {
  const state = product.initial(example.PRODUCT);
  const line = (id: string, test: string, limit: SpecificationLine['limit']): SpecificationLine => ({
    line: id,
    test,
    method: 'SOP',
    stage: 'release',
    limit,
    mandatory: true,
  });
  state.specifications.set(1, {
    version: 1,
    event: eventId(0),
    name: { zh: '脐带间充质干细胞', en: 'UC-MSC' },
    autologous: false,
    lines: [
      line('1', 'viability', { op: '≥', value: '95', unit: '%' }),
      line('2', 'sterility', { op: 'is', anyOf: ['negative'] }),
    ],
    transport: null,
    thawToInfusionMinutes: null,
  });
  return state;
};

const viable = example.result();
const sterile = example.result({
  test: 'sterility',
  line: '2',
  value: { category: 'negative' },
  limit: { op: 'is', anyOf: ['negative'] },
});

const made: Past = [
  [opened, example.opened()],
  [originsResolved, example.originsResolved()],
  [isolated, example.isolated()],
  [materialUsed, example.materialUsed()],
  [split, example.split(3)],
  [splitClosed, example.splitClosed(3)],
  [unitLabelled, example.unitLabelled(3)],
];
const tested: Past = [...made, [testRecorded, example.testRecorded(viable, sterile)]];
const awaiting: Past = [
  ...made,
  [testRecorded, example.testRecorded(viable)],
  [unitSampled, example.unitSampled({ lines: ['2'] })],
];

function deciding(
  fact: AnyFact,
  past: Past,
  data: object,
  { signers = [QA, QP], others = {}, actor = {} }: { signers?: Signer[]; others?: Record<string, unknown>; actor?: object } = {},
) {
  const streams = new Map<string, unknown>([[`product-${example.PRODUCT}`, specified()], ...Object.entries(others)]);
  const asked = fact.signatures?.meaning ?? '';
  const signed = signers.map((each) => (each.meaning === AS_ASKED ? { ...each, meaning: asked } : each));
  return given(batch, example.BATCH, past, streams).when(fact, data, { signers: signed, actor });
}

const head = (past: Past) => ({ reviewed: { seq: past.length - 1, leaf: 'A'.repeat(43) } });
const releasing = (past: Past, over: object = {}, options = {}) =>
  deciding(released, past, example.released({ ...head(past), ...over }), options);
const conditionally = (past: Past, over: object = {}, options = {}) =>
  deciding(conditionallyReleased, past, example.conditionallyReleased({ ...head(past), ...over }), options);
const quarantinedAt = (past: Past, over: object = {}): Past => [...past, [quarantined, example.quarantined(over)]];
const raised = (deviationClass: string): Past => [
  ...tested,
  [deviationRaised, { deviation: example.SAMPLE, rule: 'batch.refrozen', class: deviationClass, event: eventId(4) }],
];

describe('a release', () => {
  it('is given when every line passed and two persons signed', () => {
    const { outcome, rules, warnings, afterwards } = releasing(tested);
    expect({ outcome, rules, warnings }).toEqual({ outcome: 'record', rules: [], warnings: [] });
    const state = afterwards();
    expect(dispositionOf(state, state.units.get(example.unitId(2))!)?.kind).toBe('released');
  });

  it('of some units leaves the others as they were', () => {
    const state = releasing(tested, { scope: { ranges: [{ from: 1, to: 2 }] } }).afterwards();
    expect(dispositionOf(state, state.units.get(example.unitId(3))!)).toBeUndefined();
  });

  const refused = (rule: string, decided: ReturnType<typeof releasing>) => {
    expect(decided.outcome).toBe('refuse');
    expect(decided.rules).toContain(rule);
  };
  const failing = example.result({ value: { value: '80', unit: '%' }, verdict: 'fail' });

  it.each<[string, string, Past]>([
    ['release.line-not-passed', 'a line has no result', [...made, [testRecorded, example.testRecorded(viable)]]],
    [
      'release.line-not-passed',
      'a result was not reviewed',
      [...made, [testRecorded, example.testRecorded(viable, { ...sterile, reviewer: undefined })]],
    ],
    [
      'release.failure-uninvestigated',
      'a failure was not investigated',
      [...tested, [testRecorded, example.testRecorded(failing)]],
    ],
    [
      'release.material-expired',
      'an expired material was used',
      [...tested, [materialUsed, example.materialUsed({ expiry: '2026-11-19' })]],
    ],
    [
      'release.material-expired',
      'nobody knows when a material was used',
      [...tested, [materialUsed, example.materialUsed(), { occurredAt: null }]],
    ],
    ['release.critical-deviation-open', 'a critical deviation is open', raised('critical')],
    ['release.restricted', 'it is in quarantine', quarantinedAt(tested)],
    ['release.restricted', 'all of it is in quarantine before there is a unit', quarantinedAt([made[0]!])],
    ['release.restricted', 'one unit is in quarantine', quarantinedAt(tested, { scope: { units: [example.unitId(3)] } })],
    ['release.restricted', 'it is on hold', [...tested, [held, example.held()]]],
    [
      'release.rejected-before',
      'a unit was rejected',
      [...tested, [rejected, example.rejected({ scope: { units: [example.unitId(2)] } })]],
    ],
  ])('is refused with %s when %s', (rule, _, past) => {
    refused(rule, releasing(past));
  });

  it('is not held up by a quarantine of other units, one that was lifted, or an expiry later than the use', () => {
    const others = quarantinedAt(tested, { scope: { units: [example.unitId(3)] } });
    expect(releasing(others, { scope: { ranges: [{ from: 1, to: 2 }] } }).outcome).toBe('record');
    const lifted: Past = [...quarantinedAt(tested), [quarantineLifted, example.lifted(eventId(tested.length))]];
    expect(releasing(lifted).outcome).toBe('record');
    expect(releasing([...tested, [materialUsed, example.materialUsed({ expiry: '2026-11-20' })]]).outcome).toBe('record');
  });

  it('is given once a critical deviation was closed, and warns of lesser ones', () => {
    expect(releasing([...raised('critical'), [deviationClosed, { deviation: example.SAMPLE, impact: 'none' }]]).outcome).toBe(
      'record',
    );
    expect(releasing(raised('major'))).toMatchObject({ outcome: 'record', warnings: ['release.deviation-open'] });
  });

  it('names its units', () => {
    refused('batch.unit-unknown', releasing(tested, { scope: { units: [example.unitId(9)] } }));
    refused('batch.scope-empty', releasing([[opened, example.opened()]]));
  });

  it('needs the specification that the batch is bound to', () => {
    refused(
      'release.specification-unknown',
      releasing(tested, {}, { others: { [`product-${example.PRODUCT}`]: product.initial(example.PRODUCT) } }),
    );
  });

  it.each([
    ['an earlier entry', { seq: tested.length - 2, leaf: 'A'.repeat(43) }],
    ['another leaf', { seq: tested.length - 1, leaf: `${'B'.repeat(42)}A` }],
  ])('is refused when the signers read up to %s', (_, reviewed) => {
    refused('release.head-moved', releasing(tested, { reviewed }));
  });

  it('warns where the units were not counted or not labelled', () => {
    const bare: Past = [
      [opened, example.opened()],
      [isolated, example.isolated()],
      [split, example.split(3)],
      [testRecorded, example.testRecorded(viable, sterile)],
    ];
    expect(releasing(bare).warnings).toEqual(['release.split-not-closed', 'release.unlabelled']);
  });
});

describe('the signatures of a release', () => {
  it('counts no signature that meant something else', () => {
    const read = { ...QP, meaning: 'read' };
    expect(releasing(tested, {}, { signers: [QA, read] })).toMatchObject({
      outcome: 'refuse',
      rules: ['release.signature-missing'],
    });
  });

  const by = (...signers: Signer[]) => releasing(tested, {}, { signers });
  const missing = (...signers: Signer[]) =>
    by(...signers).decision.violations.flatMap(({ rule, params }) =>
      rule.id === 'release.signature-missing' ? [params['role']] : [],
    );

  it('are told by the role that is missing, and nothing else stands against it', () => {
    expect(missing()).toEqual(['lab.qa', 'lab.qp']);
    expect(missing(QA)).toEqual(['lab.qp']);
    expect(missing(QP)).toEqual(['lab.qa']);
    expect(by(QA)).toMatchObject({ outcome: 'refuse', rules: ['release.signature-missing'] });
  });

  it('may come in either order', () => {
    expect(by(QP, QA).outcome).toBe('record');
  });

  it('of one person in both roles are not four eyes', () => {
    const both = signer('staff-0021', BOTH_ROLES);
    expect(by(both, { ...both, kid: 'another-key' }).rules).toEqual(['release.signature-missing', 'release.four-eyes']);
  });

  it('are assigned so that each person fills the role that is needed', () => {
    expect(by(signer('staff-0023', BOTH_ROLES), QA).outcome).toBe('record');
    expect(by(signer('staff-0023', BOTH_ROLES), QP).outcome).toBe('record');
    expect(by(signer('staff-0021', BOTH_ROLES), signer('staff-0022', BOTH_ROLES)).outcome).toBe('record');
  });

  it('of another organisation, or of a system, do not count', () => {
    expect(by(QA, signer('staff-0022', ['lab.qp'], 'hospital-b')).rules).toEqual([
      'release.signature-missing',
      'release.foreign-signer',
    ]);
    expect(by(QA, signer(null, ['lab.qp'])).rules).toEqual(['release.signature-missing']);
  });

  it('take no effect after the preparation was withdrawn', () => {
    const withdrawn = { ...release.initial(AN_ID), status: 'withdrawn' as const };
    expect(releasing(tested, {}, { others: { [`release-${AN_ID}`]: withdrawn } }).rules).toEqual(['release.withdrawn']);
  });
});

describe('a conditional release', () => {
  it('lists exactly what is pending', () => {
    const { outcome, rules, afterwards } = conditionally(awaiting);
    expect({ outcome, rules }).toEqual({ outcome: 'record', rules: [] });
    expect(afterwards().dispositions.at(-1)).toMatchObject({ kind: 'conditionally-released', pendingTests: ['2'] });
  });

  it.each([
    ['leaves one out', ['1']],
    ['lists one that passed', ['1', '2']],
  ])('is refused when it %s', (_, pendingTests) => {
    expect(conditionally(awaiting, { pendingTests })).toMatchObject({ outcome: 'refuse', rules: ['release.pending-differs'] });
  });

  it('is refused when a line has no result and no sample under test', () => {
    const past: Past = [...made, [testRecorded, example.testRecorded(viable)]];
    expect(conditionally(past).rules).toContain('release.line-not-passed');
  });

  it('is refused when nothing is pending', () => {
    expect(conditionally(tested)).toMatchObject({ outcome: 'refuse', rules: ['release.nothing-pending'] });
  });

  it('needs both signatures, and the record as it was read', () => {
    expect(conditionally(awaiting, {}, { signers: [QA] }).rules).toEqual(['release.signature-missing']);
    expect(conditionally(awaiting, { reviewed: { seq: 1, leaf: 'A'.repeat(43) } }).rules).toEqual(['release.head-moved']);
  });

  it('is no release without condition', () => {
    expect(releasing(awaiting).rules).toEqual(['release.line-not-passed']);
  });
});

describe('a rejection', () => {
  const rejecting = (signers: Signer[], over: object = {}) =>
    deciding(rejected, made, example.rejected({ ...head(made), ...over }), { signers });

  it.each([
    ['quality assurance', QA],
    ['the qualified person', QP],
  ])('needs the signature of %s alone', (_, one) => {
    const { outcome, rules, afterwards } = rejecting([one]);
    expect({ outcome, rules }).toEqual({ outcome: 'record', rules: [] });
    const state = afterwards();
    expect(dispositionOf(state, state.units.get(example.unitId(1))!)?.kind).toBe('rejected');
  });

  it('is refused unsigned, or signed by somebody else', () => {
    expect(rejecting([]).rules).toEqual(['release.signature-missing']);
    expect(rejecting([signer('staff-0001', ['lab.operator'])]).rules).toEqual(['release.signature-missing']);
  });

  it('takes a release back, as the newer disposition', () => {
    const past: Past = [...tested, [released, example.released()]];
    const state = deciding(rejected, past, example.rejected(head(past)), { signers: [QA] }).afterwards();
    expect(dispositionOf(state, state.units.get(example.unitId(1))!)?.kind).toBe('rejected');
  });
});

describe.each([
  ['a quarantine', quarantined, quarantineLifted, 'quarantines'],
  ['a hold', held, holdLifted, 'holds'],
] as const)('%s', (_, set, lifting, list) => {
  const data = example.quarantined({ cause: example.SAMPLE });
  const restricted: Past = [...made, [set, data]];
  const restriction = eventId(made.length);
  const lift = (past: Past, options: object = {}, id = restriction) =>
    deciding(lifting, past, example.lifted(id), { signers: [QA], ...options });

  it('is recorded with its cause, for units that are still to be made too', () => {
    const { outcome, afterwards } = deciding(set, [[opened, example.opened()]], data);
    expect(outcome).toBe('record');
    expect(afterwards()[list]).toMatchObject([{ reason: 'deviation', cause: example.SAMPLE, lifted: null }]);
  });

  it('of an unknown unit cannot be applied', () => {
    expect(deciding(set, made, example.quarantined({ scope: { units: [example.unitId(9)] } })).outcome).toBe('unreconciled');
    // One wrong number in the list leaves the others restricted.
    const mistyped = deciding(set, made, example.quarantined({ scope: { units: [example.unitId(1), example.unitId(9)] } }));
    expect(mistyped).toMatchObject({ outcome: 'record', rules: ['hospital.some-unit-unknown'] });
  });

  it('is lifted by quality assurance', () => {
    expect(lift(restricted)).toMatchObject({ outcome: 'record', rules: [] });
    expect(lift(restricted).afterwards()[list]).toMatchObject([{ lifted: AN_ID }]);
  });

  it('is not lifted without a signature, nor by an operator’s', () => {
    expect(lift(restricted, { signers: [] })).toMatchObject({ outcome: 'refuse', rules: ['batch.lift-unsigned'] });
    expect(lift(restricted, { signers: [signer('staff-0001', ['lab.operator'])] }).rules).toEqual(['batch.lift-unsigned']);
  });

  it('is not lifted by quality assurance of somebody else, nor by a signature that meant something else', () => {
    const other = signer('staff-0091', ['lab.qa'], 'lab-z');
    expect(lift(restricted, { signers: [other] }).rules).toEqual(['batch.lift-unsigned']);
    expect(lift(restricted, { signers: [{ ...QA, meaning: 'custody-handover' }] }).rules).toEqual(['batch.lift-unsigned']);
  });

  it('is not lifted where there is none, and warns the second time', () => {
    expect(lift(restricted, {}, example.SAMPLE)).toMatchObject({ outcome: 'refuse', rules: ['batch.restriction-unknown'] });
    const lifted: Past = [...restricted, [lifting, example.lifted(restriction)]];
    expect(lift(lifted)).toMatchObject({ outcome: 'record', warnings: ['batch.restriction-lifted-before'] });
  });
});

describe('a policy', () => {
  const policy = { signers: [], actor: { role: 'platform.policy', person: null } };

  it('lifts a hold that it set', () => {
    const past: Past = [...made, [held, example.held()]];
    expect(deciding(holdLifted, past, example.lifted(eventId(made.length)), policy).outcome).toBe('record');
  });

  it('lifts no quarantine', () => {
    const past: Past = [...made, [quarantined, example.quarantined()]];
    expect(deciding(quarantineLifted, past, example.lifted(eventId(made.length)), policy).outcome).toBe('refuse');
  });
});
