import { covers, type Scope } from '@cytoledger/domain';
import { lotSearch } from '../model/batches.ts';
import { orderOf } from '../model/on.ts';
import { idOf, type Snapshot, type StreamNumber } from './snapshot.ts';
import { type UnitFound, unitsOf } from './unit-rows.ts';

/** From when to when; open at an end that is left out. What happened at an unknown time counts as within. */
type During = { readonly from?: string | undefined; readonly to?: string | undefined };

/** Where cells were worked on or kept, with what and by whom. */
export type WorkedOrigin =
  | ({ readonly equipment: string } & During)
  | ({ readonly room: string } & During)
  | { readonly session: string }
  | ({ readonly tank: string; readonly site?: string | undefined } & During)
  | ({ readonly operator: string } & During)
  | ({ readonly shipper: string } & During)
  | { readonly vector: string };

/** Batches and donations of which all is asked for, and single units where only some were touched. */
export type Touched = {
  readonly roots: readonly StreamNumber[];
  readonly parts: readonly Part[];
  /** Organisations that keep the record of what is asked for. Empty where there is none. */
  readonly keptBy: readonly string[];
};
export type Part = { readonly id: string; readonly batch: StreamNumber };

export function touchedBy(snapshot: Snapshot, origin: WorkedOrigin): Touched {
  if ('equipment' in origin) return byEquipment(snapshot, origin.equipment, origin);
  if ('room' in origin) return byRoom(snapshot, origin.room, origin);
  if ('session' in origin) return bySession(snapshot, origin.session);
  if ('tank' in origin) {
    const { tank, site = null } = origin;
    const sites = snapshot.all<{ owner: string | null }>(
      'SELECT DISTINCT h.site AS owner FROM handlings h WHERE h.tank = :tank AND (:site IS NULL OR h.site = :site) AND {rows h}',
      { tank, site },
    );
    return joined(partsOf(storedIn(snapshot, [{ tank, site }], origin)), kept(sites));
  }
  if ('operator' in origin) return byOperator(snapshot, origin.operator, origin);
  if ('shipper' in origin) return byShipper(snapshot, origin.shipper, origin);
  return { roots: byVector(snapshot, origin.vector), parts: [], keptBy: [] };
}

type Work = {
  readonly stream: StreamNumber;
  readonly occurred_at: string | null;
  readonly ended_at: string | null;
  /** Where only some units were worked on. */
  readonly scope: string | null;
};

const WORK = 'w.stream, w.occurred_at, w.ended_at, h.scope';
const ITS_SCOPE = 'LEFT JOIN handlings h ON h.stream = w.stream AND h.key = w.key AND {rows h}';

/** A device by its record or by what it is called. What it is called, another laboratory may call a device of its own. */
function byEquipment(snapshot: Snapshot, name: string, during: During): Touched {
  const records = snapshot.all<{ stream: StreamNumber; code: string | null; owner: string | null }>(
    'SELECT d.stream, d.code, d.owner FROM devices d WHERE (d.stream = :number OR d.code = :name) AND {rows d}',
    { number: snapshot.number(`equipment-${name}`) ?? -1, name },
  );
  const named = records.map(({ stream }) => idOf(snapshot.name(stream)));
  const byRecord = snapshot.all<Work>(
    `SELECT ${WORK} FROM json_each(:names) n CROSS JOIN step_equipment e CROSS JOIN steps w ${ITS_SCOPE}
      WHERE e.equipment = n.value AND {rows e} AND w.stream = e.stream AND w.key = e.step AND {rows w}`,
    { names: JSON.stringify([...new Set([...named, name])]) },
  );
  const byCode = records.flatMap(({ code, owner }) =>
    code === null || code === name
      ? []
      : snapshot.all<Work>(
          `SELECT ${WORK} FROM step_equipment e CROSS JOIN steps w CROSS JOIN batches b ${ITS_SCOPE}
            WHERE e.equipment = :code AND {rows e} AND w.stream = e.stream AND w.key = e.step AND {rows w}
              AND b.stream = w.stream AND b.owner IS :owner AND {rows b}`,
          { code, owner },
        ),
  );
  const tanks = records.flatMap(({ code, owner }) => (code === null ? [] : [{ tank: code, site: owner }]));
  const inTank = storedIn(snapshot, tanks.length > 0 ? tanks : [{ tank: name, site: null }], during);
  const inRecord = storedIn(snapshot, named, during);
  return joined(workedOn(snapshot, [...byRecord, ...byCode], during), partsOf(inTank), partsOf(inRecord), kept(records));
}

function byRoom(snapshot: Snapshot, name: string, during: During): Touched {
  const records = snapshot.all<{ stream: StreamNumber; code: string | null; owner: string | null }>(
    'SELECT r.stream, r.code, r.owner FROM rooms r WHERE (r.stream = :number OR r.code = :name) AND {rows r}',
    { number: snapshot.number(`room-${name}`) ?? -1, name },
  );
  const ids = JSON.stringify([...new Set([name, ...records.map(({ stream }) => idOf(snapshot.name(stream)))])]);
  const named = snapshot.all<Work>(
    `SELECT ${WORK} FROM json_each(:ids) n CROSS JOIN steps w ${ITS_SCOPE} WHERE w.room = n.value AND {rows w}
      UNION ALL SELECT ${WORK} FROM json_each(:ids) n CROSS JOIN steps w ${ITS_SCOPE} WHERE w.room_id = n.value AND {rows w}`,
    { ids },
  );
  const byCode = records.flatMap(({ code, owner }) =>
    code === null || code === name
      ? []
      : snapshot.all<Work>(
          `SELECT ${WORK} FROM steps w CROSS JOIN batches b ${ITS_SCOPE}
            WHERE w.room = :code AND {rows w} AND b.stream = w.stream AND b.owner IS :owner AND {rows b}`,
          { code, owner },
        ),
  );
  const opened = snapshot
    .all<{ material: StreamNumber; opened_at: string | null; closed_at: string | null }>(
      `SELECT coalesce(s.batch, s.donation) AS material, s.opened_at, s.closed_at FROM json_each(:rooms) r CROSS JOIN sessions s
        WHERE s.stream = r.value AND {rows s}`,
      { rooms: JSON.stringify(records.map(({ stream }) => stream)) },
    )
    .filter(({ opened_at, closed_at }) => overlaps(opened_at, closed_at ?? FOR_EVER, during));
  const sessions = { roots: opened.map(({ material }) => material), parts: [], keptBy: [] };
  return joined(workedOn(snapshot, [...named, ...byCode], during), sessions, kept(records));
}

function bySession(snapshot: Snapshot, session: string): Touched {
  const steps = snapshot.all<Work>(`SELECT ${WORK} FROM steps w ${ITS_SCOPE} WHERE w.session = :session AND {rows w}`, {
    session,
  });
  const opened = snapshot.all<{ material: StreamNumber; owner: string | null }>(
    `SELECT coalesce(s.batch, s.donation) AS material, r.owner FROM sessions s LEFT JOIN rooms r ON r.stream = s.stream AND {rows r}
      WHERE s.key = :session AND {rows s}`,
    { session },
  );
  const material = { roots: opened.map((each) => each.material), parts: [], keptBy: [] };
  return joined(workedOn(snapshot, steps, {}), material, kept(opened));
}

/** Whoever took a step or looked on. */
function byOperator(snapshot: Snapshot, operator: string, during: During): Touched {
  const steps = snapshot.all<Work>(
    `SELECT ${WORK} FROM steps w ${ITS_SCOPE} WHERE w.operator = :operator AND {rows w}
      UNION ALL SELECT ${WORK} FROM steps w ${ITS_SCOPE} WHERE w.verifier = :operator AND w.operator IS NOT :operator AND {rows w}`,
    { operator },
  );
  const members = snapshot.all<{ owner: string | null }>(
    'SELECT m.org AS owner FROM members m WHERE m.stream = :number AND {rows m}',
    { number: snapshot.number(`staff-${operator}`) ?? -1 },
  );
  return joined(workedOn(snapshot, steps, during), kept(members));
}

/** What travelled in a container, or with an organisation that sent or carried it. */
function byShipper(snapshot: Snapshot, shipper: string, during: During): Touched {
  const known = snapshot.all<{
    stream: StreamNumber;
    packed_at: string | null;
    received_at: string | null;
    shipper: string | null;
    carrier: string | null;
  }>(
    `SELECT s.stream, s.packed_at, s.received_at, s.shipper, s.carrier FROM shipments s
        WHERE (s.container = :shipper OR s.shipper = :shipper OR s.carrier = :shipper) AND {rows s}`,
    { shipper },
  );
  const travelled = known.filter(({ packed_at, received_at }) => overlaps(packed_at, received_at ?? FOR_EVER, during));
  const loads = snapshot.all<Work>(
    `SELECT h.stream, h.occurred_at, h.occurred_at AS ended_at, h.scope FROM json_each(:shipments) s CROSS JOIN handlings h
      WHERE h.shipment = s.value AND {rows h}`,
    { shipments: JSON.stringify(travelled.map(({ stream }) => stream)) },
  );
  return joined(workedOn(snapshot, loads, {}), kept(known.flatMap((each) => [{ owner: each.shipper }, { owner: each.carrier }])));
}

/** By the name of the construct or by its lot. */
function byVector(snapshot: Snapshot, vector: string): StreamNumber[] {
  const rows = snapshot.all<{ stream: StreamNumber }>(
    `SELECT m.stream FROM materials m WHERE m.step = 'transduced' AND (m.lot_search = :lot OR m.name = :vector) AND {rows m}`,
    { lot: lotSearch(vector), vector },
  );
  return [...new Set(rows.map(({ stream }) => stream))];
}

/** Later than anything that is recorded. */
const FOR_EVER = '9999-12-31T23:59:59Z';

function overlaps(began: string | null, ended: string | null, { from, to }: During): boolean {
  if (began === null) return true;
  const isAfter = to !== undefined && Date.parse(began) > Date.parse(to);
  const isBefore = from !== undefined && Date.parse(ended ?? began) < Date.parse(from);
  return !isAfter && !isBefore;
}

function workedOn(snapshot: Snapshot, work: readonly Work[], during: During): Touched {
  const within = work.filter(({ occurred_at, ended_at }) => overlaps(occurred_at, ended_at, during));
  const roots = new Set(within.filter(({ scope }) => scope === null).map(({ stream }) => stream));
  const scoped = Map.groupBy(
    within.filter(({ stream, scope }) => scope !== null && !roots.has(stream)),
    ({ stream }) => stream,
  );
  const parts = [...scoped].flatMap(([batch, some]) => {
    const scopes = some.map(({ scope }) => JSON.parse(scope!) as Scope);
    return unitsOf(snapshot, [batch])
      .filter((unit) => scopes.some((scope) => covers(scope, unit)))
      .map(({ id }) => ({ id, batch }));
  });
  return { roots: [...roots], parts, keptBy: [] };
}

type Placing = {
  readonly act: string;
  readonly tank: string | null;
  readonly site: string | null;
  readonly key: string;
  readonly scope: string;
  readonly occurred_order: number;
};

/** Units that stood in one of these tanks at some time of the interval. A tank is named by what it is called at a site, or by its record. */
function storedIn(
  snapshot: Snapshot,
  tanks: readonly ({ readonly tank: string; readonly site: string | null } | string)[],
  during: During,
): UnitFound[] {
  const found = tanks.flatMap((tank) =>
    typeof tank === 'string'
      ? snapshot.all<{ stream: StreamNumber; key: string }>(
          `SELECT h.stream, h.key FROM step_equipment e CROSS JOIN handlings h
            WHERE e.equipment = :tank AND {rows e} AND h.stream = e.stream AND h.key = e.step AND h.act = 'stored' AND {rows h}`,
          { tank },
        )
      : snapshot.all<{ stream: StreamNumber; key: string }>(
          'SELECT h.stream, h.key FROM handlings h WHERE h.tank = :tank AND (:site IS NULL OR h.site = :site) AND {rows h}',
          tank,
        ),
  );
  const into = new Set(found.map(({ key }) => key));
  return [...new Set(found.map(({ stream }) => stream))].flatMap((batch) => {
    const placings = snapshot.all<Placing>(
      `SELECT h.act, h.tank, h.site, h.key, h.scope, h.occurred_order FROM handlings h
        WHERE h.stream = :batch AND h.act IN ('stored', 'left') AND {rows h} ORDER BY h.occurred_order, h.row`,
      { batch },
    );
    return stoodWithin(unitsOf(snapshot, [batch]), placings, into, during);
  });
}

/** Follows each unit from place to place, in the order of what happened. */
function stoodWithin(
  units: readonly UnitFound[],
  placings: readonly Placing[],
  into: ReadonlySet<string>,
  { from, to }: During,
): UnitFound[] {
  const since = from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from);
  const until = to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to);
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const standing = new Map<string, number>();
  const found = new Set<UnitFound>();
  const leave = (unit: UnitFound, at: number) => {
    const began = standing.get(unit.id);
    if (began !== undefined && began <= until && at >= since) found.add(unit);
    standing.delete(unit.id);
  };
  for (const { act, key, scope, occurred_order: at } of placings) {
    for (const unit of unitsMeant(JSON.parse(scope) as Scope, units, byId)) {
      leave(unit, at);
      if (act === 'stored' && into.has(key)) standing.set(unit.id, at);
    }
  }
  for (const unit of units) leave(unit, unit.fate_at === null ? Number.POSITIVE_INFINITY : orderOf(unit.fate_at));
  return [...found];
}

function unitsMeant(scope: Scope, units: readonly UnitFound[], byId: ReadonlyMap<string, UnitFound>): readonly UnitFound[] {
  if (scope === 'whole-batch') return units;
  if ('units' in scope) return scope.units.flatMap((id) => byId.get(id) ?? []);
  return units.filter((unit) => covers(scope, unit));
}

function partsOf(units: readonly UnitFound[]): Touched {
  return { roots: [], parts: units.map(({ id, batch }) => ({ id, batch })), keptBy: [] };
}

function kept(records: readonly { readonly owner: string | null }[]): Touched {
  return { roots: [], parts: [], keptBy: records.flatMap(({ owner }) => owner ?? []) };
}

function joined(...touched: readonly Touched[]): Touched {
  const roots = [...new Set(touched.flatMap((each) => each.roots))];
  const whole = new Set(roots);
  const parts = new Map(
    touched
      .flatMap((each) => each.parts.filter(({ batch }) => !whole.has(batch)))
      .map((part) => [`${part.batch} ${part.id}`, part]),
  );
  return { roots, parts: [...parts.values()], keptBy: [...new Set(touched.flatMap((each) => each.keptBy))] };
}
