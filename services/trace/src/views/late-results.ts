import { batches, type RegimeId } from '@cytoledger/domain';
import { idOf, type StreamNumber } from '../query/snapshot.ts';
import type { Asking } from '../traces/answer.ts';
import type { Due } from './due.ts';

type Row = {
  stream: StreamNumber;
  result: string;
  test: string;
  owner: string | null;
  regime: string | null;
  failed_at: string | null;
  recorded_at: string;
  treatment: StreamNumber;
  site: string | null;
  infused_at: string | null;
  notified_at: string | null;
  acknowledged_at: string | null;
};

const columnsOf = (treatment: string, site: string, infusedAt: string) =>
  `SELECT DISTINCT t.row AS entered, t.stream, t.key AS result, t.test, b.owner, b.regime, t.reported_at AS failed_at, t.recorded_at,
          ${treatment} AS treatment, ${site} AS site, ${infusedAt} AS infused_at,
          (SELECT max(n.notified_at) FROM late_notices n WHERE n.stream = t.stream AND n.result = t.key AND n.treatment = ${treatment} AND {rows n}) AS notified_at,
          (SELECT max(n.acknowledged_at) FROM late_notices n WHERE n.stream = t.stream AND n.result = t.key AND n.treatment = ${treatment} AND {rows n}) AS acknowledged_at`;

const GIVEN_BY_RECORD = `${columnsOf('w.infused_in', 'coalesce(p.site, w.allocated_site)', 'w.infused_at')}
  FROM tests t CROSS JOIN whereabouts w LEFT JOIN batches b ON b.stream = t.stream AND {rows b}
  LEFT JOIN treatments p ON p.stream = w.infused_in AND {rows p}
 WHERE t.verdict = 'fail' AND {rows t} AND w.stream = t.stream AND w.infused_in IS NOT NULL AND {rows w}`;

/** Whoever was given of a unit that the batch knows as another's, or does not know as given, by the treatment's own record. */
const GIVEN_BY_TREATMENT = `${columnsOf('i.stream', 'p.site', 'i.started_at')}
  FROM tests t CROSS JOIN infusions i LEFT JOIN batches b ON b.stream = t.stream AND {rows b}
  LEFT JOIN treatments p ON p.stream = i.stream AND {rows p}
 WHERE t.verdict = 'fail' AND {rows t} AND i.batch = t.stream AND {rows i}
   AND NOT EXISTS (SELECT 1 FROM whereabouts w WHERE w.stream = i.batch AND w.key = i.unit AND w.infused_in = i.stream AND {rows w})`;

/**
 * Physicians who gave cells that failed a test since, and who were not told or have not confirmed it. As the domain's `lateResults` has it: not what
 * was known and explained before the infusion, nor what a unit was released for exceptionally.
 */
export function lateResultsDue({ snapshot, sight }: Asking, now: string): Due[] {
  const rows = snapshot.all<Row>(`${GIVEN_BY_RECORD} UNION ALL ${GIVEN_BY_TREATMENT} ORDER BY entered, treatment`);
  const pending = new Map<string, Row>();
  for (const row of rows) {
    if (row.acknowledged_at !== null || isAnswered(row) || isExcepted(row)) continue;
    const key = `${row.stream} ${row.result} ${row.treatment}`;
    if (!pending.has(key)) pending.set(key, row);
  }
  return [...pending.values()]
    .filter(({ owner, site }) => sight.everything || sight.isOf(owner) || sight.isOf(site))
    .map((row) => {
      const due = batches.lateResultDue((row.regime ?? undefined) as RegimeId | undefined, row.recorded_at);
      const told = row.notified_at === null ? 'physician not told' : `told ${row.notified_at}, not acknowledged`;
      return {
        kind: 'late-result',
        stream: snapshot.name(row.stream),
        subject: row.result,
        dueBy: due.at,
        overdue: Date.parse(due.at) < Date.parse(now),
        detail: `${row.test}, ${idOf(snapshot.name(row.treatment))}: ${told} (${due.hours} h, ${due.citation})`,
      };
    });

  function isAnswered({ stream, result, failed_at, infused_at }: Row): boolean {
    if (failed_at === null || infused_at === null || Date.parse(failed_at) >= Date.parse(infused_at)) return false;
    const investigations = snapshot.all<{ closed_at: string | null }>(
      `SELECT d.closed_at FROM deviations d
        WHERE d.stream = :stream AND d.event = :event AND (d.rule IS NULL OR d.rule = 'batch.test-failed') AND {rows d}`,
      { stream, event: result.split('/')[0]! },
    );
    return investigations.length > 0 && investigations.every(({ closed_at }) => closed_at !== null);
  }

  function isExcepted({ stream, result, treatment }: Row): boolean {
    return snapshot
      .all<{ exception: string }>(
        'SELECT d.exception FROM dispositions d WHERE d.stream = :stream AND d.exception IS NOT NULL AND {rows d}',
        { stream },
      )
      .map(({ exception }) => JSON.parse(exception) as { treatment: string; results: readonly string[] })
      .some((each) => each.treatment === idOf(snapshot.name(treatment)) && each.results.includes(result));
  }
}
