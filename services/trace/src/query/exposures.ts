import type { Snapshot, StreamNumber } from './snapshot.ts';
import { type UnitFound, unitsNamed } from './unit-rows.ts';

/** Where it stands that somebody was given of a unit. */
type ToldIn = 'batch' | 'treatment' | 'report';

/** A unit as one of those who were given of it: `infused_in` is their treatment. */
export type Exposed = UnitFound & {
  readonly infused_in: StreamNumber;
  readonly toldIn: ToldIn;
  /** As the report has it, where no treatment says whose it is. */
  readonly patient: StreamNumber | null;
  /** Who says so, where no treatment says where it is. */
  readonly saidBy: string | null;
  /** Log entry since which it is known; null where the unit's own record says it. */
  readonly since: number | null;
};

type Row = {
  readonly batch: StreamNumber;
  readonly unit: string;
  readonly treatment: StreamNumber;
  readonly at: string | null;
  readonly since: number;
  readonly toldIn: ToldIn;
  readonly patient: StreamNumber | null;
  readonly saidBy: string | null;
};

/** A unit's own record names one recipient. `x` tells of a `treatment` that was given of it. */
const untoldBy = (x: string, treatment: string) => `NOT EXISTS (SELECT 1 FROM whereabouts w
  WHERE w.stream = ${x}.batch AND w.key = ${x}.unit AND w.infused_in = ${x}.${treatment} AND {rows w})`;

/** Nobody has found out that it did not happen, or where else it stands. */
const STANDING = "r.status IN ('open', 'not-determinable')";

const beside = (infusion: string, claim: string) => `
  SELECT i.batch, i.unit, i.stream AS treatment, i.started_at AS at, 'treatment' AS toldIn, NULL AS patient, NULL AS saidBy,
         (SELECT min(f.began) FROM infusions f WHERE f.stream = i.stream AND f.key = i.key) AS since
    FROM json_each(:asked) a CROSS JOIN infusions i WHERE ${infusion} = a.value AND {rows i} AND ${untoldBy('i', 'stream')}
  UNION ALL
  SELECT c.batch, c.unit, c.treatment, c.occurred_at, 'report', c.patient, c.site, c.began
    FROM json_each(:asked) a CROSS JOIN claimed_infusions c CROSS JOIN unreconciled r
   WHERE ${claim} = a.value AND {rows c} AND r.stream = c.stream AND ${STANDING} AND {rows r} AND ${untoldBy('c', 'treatment')}
     AND NOT EXISTS (SELECT 1 FROM infusions i WHERE i.stream = c.treatment AND i.unit = c.unit AND {rows i})
   ORDER BY since`;

const OF_BATCHES = beside('i.batch', 'c.batch');
const IN_TREATMENTS = beside('i.stream', 'c.treatment');

/** Those who were given something of these batches by a treatment's record or a report, while the unit's own record says so of another, or of nobody. */
export function exposedBeside(snapshot: Snapshot, batches: readonly StreamNumber[]): Exposed[] {
  return withUnits(snapshot, snapshot.all<Row>(OF_BATCHES, { asked: JSON.stringify(batches) }));
}

/** The same of those who were treated in these. */
export function exposedIn(snapshot: Snapshot, treatments: readonly StreamNumber[]): Exposed[] {
  return withUnits(snapshot, snapshot.all<Row>(IN_TREATMENTS, { asked: JSON.stringify(treatments) }));
}

/** As the unit's own record tells it. */
export function exposedByRecord(units: readonly UnitFound[]): Exposed[] {
  return units.flatMap((unit) =>
    unit.infused_in === null
      ? []
      : [
          {
            ...unit,
            infused_in: unit.infused_in,
            toldIn: 'batch' as const,
            patient: unit.allocated_patient,
            saidBy: null,
            since: null,
          },
        ],
  );
}

function withUnits(snapshot: Snapshot, rows: readonly Row[]): Exposed[] {
  const units = unitsNamed(
    snapshot,
    rows.map(({ unit: id, batch }) => ({ id, batch })),
  );
  const known = new Map(units.map((unit) => [`${unit.batch}|${unit.id}`, unit]));
  // Several steps of one infusion, reported one by one, are one exposure.
  const once = new Map(rows.map((row) => [`${row.batch}|${row.unit}|${row.treatment}`, row] as const).reverse());
  return [...once.values()].reverse().map(({ unit: id, batch, treatment, at, ...told }) => ({
    ...(known.get(`${batch}|${id}`) ?? { ...NEVER_MADE, id, batch }),
    infused_in: treatment,
    infused_at: at,
    infusion_event: null,
    ...told,
  }));
}

/** A unit that somebody was given of, by a record or report, and of which its batch says nothing. */
const NEVER_MADE: Omit<UnitFound, 'id' | 'batch'> = {
  kind: 'unknown',
  ordinal: 0,
  // No release of what was made by then is of it.
  made_at: Number.MAX_SAFE_INTEGER,
  parent: null,
  part: null,
  container_lot: null,
  volume: null,
  cells: null,
  expiry: null,
  label: null,
  cryopreserved_at: null,
  thawed_at: null,
  thaw_expiry: null,
  reconstituted_at: null,
  reconstituted_expiry: null,
  damage: null,
  ...nowhere(),
  infused_in: null,
  infused_at: null,
  infusion_event: null,
};

function nowhere() {
  return {
    site: null,
    tank: null,
    rack: null,
    box: null,
    slot: null,
    phase: null,
    retrieved: null,
    custodian: null,
    condition: null,
    allocated_to: null,
    allocated_patient: null,
    allocated_site: null,
    shipment: null,
    in_transit: null,
    consumed_into: null,
    fate: null,
    fate_at: null,
    confirmed_at: null,
  };
}

/** What a viewer may know of a unit that another was given of too: not where it was, for whom it was meant or what became of it, unless they see it anyway. */
export function asSeen(unit: Exposed, isSeen: boolean): Exposed {
  return isSeen ? unit : { ...unit, ...nowhere() };
}
