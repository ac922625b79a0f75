import { describe, expect, it } from 'vitest';
import type { Signer } from '../kernel/index.ts';
import { eventId, given } from '../specification.ts';
import { secondSignatureDue } from './break-glass.ts';
import { breakGlassCountersigned } from './break-glass-countersigned.ts';
import { breakGlassUsed } from './break-glass-used.ts';
import { deviationRaised } from './deviations.ts';
import { AT, aBatch, aTreatment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import { type BatchState, batch, type Restriction, type Unit } from './state.ts';
import { unitInfused } from './unit-infused.ts';

const NURSE = 'nurse-0001';
const WARD = { org: IDS.hospital, person: NURSE };
const match = { outcome: 'match', method: 'scan' };
const CHECKS = { patient: { outcome: 'match' }, coi: { outcome: 'not-applicable' }, unit: match, product: match };
const used = (over: object = {}) => ({
  ...{ unit: IDS.unit, treatment: IDS.treatment, patient: IDS.patient },
  ...{ checks: CHECKS, reason: 'life-threatening', holder: NURSE, terminal: 'WARD-3' },
  ...over,
});
const bedside = (unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, others: Readonly<Record<string, unknown>> = {}) =>
  given({ ...batch, initial: () => aBatch(state, aUnit(unit)) }, IDS.batch, [], surroundings(others));
const standing = (reason: string): Restriction => ({ event: 'e1', scope: 'whole-batch', reason, cause: null, lifted: null });
const breaking = (over: object = {}, unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, options: object = {}) =>
  bedside(unit, state).when(breakGlassUsed, used(over), { occurredAt: AT, actor: WARD, ...options });

describe('breaking the glass at the bedside', () => {
  it('gives the light for one badge and a reason, without a signature, and opens a major deviation', () => {
    const done = breaking();
    expect(done).toMatchObject({ outcome: 'record', rules: ['break-glass.used'], warnings: [] });
    expect(done.decision.violations[0]).toMatchObject({ rule: { deviation: 'major' } });
    const state = done.afterwards();
    expect(state.units.get(IDS.unit)?.authorisation).toMatchObject({ treatment: IDS.treatment, used: false });
    expect([...state.brokenGlass.values()]).toEqual([
      { unit: IDS.unit, holder: NURSE, due: '2026-11-21T13:00:00.000Z', countersigned: null },
    ]);
  });

  it('passes over the entry of a receipt that is missing, and says so as a finding', () => {
    const done = breaking({}, { receivedBy: null, custodian: IDS.lab });
    expect(done).toMatchObject({ outcome: 'record', rules: ['break-glass.passed-over', 'break-glass.used'] });
    expect(done.decision.violations[0]?.params).toMatchObject({ rule: 'gate.not-received' });
    expect(breaking({}, { inTransit: true }).rules).toEqual(['break-glass.passed-over', 'break-glass.used']);
  });

  it.each<[string, object, Partial<Unit>, Partial<BatchState>, string]>([
    ['a recalled unit', {}, {}, { recalls: [standing('contaminated')] }, 'gate.recalled'],
    ['a quarantined unit', {}, {}, { quarantines: [standing('deviation')] }, 'gate.quarantined'],
    ['a unit on hold', {}, {}, { holds: [standing('excursion')] }, 'gate.held'],
    ['an expired unit', {}, { expiry: '2026-11-21T14:00:00+08:00' }, {}, 'gate.expired'],
    ['a unit that was not released', {}, {}, { dispositions: [] }, 'gate.not-released'],
    ['a unit meant for another patient', { patient: 'patient-0002' }, {}, {}, 'allocation.patient-differs'],
    ['a wristband that does not match', { checks: { ...CHECKS, patient: { outcome: 'mismatch' } } }, {}, {}, 'bedside.mismatch'],
    ['a bag that nobody compared', { checks: { ...CHECKS, unit: { outcome: 'not-checked' } } }, {}, {}, 'bedside.not-checked'],
    ['a unit that is allocated to nobody', {}, { allocation: null }, {}, 'gate.not-allocated'],
    [
      'a unit that arrived in a bad condition',
      {},
      { condition: { value: 'rejected', at: 0, seq: 0, event: 'e' } },
      {},
      'gate.condition-not-accepted',
    ],
  ])('opens nothing for %s', (_, over, unit, state, rule) => {
    expect(breaking(over, unit, state)).toMatchObject({ outcome: 'refuse', rules: expect.arrayContaining([rule]) });
  });

  it('opens nothing for another chain of identity', () => {
    const own = { autologous: true, coi: 'CHG123417654321' };
    const others = { [`treatment-${IDS.treatment}`]: aTreatment({ coi: 'CHG123498654321' }) };
    const data = used({ checks: { ...CHECKS, coi: match } });
    const done = bedside({}, own, others).when(breakGlassUsed, data, { occurredAt: AT, actor: WARD });
    expect(done).toMatchObject({ outcome: 'refuse', rules: ['gate.coi-differs'] });
  });

  it('is not made possible by dating it back before the expiry', () => {
    const expired = { expiry: '2026-11-21T15:30:00+08:00' };
    const later = { now: '2026-11-21T08:00:00.000Z' };
    expect(breaking({}, expired, {}, later).rules).toContain('gate.expired');
  });

  it('is for a person with a badge, and for that badge', () => {
    expect(breaking({}, {}, {}, { actor: { ...WARD, person: null } }).rules).toContain('break-glass.nobody');
    expect(breaking({ holder: 'nurse-0009' }).rules).toContain('break-glass.other-badge');
    // A terminal that was cut off sends what it kept under its own name.
    expect(breaking({}, {}, {}, { actor: { ...WARD, person: null }, mode: 'outbox' }).rules).toEqual(['break-glass.used']);
  });

  it('lets the infusion count as authorised', () => {
    const unit = { authorisation: { event: 'e', treatment: IDS.treatment, used: false } };
    const infused = { unit: IDS.unit, treatment: IDS.treatment };
    expect(bedside(unit).when(unitInfused, infused, { occurredAt: AT, actor: WARD }).rules).toEqual([]);
  });
});

describe('the second signature', () => {
  const signer = (over: Partial<Signer> = {}): Signer => ({
    ...{ kid: 'k'.repeat(43), org: IDS.hospital, person: 'physician-0001', roles: ['hospital.physician'] },
    ...{ meaning: 'break-glass-countersignature', signedAt: AT },
    ...over,
  });
  const deviation = '0192f5c4-0000-7000-8000-0000000000dd';
  const past = [
    [breakGlassUsed, used(), { occurredAt: AT, org: IDS.hospital }],
    [deviationRaised, { deviation, rule: 'break-glass.used', class: 'major', event: eventId(0) }],
  ] as const;
  const signing = (over: object = {}, options: object = {}) =>
    given({ ...batch, initial: () => aBatch() }, IDS.batch, past, surroundings()).when(
      breakGlassCountersigned,
      { event: eventId(0), contentDigest: 'A'.repeat(43), assessment: 'justified', ...over },
      { signers: [signer()], actor: { org: IDS.hospital, person: 'physician-0001' }, ...options },
    );

  it('of another person closes the deviation', () => {
    const done = signing();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    const state = done.afterwards();
    expect(state.brokenGlass.get(eventId(0))?.countersigned).not.toBeNull();
    expect(state.deviations.get(deviation)?.closed).not.toBeNull();
  });

  it('is refused from the badge’s holder, and without a signature', () => {
    expect(signing({}, { signers: [signer({ person: NURSE })] })).toMatchObject({
      outcome: 'refuse',
      rules: ['break-glass.same-person'],
    });
    expect(signing({}, { signers: [] }).rules).toEqual(['break-glass.countersigned-unsigned']);
    expect(signing({}, { signers: [signer({ org: IDS.lab })] }).rules).toEqual(['break-glass.countersigned-unsigned']);
  });

  it('is refused where another content was signed than the one that is recorded', () => {
    expect(signing({ contentDigest: `${'B'.repeat(42)}A` })).toMatchObject({
      outcome: 'refuse',
      rules: ['countersigning.other-content'],
    });
  });

  it('is about a break-glass of this batch', () => {
    expect(signing({ event: eventId(9) })).toMatchObject({ outcome: 'refuse', rules: ['break-glass.not-used'] });
  });

  it('that comes after six hours is taken, and is a finding', () => {
    expect(secondSignatureDue(AT)).toBe('2026-11-21T13:00:00.000Z');
    const late = signing({}, { now: '2026-11-21T13:00:01.000Z' });
    expect(late).toMatchObject({ outcome: 'record', rules: ['break-glass.countersigned-late'] });
    expect(late.afterwards().deviations.get(deviation)?.closed).not.toBeNull();
  });

  it('may say that it was not justified: a critical finding', () => {
    const done = signing({ assessment: 'not-justified' });
    expect(done.rules).toEqual(['break-glass.not-justified']);
    expect(done.decision.violations.at(-1)?.rule.deviation).toBe('critical');
  });
});
