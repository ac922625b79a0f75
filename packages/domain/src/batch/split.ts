import { z } from 'zod';
import { Hands, handsFault, identifierFaults } from '../checks/index.ts';
import { Identifiers } from '../identifiers/index.ts';
import { broken, type Check, fact, latest, type Recorded, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { Moment } from '../time/index.ts';
import { ContainerKind, LIST_LIMIT, Ordinal, SiteCode, Uuid } from '../vocabulary/index.ts';
import { splitImbalance, summed } from './cell-balance.ts';
import { newUnit } from './new-unit.ts';
import { abandonedFault, stepMissingFault } from './processing.ts';
import { batchRules } from './rules.ts';
import { type BatchState, batch, type Place, passCustody, type Unit } from './state.ts';
import { stepTaken } from './steps.ts';
import { END_ZH } from './wording.ts';
import { Devices, WorkingPlace, workingFaults } from './working.ts';

const UnitMade = z.strictObject({
  id: Uuid,
  kind: ContainerKind,
  ordinal: Ordinal.describe('Number in the batch, from 1, as printed: bag 2 of 3'),
  identifiers: Identifiers.optional(),
  containerLot: SiteCode.optional(),
  volume: MaterialQuantity.optional(),
  cells: MaterialQuantity.optional(),
  parent: Uuid.optional().describe('Unit that this one is a part of: the bag of a segment'),
  expiry: Moment.optional().describe('Where it differs from that of the others'),
});
type UnitMade = z.output<typeof UnitMade>;

/** More than 400 units are several splits, closed by `split-closed` whose count must agree. */
export const split = fact(batch, 'split', {
  title: { en: 'Batch split into units', zh: '分装' },
  corrects: ['remainder', 'expiry', 'operator', 'verifier', 'room', 'roomId', 'session', 'equipmentIds', 'occurredAt'],
  schema: z.strictObject({
    units: z.array(UnitMade).min(1).max(LIST_LIMIT),
    remainder: MaterialQuantity.optional().describe('Cells that went into no unit'),
    expiry: Moment.optional().describe('Of all units that state none of their own; the end of the day where a day is printed'),
    room: SiteCode.optional(),
    ...WorkingPlace,
    ...Devices,
    ...Hands,
  }),

  decide: (data, state, context) =>
    record(
      abandonedFault(state),
      newUnitFaults(data.units, state),
      parentFaults(data.units, state),
      stepMissingFault(state, 'split'),
      state.splitsClosed && broken(batchRules.splitAfterClosing, '/units', { made: state.splitsClosed.made }),
      splitImbalance(state.harvested, summed(state.divided, cellsOf(data.units)), data.remainder),
      data.units.map((unit, i) => identifierFaults(batchRules.identifierMalformed, unit.identifiers, `/units/${i}/identifiers`)),
      handsFault(batchRules.verifierIsOperator, data, context),
      workingFaults('filling', data, state, context),
    ),

  evolve: (state, event) => {
    stepTaken(state, 'split', event);
    const fresh = event.data.units.filter(({ id }) => !state.units.has(id));
    state.divided = summed(state.divided, cellsOf(fresh));
    for (const made of fresh) {
      if (state.units.has(made.id)) continue;
      const unit = unitOf(made, event, event.data.expiry);
      state.units.set(made.id, unit);
      passCustody(state, unit, event.actor.org);
      if (!state.ordinals.has(made.ordinal)) state.ordinals.set(made.ordinal, made.id);
    }
  },
});

function newUnitFaults(units: readonly UnitMade[], state: BatchState): Check {
  const ids = new Set<string>();
  const ordinals = new Set<number>();
  return units.map(({ id, ordinal }, i) => {
    const faults = [
      (ids.has(id) || state.units.has(id)) && broken(batchRules.unitKnown, `/units/${i}/id`, { unit: id }),
      (ordinals.has(ordinal) || state.ordinals.has(ordinal)) &&
        broken(batchRules.ordinalTaken, `/units/${i}/ordinal`, { ordinal }),
    ];
    ids.add(id);
    ordinals.add(ordinal);
    return faults;
  });
}

function parentFaults(units: readonly UnitMade[], state: BatchState): Check {
  const made = new Set(units.map(({ id }) => id));
  return units.map(({ id, parent, kind, ordinal }, i) => {
    const at = `/units/${i}/parent`;
    if (parent === undefined) return kind === 'segment' && broken(batchRules.segmentWithoutParent, at, { ordinal });
    const known = state.units.get(parent);
    if ((!known && !made.has(parent)) || parent === id) return broken(batchRules.unitUnknown, at, { unit: parent });
    return known?.end != null && broken(batchRules.parentEnded, at, { parent, end: known.end, zh: END_ZH[known.end] });
  });
}

/** Cells of parts are the cells of their whole: they are counted once. */
function cellsOf(units: readonly UnitMade[]): MaterialQuantity[] {
  return units.flatMap(({ parent, cells }) => (parent === undefined && cells ? [cells] : []));
}

function unitOf(made: UnitMade, event: Recorded, expiry: string | undefined): Unit {
  const { id, kind, ordinal, identifiers = [] } = made;
  return {
    ...newUnit({ id, kind, ordinal, madeAt: event.seq, identifiers: [...identifiers] }),
    parent: made.parent ?? null,
    containerLot: made.containerLot ?? null,
    volume: made.volume ?? null,
    cells: made.cells ?? null,
    expiry: made.expiry ?? expiry ?? null,
    place: latest<Place>(undefined, event, { site: event.actor.org }),
  };
}
