import { batches as domain, type Recorded, type Scope } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { putIdentifiers } from './identifiers.ts';
import { lineage } from './lineage.ts';
import { units, unitsIn } from './made-units.ts';
import { type Handler, json, on, orderOfEvent } from './on.ts';
import { ended, moveUnit, moveUnits, placed, sharedKey, type Whereabouts, whereabouts, whereaboutsOf } from './whereabouts.ts';

/** What was done to a unit. Keyed by unit id. Beside {@link units} and {@link whereabouts}, so that a change writes little. */
export const conditions = table('conditions', {
  expiry: 'text',
  label: 'text',
  cryopreserved_at: 'text',
  thawed: 'integer',
  thawed_at: 'text',
  thaw_expiry: 'text',
  bag_integrity: 'text',
});

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
  const { scope, site, tank, rack, box, slots, phase } = event.data;
  const into = (slot: string | undefined) => (unit: Whereabouts) =>
    placed(unit, event, {
      site: site ?? event.actor.org,
      tank,
      rack: rack ?? null,
      box: box ?? null,
      slot: slot ?? null,
      phase: phase ?? null,
      retrieved: 0,
    });
  if (slots) {
    const bySlot = new Map(slots.map((each) => [each.unit, each.slot]));
    for (const id of unitsIn(rows, scope)) moveUnit(rows, id, event, into(bySlot.get(id) ?? event.data.slot));
  } else {
    moveUnits(rows, scope, event, into(event.data.slot));
  }
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
      putIdentifiers(rows, made.identifiers, made.id);
    }
    if (!data.units.some(({ id }) => rows.get(units, id)?.made_at === event.seq)) return;
    rows.put(whereabouts, sharedKey(event.seq), {
      site: actor.org,
      place_order: orderOfEvent(event),
      retrieved: 0,
      custodian: actor.org,
      in_transit: 0,
      confirmed_at: occurredAt,
    });
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
    if (whereaboutsOf(rows, data.unit)?.fate !== null) return;
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
    if (whereaboutsOf(rows, id)?.consumed_into !== `batch-${into}`) return;
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
