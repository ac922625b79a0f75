import { z } from 'zod';
import { unitShipped } from '../batch/index.ts';
import { broken, derive, fact, record } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { OrganisationId, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { crossingFaults } from './crossing-authorised.ts';
import { byBatch, eachOnce, Packed, without } from './loads.ts';
import { shipmentRules } from './rules.ts';
import { type ShipmentState, shipment } from './state.ts';

/**
 * From here on the carrier answers for the units. Each batch records first that they left (`batch.unit-shipped`), because batches are authoritative
 * for where a unit is. What left is the manifest, or the units that were scanned at the door.
 */
export const departed = fact(shipment, 'departed', {
  title: { en: 'Departed', zh: '发运' },
  corrects: ['vehicle', 'driver', 'seal', 'plannedArrival', 'occurredAt'],
  schema: z.strictObject({
    carrier: OrganisationId.optional().describe('Who answers for the units on the way; the shipper where left out'),
    vehicle: SiteCode.optional().describe('Flight, train or plate number'),
    driver: Pseudonym.optional().describe('Staff pseudonym'),
    seal: SiteCode.optional(),
    plannedArrival: Moment.optional(),
    units: eachOnce(Packed).optional().describe('What was scanned at departure; the manifest where left out'),
  }),

  decide: ({ carrier, units }, state, context) => {
    const left = units ?? state.manifest;
    const from = state.shipper ?? context.actor.org;
    const custodian = carrier ?? state.carrier ?? from;
    return {
      ...record(
        state.departed !== null && broken(shipmentRules.departedTwice),
        left.length === 0 && broken(shipmentRules.departedEmpty),
        without(left, state.manifest).map((each) => broken(shipmentRules.departedUnlisted, '/units', each)),
        without(state.manifest, left).map((each) => broken(shipmentRules.leftBehind, '/units', each)),
        crossingFaults(state, context),
      ),
      first: { asked: asShipped(state, left, from, custodian), onRefusal: 'omit' },
    };
  },

  evolve: (state, { id, data }) => {
    state.departed ??= id;
    state.carrier = data.carrier ?? state.carrier;
    if (state.status === 'packed' || state.status === 'handed-over') state.status = 'departed';
    if (data.units) state.manifest.splice(0, state.manifest.length, ...data.units.map(({ batch, unit }) => ({ batch, unit })));
  },
});

/** One event for each batch: who answers for its units from now on. */
export function asShipped(state: ShipmentState, units: readonly Packed[], from: string, custodian: string) {
  return [...byBatch(units)].map(([batch, load]) =>
    derive(unitShipped, batch, {
      shipment: state.id,
      from,
      to: state.consignee ?? custodian,
      custodian,
      units: load.map(({ unit }) => unit),
    }),
  );
}
