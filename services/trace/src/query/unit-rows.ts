import { covers, type Scope } from '@cytoledger/domain';
import { SHARED } from '../model/shared-rows.ts';
import type { Snapshot, StreamNumber } from './snapshot.ts';

/** A unit with everything that an answer says of it. Streams by number; {@link Snapshot.name} names them. */
export type UnitFound = {
  readonly id: string;
  readonly batch: StreamNumber;
  readonly kind: string;
  readonly ordinal: number;
  /** Entry of its batch that made it. */
  readonly made_at: number;
  readonly parent: string | null;
  /** Number within the unit from which it was drawn; null for what a split made. */
  readonly part: number | null;
  readonly container_lot: string | null;
  readonly volume: string | null;
  readonly cells: string | null;
  readonly expiry: string | null;
  readonly label: string | null;
  readonly cryopreserved_at: string | null;
  readonly thawed_at: string | null;
  readonly thaw_expiry: string | null;
  readonly reconstituted_at: string | null;
  readonly reconstituted_expiry: string | null;
  readonly damage: string | null;
  readonly site: string | null;
  readonly tank: string | null;
  readonly rack: string | null;
  readonly box: string | null;
  readonly slot: string | null;
  readonly phase: string | null;
  readonly retrieved: number | null;
  readonly custodian: string | null;
  readonly condition: string | null;
  readonly allocated_to: StreamNumber | null;
  readonly allocated_patient: StreamNumber | null;
  readonly allocated_site: string | null;
  readonly shipment: StreamNumber | null;
  readonly in_transit: number | null;
  readonly infused_in: StreamNumber | null;
  readonly infused_at: string | null;
  readonly infusion_event: string | null;
  readonly consumed_into: StreamNumber | null;
  readonly fate: string | null;
  readonly fate_at: string | null;
  readonly confirmed_at: string | null;
};

const COLUMNS = `u.key AS id, u.stream AS batch, u.kind, u.ordinal, u.made_at, u.parent, u.part, u.container_lot, u.volume, u.cells,
  c.expiry, l.label, c.cryopreserved_at, c.thawed_at, c.thaw_expiry,
  c.reconstituted_at, c.reconstituted_expiry, c.damage,
  w.site, w.tank, w.rack, w.box, w.slot, w.phase, w.retrieved, w.custodian, w.condition, w.allocated_to, w.allocated_patient,
  w.allocated_site, w.shipment, w.in_transit, w.infused_in, w.infused_at, w.infusion_event, w.consumed_into, w.fate, w.fate_at,
  w.confirmed_at`;

/** SQL: the row of this table, called `alias`, that is true of the unit `u`: its own or that which it shares. */
function ofUnit(table: string, alias: string): string {
  return `${alias}.row = coalesce(
    (SELECT own.row FROM ${table} own WHERE own.stream = u.stream AND own.key = u.key AND {rows own}),
    (SELECT shared.row FROM ${table} shared WHERE shared.stream = u.stream AND shared.key = '${SHARED}' || u.made_at AND {rows shared}))`;
}

export const ITS_WHEREABOUTS = ofUnit('whereabouts', 'w');
export const ITS_CONDITION = ofUnit('conditions', 'c');
const LABEL = 'LEFT JOIN labels l ON l.stream = u.stream AND l.key = u.key AND {rows l}';
const EVERYTHING = `units u CROSS JOIN conditions c CROSS JOIN whereabouts w ${LABEL}`;

/** All units of these batches, by batch and ordinal. */
export function unitsOf(snapshot: Snapshot, batches: readonly StreamNumber[]): UnitFound[] {
  return snapshot
    .all<UnitFound>(
      `SELECT ${COLUMNS} FROM json_each(:batches) b CROSS JOIN ${EVERYTHING}
        WHERE u.stream = b.value AND {rows u} AND ${ITS_CONDITION} AND ${ITS_WHEREABOUTS}`,
      { batches: JSON.stringify(batches) },
    )
    .sort((a, b) => a.batch - b.batch || a.ordinal - b.ordinal);
}

/** Those of the batches' units that were infused: each has a row of its own. */
export function infusedUnitsOf(snapshot: Snapshot, batches: readonly StreamNumber[]): UnitFound[] {
  return snapshot.all<UnitFound>(
    `SELECT ${COLUMNS} FROM json_each(:batches) b CROSS JOIN whereabouts w CROSS JOIN units u CROSS JOIN conditions c ${LABEL}
      WHERE w.stream = b.value AND {rows w} AND w.infused_in IS NOT NULL
        AND u.stream = w.stream AND u.key = w.key AND {rows u} AND ${ITS_CONDITION}
      ORDER BY b.key, w.infused_in, u.row`,
    { batches: JSON.stringify(batches) },
  );
}

/** Those of these that their batches made. */
export function unitsNamed(snapshot: Snapshot, named: readonly Pick<UnitFound, 'id' | 'batch'>[]): UnitFound[] {
  return snapshot.all<UnitFound>(
    `SELECT ${COLUMNS} FROM json_each(:named) n CROSS JOIN ${EVERYTHING}
      WHERE u.stream = n.value ->> 'batch' AND u.key = n.value ->> 'id' AND {rows u} AND ${ITS_CONDITION} AND ${ITS_WHEREABOUTS}`,
    { named: JSON.stringify(named) },
  );
}

/** Units that were infused in these treatments, whatever batch they are of. */
export function unitsInfusedIn(snapshot: Snapshot, treatments: readonly StreamNumber[]): UnitFound[] {
  return snapshot.all<UnitFound>(
    `SELECT ${COLUMNS} FROM json_each(:treatments) t CROSS JOIN whereabouts w CROSS JOIN units u CROSS JOIN conditions c ${LABEL}
      WHERE w.infused_in = t.value AND {rows w}
        AND u.stream = w.stream AND u.key = w.key AND {rows u} AND ${ITS_CONDITION}
      ORDER BY t.key, u.row`,
    { treatments: JSON.stringify(treatments) },
  );
}

/** Every batch that says it made a unit of this id; more than one is a finding, not an error. */
export function findUnit(snapshot: Snapshot, id: string): UnitFound[] {
  return snapshot.all<UnitFound>(
    `SELECT ${COLUMNS} FROM ${EVERYTHING} WHERE u.key = :id AND {rows u} AND ${ITS_CONDITION} AND ${ITS_WHEREABOUTS}`,
    { id },
  );
}

export type BatchFound = {
  readonly batch: StreamNumber;
  readonly status: string | null;
  readonly owner: string | null;
  readonly product: StreamNumber | null;
  readonly specification: number | null;
  readonly study: StreamNumber | null;
  readonly regime: string | null;
  readonly autologous: number | null;
  readonly coi: string | null;
  readonly tier: string | null;
  readonly passage: number | null;
  readonly passage_ceiling: number | null;
  readonly opened_at: string | null;
  readonly split_closed: number | null;
  readonly name_en: string | null;
  readonly name_zh: string | null;
};

export function batchesOf(snapshot: Snapshot, batches: readonly StreamNumber[]): Map<StreamNumber, BatchFound> {
  const found = snapshot.all<BatchFound>(
    `SELECT t.stream AS batch, t.status, t.owner, t.product, t.specification, t.study, t.regime, t.autologous, t.coi, t.tier, t.passage,
            t.passage_ceiling, t.opened_at, t.split_closed, p.name_en, p.name_zh
       FROM json_each(:batches) b CROSS JOIN batches t
       LEFT JOIN specifications p ON p.stream = t.product AND p.key = CAST(t.specification AS TEXT) AND {rows p}
      WHERE t.stream = b.value AND {rows t}`,
    { batches: JSON.stringify(batches) },
  );
  return new Map(found.map((batch) => [batch.batch, batch]));
}

export type Restricted = {
  readonly event: string;
  readonly restriction: string;
  readonly reason: string;
  readonly since: string;
  readonly lifted_at: string | null;
  readonly cause: string | null;
};

type Scoped<T> = T & { readonly scope: Scope };
type Part = Pick<UnitFound, 'id' | 'ordinal' | 'batch' | 'parent' | 'made_at'>;
type Disposed = {
  readonly disposition: string;
  readonly pending: readonly string[];
  readonly decided_at: string;
  readonly seq: number;
};

/** What was decided about units of a batch, by scope, as the domain's `dispositionOf` and `standing` have it: of a part, as of its whole. */
export class Decisions {
  readonly #dispositions = new Map<StreamNumber, Scoped<Disposed>[]>();
  readonly #restrictions = new Map<StreamNumber, Scoped<Restricted>[]>();
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot, batches: readonly StreamNumber[]) {
    this.#snapshot = snapshot;
    const parameters = { batches: JSON.stringify(batches) };
    type Row = {
      stream: StreamNumber;
      scope: string;
      disposition: string;
      pending: string | null;
      decided_at: string;
      seq: number;
    };
    const disposed = snapshot.all<Row>(
      `SELECT d.stream, d.scope, d.disposition, d.pending, d.decided_at, d.seq FROM json_each(:batches) b CROSS JOIN dispositions d
        WHERE d.stream = b.value AND {rows d} ORDER BY d.seq`,
      parameters,
    );
    for (const { stream, scope, disposition, pending, decided_at, seq } of disposed) {
      push(this.#dispositions, stream, {
        scope: JSON.parse(scope) as Scope,
        disposition,
        pending: JSON.parse(pending ?? '[]') as string[],
        decided_at,
        seq,
      });
    }
    const restricted = snapshot.all<Restricted & { stream: StreamNumber; scope: string }>(
      `SELECT r.stream, r.key AS event, r.scope, r.restriction, r.reason, r.since, r.lifted_at, r.cause
         FROM json_each(:batches) b CROSS JOIN restrictions r WHERE r.stream = b.value AND {rows r} ORDER BY r.row`,
      parameters,
    );
    for (const { stream, scope, ...rest } of restricted) {
      push(this.#restrictions, stream, { ...rest, scope: JSON.parse(scope) as Scope });
    }
  }

  dispositionOf(unit: Part): Disposed | undefined {
    const all = this.#dispositions.get(unit.batch) ?? [];
    const held = this.#withWholes(unit).map((each) =>
      all.findLast(({ scope, disposition, seq }) => covers(scope, each) && (disposition === 'rejected' || each.made_at < seq)),
    );
    return held.find((each) => each?.disposition === 'rejected') ?? held.find((each) => each !== undefined);
  }

  /** Quarantines, holds and recalls that cover the unit, lifted or not. */
  restrictionsOf(unit: Part): Restricted[] {
    const all = this.#restrictions.get(unit.batch);
    if (!all) return [];
    const family = this.#withWholes(unit);
    return all.filter(({ scope }) => family.some((each) => covers(scope, each)));
  }

  standing(unit: Part): Restricted[] {
    return this.restrictionsOf(unit).filter(({ lifted_at }) => lifted_at === null);
  }

  #withWholes(unit: Part): Part[] {
    const found = [unit];
    for (let { parent } = unit; parent !== null; ) {
      const whole = this.#snapshot.get<Part>(
        `SELECT u.key AS id, u.stream AS batch, u.ordinal, u.parent, u.made_at FROM units u
          WHERE u.stream = :batch AND u.key = :parent AND {rows u}`,
        { batch: unit.batch, parent },
      );
      if (!whole || found.some(({ id }) => id === whole.id)) break;
      found.push(whole);
      parent = whole.parent;
    }
    return found;
  }
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
