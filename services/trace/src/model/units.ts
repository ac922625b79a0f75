import { batches as domain, normalised, type Recorded, type Scope } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { putIdentifiers } from './identifiers.ts';
import { lineage } from './lineage.ts';
import { units, unitsIn } from './made-units.ts';
import { type Handler, json, on, orderOfEvent } from './on.ts';
import { SharedRows } from './shared-rows.ts';
import { beginWhereabouts, ended, moveUnit, moveUnits, placed, type Whereabouts, whereaboutsOf } from './whereabouts.ts';

/** What was done to a unit: {@link SharedRows}. Beside whereabouts, so that a change writes little. */
export const conditions = table('conditions', {
  expiry: 'text',
  cryopreserved_at: 'text',
  thawed: 'integer',
  thawed_at: 'text',
  thaw_expiry: 'text',
  bag_integrity: 'text',
  reconstituted: 'integer',
  reconstituted_at: 'text',
  reconstituted_expiry: 'text',
  reconstituted_volume: 'text',
  damage: 'text',
});

export const conditionOf = new SharedRows(conditions);

/** The label on a unit, keyed by unit id, and those that were on it before, keyed by unit and label. */
export const labels = table('labels', { label: 'text', code: 'text', search: 'text', unit: 'text', replaced_by: 'text' }, [
  ['label'],
  ['search'],
]);

export function putLabel(rows: Rows, unit: string, label: string, code: string | null): void {
  rows.put(labels, unit, { label, code, search: code === null ? null : normalised(code), unit });
}

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

/** A label that is told a second time says what it said, where that is not told again. */
function codeOf(rows: Rows, unit: string, label: string): string | null {
  const held = rows.get(labels, unit);
  return held?.label === label ? held.code : null;
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

/** Those that are not known yet, each once. */
function newUnits<U extends { readonly id: string }>(made: readonly U[], rows: Rows): U[] {
  const named = new Set<string>();
  return made.filter(({ id }) => !rows.get(units, id) && named.size < named.add(id).size);
}

export const unitHandlers: readonly Handler[] = [
  on(domain.split, (event, rows) => {
    const { data, actor, occurredAt } = event;
    const made = newUnits(data.units, rows);
    if (made.length === 0) return;
    beginWhereabouts(rows, event.seq, {
      site: actor.org,
      place_order: orderOfEvent(event),
      retrieved: 0,
      custodian: actor.org,
      in_transit: 0,
      confirmed_at: occurredAt,
    });
    conditionOf.begin(rows, event.seq, { expiry: data.expiry ?? null });
    for (const unit of made) {
      rows.put(units, unit.id, {
        kind: unit.kind,
        ordinal: unit.ordinal,
        made_at: event.seq,
        parent: unit.parent ?? null,
        container_lot: unit.containerLot ?? null,
        volume: json(unit.volume),
        cells: json(unit.cells),
      });
      const { expiry } = unit;
      if (expiry !== undefined) conditionOf.change(rows, unit.id, () => ({ expiry }));
      putIdentifiers(rows, unit.identifiers, unit.id);
    }
  }),
  on(domain.unitLabelled, (event, rows) => {
    for (const { unit: id, label, encodedData } of event.data.labels) {
      if (!rows.get(units, id)) continue;
      putLabel(rows, id, label, encodedData ?? codeOf(rows, id, label));
      conditionOf.change(rows, id, (held) => ({ expiry: held.expiry ?? event.data.expiry ?? null }));
    }
  }),
  on(domain.unitCryopreserved, (event, rows) => {
    const at = event.data.end ?? event.occurredAt;
    conditionOf.changeIn(rows, event.data.scope, () => ({ cryopreserved_at: at }));
  }),
  on(domain.unitStored, store),
  on(domain.unitMoved, store),
  on(domain.unitRetrieved, (event, rows) => {
    moveUnits(rows, event.data.scope, event, (unit) => placed(unit, event, { site: unit.site ?? event.actor.org, retrieved: 1 }));
  }),
  on(domain.unitThawed, (event, rows) => {
    const { scope, end, expiry, bagIntegrity } = event.data;
    const next = { occurredAt: end ?? event.occurredAt, expiry: expiry ?? null, integrity: bagIntegrity ?? null };
    conditionOf.changeIn(rows, scope, (held) => {
      const before = held.thawed === 1 && {
        occurredAt: held.thawed_at,
        expiry: held.thaw_expiry,
        integrity: held.bag_integrity as typeof next.integrity,
      };
      const first = domain.firstThaw(before || null, next);
      return { thawed: 1, thawed_at: first.occurredAt, thaw_expiry: first.expiry, bag_integrity: first.integrity };
    });
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
