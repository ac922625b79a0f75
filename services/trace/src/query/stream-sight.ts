import { donorKnownTo } from '../traces/permission.ts';
import { lotsBehind, lotsOf } from './lots.ts';
import { idOf, type Snapshot, type StreamNumber } from './snapshot.ts';
import { batchesOf } from './unit-rows.ts';
import type { Sight } from './viewer.ts';

/** Registry records are about organisations, products and keys, and everybody's. */
const PUBLIC = new Set(['site', 'study', 'product', 'key', 'log']);

/** Whether a viewer may read a stream's bodies; where not, that an event is there is all that is told. */
export function seesStream(snapshot: Snapshot, sight: Sight, number: StreamNumber): boolean {
  if (sight.everything) return true;
  const stream = snapshot.name(number);
  const { org, kind } = sight.viewer;
  const aggregate = stream.split('-', 1)[0]!;
  if (PUBLIC.has(aggregate)) return true;
  if (aggregate === 'batch')
    return sight.batch({ batch: stream, owner: batchesOf(snapshot, [number]).get(number)?.owner ?? null });
  if (aggregate === 'treatment') {
    const row = snapshot.get<{ site: string | null; patient: StreamNumber | null }>(
      'SELECT t.site, t.patient FROM treatments t WHERE t.stream = :number AND {rows t}',
      { number },
    );
    return row !== undefined && sight.treatment({ site: row.site, patient: snapshot.name(row.patient) });
  }
  if (kind === 'patient') return stream === `person-${sight.viewer.patient}`;
  if (kind === 'auditor') return aggregate === 'material' && isInGranted(snapshot, sight, number);
  if (aggregate === 'person') return donorKnownTo(snapshot, number).includes(org);
  const parties = PARTIES[aggregate];
  return parties !== undefined && snapshot.get(parties, { number, org }) !== undefined;
}

/** A site that is called upon by a recall sees its own line, and not whom else it concerns. */
const OF_PROCESS = `SELECT 1 AS party FROM processes p WHERE p.stream = :number AND p.owner = :org AND {rows p}
  UNION SELECT 1 FROM processes p CROSS JOIN json_each(p.parties) j WHERE p.stream = :number AND j.value = :org AND {rows p}`;

/** A lot is read with the batches of its own laboratory that it is in. */
function isInGranted(snapshot: Snapshot, { viewer }: Sight, lot: StreamNumber): boolean {
  const owner = lotsOf(snapshot, [lot]).get(lot)?.owner ?? null;
  const granted = [...(viewer.granted ?? [])].flatMap((stream) => snapshot.number(stream) ?? []);
  const batches = [...batchesOf(snapshot, granted).values()].filter((batch) => owner !== null && batch.owner === owner);
  return lotsBehind(
    snapshot,
    batches.map(({ batch }) => batch),
  ).includes(lot);
}

const PARTIES: Readonly<Record<string, string>> = {
  donation: `SELECT 1 AS party FROM donations d WHERE d.stream = :number AND {rows d}
    AND (d.procurement_site = :org OR EXISTS (SELECT 1 FROM json_each(d.receivers) j WHERE j.value = :org))`,
  shipment: `SELECT 1 AS party FROM shipments s
    WHERE s.stream = :number AND (s.shipper = :org OR s.consignee = :org OR s.carrier = :org) AND {rows s}`,
  material: `SELECT 1 AS party FROM lots l WHERE l.stream = :number AND l.owner = :org AND {rows l}
    UNION SELECT 1 FROM lots l CROSS JOIN sample_records s CROSS JOIN json_each(s.laboratories) j
      WHERE l.stream = :number AND {rows l} AND s.source = l.stream AND s.owner = l.owner AND {rows s} AND j.value = :org`,
  sample: `SELECT 1 AS party FROM sample_records s WHERE s.stream = :number AND {rows s}
    AND (s.owner = :org OR EXISTS (SELECT 1 FROM json_each(s.laboratories) j WHERE j.value = :org))`,
  equipment: 'SELECT 1 AS party FROM devices d WHERE d.stream = :number AND d.owner = :org AND {rows d}',
  room: 'SELECT 1 AS party FROM rooms r WHERE r.stream = :number AND r.owner = :org AND {rows r}',
  staff: 'SELECT 1 AS party FROM members m WHERE m.stream = :number AND m.org = :org AND {rows m}',
  ...Object.fromEntries(['recall', 'correction', 'deviation', 'query', 'inspection'].map((kind) => [kind, OF_PROCESS])),
  fact: 'SELECT 1 AS party FROM unreconciled x WHERE x.stream = :number AND x.reported_by = :org AND {rows x}',
};

/** Whether all patients of a batch are the viewer's own: its laboratory otherwise sees what became of the units, and not in whom. */
export function seesPatientsOf(snapshot: Snapshot, sight: Sight, batch: StreamNumber): boolean {
  if (sight.everything) return true;
  if (sight.viewer.kind === 'auditor') return false;
  return (
    snapshot.get(
      `SELECT 1 AS other FROM whereabouts w
        WHERE w.stream = :batch AND w.allocated_site IS NOT NULL AND w.allocated_site <> :org AND w.began <= :e
       UNION ALL SELECT 1 FROM whereabouts w LEFT JOIN treatments t ON t.stream = w.infused_in AND {rows t}
        WHERE w.stream = :batch AND w.infused_in IS NOT NULL AND t.site IS NOT :org AND w.began <= :e LIMIT 1`,
      { batch, org: sight.viewer.org },
    ) === undefined
  );
}

/** Pseudonyms for whom units of a batch were ever allocated, or to whom they were given, up to the moment. */
export function patientsOf(snapshot: Snapshot, batch: StreamNumber): ReadonlySet<string> {
  const rows = snapshot.all<{ patient: StreamNumber }>(
    `SELECT DISTINCT w.allocated_patient AS patient FROM whereabouts w
      WHERE w.stream = :batch AND w.allocated_patient IS NOT NULL AND w.began <= :e
      UNION SELECT t.patient FROM whereabouts w CROSS JOIN treatments t
      WHERE w.stream = :batch AND w.infused_in IS NOT NULL AND w.began <= :e AND t.stream = w.infused_in AND t.patient IS NOT NULL AND {rows t}`,
    { batch },
  );
  return new Set(rows.map(({ patient }) => idOf(snapshot.name(patient))));
}
