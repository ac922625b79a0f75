import { describe, expect, it } from 'vitest';
import { snapshotUnit } from '../bedside/index.ts';
import { given } from '../specification.ts';
import type { TreatmentState } from '../treatment/state.ts';
import { breakGlassUsed } from './break-glass-used.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aDonation, aPerson, aTreatment, aUnit, IDS, RELEASE, surroundings } from './hospital-examples.ts';
import { type BatchState, batch, type Restriction, type Unit } from './state.ts';
import { unitAllocated } from './unit-allocated.ts';
import { BEDSIDE_CHECK, unitInfusionAuthorised } from './unit-infusion-authorised.ts';

const COI = 'COI-B-2026-0007';
const OTHER_PATIENT = 'patient-0002';
const PHYSICIAN = 'staff-0009';
const EARLIER = '2026-11-14T09:00:00+08:00';

const RESCUE_LISTED = {
  event: RELEASE,
  physician: PHYSICIAN,
  units: [{ batch: IDS.product, unit: IDS.otherUnit }],
  rescue: [{ batch: IDS.batch, unit: IDS.unit }],
};
const STARTED = { event: RELEASE, occurredAt: EARLIER, physician: PHYSICIAN };

/** Unmanipulated, never released as a product, in the hospital's own tank. */
const rescueBag = (unit: Partial<Unit> = {}, over: Partial<BatchState> = {}) =>
  aBatch(
    { autologous: true, coi: COI, product: null, dispositions: [], ...over },
    aUnit({ allocation: null, receivedBy: null, lastShipment: null, travelled: new Set(), condition: undefined, ...unit }),
  );
const conditioned = (over: Partial<TreatmentState> = {}) =>
  aTreatment({ coi: COI, conditioningAuthorised: RESCUE_LISTED, conditioningStarted: STARTED, ...over });
const another = (over: Partial<TreatmentState> = {}) => ({
  ...aTreatment({ patient: OTHER_PATIENT, coi: COI, conditioningStarted: STARTED, ...over }),
  id: IDS.otherTreatment,
});
const world = (own: TreatmentState = conditioned(), other: TreatmentState = another()) =>
  surroundings({
    [`treatment-${IDS.treatment}`]: own,
    [`treatment-${IDS.otherTreatment}`]: other,
    [`donation-${IDS.donation}`]: aDonation({ kind: 'autologous', donor: IDS.patient, coi: COI }),
    [`person-${IDS.patient}`]: aPerson(),
  });
const standing: Restriction = { event: 'e1', scope: 'whole-batch', reason: 'deviation', cause: null, lifted: null };

function asked(state: BatchState = rescueBag(), others = world(), treatment: string = IDS.treatment) {
  const violations = gateFor(state, IDS.unit, treatment, AT, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  });
  const of = (isWarning: boolean) =>
    violations.filter(({ rule }) => (rule.severity === 'warn') === isWarning).map(({ rule }) => rule.id);
  return { reasons: of(false), warnings: of(true) };
}

describe('a bag that is kept as rescue', () => {
  it('is amber for its own patient once the conditioning has started, and says what it is', () => {
    expect(asked()).toEqual({ reasons: [], warnings: ['gate.rescue'] });
  });

  it('is red before: the patient has marrow still', () => {
    const waiting = asked(rescueBag(), world(conditioned({ conditioningStarted: null })));
    expect(waiting.reasons).toEqual(['gate.not-released', 'gate.product-differs', 'gate.not-allocated']);
    expect(waiting.warnings).toContain('gate.rescue-before-conditioning');
    const later = { ...STARTED, occurredAt: '2026-11-22T09:00:00+08:00' };
    expect(asked(rescueBag(), world(conditioned({ conditioningStarted: later }))).reasons).toContain('gate.not-released');
  });

  it('is red where the physician did not sign for it as rescue', () => {
    const unlisted = { ...RESCUE_LISTED, rescue: [{ batch: IDS.batch, unit: IDS.otherUnit }] };
    expect(asked(rescueBag(), world(conditioned({ conditioningAuthorised: unlisted }))).reasons).toEqual([
      'gate.not-released',
      'gate.product-differs',
      'gate.not-allocated',
    ]);
  });

  it('is red for every other patient, conditioned or not', () => {
    expect(asked(rescueBag(), world(), IDS.otherTreatment).reasons).toEqual([
      'gate.not-released',
      'gate.product-differs',
      'gate.not-allocated',
    ]);
    expect(asked(rescueBag(), world(conditioned(), another({ coi: 'COI-OTHER' })), IDS.otherTreatment).reasons).toContain(
      'gate.coi-differs',
    );
  });

  it.each<[string, BatchState, string]>([
    ['of another chain of identity', rescueBag({}, { coi: 'COI-OTHER' }), 'gate.coi-differs'],
    [
      'rejected',
      rescueBag({}, { dispositions: [{ event: RELEASE, seq: 1, kind: 'rejected', scope: 'whole-batch', pendingTests: [] }] }),
      'gate.rejected',
    ],
    ['recalled', rescueBag({}, { recalls: [standing] }), 'gate.recalled'],
    ['quarantined', rescueBag({}, { quarantines: [standing] }), 'gate.quarantined'],
    ['on hold', rescueBag({}, { holds: [standing] }), 'gate.held'],
    ['expired', rescueBag({ expiry: EARLIER }), 'gate.expired'],
    ['used up', rescueBag({ end: 'discarded' }), 'gate.unit-ended'],
    ['elsewhere', rescueBag({ custodian: IDS.lab }), 'gate.not-received'],
    [
      'allocated to another patient',
      rescueBag({ allocation: { event: 'e', treatment: IDS.otherTreatment, patient: OTHER_PATIENT, site: IDS.hospital } }),
      'gate.allocated-elsewhere',
    ],
  ])('stays red where it is %s', (_, state, reason) => {
    expect(asked(state).reasons).toEqual([reason]);
  });

  it('is amber in a snapshot of the gate too, once it was allocated to its patient', () => {
    const own = { event: 'e', treatment: IDS.treatment, patient: IDS.patient, site: IDS.hospital };
    const [state, others] = [rescueBag({ allocation: own }), world()];
    const told = snapshotUnit(state, state.units.get(IDS.unit)!, AT, {
      state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
      states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
    });
    expect([told.reasons, told.warnings.map(({ rule }) => rule)]).toEqual([[], ['gate.rescue']]);
  });

  it('is known by what was drawn from it', () => {
    const syringe = aUnit({ ...{ id: IDS.otherUnit, parent: IDS.unit, part: 1, kind: 'syringe' }, allocation: null });
    const state = rescueBag({ end: 'consumed' });
    state.units.set(syringe.id, { ...syringe, receivedBy: null, lastShipment: null, travelled: new Set() });
    const others = world();
    const violations = gateFor(state, syringe.id, IDS.treatment, AT, {
      state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
      states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
    });
    expect(violations.filter(({ rule }) => rule.severity !== 'warn')).toEqual([]);
  });
});

describe('the rescue at the bedside', () => {
  const NURSE = 'nurse-0001';
  const match = { outcome: 'match', method: 'scan' };
  const checks = { patient: { outcome: 'match' }, coi: match, unit: match, product: match };
  const saying = (over: object = {}) => ({
    ...{ unit: IDS.unit, treatment: IDS.treatment, patient: IDS.patient, secondChecker: 'nurse-0002', checks },
    ...over,
  });
  const at = (state: BatchState, others = world()) => given({ ...batch, initial: () => state }, IDS.batch, [], others);
  const actor = { org: IDS.hospital, person: NURSE };
  const signers = [
    { kid: 'k'.repeat(43), org: IDS.hospital, person: NURSE, roles: ['hospital.nurse'], meaning: BEDSIDE_CHECK, signedAt: AT },
  ];

  it('is authorised for its own patient', () => {
    const done = at(rescueBag()).when(unitInfusionAuthorised, saying(), { occurredAt: AT, actor, signers });
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
  });

  it('is refused where another patient lies in the bed, though the bag was allocated to nobody', () => {
    const other = { patient: OTHER_PATIENT };
    expect(at(rescueBag()).when(unitInfusionAuthorised, saying(other), { occurredAt: AT, actor, signers })).toMatchObject({
      outcome: 'refuse',
      rules: ['allocation.patient-differs'],
    });
    const { secondChecker: _, ...alone } = saying(other);
    const glass = { ...alone, reason: 'life-threatening', holder: NURSE };
    expect(at(rescueBag()).when(breakGlassUsed, glass, { occurredAt: AT, actor })).toMatchObject({
      outcome: 'refuse',
      rules: expect.arrayContaining(['allocation.patient-differs']),
    });
  });

  it('may be reserved for its own patient beforehand, and for no other', () => {
    const reserving = (treatment: string, patient: string, others = world()) =>
      at(rescueBag(), others).when(unitAllocated, { unit: IDS.unit, treatment, patient, site: IDS.hospital });
    const before = world(conditioned({ conditioningStarted: null }));
    for (const others of [before, world()])
      expect(reserving(IDS.treatment, IDS.patient, others)).toMatchObject({
        outcome: 'record',
        rules: [],
        warnings: ['allocation.rescue'],
      });
    expect(reserving(IDS.otherTreatment, OTHER_PATIENT)).toMatchObject({
      outcome: 'refuse',
      rules: ['allocation.product-differs', 'allocation.not-released'],
    });
  });
});
