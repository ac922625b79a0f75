import type { Recorded, Scope } from '@cytoledger/domain';
import { type RowOf, type Rows, table } from '@cytoledger/read-models';
import { units, unitsIn } from './made-units.ts';
import { orderOf, orderOfEvent } from './on.ts';

/**
 * Where a unit is, who answers for it, for whom it is meant, and what became of it. The units that one split made share one row, keyed by
 * {@link sharedKey}, so that moving a whole batch writes one. A unit of which that row is not true has one of its own, keyed by its id.
 */
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
  [['infused_in'], ['stream', 'infused_in'], ['allocated_to']],
);

export type Whereabouts = RowOf<typeof whereabouts.columns>;

/** What is learned of a unit from what it was before. */
type Learn = (unit: Whereabouts) => Partial<Whereabouts> | undefined;
type Happened = Pick<Recorded, 'occurredAt'>;

/** What keys of shared rows begin with. */
export const SHARED = 'split/';

/** @param madeAt entry of the batch that made the units */
export function sharedKey(madeAt: number): string {
  return `${SHARED}${madeAt}`;
}

function sharedOf(rows: Rows, id: string): Whereabouts | undefined {
  const made = rows.get(units, id);
  return made && rows.get(whereabouts, sharedKey(made.made_at!));
}

export function whereaboutsOf(rows: Rows, id: string): Whereabouts | undefined {
  return rows.get(whereabouts, id) ?? sharedOf(rows, id);
}

/** Changes where each of these units is. */
export function moveUnits(rows: Rows, scope: Scope, event: Happened, learn: Learn): void {
  if (scope === 'whole-batch') moveAll(rows, event, learn);
  else for (const id of unitsIn(rows, scope)) moveUnit(rows, id, event, learn);
}

/** Something was seen or done with the unit: it was there then. */
export function moveUnit(rows: Rows, id: string, event: Happened, learn: Learn): void {
  const held = whereaboutsOf(rows, id);
  if (held) keep(rows, id, held, learned(held, event, learn));
}

/** What is true of all units is true of each row. */
function moveAll(rows: Rows, event: Happened, learn: Learn): void {
  const all = rows.all(whereabouts);
  for (const [key, held] of all) if (key.startsWith(SHARED)) rows.change(whereabouts, key, learned(held, event, learn));
  for (const [key, held] of all) if (!key.startsWith(SHARED)) keep(rows, key, held, learned(held, event, learn));
}

/** In a row of its own for as long as that differs from the shared one. */
function keep(rows: Rows, id: string, held: Whereabouts, change: Partial<Whereabouts>): void {
  const now = { ...held, ...change };
  const shared = sharedOf(rows, id);
  if (shared && COLUMNS.every((column) => shared[column] === now[column])) rows.remove(whereabouts, id);
  else if (!rows.change(whereabouts, id, change)) rows.put(whereabouts, id, now);
}

const COLUMNS = Object.keys(whereabouts.columns) as (keyof Whereabouts)[];

function learned(unit: Whereabouts, { occurredAt }: Happened, learn: Learn): Partial<Whereabouts> {
  return { ...learn(unit), confirmed_at: later(unit.confirmed_at, occurredAt) };
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

function later(a: string | null, b: string | null): string | null {
  return a === b || orderOf(a) > orderOf(b) ? a : b;
}
