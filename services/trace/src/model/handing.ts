import { batches as domain } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { units } from './made-units.ts';
import { type Handler, on } from './on.ts';
import { restrictions } from './quality.ts';
import { conditionOf } from './units.ts';
import { arrived, ended, moveUnit, moveUnits, type Whereabouts, whereaboutsOf } from './whereabouts.ts';

/** Bedside authorisations and infusions on which a second signature may be due. Keyed by event id. */
export const bedside = table('bedside', {
  act: 'text',
  unit: 'text',
  treatment: 'stream',
  second_checker: 'text',
  emergency: 'text',
  occurred_at: 'text',
  countersigned_by: 'text',
});

export const BROKEN_GLASS = 'break-glass';

/** What was drawn from a bag before its receipt was entered, and lies where it lay (as in the domain's `unitReceived`). */
function drawnBeside(rows: Rows, bag: string): string[] {
  const held = whereaboutsOf(rows, bag);
  if (!held || conditionOf.of(rows, bag)?.reconstituted !== 1 || rows.get(units, bag)?.part != null) return [];
  return rows
    .all(units)
    .filter(([id, { parent, part }]) => parent === bag && part != null && isWith(held, whereaboutsOf(rows, id)))
    .map(([id]) => id);
}

function isWith(bag: Whereabouts, drawn: Whereabouts | undefined): boolean {
  return (
    drawn?.custodian === bag.custodian &&
    drawn.received_by === bag.received_by &&
    drawn.last_shipment === bag.last_shipment &&
    drawn.in_transit === bag.in_transit
  );
}

/** From the laboratory's shelf to the bedside or the bin. */
export const handingHandlers: readonly Handler[] = [
  on(domain.unitAllocated, (event, rows) => {
    const { unit, treatment, patient, site } = event.data;
    moveUnit(rows, unit, event, () => ({
      allocated_to: `treatment-${treatment}`,
      allocated_patient: `person-${patient}`,
      allocated_site: site,
    }));
  }),
  on(domain.unitPacked, (event, rows) => {
    const { shipment, units } = event.data;
    moveUnits(rows, { units }, event, () => ({ shipment: `shipment-${shipment}` }));
  }),
  on(domain.unitShipped, (event, rows) => {
    const { units, custodian } = event.data;
    const shipment = `shipment-${event.data.shipment}`;
    moveUnits(rows, { units }, event, (unit) => {
      // Entered after the receipt: the unit has arrived.
      const hasArrived = unit.last_shipment === shipment && unit.in_transit !== 1;
      if (unit.fate !== null || hasArrived) return undefined;
      // What was found against it stands until somebody at the next place has looked.
      const anew = unit.condition === 'accepted' && { condition: null, condition_order: null };
      return { shipment, last_shipment: shipment, in_transit: 1, custodian, ...anew };
    });
  }),
  on(domain.unitReceived, (event, rows) => {
    for (const { unit, condition } of event.data.units) {
      for (const each of [unit, ...drawnBeside(rows, unit)])
        moveUnit(rows, each, event, (held) => arrived(held, event, condition));
    }
  }),
  on(domain.unitInfusionAuthorised, (event, rows) => {
    const { unit, treatment, secondChecker, emergency } = event.data;
    moveUnit(rows, unit, event, () => ({ authorised_for: `treatment-${treatment}` }));
    rows.put(bedside, event.id, {
      act: 'authorised',
      unit,
      treatment: `treatment-${treatment}`,
      second_checker: secondChecker ?? null,
      emergency: emergency ?? null,
      occurred_at: event.occurredAt,
    });
  }),
  on(domain.unitInfused, (event, rows) => {
    const { unit: id, treatment, start, stop, secondChecker, emergency } = event.data;
    moveUnit(rows, id, event, (unit) => {
      if (unit.infused_in !== null || unit.fate === 'consumed') return undefined;
      const startedAt = start ?? event.occurredAt;
      return {
        infused_in: `treatment-${treatment}`,
        infused_at: startedAt,
        infusion_event: event.id,
        // Given is given: who was exposed counts more than an earlier entry that it was discarded.
        fate: 'infused',
        fate_at: stop ?? startedAt,
      };
    });
    rows.put(bedside, event.id, {
      act: 'infused',
      unit: id,
      treatment: `treatment-${treatment}`,
      second_checker: secondChecker ?? null,
      emergency: emergency ?? null,
      occurred_at: event.occurredAt,
    });
  }),
  on(domain.countersigned, ({ id, data }, rows) => {
    rows.change(bedside, data.event, { countersigned_by: id });
  }),
  on(domain.breakGlassUsed, (event, rows) => {
    const { unit, treatment, reason } = event.data;
    moveUnit(rows, unit, event, () => ({ authorised_for: `treatment-${treatment}` }));
    rows.put(bedside, event.id, {
      act: BROKEN_GLASS,
      unit,
      treatment: `treatment-${treatment}`,
      second_checker: null,
      emergency: reason,
      occurred_at: event.occurredAt ?? event.recordedAt,
    });
  }),
  on(domain.breakGlassCountersigned, ({ id, data }, rows) => {
    rows.change(bedside, data.event, { countersigned_by: id });
  }),
  on(domain.unitDiscarded, (event, rows) => {
    moveUnits(rows, event.data.scope, event, (unit) => ended(unit, 'discarded', event.occurredAt));
  }),
  on(domain.recalled, ({ id, data, occurredAt, recordedAt }, rows) => {
    rows.put(restrictions, id, {
      restriction: 'recall',
      scope: JSON.stringify(data.scope),
      reason: data.reason,
      cause: data.cause ?? null,
      since: occurredAt ?? recordedAt,
    });
  }),
];
