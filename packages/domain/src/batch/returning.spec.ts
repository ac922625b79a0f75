import { describe, expect, it } from 'vitest';
import { eventId, given } from '../specification.ts';
import * as example from './examples.ts';
import { AT, aBatch, aUnit, IDS, surroundings } from './hospital-examples.ts';
import {
  type BatchState,
  batch,
  containerBalance,
  quarantined,
  quarantineLifted,
  standing,
  type Unit,
  unitAllocated,
  unitDamaged,
  unitReturned,
} from './index.ts';

type Past = NonNullable<Parameters<typeof given>[2]>;
const bag = (past: Past, unit: Partial<Unit> = {}, others: Readonly<Record<string, unknown>> = {}) =>
  given({ ...batch, initial: () => aBatch({}, aUnit(unit)) }, IDS.batch, past, surroundings(others));
const FROZEN: Partial<Unit> = { thawed: null };
const quarantines = (state: BatchState) =>
  standing(state, state.quarantines, state.units.get(IDS.unit)!).map(({ reason, cause }) => [reason, cause]);

describe('a damaged unit', () => {
  const damaging = (over: object = {}, unit: Partial<Unit> = {}) =>
    bag([], unit).when(unitDamaged, example.unitDamaged({ units: [IDS.unit], ...over }), {
      occurredAt: AT,
      actor: { org: IDS.hospital, person: 'nurse-0001' },
      id: eventId(7),
    });

  it('is a critical finding, and is quarantined by the same entry', () => {
    const done = damaging({ stage: 'after-thaw' });
    expect(done).toMatchObject({ outcome: 'record', rules: ['damage.container-not-intact'], warnings: [] });
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
    const state = done.afterwards();
    expect(quarantines(state)).toEqual([['container-damaged', eventId(7)]]);
    expect(containerBalance(state)).toMatchObject({ onHand: 1, discarded: 0 });
  });

  it('ends only where its content was lost, and counts as discarded then', () => {
    const lost = damaging({ stage: 'during-thaw', fate: 'content-lost' });
    expect(lost.rules).toEqual(['damage.container-not-intact']);
    expect(lost.afterwards().units.get(IDS.unit)).toMatchObject({ end: 'discarded', endedAt: AT });
    expect(lost.decision.also).toEqual([]);
    expect(damaging({ stage: 'during-thaw', fate: 'content-lost', witness: undefined }).rules).toContain(
      'damage.loss-without-witness',
    );
  });

  it('says when it was damaged, as its thawing has it', () => {
    expect(damaging({ stage: 'before-thaw' }).rules).toContain('damage.stage-disagrees');
    expect(damaging({ stage: 'before-thaw' }, FROZEN).rules).toEqual(['damage.container-not-intact']);
    expect(damaging({ stage: 'never-frozen' }, FROZEN).rules).toContain('damage.stage-disagrees');
  });

  it('that had ended is a finding, that leaks while it is infused is not one more', () => {
    expect(damaging({ stage: 'after-thaw' }, { end: 'discarded' }).rules).toEqual([
      'batch.unit-ended',
      'damage.container-not-intact',
    ]);
    const infusing = damaging({ stage: 'after-thaw' }, { end: 'infused' });
    expect(infusing.rules).toEqual(['damage.container-not-intact']);
    expect(infusing.decision.also).toEqual([]);
  });

  it('in somebody else’s hands is told with a warning; one that is not known cannot be', () => {
    expect(damaging({ stage: 'after-thaw' }, { custodian: 'carrier-c' }).warnings).toEqual(['damage.not-custodian']);
    expect(damaging({ units: [IDS.otherUnit] }).outcome).toBe('unreconciled');
  });
});

describe('a unit that comes back', () => {
  const data = (over: object = {}, receipt: object = {}) =>
    example.unitReturned({ units: [{ unit: IDS.unit, condition: 'accepted', ...receipt }], ...over });
  const returning = (over: object = {}, receipt: object = {}, unit: Partial<Unit> = FROZEN) =>
    bag([], unit).when(unitReturned, data(over, receipt), { occurredAt: AT, actor: { org: IDS.lab }, id: eventId(7) });

  it('is in the custody of who took it back, and quarantined for assessment', () => {
    const done = returning();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const state = done.afterwards();
    expect(quarantines(state)).toEqual([['returned', eventId(7)]]);
    expect(state.units.get(IDS.unit)).toMatchObject({
      custodian: IDS.lab,
      receivedBy: IDS.lab,
      inTransit: false,
      end: null,
      returned: eventId(7),
      place: { value: { site: IDS.lab } },
      condition: { value: 'accepted' },
    });
    expect(containerBalance(state)).toMatchObject({ made: 1, onHand: 1, unaccounted: 0 });
  });

  it('goes back to stock only by a procedure, untouched and with its temperature known', () => {
    const restock = { procedure: 'SOP-LOG-9 v2' };
    const kept = returning({ restock });
    expect(kept).toMatchObject({ rules: [] });
    expect(quarantines(kept.afterwards())).toEqual([]);
    expect(returning({ restock, temperature: undefined }).rules).toEqual(['return.transport-not-documented']);
    for (const refused of [
      returning({ restock }, {}, {}),
      returning({ restock, reason: 'rejected' }),
      returning({ restock, reason: 'recalled' }),
      returning({ restock }, { found: ['seal-broken'] }),
      returning({ restock }, { condition: 'to-be-assessed', found: ['other'] }),
      returning({ restock }, {}, { ...FROZEN, reconstituted: { event: 'e', occurredAt: null, expiry: null, volume: null } }),
    ]) {
      expect(refused.rules).toEqual(['return.not-restocked']);
      expect(quarantines(refused.afterwards())).toEqual([['returned', eventId(7)]]);
    }
  });

  it('came from who had it, with a reason for what was not accepted', () => {
    expect(returning({ from: 'hospital-x' }).rules).toEqual(['return.not-from-custodian']);
    expect(returning({ from: 'hospital-x' }, {}, { ...FROZEN, inTransit: true, custodian: 'carrier-c' }).rules).toEqual([]);
    expect(returning({}, { condition: 'rejected' }).rules).toEqual(['return.reasons-missing']);
  });

  it('that was infused or discarded is a critical finding, and stays so', () => {
    const done = returning({}, {}, { ...FROZEN, end: 'infused' });
    expect(done.rules).toEqual(['return.unit-ended']);
    expect(done.decision.also).toEqual([]);
    expect(done.afterwards().units.get(IDS.unit)?.end).toBe('infused');
  });

  it('loses an authorisation that was not used', () => {
    const authorisation = { event: 'e', treatment: IDS.treatment, used: false };
    expect(
      returning({}, {}, { ...FROZEN, authorisation })
        .afterwards()
        .units.get(IDS.unit)?.authorisation,
    ).toBeNull();
  });

  it('may be allocated to somebody else once it was assessed, though the first treatment is still open', () => {
    const other = { [`treatment-${IDS.otherTreatment}`]: { ...otherTreatment(), id: IDS.otherTreatment } };
    const allocation = { unit: IDS.unit, treatment: IDS.otherTreatment, patient: 'patient-0002', site: IDS.hospital };
    const back: Past = [
      [unitReturned, data()],
      [quarantined, { scope: { units: [IDS.unit] }, reason: 'returned' }],
    ];
    const lifted: Past = [...back, [quarantineLifted, { restriction: eventId(1), reason: 'assessed-acceptable' }]];
    expect(bag(back, FROZEN, other).when(unitAllocated, allocation).rules).toEqual(['allocation.restricted']);
    const done = bag(lifted, FROZEN, other).when(unitAllocated, allocation);
    expect(done.rules).toEqual([]);
    expect(done.afterwards().units.get(IDS.unit)).toMatchObject({
      returned: null,
      allocation: { treatment: IDS.otherTreatment },
    });
    expect(bag([], FROZEN, other).when(unitAllocated, allocation).rules).toEqual(['allocation.allocated-elsewhere']);
  });
});

function otherTreatment() {
  return { ...(surroundings().get(`treatment-${IDS.treatment}`) as object), patient: 'patient-0002' };
}
