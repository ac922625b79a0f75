import { describe, expect, it } from 'vitest';
import { AT, aBatch, aTreatment, aUnit, IDS, surroundings } from '../batch/hospital-examples.ts';
import type { BatchState, Unit } from '../batch/index.ts';
import { ageInWords, GateSnapshot, judgeBedside, snapshotUnit } from './index.ts';

const hour = (n: number) => new Date(Date.parse(AT) + n * 3_600_000).toISOString();
const worlds = (over: Readonly<Record<string, unknown>> = {}) => {
  const streams = surroundings(over);
  return {
    state: <S>({ name }: { name: string }, id: string) => streams.get(`${name}-${id}`) as S | undefined,
    states: <S>({ name }: { name: string }, ids: readonly string[]) =>
      new Map(ids.map((id) => [id, streams.get(`${name}-${id}`) as S | undefined])),
  };
};
const THEIRS = { event: 'e', treatment: IDS.otherTreatment, patient: 'patient-0002', site: IDS.hospital };
const OTHERS_BAG = aUnit({
  ...{ id: IDS.otherUnit, ordinal: 2, labelled: 'L-2', allocation: THEIRS },
  identifiers: [{ scheme: 'isbt128-din', value: '=G123498654321 00' }] as unknown as Unit['identifiers'],
});
const THEIR_TREATMENT = { ...aTreatment({ patient: 'patient-0002' }), id: IDS.otherTreatment };
function snapshot(unit: Partial<Unit> = {}, over: Partial<BatchState> = {}) {
  const bag = aUnit({ thawed: null, ...unit });
  const state = aBatch(over, bag, OTHERS_BAG);
  const reader = worlds({ [`treatment-${IDS.otherTreatment}`]: THEIR_TREATMENT });
  return GateSnapshot.parse({
    ...{ v: 1, origin: 'cells.example/log', site: IDS.hospital, position: '17', checkpoint: null },
    ...{ madeAt: new Date(AT).toISOString(), freshUntil: hour(2), expiresAt: hour(8) },
    units: [bag, OTHERS_BAG].map((each) => snapshotUnit(state, each, AT, reader)),
  });
}
const BAG = 'HUCMSC-P4-20261121-01';
const asked = (made = snapshot(), over: object = {}) =>
  judgeBedside(made, { unit: BAG, patient: IDS.patient, now: Date.parse(hour(1)), ...over });
const rules = (answer: ReturnType<typeof judgeBedside>) => [answer.light, ...answer.reasons.map(({ rule }) => rule)];

describe('a gate snapshot at the bedside', () => {
  it('is green for the right bag and patient, and says its age', () => {
    expect(asked()).toEqual({ light: 'green', ageMinutes: 60, unit: BAG, reasons: [] });
    expect(ageInWords(312)).toEqual({ en: '5 h 12 min', zh: '5 小时 12 分钟' });
  });

  it.each([
    ['small letters and spaces', ' hucmsc-p4-20261121-01 '],
    ['full-width digits', 'HUCMSC-P4-２０２６1121-01'],
    ['its id', IDS.unit],
    ['its label', 'l-1'],
  ])('knows a bag by %s', (_, unit) => {
    expect(rules(asked(snapshot(), { unit }))).toEqual(['green']);
  });

  it('knows a bag by the donation number as a scanner gives it', () => {
    for (const unit of ['=G12349865432100', 'G1234 98 654321', '=G123498654321'])
      expect(rules(asked(snapshot(), { unit, patient: 'patient-0002' }))).toEqual(['green']);
  });

  it('knows a patient by pseudonym and by treatment', () => {
    for (const patient of ['PATIENT-0001', IDS.treatment]) expect(rules(asked(snapshot(), { patient }))).toEqual(['green']);
  });

  it('is red for the bag of another patient, in plain words', () => {
    const answer = asked(snapshot(), { patient: 'patient-0002' });
    expect(rules(answer)).toEqual(['red', 'snapshot.other-patient']);
    expect(answer.reasons[0]).toMatchObject({
      en: expect.stringContaining('WRONG PATIENT'),
      zh: expect.stringContaining('患者不符'),
    });
    expect(rules(asked(snapshot(), { patient: 'nobody' }))).toEqual(['red', 'snapshot.patient-unknown']);
    expect(rules(asked(snapshot(), { patient: '  ' }))).toEqual(['red', 'snapshot.patient-unknown']);
  });

  it('is red for a bag that is not in it, also where nothing was scanned', () => {
    for (const unit of ['HUCMSC-P4-20261121-99', '', ' '])
      expect(rules(asked(snapshot(), { unit }))).toEqual(['red', 'snapshot.unit-unknown']);
  });

  it('is red with every reason of the gate', () => {
    const recall = { event: 'e1', scope: 'whole-batch' as const, reason: 'contaminated', cause: null, lifted: null };
    expect(rules(asked(snapshot({}, { recalls: [recall] })))).toEqual(['red', 'gate.recalled']);
    expect(rules(asked(snapshot({ allocation: null })))).toEqual(['red', 'snapshot.not-meant', 'gate.not-allocated']);
  });

  it('is red once the bag’s time is up, though it was green when the snapshot was made', () => {
    const thawed = { event: 'e', occurredAt: AT, expiry: hour(5) };
    // The specification allows two hours from the thaw.
    expect(rules(asked(snapshot({ thawed }), { now: Date.parse(hour(1.9)) }))).toEqual(['green']);
    expect(rules(asked(snapshot({ thawed }), { now: Date.parse(hour(2)) }))).toEqual(['red', 'snapshot.usable-until']);
    expect(rules(asked(snapshot({ expiry: hour(1) })))).toEqual(['red', 'snapshot.usable-until']);
  });

  it('is amber when it is no longer fresh, and where there is something to be read first', () => {
    expect(rules(asked(snapshot(), { now: Date.parse(hour(2)) }))).toEqual(['amber', 'snapshot.old']);
    const pending = {
      event: 'e',
      seq: 1,
      kind: 'conditionally-released' as const,
      scope: 'whole-batch' as const,
      pendingTests: ['2'],
    };
    expect(rules(asked(snapshot({}, { dispositions: [pending] })))).toEqual(['amber', 'gate.pending-tests']);
  });

  it('answers nothing when it has expired', () => {
    expect(rules(asked(snapshot(), { now: Date.parse(hour(8)) }))).toEqual(['red', 'snapshot.expired']);
    expect(rules(asked(snapshot(), { now: Date.parse(hour(8)), unit: 'unknown' }))).toEqual(['red', 'snapshot.expired']);
  });

  it('answers nothing by a clock that was set back', () => {
    expect(rules(asked(snapshot(), { now: Date.parse(hour(-1)) }))).toEqual(['red', 'snapshot.clock-behind']);
    const lastSeen = Date.parse(hour(3));
    expect(rules(asked(snapshot(), { now: Date.parse(hour(1)), lastSeen }))).toEqual(['red', 'snapshot.clock-set-back']);
    // Two devices differ by some seconds.
    expect(rules(asked(snapshot(), { now: Date.parse(AT) - 60_000, lastSeen: Date.parse(AT) }))).toEqual(['green']);
  });

  it('is amber, with the number of the bag, where the code that was scanned stands for bags of other patients too', () => {
    const made = snapshot();
    const units = made.units.map((each) => ({ ...each, codes: [...each.codes, 'HUCMSC-P4'] }));
    const answer = asked({ ...made, units }, { unit: 'HUCMSC-P4' });
    expect(rules(answer)).toEqual(['amber', 'snapshot.one-of-several']);
    expect(answer.reasons[0]!.en).toContain(BAG);
  });

  it('counts a syringe’s time from the thaw of its bag, also where that is entered after the drawing', () => {
    const syringe = aUnit({ ...{ id: IDS.otherUnit, kind: 'syringe', parent: IDS.unit, part: 1 }, thawed: null });
    const bag = aUnit({ ...{ end: 'consumed', thawed: { event: 'e', occurredAt: AT, expiry: null } } });
    const expired = { event: 'e', occurredAt: AT, expiry: hour(1), volume: null };
    const until = (over: Partial<Unit>) =>
      snapshotUnit(aBatch({}, { ...bag, ...over }, syringe), syringe, AT, worlds()).usableUntil;
    expect(until({})).toBe(hour(2));
    expect(until({ reconstituted: expired })).toBe(hour(1));
  });

  it('does not choose between several bags of one code', () => {
    const twin = snapshot();
    const units = [twin.units[0]!, { ...twin.units[0]!, unit: IDS.otherUnit }];
    expect(rules(asked({ ...twin, units }))).toEqual(['red', 'snapshot.unit-ambiguous']);
  });
});
