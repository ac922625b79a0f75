import { batches, type Recorded, type Scope } from '@cytoledger/domain';
import { type RowOf, type Rows, table } from '@cytoledger/read-models';
import { orderOf, orderOfEvent } from './on.ts';
import { type Learn, SharedRows } from './shared-rows.ts';

/** Where a unit is, who answers for it, for whom it is meant, and what became of it: {@link SharedRows}. */
export const whereabouts = table(
  'whereabouts',
  {
    site: 'text',
    tank: 'text',
    rack: 'text',
    box: 'text',
    slot: 'text',
    phase: 'text',
    place_order: 'integer',
    retrieved: 'integer',
    custodian: 'text',
    condition: 'text',
    condition_order: 'integer',
    received_by: 'text',
    allocated_to: 'stream',
    allocated_patient: 'stream',
    allocated_site: 'text',
    shipment: 'stream',
    last_shipment: 'stream',
    in_transit: 'integer',
    authorised_for: 'stream',
    infused_in: 'stream',
    infused_at: 'text',
    infusion_event: 'text',
    consumed_into: 'stream',
    fate: 'text',
    fate_at: 'text',
    confirmed_at: 'text',
  },
  [['infused_in'], ['stream', 'infused_in']],
);

export type Whereabouts = RowOf<typeof whereabouts.columns>;

const held = new SharedRows(whereabouts);

type Happened = Pick<Recorded, 'occurredAt'>;
type LearnWhere = Learn<typeof whereabouts.columns>;

export function whereaboutsOf(rows: Rows, id: string): Whereabouts | undefined {
  return held.of(rows, id);
}

/** Where all units are that the entry `madeAt` made. */
export function beginWhereabouts(rows: Rows, madeAt: number, place: Partial<Whereabouts>): void {
  held.begin(rows, madeAt, place);
}

/** Changes where each of these units is. */
export function moveUnits(rows: Rows, scope: Scope, event: Happened, learn: LearnWhere): void {
  held.changeIn(rows, scope, confirming(event, learn));
}

/** Something was seen or done with the unit: it was there then. */
export function moveUnit(rows: Rows, id: string, event: Happened, learn: LearnWhere): void {
  held.change(rows, id, confirming(event, learn));
}

function confirming({ occurredAt }: Happened, learn: LearnWhere): LearnWhere {
  return (unit) => ({ ...learn(unit), confirmed_at: later(unit.confirmed_at, occurredAt) });
}

/** An end counts once: a second one is a finding and changes nothing. */
export function ended(unit: Whereabouts, fate: string, occurredAt: string | null): Partial<Whereabouts> {
  return unit.fate === null ? { fate, fate_at: occurredAt } : {};
}

/** Where a unit was put last, by when it happened and not by when it was said. */
export function placed(unit: Whereabouts, event: Recorded, place: Partial<Whereabouts>): Partial<Whereabouts> | undefined {
  const order = orderOfEvent(event);
  if (unit.place_order !== null && unit.place_order > order) return undefined;
  return { site: null, tank: null, rack: null, box: null, slot: null, phase: null, ...place, place_order: order };
}

type Arrival = { readonly to: string; readonly shipment?: string | undefined };

/** The unit is with the receiver, who answers for it from now on (as in the domain's `arrive`). */
export function arrived(unit: Whereabouts, event: Recorded<Arrival>, condition: batches.UnitCondition): Partial<Whereabouts> {
  const { to, shipment } = event.data;
  const order = orderOfEvent(batches.conditionSeen(event, condition));
  // What another receiver found says nothing about how it arrived here.
  const isNewer = unit.received_by !== to || unit.condition_order === null || unit.condition_order <= order;
  return {
    custodian: to,
    received_by: to,
    last_shipment: shipment ? `shipment-${shipment}` : (unit.shipment ?? unit.last_shipment),
    shipment: null,
    in_transit: 0,
    ...(isNewer && { condition, condition_order: order }),
    ...placed(unit, event, { site: to, retrieved: 0 }),
  };
}

function later(a: string | null, b: string | null): string | null {
  return a === b || orderOf(a) > orderOf(b) ? a : b;
}
