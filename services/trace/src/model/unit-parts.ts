import { batches as domain, normalised, type Recorded } from '@cytoledger/domain';
import type { Rows } from '@cytoledger/read-models';
import { batches, putMaterial } from './batches.ts';
import { recount } from './given.ts';
import { putIdentifiers } from './identifiers.ts';
import { units } from './made-units.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';
import { conditionOf, labels, putLabel } from './units.ts';
import { beginWhereabouts, ended, moveUnit, whereaboutsOf } from './whereabouts.ts';

/** What a label was before it was replaced, and the syringes that were drawn from a bag. */
export const unitPartHandlers: readonly Handler[] = [
  on(domain.unitRelabelled, (event, rows) => {
    for (const each of event.data.labels) {
      const held = rows.get(labels, each.unit);
      if (!rows.get(units, each.unit) || held?.label === each.label) continue;
      const isCarried = held?.label === each.old;
      if (held?.label != null) {
        putOldLabel(rows, each.unit, held.label, (isCarried ? each.oldEncodedData : undefined) ?? held.code, event.id);
      }
      if (!isCarried && isOwn(rows, each.old, each.unit)) {
        putOldLabel(rows, each.unit, each.old, each.oldEncodedData ?? null, event.id);
      }
      putLabel(rows, each.unit, each.label, each.encodedData ?? null);
    }
  }),
  on(domain.unitReconstituted, (event, rows) => {
    const { id, data, actor, occurredAt } = event;
    const whole = rows.get(units, data.unit);
    if (!whole) return;
    const next = { occurredAt, expiry: data.expiry ?? null, volume: json(data.volume) };
    conditionOf.change(rows, data.unit, (held) => {
      const before = held.reconstituted === 1 && {
        occurredAt: held.reconstituted_at,
        expiry: held.reconstituted_expiry,
        volume: held.reconstituted_volume,
      };
      const first = domain.firstThaw(before || null, next);
      return {
        reconstituted: 1,
        reconstituted_at: first.occurredAt,
        reconstituted_expiry: first.expiry,
        reconstituted_volume: first.volume,
      };
    });
    data.diluents.forEach(({ name, supplier, lot, expiry, volume, material }, n) => {
      const used = { name, supplier, lot, expiry, quantity: volume, material, role: 'contact', step: 'unit-reconstituted' };
      putMaterial(rows, `${id}/${n}`, { ...used, unit: data.unit, namedBy: actor.org, occurredAt });
    });
    recount(rows, data.unit);
    if (data.syringes) draw(rows, event, data.syringes);
  }),
];

function putOldLabel(rows: Rows, unit: string, label: string, code: string | null, replacedBy: string): void {
  const search = code === null ? null : normalised(code);
  rows.put(labels, `${unit}|${label}`, { label, code, search, unit, replaced_by: replacedBy });
}

/** Not known to be on another unit. */
function isOwn(rows: Rows, label: string, unit: string): boolean {
  return !rows.all(labels).some(([, row]) => row.label === label && row.unit !== unit);
}

function draw(rows: Rows, event: Recorded<domain.Reconstituted>, syringes: NonNullable<domain.Reconstituted['syringes']>): void {
  const { data, seq, occurredAt } = event;
  const fresh = syringes.filter(({ id }) => !rows.get(units, id));
  const where = whereaboutsOf(rows, data.unit);
  const condition = conditionOf.of(rows, data.unit);
  if (where && condition && fresh.length > 0) {
    beginWhereabouts(rows, seq, {
      ...where,
      // Where the bag was, and no slot of its box.
      ...{ tank: null, rack: null, box: null, slot: null, phase: null },
      shipment: null,
      authorised_for: null,
      infused_in: null,
      infused_at: null,
      infusion_event: null,
      consumed_into: null,
      fate: null,
      fate_at: null,
      confirmed_at: occurredAt,
    });
    conditionOf.begin(rows, seq, condition);
    const drawn = rows.get(batches, ONE)?.drawn ?? 0;
    fresh.forEach((part, n) => {
      rows.put(units, part.id, {
        kind: part.kind ?? 'syringe',
        ordinal: domain.ordinalOfDrawn(drawn + n + 1),
        made_at: seq,
        parent: data.unit,
        part: part.number,
        container_lot: part.containerLot ?? null,
        volume: json(part.volume),
        cells: json(part.cells),
      });
      putIdentifiers(rows, part.identifiers, part.id);
    });
    rows.change(batches, ONE, { drawn: drawn + fresh.length });
  }
  moveUnit(rows, data.unit, event, (unit) => ended(unit, 'consumed', occurredAt));
}
