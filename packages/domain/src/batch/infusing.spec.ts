import { describe, expect, it } from 'vitest';
import type { Signer } from '../kernel/index.ts';
import { eventId, given } from '../specification.ts';
import { countersigned } from './countersigned.ts';
import { AT, aBatch, aTreatment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import { recalled } from './recalled.ts';
import { type BatchState, batch, type Restriction, type Unit } from './state.ts';
import { unitDiscarded } from './unit-discarded.ts';
import { unitInfused } from './unit-infused.ts';
import { BEDSIDE_CHECK, unitInfusionAuthorised } from './unit-infusion-authorised.ts';

const signer = (over: Partial<Signer> = {}): Signer => ({
  kid: 'k'.repeat(43),
  org: IDS.hospital,
  person: 'nurse-0001',
  roles: ['hospital.nurse'],
  meaning: BEDSIDE_CHECK,
  signedAt: AT,
  ...over,
});
const bedside = (unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, others: Readonly<Record<string, unknown>> = {}) =>
  given({ ...batch, initial: () => aBatch(state, aUnit(unit)) }, IDS.batch, [], surroundings(others));
const WARD = { org: IDS.hospital, person: 'nurse-0001' };
const match = { outcome: 'match', method: 'scan', scanned: '=G123417654321' };
const CHECKS = { patient: { outcome: 'match' }, coi: { outcome: 'not-applicable' }, unit: match, product: match };
const check = (over: object = {}) => ({
  unit: IDS.unit,
  treatment: IDS.treatment,
  patient: IDS.patient,
  secondChecker: 'nurse-0002',
  checks: CHECKS,
  ...over,
});
const authorised = { authorisation: { event: 'e', treatment: IDS.treatment, used: false } };
const hold: Restriction = { event: 'e1', scope: 'whole-batch', reason: 'excursion', cause: null, lifted: null };

describe('authorising an infusion', () => {
  const authorising = (over: object = {}, unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, signers = [signer()]) =>
    bedside(unit, state).when(unitInfusionAuthorised, check(over), { signers, occurredAt: AT, actor: WARD });

  it('is green when the gate is open, everything matches and two persons checked', () => {
    const done = authorising();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().units.get(IDS.unit)?.authorisation).toMatchObject({ treatment: IDS.treatment, used: false });
  });

  it('is refused for every reason of the gate', () => {
    expect(authorising({}, { allocation: null }, { holds: [hold] })).toMatchObject({
      outcome: 'refuse',
      rules: ['gate.held', 'gate.not-allocated'],
    });
  });

  it('is refused without the signature of a bedside check', () => {
    expect(authorising({}, {}, {}, [])).toMatchObject({ outcome: 'refuse', rules: ['bedside.check-unsigned'] });
    expect(authorising({}, {}, {}, [signer({ meaning: 'discard' })]).rules).toEqual(['bedside.check-unsigned']);
    // A device at the bedside is nobody, and who is elsewhere sees no wristband.
    expect(authorising({}, {}, {}, [signer({ person: null })]).rules).toEqual(['bedside.check-unsigned']);
    expect(authorising({}, {}, {}, [signer({ org: 'hospital-x' })]).rules).toEqual(['bedside.check-unsigned']);
  });

  it.each(['patient', 'unit', 'product'])('is refused when the %s does not match or was not checked', (part) => {
    expect(authorising({ checks: { ...CHECKS, [part]: { outcome: 'mismatch' } } }).rules).toEqual(['bedside.mismatch']);
    expect(authorising({ checks: { ...CHECKS, [part]: { outcome: 'not-checked' } } }).rules).toEqual(['bedside.not-checked']);
    expect(authorising({ checks: { ...CHECKS, [part]: { outcome: 'not-applicable' } } }).rules).toEqual(['bedside.not-checked']);
  });

  it('checks the chain of identity where the cells are autologous', () => {
    const own = { autologous: true, coi: 'CHG123417654321' };
    const world = (checks: object) =>
      bedside({}, own, { [`treatment-${IDS.treatment}`]: aTreatment({ coi: 'CHG123417654321' }) }).when(
        unitInfusionAuthorised,
        check({ checks }),
        { signers: [signer()], occurredAt: AT, actor: WARD },
      );
    expect(world(CHECKS).rules).toEqual(['bedside.not-checked']);
    expect(world({ ...CHECKS, coi: match }).rules).toEqual([]);
  });

  it('is not made green by dating it back before a recall', () => {
    const recall = [
      recalled,
      { scope: 'whole-batch', class: 'I', reason: 'out-of-specification' },
      { occurredAt: '2026-11-21T15:30:00+08:00' },
    ] as const;
    const ward = given({ ...batch, initial: () => aBatch({}, aUnit()) }, IDS.batch, [recall], surroundings());
    expect(ward.when(unitInfusionAuthorised, check(), { signers: [signer()], occurredAt: AT, actor: WARD })).toMatchObject({
      outcome: 'refuse',
      rules: ['gate.recalled'],
    });
  });

  it('is for the patient to whom the unit is allocated', () => {
    expect(authorising({ patient: 'patient-0002' }).rules).toEqual(['allocation.patient-differs']);
  });

  it('is made by two persons, or by one in an emergency whose second signature is due', () => {
    expect(authorising({ secondChecker: undefined })).toMatchObject({ outcome: 'record', rules: ['bedside.checked-by-one'] });
    expect(authorising({ secondChecker: 'nurse-0001' }).rules).toEqual(['bedside.checker-repeated']);
    const alone = authorising({ secondChecker: undefined, emergency: 'life-threatening' });
    expect(alone).toMatchObject({ outcome: 'record', rules: [], warnings: ['bedside.emergency'] });
  });

  it('keeps the wristband out of the log in clear', () => {
    expect(unitInfusionAuthorised.personal).toEqual([{ path: ['checks', 'patient', 'scanned'], subject: '/patient' }]);
  });
});

describe('an infusion', () => {
  const data = { unit: IDS.unit, treatment: IDS.treatment };
  const infusing = (
    over: object = {},
    unit: Partial<Unit> = authorised,
    state: Partial<BatchState> = {},
    occurredAt: string | null = AT,
  ) => bedside(unit, state).when(unitInfused, { ...data, ...over }, { occurredAt });

  it('that was authorised leaves no finding and ends the unit', () => {
    const done = infusing({ stop: '2026-11-21T15:20:00+08:00', volumeGiven: { value: '48', unit: 'mL', what: 'volume' } });
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().units.get(IDS.unit)).toMatchObject({
      end: 'infused',
      endedAt: '2026-11-21T15:20:00+08:00',
      infusion: { treatment: IDS.treatment, occurredAt: AT },
      authorisation: { used: true },
    });
  });

  it('without authorisation is recorded with a critical finding', () => {
    const done = infusing({}, {});
    expect(done).toMatchObject({ outcome: 'record', rules: ['infusion.without-authorisation'] });
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
    const elsewhere = { authorisation: { event: 'e', treatment: IDS.otherTreatment, used: false } };
    expect(infusing({}, elsewhere).rules).toEqual(['infusion.without-authorisation']);
  });

  it('is recorded with every reason for which the gate was shut', () => {
    expect(infusing({}, { ...authorised, receivedBy: null, custodian: 'carrier-c' }, { holds: [hold] })).toMatchObject({
      outcome: 'record',
      rules: ['gate.held', 'gate.not-received'],
    });
  });

  it('is measured by the clock of when it happened, not of when it is entered', () => {
    const thawed = { event: 'e', occurredAt: '2026-11-21T14:00:00+08:00', expiry: null };
    expect(infusing({}, { ...authorised, thawed }, {}, '2026-11-21T15:59:00+08:00').rules).toEqual([]);
    expect(infusing({}, { ...authorised, thawed }, {}, '2026-11-21T16:01:00+08:00').rules).toEqual(['gate.thaw-too-long']);
    expect(
      infusing({ start: '2026-11-21T15:59:00+08:00' }, { ...authorised, thawed }, {}, '2026-11-21T18:00:00+08:00').rules,
    ).toEqual([]);
  });

  it('at an unknown time says that the clock could not be checked', () => {
    expect(infusing({}, authorised, {}, null).rules).toEqual(['gate.time-unknown']);
  });

  it('of a unit that was recalled afterwards breaks no gate, and says that somebody is exposed', () => {
    const done = given(
      { ...batch, initial: () => aBatch({}, aUnit(authorised)) },
      IDS.batch,
      [
        [
          recalled,
          { scope: 'whole-batch', class: 'I', reason: 'out-of-specification' },
          { occurredAt: '2026-11-22T09:00:00+08:00' },
        ],
      ],
      surroundings(),
    ).when(unitInfused, data, { occurredAt: AT });
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: ['infusion.restricted-since'] });
  });

  it('cannot happen twice to one unit, but may be told twice', () => {
    const given1 = (treatment: string) => ({
      ...authorised,
      end: 'infused' as const,
      infusion: { event: 'e', treatment, occurredAt: AT },
    });
    expect(infusing({}, given1(IDS.otherTreatment))).toMatchObject({
      outcome: 'unreconciled',
      rules: ['infusion.unit-infused-before'],
    });
    expect(infusing({}, given1(IDS.treatment))).toMatchObject({
      outcome: 'record',
      rules: [],
      warnings: ['infusion.recorded-before'],
    });
  });

  it('cannot be of an unknown unit or of one that became another batch', () => {
    expect(infusing({ unit: IDS.otherUnit })).toMatchObject({ outcome: 'unreconciled', rules: ['hospital.units-unknown'] });
    expect(infusing({}, { end: 'consumed', consumedInto: IDS.donation }).rules).toEqual(['infusion.unit-consumed']);
  });

  it('of a unit that was said to be discarded is a finding, and the unit was infused', () => {
    const done = infusing({}, { ...authorised, end: 'discarded' });
    expect(done.rules).toEqual(['gate.unit-ended']);
    expect(done.afterwards().units.get(IDS.unit)?.end).toBe('infused');
  });

  it('names another patient only with a finding, and checks that failed', () => {
    expect(infusing({ patient: 'patient-0002' }).rules).toEqual(['allocation.patient-differs']);
    expect(infusing({ checks: { ...CHECKS, unit: { outcome: 'mismatch' } } }).rules).toEqual(['bedside.mismatch']);
  });

  it('does not stop before it starts', () => {
    expect(infusing({ start: AT, stop: '2026-11-21T14:00:00+08:00' }).rules).toEqual(['infusion.stop-before-start']);
  });
});

describe('discarding units', () => {
  const data = { scope: { units: [IDS.unit] }, reason: 'expired', method: 'autoclaved', witness: 'staff-0002' };
  const discarding = (over: object = {}, unit: Partial<Unit> = {}, signers = [signer({ meaning: 'discard' })]) =>
    bedside(unit).when(unitDiscarded, { ...data, ...over }, { signers, actor: { org: IDS.hospital } });

  it('ends them', () => {
    const done = discarding();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards().units.get(IDS.unit)?.end).toBe('discarded');
  });

  it('is witnessed by somebody else and signed', () => {
    expect(discarding({ witness: undefined }).rules).toEqual(['discard.witness-missing']);
    expect(discarding({ witness: 'staff-0001' }).rules).toEqual(['discard.witness-is-discarder']);
    expect(discarding({ witness: 'staff-0001', discarder: 'staff-0003' }).rules).toEqual([]);
    expect(discarding({}, {}, [])).toMatchObject({ outcome: 'record', rules: ['discard.unsigned'] });
  });

  it('by the waste contractor has a manifest', () => {
    const handed = { method: 'handed-to-waste-contractor' };
    expect(discarding(handed).rules).toEqual(['discard.waste-manifest-missing']);
    expect(discarding({ ...handed, wasteManifest: 'YF-2026-118' }).rules).toEqual([]);
  });

  it('that belong to somebody else is a finding', () => {
    expect(discarding({}, { custodian: IDS.lab }).rules).toEqual(['discard.not-custodian']);
  });

  it('that were infused is a finding, unless it is the remainder', () => {
    expect(discarding({}, { end: 'infused' }).rules).toEqual(['discard.unit-ended']);
    const rest = discarding({ reason: 'infusion-stopped', quantity: { value: '30', unit: 'mL' } }, { end: 'infused' });
    expect(rest.rules).toEqual([]);
    expect(rest.afterwards().units.get(IDS.unit)?.end).toBe('infused');
  });

  it('twice is only a warning; a whole batch means what is left of it', () => {
    expect(discarding({}, { end: 'discarded' })).toMatchObject({ rules: [], warnings: ['discard.discarded-before'] });
    expect(discarding({ scope: 'whole-batch' }, { end: 'infused' }).rules).toEqual([]);
  });
});

describe('a recall', () => {
  const recalling = (over: object = {}, unit: Partial<Unit> = {}) =>
    bedside(unit).when(recalled, {
      scope: 'whole-batch',
      class: 'II',
      reason: 'material-recalled',
      notice: 'ZH-2026-7',
      ...over,
    });

  it('stands against the units from then on', () => {
    expect(recalling().afterwards().recalls).toMatchObject([{ scope: 'whole-batch', reason: 'material-recalled', lifted: null }]);
  });

  it('is recorded whatever it names', () => {
    expect(recalling({ scope: { units: [IDS.otherUnit] } })).toMatchObject({
      outcome: 'record',
      rules: ['recall.units-unknown'],
    });
  });

  it('says how many were infused already', () => {
    const infusion = { event: 'e', treatment: IDS.treatment, occurredAt: AT };
    expect(recalling({}, { infusion, end: 'infused' }).warnings).toEqual(['recall.units-infused']);
  });
});

describe('the second signature', () => {
  const countersigning = (event: string, signers: Signer[]) =>
    given(
      { ...batch, initial: () => aBatch({}, aUnit()) },
      IDS.batch,
      [[recalled, { scope: 'whole-batch', class: 'III', reason: 'other' }]],
      surroundings(),
    ).when(countersigned, { event, contentDigest: `${'A'.repeat(42)}A` }, { signers, actor: WARD });
  const second = signer({ meaning: 'countersignature', person: 'staff-0002' });

  it('is kept with what it signs', () => {
    const done = countersigning(eventId(0), [second]);
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards().countersignatures.has(eventId(0))).toBe(true);
  });

  it('signs what is recorded, not what a screen showed instead', () => {
    const other = given(
      { ...batch, initial: () => aBatch({}, aUnit()) },
      IDS.batch,
      [[recalled, { scope: 'whole-batch', class: 'III', reason: 'other' }]],
      surroundings(),
    ).when(countersigned, { event: eventId(0), contentDigest: `${'B'.repeat(42)}A` }, { signers: [second], actor: WARD });
    expect(other).toMatchObject({ outcome: 'refuse', rules: ['countersigning.other-content'] });
  });

  it('signs something that is here, is a signature, and is of another person', () => {
    expect(countersigning(eventId(5), [second]).rules).toEqual(['countersigning.unknown-event']);
    expect(countersigning(eventId(0), []).rules).toEqual(['countersigning.unsigned']);
    expect(countersigning(eventId(0), [signer({ person: null })]).rules).toEqual(['countersigning.unsigned']);
    expect(countersigning(eventId(0), [signer({ org: 'hospital-x', person: 'staff-0002' })]).rules).toEqual([
      'countersigning.unsigned',
    ]);
    expect(countersigning(eventId(0), [signer({ person: 'staff-0001' })]).rules).toEqual(['countersigning.same-person']);
  });
});
