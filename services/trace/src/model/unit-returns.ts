import { batches as domain } from '@cytoledger/domain';
import { type Handler, on, orderOfEvent } from './on.ts';
import { conditionOf } from './units.ts';
import { ended, moveUnit, placed } from './whereabouts.ts';

/** What was damaged, and what came back. That it is quarantined is an entry of its own. */
export const unitReturnHandlers: readonly Handler[] = [
  on(domain.unitDamaged, (event, rows) => {
    const { units, integrity, stage, fate } = event.data;
    for (const id of units) {
      conditionOf.change(rows, id, () => ({ damage: `${integrity} (${stage})` }));
      if (fate === 'content-lost') moveUnit(rows, id, event, (unit) => ended(unit, 'discarded', event.occurredAt));
    }
  }),
  on(domain.unitReturned, (event, rows) => {
    const { to, shipment, units } = event.data;
    for (const { unit: id, condition } of units) {
      moveUnit(rows, id, event, (unit) => {
        const order = orderOfEvent(domain.conditionSeen(event, condition));
        const isNewer = unit.received_by !== to || unit.condition_order === null || unit.condition_order <= order;
        return {
          custodian: to,
          received_by: to,
          last_shipment: shipment ? `shipment-${shipment}` : (unit.shipment ?? unit.last_shipment),
          shipment: null,
          in_transit: 0,
          authorised_for: null,
          ...(isNewer && { condition, condition_order: order }),
          ...placed(unit, event, { site: to, retrieved: 0 }),
        };
      });
    }
  }),
];
