import { describe, expect, it } from 'vitest';
import { eventId, folded, given } from '../specification.ts';
import * as example from './examples.ts';
import { AT, aBatch, aUnit, IDS, surroundings } from './hospital-examples.ts';
import {
  batch,
  labelIssued,
  labelsReconciled,
  opened,
  scannedFaults,
  split,
  type Unit,
  unitInfused,
  unitInfusionAuthorised,
  unitLabelled,
  unitRelabelled,
} from './index.ts';

const MADE = [
  [opened, example.opened()],
  [split, example.split(3)],
] as const;
const ISSUED = [...MADE, [labelIssued, example.labelIssued()]] as const;
const LABELLED = [...ISSUED, [unitLabelled, example.unitLabelled()]] as const;

describe('issuing labels', () => {
  const issuing = (over: object = {}, past: typeof MADE | typeof ISSUED = MADE) =>
    given(batch, example.BATCH, past).when(labelIssued, example.labelIssued(3, over));

  it('counts them and remembers which wait for a unit', () => {
    const { labelStock } = issuing().afterwards();
    expect(labelStock).toMatchObject({ issued: 3, isListed: true });
    expect([...labelStock.waiting]).toEqual([1, 2, 3].map(example.labelId));
  });

  it('lists as many as it says, by ids or by running numbers', () => {
    expect(issuing().rules).toEqual([]);
    expect(issuing({ count: 5 }).rules).toEqual(['label.issued-count-differs']);
    const roll = { labels: undefined, serials: { prefix: 'R7-', from: 101, to: 103 } };
    expect(issuing(roll).rules).toEqual([]);
    expect(issuing({ ...roll, count: 4 }).rules).toEqual(['label.issued-count-differs']);
  });

  it('is for units of this batch, which need not be made yet', () => {
    expect(issuing({ scope: { ranges: [{ from: 1, to: 3 }] } }).rules).toEqual([]);
    expect(issuing({ scope: { units: [example.unitId(9)] } }).rules).toEqual(['batch.unit-unknown']);
    expect(given(batch, example.BATCH).when(labelIssued, example.labelIssued(3, { scope: 'whole-batch' })).rules).toEqual([]);
  });

  it('prints no label twice, not even one that is on a unit', () => {
    expect(issuing({}, ISSUED).rules).toEqual(Array(3).fill('label.issued-before'));
    const again = given(batch, example.BATCH, LABELLED).when(labelIssued, example.labelIssued(1));
    expect(again.rules).toEqual(['label.issued-before']);
  });

  it('is checked against by the labelling, where all issues list their labels', () => {
    const labelling = (issue: object, past: readonly (typeof MADE)[number][] = []) =>
      given(batch, example.BATCH, [...MADE, ...past, [labelIssued, example.labelIssued(1, issue)]]).when(
        unitLabelled,
        example.unitLabelled(2),
      ).rules;
    expect(labelling({})).toEqual(['label.not-issued']);
    expect(labelling({ labels: undefined })).toEqual([]);
    expect(given(batch, example.BATCH, MADE).when(unitLabelled, example.unitLabelled(2)).rules).toEqual([]);
  });

  it('carries no resident number in a serial prefix', () => {
    const prefix = { labels: undefined, serials: { prefix: '11010519491231002X', from: 1, to: 3 } };
    expect(() => issuing(prefix)).toThrow(/resident number/);
  });
});

describe('relabelling a unit', () => {
  const relabelling = (over: object = {}, label: object = {}, past: readonly (typeof LABELLED)[number][] = LABELLED) =>
    given(batch, example.BATCH, past).when(
      unitRelabelled,
      example.unitRelabelled(over, example.relabelling(1, { label: example.labelId(1), ...label })),
    );
  const relabelled = (label: object = {}, over: object = {}) =>
    given(batch, example.BATCH, [...MADE, [unitLabelled, example.unitLabelled()]]).when(
      unitRelabelled,
      example.unitRelabelled(over, example.relabelling(1, label)),
    );

  it('replaces the label, and keeps the old one as an old one of this unit', () => {
    const state = relabelled().afterwards();
    expect(relabelled().rules).toEqual([]);
    expect(state.units.get(example.unitId(1))).toMatchObject({
      labelled: example.labelId(101),
      code: '=G12341765432101',
      oldLabels: [{ label: example.labelId(1), code: '=G1234176543211' }],
    });
    expect(state.labels.get(example.labelId(1))).toBe(example.unitId(1));
    expect(state.labels.get(example.labelId(101))).toBe(example.unitId(1));
  });

  it('names the label that was on it: another one is a finding, that of another unit a critical one', () => {
    expect(relabelled({ old: example.labelId(77) }).rules).toEqual(['label.old-label-differs']);
    const exchanged = relabelled({ old: example.labelId(2) });
    expect(exchanged.rules).toEqual(['label.old-label-of-other-unit']);
    const { units } = exchanged.afterwards();
    expect(units.get(example.unitId(1))?.oldLabels?.map(({ label }) => label)).toEqual([example.labelId(1)]);
    expect(units.get(example.unitId(2))).toMatchObject({ labelled: example.labelId(2) });
    expect(units.get(example.unitId(2))?.oldLabels).toBeUndefined();
  });

  it('is witnessed by somebody else, and destroys the old label', () => {
    expect(relabelled({}, { witness: undefined }).rules).toEqual(['label.relabelling-without-witness']);
    expect(relabelled({}, { witness: 'staff-0001' }).rules).toEqual(['label.witness-is-operator']);
    expect(relabelled({}, { oldLabels: 'under-new-label' }).rules).toEqual(['label.old-label-not-destroyed']);
  });

  it('is scanned back like a labelling, and its code holds no personal number', () => {
    expect(relabelled({ scanBack: 'mismatch' }).rules).toEqual(['batch.scan-back-mismatch']);
    expect(relabelled({ scanBack: 'not-done' }).rules).toEqual([]);
    expect(relabelled({ scanBack: 'not-done' }, { witness: undefined }).rules).toContain('batch.label-unverified');
    expect(() => relabelled({ encodedData: '11010519491231002X' })).toThrow(/resident number/);
    expect(() => relabelled({ oldEncodedData: '11010519491231002X' })).toThrow(/resident number/);
  });

  it('takes a label that was issued and is on no other unit', () => {
    expect(relabelling({}, { label: example.labelId(101) }).rules).toEqual(['label.not-issued']);
    expect(relabelled({ label: example.labelId(2) }).rules).toEqual(['batch.label-reused']);
  });

  it('of a unit that is not known cannot be applied', () => {
    expect(relabelled({ unit: example.unitId(9) })).toMatchObject({ outcome: 'unreconciled', rules: ['batch.unit-unknown'] });
  });

  it('of an infused unit is a critical finding, unless it came before', () => {
    const past = [
      ...MADE,
      [unitLabelled, example.unitLabelled()],
      [unitInfused, { unit: example.unitId(1), treatment: IDS.treatment }, { occurredAt: '2026-11-21T10:00:00+08:00' }],
    ] as const;
    const late = given(batch, example.BATCH, past);
    const data = example.unitRelabelled();
    expect(late.when(unitRelabelled, data, { occurredAt: '2026-11-21T11:00:00+08:00' }).rules).toEqual([
      'label.relabelled-after-infusion',
    ]);
    expect(late.when(unitRelabelled, data, { occurredAt: '2026-11-21T09:00:00+08:00' }).rules).toEqual([]);
  });

  it('a second time keeps both old labels', () => {
    const past = [
      ...MADE,
      [unitLabelled, example.unitLabelled()],
      [unitRelabelled, example.unitRelabelled()],
      [
        unitRelabelled,
        example.unitRelabelled({}, example.relabelling(1, { old: example.labelId(101), label: example.labelId(201) })),
      ],
    ] as const;
    const unit = folded(batch, example.BATCH, past).units.get(example.unitId(1))!;
    expect(unit.labelled).toBe(example.labelId(201));
    expect(unit.oldLabels).toEqual([
      { label: example.labelId(1), code: '=G1234176543211', replacedBy: eventId(3) },
      { label: example.labelId(101), code: '=G12341765432101', replacedBy: eventId(4) },
    ]);
  });
});

describe('a label that is scanned at the bedside', () => {
  const NEW = { labelled: example.labelId(101), code: '=G-NEW' };
  const OLD = { oldLabels: [{ label: example.labelId(1), code: '=G-OLD', replacedBy: 'e' }] };
  const rulesOf = (scanned: string, unit: Partial<Unit> = { ...NEW, ...OLD }) => {
    const state = aBatch({ labels: new Map([[example.labelId(2), IDS.otherUnit]]) }, aUnit(unit), aUnit({ id: IDS.otherUnit }));
    return [scannedFaults(state, state.units.get(IDS.unit)!, scanned, '')].flatMap((each) =>
      each && 'rule' in each ? [each.rule.id] : [],
    );
  };

  it('is refused when it was replaced, by its code as by its id', () => {
    expect(rulesOf('=G-OLD')).toEqual(['gate.old-label']);
    expect(rulesOf(' =g-old ')).toEqual(['gate.old-label']);
    expect(rulesOf(example.labelId(1))).toEqual(['gate.old-label']);
  });

  it('is right when it is on the unit, also where the old one said the same', () => {
    expect(rulesOf('=G-NEW')).toEqual([]);
    expect(rulesOf(example.labelId(101))).toEqual([]);
    expect(rulesOf('=G-OLD', { ...NEW, ...OLD, code: '=G-OLD' })).toEqual([]);
  });

  it('is refused when it is the label of another unit, and says nothing when it is not known', () => {
    expect(rulesOf(example.labelId(2))).toEqual(['gate.label-of-other-unit']);
    expect(rulesOf('=SOMETHING')).toEqual([]);
  });

  it('shuts the gate with the reason in plain words, and is a finding where the infusion is told afterwards', () => {
    const match = { outcome: 'match' };
    const checks = { patient: match, coi: { outcome: 'not-applicable' }, unit: { ...match, scanned: '=G-OLD' }, product: match };
    const ward = given({ ...batch, initial: () => aBatch({}, aUnit({ ...NEW, ...OLD })) }, IDS.batch, [], surroundings());
    const data = { unit: IDS.unit, treatment: IDS.treatment, patient: IDS.patient, secondChecker: 'nurse-0002', checks };
    const options = { occurredAt: AT, actor: { org: IDS.hospital, person: 'nurse-0001' } };
    const refused = ward.when(unitInfusionAuthorised, data, options);
    expect(refused.outcome).toBe('refuse');
    expect(refused.rules).toContain('gate.old-label');
    expect(refused.decision.violations.find(({ rule }) => rule.id === 'gate.old-label')?.params).toEqual({
      unit: 'HUCMSC-P4-20261121-01',
      label: '=G-NEW',
    });
    expect(ward.when(unitInfused, data, options)).toMatchObject({ outcome: 'record' });
    expect(ward.when(unitInfused, data, options).rules).toContain('gate.old-label');
  });
});

describe('reconciling labels', () => {
  const reconciling = (over: object = {}) =>
    given(batch, example.BATCH, LABELLED).when(labelsReconciled, example.labelsReconciled(over));

  it('leaves no finding when all are accounted for', () => {
    expect(reconciling()).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(reconciling().afterwards().labelStock.reconciled).not.toBeNull();
  });

  it('adds up: issued = applied + spoiled + returned + unaccounted for', () => {
    expect(reconciling({ spoiled: 1 }).rules).toEqual(['label.reconciliation-does-not-add-up']);
  });

  it('makes a lost label a critical finding', () => {
    const lost = given(batch, example.BATCH, [
      ...MADE,
      [labelIssued, example.labelIssued(5)],
      [unitLabelled, example.unitLabelled()],
    ]);
    const done = lost.when(labelsReconciled, example.labelsReconciled({ issued: 5, spoiled: 1, unaccounted: 1 }));
    expect(done.rules).toEqual(['label.unaccounted-for']);
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
  });

  it('agrees with what is recorded', () => {
    expect(reconciling({ issued: 4, returned: 1 }).rules).toEqual(['label.issued-differs-from-records']);
    expect(reconciling({ applied: 2, spoiled: 1 }).rules).toEqual(['label.applied-differs-from-records']);
  });

  it('is open again when further labels are issued', () => {
    const state = folded(batch, example.BATCH, [
      ...LABELLED,
      [labelsReconciled, example.labelsReconciled()],
      [labelIssued, example.labelIssued(1, { labels: [example.labelId(9)] })],
    ]);
    expect(state.labelStock).toMatchObject({ issued: 4, reconciled: null });
  });

  it('has two different persons', () => {
    expect(reconciling({ verifier: 'staff-0003' }).rules).toEqual(['batch.verifier-is-operator']);
  });
});
