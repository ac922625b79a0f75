import type { StreamNumber } from '../query/snapshot.ts';
import type { Asking } from '../traces/answer.ts';
import type { Due } from './due.ts';

/** An infusion of cells is over within a day: of one that was begun and not ended by then, the dose is not known. */
const DAY_MS = 86_400_000;

/** Infusions that are told in steps and of which no end is told. */
export function openInfusions({ snapshot, sight }: Asking, now: string): Due[] {
  type Row = {
    stream: StreamNumber;
    unit: string;
    status: string;
    infused_at: string | null;
    site: string | null;
    patient: StreamNumber | null;
  };
  return snapshot
    .all<Row>(
      `SELECT g.stream, g.key AS unit, g.status, w.infused_at, coalesce(t.site, w.allocated_site) AS site, t.patient
         FROM given g JOIN whereabouts w ON w.stream = g.stream AND w.key = g.key AND {rows w}
         LEFT JOIN treatments t ON t.stream = w.infused_in AND {rows t}
        WHERE g.status <> 'ended' AND {rows g} ORDER BY g.row`,
    )
    .filter(({ site, patient }) => sight.treatment({ site, patient: snapshot.name(patient) }))
    .map(({ stream, unit, status, infused_at }) => {
      const dueBy = infused_at === null ? null : new Date(Date.parse(infused_at) + DAY_MS).toISOString();
      return {
        kind: 'infusion-not-ended',
        stream: snapshot.name(stream),
        subject: unit,
        dueBy,
        overdue: dueBy === null || Date.parse(dueBy) < Date.parse(now),
        detail: status,
      };
    });
}
