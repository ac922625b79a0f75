import { batches as domain, type Recorded, type Scope } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, on, orderOfEvent } from './on.ts';
import { stepEquipment } from './steps.ts';

/**
 * What was done with some units of a batch and not with others, as it happened: unlike where they are now, it keeps places that paper told of
 * afterwards. Keyed by event id.
 */
export const handlings = table(
  'handlings',
  {
    tank: 'text',
    shipment: 'stream',
    act: 'text',
    scope: 'text',
    site: 'text',
    occurred_order: 'integer',
    occurred_at: 'text',
  },
  [['tank'], ['shipment']],
  { writtenOnce: true },
);

type Placed = {
  readonly scope: Scope;
  readonly site?: string | undefined;
  readonly tank: string;
  readonly equipmentIds?: readonly string[] | undefined;
};

function stored(event: Recorded<Placed>, rows: Rows): void {
  const { scope, site, tank, equipmentIds = [] } = event.data;
  rows.put(handlings, event.id, { act: 'stored', tank, site: site ?? event.actor.org, ...what(event, scope) });
  equipmentIds.forEach((equipment, n) => {
    rows.put(stepEquipment, `${event.id}/${n}`, { step: event.id, equipment });
  });
}

function what(event: Recorded, scope: Scope) {
  return { scope: JSON.stringify(scope), occurred_order: orderOfEvent(event), occurred_at: event.occurredAt };
}

/** Beside what other topics make of the same events. */
export const handlingHandlers: readonly Handler[] = [
  on(domain.unitStored, stored),
  on(domain.unitMoved, stored),
  on(domain.unitRetrieved, (event, rows) => rows.put(handlings, event.id, { act: 'left', ...what(event, event.data.scope) })),
  on(domain.unitCryopreserved, (event, rows) =>
    rows.put(handlings, event.id, { act: 'frozen', ...what(event, event.data.scope) }),
  ),
  on(domain.unitThawed, (event, rows) => rows.put(handlings, event.id, { act: 'thawed', ...what(event, event.data.scope) })),
  on(domain.unitPacked, (event, rows) => {
    const { units, shipment } = event.data;
    rows.put(handlings, event.id, { act: 'packed', shipment: `shipment-${shipment}`, ...what(event, { units }) });
  }),
  on(domain.unitShipped, (event, rows) => {
    const { units, shipment } = event.data;
    rows.put(handlings, event.id, { act: 'left', shipment: `shipment-${shipment}`, ...what(event, { units }) });
  }),
];
