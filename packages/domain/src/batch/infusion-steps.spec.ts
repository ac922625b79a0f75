import { describe, expect, it } from 'vitest';
import type { Signer } from '../kernel/index.ts';
import { eventId, given } from '../specification.ts';
import { infusionRecorded } from '../treatment/index.ts';
import * as example from './examples.ts';
import { aBatch, aTreatment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import {
  administeredOf,
  type BatchState,
  batch,
  containerBalance,
  countersigned,
  courseOf,
  deviationRaised,
  gateFor,
  type Unit,
  unitDiscarded,
  unitInfused,
  unitInfusionEnded,
  unitInfusionInterrupted,
  unitInfusionStarted,
} from './index.ts';

const at = (clock: string) => ({ occurredAt: `2026-11-21T${clock}:00+08:00` });
const here = { unit: IDS.unit };
const started = (over: object = {}) => example.infusionStarted({ ...here, ...over });
const interrupted = (over: object = {}) => example.infusionInterrupted({ ...here, ...over });
const ended = (over: object = {}) => example.infusionEnded({ ...here, ...over });
const START = [unitInfusionStarted, started(), at('15:00')] as const;
const STOP = [unitInfusionInterrupted, interrupted(), at('15:10')] as const;
const RESUME = [unitInfusionStarted, started(), at('15:20')] as const;
const END = [unitInfusionEnded, ended(), at('15:30')] as const;

type Past = Parameters<typeof given>[2];

const authorised = { authorisation: { event: 'e', treatment: IDS.treatment, used: false } };
const BAG: Partial<Unit> = {
  ...authorised,
  volume: { value: '50', unit: 'mL', what: 'volume' },
  cells: { value: '100', unit: '10*6.{cells}', what: 'viable' },
};
const ward = (
  past: Past,
  unit: Partial<Unit> = BAG,
  others: Readonly<Record<string, unknown>> = {},
  state: Partial<BatchState> = {},
) => given({ ...batch, initial: () => aBatch(state, aUnit(unit)) }, IDS.batch, past, surroundings(others));
const WARD = { actor: { org: IDS.hospital, person: 'nurse-0001' } };
const bagAfter = (...past: NonNullable<Past>) =>
  ward(past.slice(0, -1))
    .when(past.at(-1)![0], past.at(-1)![1], { ...WARD, ...past.at(-1)![2] })
    .afterwards()
    .units.get(IDS.unit)!;

describe('an infusion that is reported step by step', () => {
  it('starts under its authorisation without a finding, and counts as given from then on', () => {
    const done = ward([]).when(unitInfusionStarted, started(), { ...WARD, ...at('15:00') });
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().units.get(IDS.unit)).toMatchObject({
      end: 'infused',
      endedAt: at('15:00').occurredAt,
      infusion: { treatment: IDS.treatment, occurredAt: at('15:00').occurredAt },
      authorisation: { used: true },
    });
    expect(courseOf(bagAfter(START))).toMatchObject({ status: 'running', interruptions: 0 });
  });

  it('without an authorisation, or against the gate, starts with the findings that one report would have', () => {
    expect(ward([], {}).when(unitInfusionStarted, started(), at('15:00')).rules).toEqual(['infusion.without-authorisation']);
    const hold = { event: 'e1', scope: 'whole-batch' as const, reason: 'excursion', cause: null, lifted: null };
    expect(ward([], BAG, {}, { holds: [hold] }).when(unitInfusionStarted, started(), at('15:00')).rules).toEqual(['gate.held']);
    expect(ward([]).when(unitInfusionStarted, started({ patient: 'patient-0002' }), at('15:00')).rules).toEqual([
      'allocation.patient-differs',
    ]);
  });

  it('that is stopped at 40 % tells dose and remainder', () => {
    const done = ward([START]).when(unitInfusionEnded, ended({ remainder: { fate: 'discarded' } }), { ...WARD, ...at('15:30') });
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const bag = done.afterwards().units.get(IDS.unit)!;
    expect(bag).toMatchObject({ end: 'infused', endedAt: at('15:30').occurredAt });
    expect(administeredOf(bag)).toEqual({
      fraction: '40',
      dose: { value: '40', unit: '10*6.{cells}', what: 'viable', basis: 'calculated' },
      volume: { value: '20', unit: 'mL', what: 'volume', basis: 'calculated' },
      remainder: { value: '30', unit: 'mL', what: 'volume', basis: 'calculated' },
    });
  });

  it('tells the share by the volume where only that was read', () => {
    const bag = bagAfter(START, [
      unitInfusionEnded,
      ended({ fraction: undefined, administered: { value: '20', unit: 'mL', what: 'volume' } }),
      at('15:30'),
    ]);
    expect(administeredOf(bag)).toMatchObject({ fraction: '40', dose: { value: '40' }, remainder: { value: '30', unit: 'mL' } });
  });

  it('that is complete gave all of it', () => {
    const done = ward([START]).when(unitInfusionEnded, { ...here, treatment: IDS.treatment, reason: 'completed' }, at('15:30'));
    expect(done.rules).toEqual([]);
    expect(administeredOf(done.afterwards().units.get(IDS.unit)!)).toMatchObject({ fraction: '100', remainder: { value: '0' } });
  });

  it('may be interrupted and resumed, once and again', () => {
    const resuming = ward([START, STOP]).when(unitInfusionStarted, started(), { ...WARD, ...at('15:20') });
    expect(resuming).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(courseOf(bagAfter(START, STOP))).toMatchObject({ status: 'interrupted' });
    const again = [unitInfusionInterrupted, interrupted({ fraction: '35' }), at('15:25')] as const;
    expect(ward([START, STOP, RESUME]).when(again[0], again[1], at('15:25')).rules).toEqual([]);
    const bag = bagAfter(START, STOP, RESUME, again, END);
    expect(courseOf(bag)).toMatchObject({ status: 'ended', interruptions: 2 });
    expect(bag.infusion).toMatchObject({ event: eventId(0), occurredAt: at('15:00').occurredAt });
    expect(administeredOf(bag)).toMatchObject({ fraction: '40' });
  });

  it('is not resumed after its time has run out without a finding', () => {
    const late = { occurredAt: '2026-11-21T18:50:00+08:00' };
    expect(ward([START, STOP]).when(unitInfusionStarted, started(), late).rules).toEqual([
      'gate.thaw-expired',
      'gate.thaw-too-long',
    ]);
  });

  it('ends in the same state in whatever order its steps are entered', () => {
    const steps = [START, STOP, RESUME, END];
    const expected = { status: 'ended', interruptions: 1, kinds: ['started', 'interrupted', 'started', 'ended'] };
    for (const order of permutations(steps)) {
      const bag = bagAfter(...order);
      const course = courseOf(bag)!;
      expect({
        status: course.status,
        interruptions: course.interruptions,
        kinds: course.steps.map(({ kind }) => kind),
      }).toEqual(expected);
      expect(bag).toMatchObject({
        end: 'infused',
        endedAt: at('15:30').occurredAt,
        infusion: { occurredAt: at('15:00').occurredAt },
      });
      expect(administeredOf(bag)).toMatchObject({ fraction: '40', remainder: { value: '30' } });
    }
  });

  it('that ends or is interrupted without a start is a finding, and the late start closes it', () => {
    for (const [fact, data] of [[unitInfusionEnded, ended()] as const, [unitInfusionInterrupted, interrupted()] as const]) {
      const done = ward([]).when(fact, data, at('15:30'));
      expect(done).toMatchObject({ outcome: 'record', rules: ['infusion.start-missing'] });
      expect(done.afterwards().units.get(IDS.unit)).toMatchObject({ end: 'infused', infusion: { treatment: IDS.treatment } });
    }
    const deviation = example.unitId(99);
    const raised = [deviationRaised, { deviation, rule: 'infusion.start-missing', class: 'major', event: eventId(0) }] as const;
    const late = ward([END, raised]).when(unitInfusionStarted, started(), at('15:00'));
    expect(late).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(late.afterwards().deviations.get(deviation)?.closed).toMatchObject({ at: at('15:00').occurredAt });
    const after = ward([END, raised]).when(unitInfusionStarted, started(), at('15:40'));
    expect(after.rules).toEqual(['infusion.started-after-end']);
    expect(after.afterwards().deviations.get(deviation)?.closed).toBeNull();
  });

  it('without authorisation is a finding also where only its end is told', () => {
    expect(ward([], {}).when(unitInfusionEnded, ended(), at('15:30')).rules).toEqual([
      'infusion.start-missing',
      'infusion.without-authorisation',
    ]);
  });

  it('cannot be of another treatment, an unknown unit or one that became another batch', () => {
    const elsewhere = { treatment: IDS.otherTreatment };
    for (const [fact, data] of [
      [unitInfusionStarted, started] as const,
      [unitInfusionInterrupted, interrupted] as const,
      [unitInfusionEnded, ended] as const,
    ]) {
      expect(ward([START]).when(fact, data(elsewhere), at('15:30'))).toMatchObject({
        outcome: 'unreconciled',
        rules: ['infusion.unit-infused-before'],
      });
      expect(ward([]).when(fact, data({ unit: IDS.otherUnit }), at('15:30')).rules).toEqual(['hospital.units-unknown']);
      const gone = { end: 'consumed' as const, consumedInto: IDS.donation };
      expect(ward([], gone).when(fact, data(), at('15:30')).rules).toEqual(['infusion.unit-consumed']);
    }
  });

  it('is never authorised again, for whatever treatment', () => {
    const reader = {
      state: (aggregate: { name: string }, id: string) => surroundings().get(`${aggregate.name}-${id}`),
      states: () => new Map(),
    } as never;
    const state = ward([]).when(unitInfusionStarted, started(), at('15:00')).afterwards();
    for (const treatment of [IDS.treatment, IDS.otherTreatment]) {
      const rules = gateFor(state, IDS.unit, treatment, at('15:05').occurredAt, reader).map(({ rule }) => rule.id);
      expect(rules).toContain('gate.unit-started');
    }
  });

  it('tells a step twice only with a warning or a minor finding', () => {
    expect(ward([START]).when(unitInfusionStarted, started(), at('15:02')).warnings).toEqual(['infusion.recorded-before']);
    expect(ward([START, STOP]).when(unitInfusionInterrupted, interrupted(), at('15:12')).warnings).toEqual([
      'infusion.interrupted-before',
    ]);
    expect(ward([START, END]).when(unitInfusionEnded, ended(), at('15:31')).rules).toEqual(['infusion.ended-before']);
    expect(ward([START, END]).when(unitInfusionInterrupted, interrupted(), at('15:40')).rules).toEqual([
      'infusion.interrupted-after-end',
    ]);
    const inOne = [unitInfused, { ...here, treatment: IDS.treatment }, at('15:00')] as const;
    expect(ward([inOne]).when(unitInfusionStarted, started(), at('15:00')).warnings).toEqual(['infusion.recorded-before']);
    expect(ward([START]).when(unitInfused, inOne[1], at('15:30')).warnings).toEqual(['infusion.recorded-before']);
  });

  it('does not end or stop before it starts', () => {
    expect(ward([START]).when(unitInfusionEnded, ended(), at('14:50')).rules).toEqual(['infusion.stop-before-start']);
    expect(ward([START]).when(unitInfusionInterrupted, interrupted(), at('14:50')).rules).toEqual(['infusion.stop-before-start']);
  });

  it('says how much was given and what became of the rest, when it was stopped early', () => {
    const ending = (over: object) => ward([START]).when(unitInfusionEnded, ended(over), at('15:30')).rules;
    expect(ending({ fraction: undefined, remainder: undefined })).toEqual(['infusion.amount-missing']);
    expect(ending({ remainder: undefined })).toEqual(['infusion.remainder-unaccounted']);
    expect(ending({ administered: { value: '40', unit: 'mL', what: 'volume' } })).toEqual(['infusion.fraction-disagrees']);
    expect(ending({ administered: { value: '21', unit: 'mL', what: 'volume' } })).toEqual([]);
    expect(ending({ reason: 'completed' })).toEqual(['infusion.completed-in-part']);
    const less = ward([START, STOP]).when(unitInfusionEnded, ended({ fraction: '10' }), at('15:30'));
    expect(less.rules).toEqual(['infusion.given-decreased']);
  });

  it('refuses a share that is none', () => {
    for (const fraction of ['101', '-1', '40%']) expect(() => ward([]).when(unitInfusionEnded, ended({ fraction }))).toThrow();
  });

  it('counts its container once, when the remainder is discarded', () => {
    const signer = { kid: 'k', org: IDS.hospital, person: 'nurse-0001', roles: [], meaning: 'discard', signedAt: '' } as Signer;
    const discarding = ward([START, END]).when(
      unitDiscarded,
      {
        scope: { units: [IDS.unit] },
        reason: 'infusion-stopped',
        quantity: { value: '30', unit: 'mL' },
        witness: 'nurse-0002',
      },
      { ...WARD, ...at('16:00'), signers: [signer] },
    );
    expect(discarding.rules).toEqual([]);
    expect(containerBalance(discarding.afterwards())).toMatchObject({ made: 1, infused: 1, discarded: 0, unaccounted: 0 });
  });

  it('is countersigned step by step, by another person', () => {
    const second = {
      ...{ kid: 'k', org: IDS.hospital, roles: ['hospital.nurse'], signedAt: '' },
      ...{ person: 'nurse-0002', meaning: 'countersignature' },
    } as Signer;
    const data = { event: eventId(1), contentDigest: 'A'.repeat(43) };
    const done = ward([START, STOP]).when(countersigned, data, { ...WARD, signers: [second] });
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards().countersignatures.has(eventId(1))).toBe(true);
  });
});

describe('the dose that the treatment records', () => {
  const dose = (value: string, more: object = {}) => ({ value, unit: '10*6.{cells}', what: 'viable' as const, ...more });
  const bag = () => bagAfter(START, END);
  const recording = (given: object) =>
    givenTreatment().when(infusionRecorded, { batch: IDS.batch, unit: IDS.unit, patient: IDS.patient, dose: given }, at('15:35'));
  const givenTreatment = () =>
    given(
      { ...treatmentOf(), initial: () => aTreatment() },
      IDS.treatment,
      [],
      surroundings({ [`batch-${IDS.batch}`]: aBatch({}, bag()) }),
    );
  const treatmentOf = () => infusionRecorded.aggregate;

  it('agrees with the share of the unit that was given', () => {
    expect(recording(dose('40')).rules).toEqual([]);
    expect(recording(dose('0.043', { unit: '10*9.{cells}' })).rules).toEqual([]);
    expect(recording(dose('100')).rules).toEqual(['infusion.dose-disagrees-with-fraction']);
  });

  it('is not compared where it is stated in another measure', () => {
    expect(recording(dose('2', { unit: '10*6.{cells}/kg' })).rules).toEqual([]);
    expect(recording(dose('100', { what: 'TNC' })).rules).toEqual([]);
    expect(recording({ value: '20', unit: 'mL', what: 'volume' }).rules).toEqual([]);
    expect(recording({ value: '50', unit: 'mL', what: 'volume' }).rules).toEqual(['infusion.dose-disagrees-with-fraction']);
  });

  it('is compared by the end of the infusion, where the treatment told it first', () => {
    const told = (value: string) =>
      aTreatment({
        infusions: new Map([[IDS.unit, { event: 'e', batch: IDS.batch, unit: IDS.unit, occurredAt: null, dose: dose(value) }]]),
      });
    const ending = (value: string) =>
      ward([START], BAG, { [`treatment-${IDS.treatment}`]: told(value) }).when(unitInfusionEnded, ended(), at('15:30')).rules;
    expect(ending('41')).toEqual([]);
    expect(ending('100')).toEqual(['infusion.dose-disagrees-with-fraction']);
  });
});

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((each, n) => permutations(all.filter((_, i) => i !== n)).map((rest) => [each, ...rest]));
}
