// A release of the whole batch, or of a range of numbers, covered units that were split off after it: nobody had reviewed them, and the gate was
// green. What was said of a bag (quarantined, recalled, rejected, released) said nothing of the segments and syringes that are parts of it.
import { describe, expect, it } from 'vitest';
import { gateFor } from './gate.ts';
import { AT, aBatch, aUnit, IDS, RELEASE, surroundings } from './hospital-examples.ts';
import { type BatchState, dispositionOf, type Restriction, type Unit, type UnitScope } from './state.ts';

const release = (scope: UnitScope = 'whole-batch', seq = 5) => ({
  ...{ event: RELEASE, seq, kind: 'released' as const, scope, pendingTests: [] },
});
const rejection = (scope: UnitScope, seq: number) => ({ ...release(scope, seq), kind: 'rejected' as const });
const reasons = (units: readonly Unit[], batch: Partial<BatchState>) => {
  const others = surroundings();
  return gateFor(aBatch(batch, ...units), units[0]!.id, IDS.treatment, AT, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  })
    .filter(({ rule }) => rule.severity !== 'warn')
    .map(({ rule }) => rule.id);
};

describe('a release', () => {
  it.each<UnitScope>(['whole-batch', { ranges: [{ from: 1, to: 9 }] }])(
    'of %j is none of a unit that was made after it',
    (scope) => {
      expect(reasons([aUnit({ madeAt: 4 })], { dispositions: [release(scope)] })).toEqual([]);
      expect(reasons([aUnit({ madeAt: 6 })], { dispositions: [release(scope)] })).toEqual(['gate.not-released']);
    },
  );

  it('is outdone by a rejection of the whole batch, also for what is still to be made', () => {
    const dispositions = [release(), rejection('whole-batch', 6)];
    expect(reasons([aUnit({ madeAt: 7 })], { dispositions })).toEqual(['gate.rejected']);
  });
});

describe('a part of a unit', () => {
  const bag = aUnit({ id: IDS.otherUnit, ordinal: 2 });
  const syringe = aUnit({ kind: 'syringe', parent: bag.id, madeAt: 8 });
  const ofTheBag = { units: [bag.id] };

  it('is released with the bag that it was drawn from', () => {
    expect(reasons([syringe, bag], { dispositions: [release(ofTheBag)] })).toEqual([]);
  });

  it('is quarantined, held and recalled with it', () => {
    const restriction: Restriction = { event: 'e', scope: ofTheBag, reason: 'deviation', cause: null, lifted: null };
    const batch = { quarantines: [restriction], holds: [restriction], recalls: [restriction] };
    expect(reasons([syringe, bag], { ...batch, dispositions: [release(ofTheBag)] })).toEqual([
      'gate.quarantined',
      'gate.held',
      'gate.recalled',
    ]);
  });

  it('is rejected with it, whatever was said of the part before', () => {
    const state = aBatch(
      { dispositions: [release(ofTheBag), release({ units: [syringe.id] }, 9), rejection(ofTheBag, 10)] },
      syringe,
      bag,
    );
    expect(dispositionOf(state, syringe)?.kind).toBe('rejected');
  });

  it('of a circle of parts is judged and not walked for ever', () => {
    const around = { ...bag, parent: syringe.id };
    expect(reasons([syringe, around], { dispositions: [] })).toEqual(['gate.not-released']);
  });
});
