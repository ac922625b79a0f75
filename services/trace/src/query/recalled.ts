import type { Snapshot, StreamNumber } from './snapshot.ts';

/** What a recall asked of a site, and what it answered. */
export type RecalledAt = {
  readonly noticeSentAt: string | null;
  readonly deadline: string | null;
  readonly acknowledgedAt: string | null;
  /** Units on the list of which neither an answer nor a finding tells; over all recalls of these batches. */
  readonly unaccounted: number;
};

type Row = {
  site: string;
  notice_at: string | null;
  deadline: string | null;
  answered_at: string | null;
  sent: number;
  told: number;
};

/** By site, from recalls that are no exercises and have units of these batches on their lists; of several the newest notice. */
export function recalledAt(snapshot: Snapshot, batches: readonly StreamNumber[]): ReadonlyMap<string, RecalledAt> {
  const found = new Map<string, RecalledAt>();
  for (const { site, notice_at, deadline, answered_at, sent, told } of rowsOf(snapshot, batches)) {
    const unaccounted = Math.max(0, sent - told) + (found.get(site)?.unaccounted ?? 0);
    found.set(site, { noticeSentAt: notice_at, deadline, acknowledgedAt: answered_at, unaccounted });
  }
  return found;
}

function rowsOf(snapshot: Snapshot, batches: readonly StreamNumber[]): Row[] {
  return snapshot.all<Row>(
    `SELECT s.site, s.notice_at, s.deadline, s.answered_at, count(u.row) AS sent,
            count(CASE WHEN s.answer_seq IS NULL OR u.found_at > s.answer_seq THEN u.fate END) + coalesce(s.on_hand, 0) + coalesce(s.used, 0) + coalesce(s.quarantined, 0) + coalesce(s.destroyed, 0) AS told
       FROM (${TOUCHING}) t CROSS JOIN recall_sites s
       LEFT JOIN recall_units u ON u.stream = s.stream AND u.site = s.site AND {rows u}
      WHERE s.stream = t.recall AND {rows s} GROUP BY s.row ORDER BY s.stream, s.row`,
    { batches: JSON.stringify(batches) },
  );
}

/** Sites that let the deadline of an open recall of these batches pass without an answer. */
export function silentToRecalls(
  snapshot: Snapshot,
  batches: readonly StreamNumber[],
): { recall: StreamNumber; site: string; since: string }[] {
  const now = Date.parse(snapshot.moment.recordedAt);
  return snapshot
    .all<{ recall: StreamNumber; site: string; since: string; deadline: string }>(
      `SELECT t.recall, s.site, s.notice_at AS since, s.deadline FROM (${TOUCHING}) t CROSS JOIN recalls r CROSS JOIN recall_sites s
        WHERE r.stream = t.recall AND r.status = 'open' AND {rows r}
          AND s.stream = t.recall AND s.notice_at IS NOT NULL AND s.answered_at IS NULL AND {rows s} ORDER BY s.row`,
      { batches: JSON.stringify(batches) },
    )
    .filter(({ deadline }) => Date.parse(deadline) < now)
    .map(({ recall, site, since }) => ({ recall, site, since }));
}

const TOUCHING = `SELECT DISTINCT c.stream AS recall FROM json_each(:batches) b CROSS JOIN recall_units l CROSS JOIN recalls c
  WHERE l.batch = b.value AND {rows l} AND c.stream = l.stream AND c.mock = 0 AND {rows c}`;
