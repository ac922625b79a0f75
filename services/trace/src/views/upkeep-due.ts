import { idOf, type StreamNumber } from '../query/snapshot.ts';
import type { Asking } from '../traces/answer.ts';
import type { Due } from './due.ts';

/** Calibrations, qualifications and authorisations that run out within so many days are shown. */
const UPKEEP_DAYS = 30;
const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;

/** Devices to be calibrated or qualified again, by the newest of each. Due dates are local days, both ends included. */
export function upkeepDue({ snapshot, sight }: Asking, now: string): Due[] {
  type Row = {
    stream: StreamNumber;
    code: string | null;
    kind: string | null;
    owner: string | null;
    what: 'calibration' | 'qualification';
    due: string;
  };
  const { today, limit } = days(now);
  return snapshot
    .all<Row>(
      `SELECT d.stream, d.code, d.kind, d.owner, 'calibration' AS what, d.calibration_due AS due FROM devices d
        WHERE d.calibration_due <= :limit AND {rows d}
       UNION ALL SELECT d.stream, d.code, d.kind, d.owner, 'qualification', d.qualification_due FROM devices d
        WHERE d.qualification_due <= :limit AND {rows d} ORDER BY due`,
      { limit },
    )
    .filter(({ owner }) => sight.everything || sight.isOf(owner))
    .map(({ stream, code, kind, what, due }) => ({
      kind: what,
      stream: snapshot.name(stream),
      subject: code ?? idOf(snapshot.name(stream)),
      dueBy: due,
      overdue: due < today,
      detail: kind,
    }));
}

/** Tasks for which somebody's authorisation runs out, and nothing newer stands beside it. */
export function authorisationsDue({ snapshot, sight }: Asking, now: string): Due[] {
  type Row = { stream: StreamNumber; org: string | null; task: string; until: string | null };
  const { today, limit } = days(now);
  return snapshot
    .all<Row>(
      `SELECT a.stream, m.org, a.task, max(coalesce(a.to_day, '9999-12-31')) AS until
         FROM authorisations a LEFT JOIN members m ON m.stream = a.stream AND {rows m}
        WHERE a.suspended_from IS NULL AND {rows a} GROUP BY a.stream, a.task HAVING until <= :limit ORDER BY until`,
      { limit },
    )
    .filter(({ org }) => sight.everything || sight.isOf(org))
    .map(({ stream, task, until }) => ({
      kind: 'authorisation',
      stream: snapshot.name(stream),
      subject: task,
      dueBy: until,
      overdue: until! < today,
      detail: null,
    }));
}

/** Local days in China: of the moment, and of the end of what is shown. */
export function days(now: string): { today: string; limit: string } {
  const local = Date.parse(now) + CHINA_MS;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { today: day(local), limit: day(local + UPKEEP_DAYS * DAY_MS) };
}
