import { covers, batches as domain, type Recorded, type Scope } from '@cytoledger/domain';
import { type RowOf, type Rows, table } from '@cytoledger/read-models';
import { putIdentifiers } from './identifiers.ts';
import { lineage } from './lineage.ts';
import { type Handler, json, on, orderOf, orderOfEvent } from './on.ts';

/** Bags, vials and syringes as they were made. Keyed, like the two tables below, by unit id. */
export const units = table(
  'units',
  { kind: 'text', ordinal: 'integer', made_at: 'integer', parent: 'text', container_lot: 'text', volume: 'text', cells: 'text' },
  [['key']],
);

/** What was done to a unit. Beside {@link units} and {@link whereabouts}, so that a change writes little. */
export const conditions = table('conditions', {
  expiry: 'text',
  label: 'text',
  cryopreserved_at: 'text',
  thawed: 'integer',
  thawed_at: 'text',
  thaw_expiry: 'text',
  bag_integrity: 'text',
});

/** Where a unit is, who answers for it, for whom it is meant, and what became of it. */
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

type Made = RowOf<typeof units.columns>;

export type Whereabouts = RowOf<typeof whereabouts.columns>;

/** Units that are or were sent to a laboratory, and in-process samples. Keyed by sample id. */
export const samples = table('samples', {
  unit: 'text',
  laboratory: 'text',
  material: 'text',
  taken_at: 'text',
  lines: 'text',
  awaited: 'text',
  open: 'integer',
});

/** The stream's units that a scope means and that are recorded. */
function unitsIn(rows: Rows, scope: Scope): string[] {
  if (scope !== 'whole-batch' && 'units' in scope) return scope.units.filter((id) => rows.get(units, id));
  const all: [string, Made][] = rows.all(units);
  if (scope === 'whole-batch') return all.map(([id]) => id);
  return all.filter(([id, unit]) => covers(scope, { id, ordinal: unit.ordinal! })).map(([id]) => id);
}

/** Changes where each of these units is; what is returned for a unit is what was learned of it. */
export function moveUnits(
  rows: Rows,
  scope: Scope,
  event: Pick<Recorded, 'occurredAt'>,
  learn: (unit: Whereabouts, id: string) => Partial<Whereabouts> | undefined,
): void {
  for (const id of unitsIn(rows, scope)) moveUnit(rows, id, event, learn);
}

/** Something was seen or done with the unit: it was there then. */
export function moveUnit(
  rows: Rows,
  id: string,
  { occurredAt }: Pick<Recorded, 'occurredAt'>,
  learn: (unit: Whereabouts, id: string) => Partial<Whereabouts> | undefined,
): void {
  const held = rows.get(whereabouts, id);
  if (!held) return;
  rows.change(whereabouts, id, { ...learn(held, id), confirmed_at: later(held.confirmed_at, occurredAt) });
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

type Stored = {
  readonly scope: Scope;
  readonly site?: string | undefined;
  readonly tank: string;
  readonly rack?: string | undefined;
  readonly box?: string | undefined;
  readonly slot?: string | undefined;
  readonly slots?: readonly { readonly unit: string; readonly slot: string }[] | undefined;
  readonly phase?: string | undefined;
};

function store(event: Recorded<Stored>, rows: Rows): void {
  const { scope, site, tank, rack, box, slot, slots, phase } = event.data;
  const bySlot = new Map(slots?.map((each) => [each.unit, each.slot]));
  moveUnits(rows, scope, event, (unit, id) =>
    placed(unit, event, {
      site: site ?? event.actor.org,
      tank,
      rack: rack ?? null,
      box: box ?? null,
      slot: bySlot.get(id) ?? slot ?? null,
      phase: phase ?? null,
      retrieved: 0,
    }),
  );
}

export const unitHandlers: readonly Handler[] = [
  on(domain.split, (event, rows) => {
    const { data, actor, occurredAt } = event;
    for (const made of data.units) {
      if (rows.get(units, made.id)) continue;
      rows.put(units, made.id, {
        kind: made.kind,
        ordinal: made.ordinal,
        made_at: event.seq,
        parent: made.parent ?? null,
        container_lot: made.containerLot ?? null,
        volume: json(made.volume),
        cells: json(made.cells),
      });
      rows.put(conditions, made.id, { expiry: made.expiry ?? data.expiry ?? null });
      rows.put(whereabouts, made.id, {
        site: actor.org,
        place_order: orderOfEvent(event),
        retrieved: 0,
        custodian: actor.org,
        in_transit: 0,
        confirmed_at: occurredAt,
      });
      putIdentifiers(rows, made.identifiers, made.id);
    }
  }),
  on(domain.unitLabelled, (event, rows) => {
    for (const { unit: id, label } of event.data.labels) {
      const held = rows.get(conditions, id);
      rows.change(conditions, id, { label, expiry: held?.expiry ?? event.data.expiry ?? null });
    }
  }),
  on(domain.unitCryopreserved, (event, rows) => {
    const at = event.data.end ?? event.occurredAt;
    for (const id of unitsIn(rows, event.data.scope)) rows.change(conditions, id, { cryopreserved_at: at });
  }),
  on(domain.unitStored, store),
  on(domain.unitMoved, store),
  on(domain.unitRetrieved, (event, rows) => {
    moveUnits(rows, event.data.scope, event, (unit) => placed(unit, event, { site: unit.site ?? event.actor.org, retrieved: 1 }));
  }),
  on(domain.unitThawed, (event, rows) => {
    const { scope, end, expiry, bagIntegrity } = event.data;
    const at = end ?? event.occurredAt;
    for (const id of unitsIn(rows, scope)) {
      const held = rows.get(conditions, id);
      const next = { occurredAt: at, expiry: expiry ?? null, integrity: bagIntegrity ?? null };
      const before = held?.thawed === 1 && {
        occurredAt: held.thawed_at,
        expiry: held.thaw_expiry,
        integrity: held.bag_integrity as typeof next.integrity,
      };
      const first = domain.firstThaw(before || null, next);
      rows.change(conditions, id, {
        thawed: 1,
        thawed_at: first.occurredAt,
        thaw_expiry: first.expiry,
        bag_integrity: first.integrity,
      });
    }
  }),
  on(domain.unitConsumed, (event, rows) => {
    const { stream, data, occurredAt } = event;
    if (rows.get(whereabouts, data.unit)?.fate !== null) return;
    moveUnit(rows, data.unit, event, (unit) => ({
      ...ended(unit, 'consumed', occurredAt),
      consumed_into: `batch-${data.into}`,
    }));
    rows.put(lineage, `unit/${data.unit}`, {
      parent: stream,
      child: `batch-${data.into}`,
      unit: data.unit,
      said_by: 'source',
      quantity: rows.get(units, data.unit)?.cells ?? null,
      occurred_at: occurredAt,
    });
  }),
  on(domain.unitReturnedToStock, (event, rows) => {
    const { unit: id, into } = event.data;
    if (rows.get(whereabouts, id)?.consumed_into !== `batch-${into}`) return;
    moveUnit(rows, id, event, () => ({ consumed_into: null, fate: null, fate_at: null }));
    rows.remove(lineage, `unit/${id}`);
  }),
  on(domain.unitSampled, (event, rows) => {
    const { data, occurredAt } = event;
    if (data.unit !== undefined) moveUnit(rows, data.unit, event, (unit) => ended(unit, 'sampled', occurredAt));
    if (rows.get(samples, data.sample)) return;
    rows.put(samples, data.sample, {
      unit: data.unit ?? null,
      laboratory: data.laboratory,
      material: data.material ?? null,
      taken_at: occurredAt,
      lines: json(data.lines),
      awaited: json(data.lines),
      open: 1,
    });
    putIdentifiers(rows, data.identifiers, data.unit ?? null);
  }),
];
