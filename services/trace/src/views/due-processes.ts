import { idOf, type StreamNumber } from '../query/snapshot.ts';
import type { Asking } from '../traces/answer.ts';
import type { Due } from './due.ts';
import { mine } from './mine.ts';
import { days } from './upkeep-due.ts';

/** Answers to recalls, queries and inspections, corrections to approve, actions to finish: for who is to do it, and who waits for it. */
export function processesDue(asking: Asking, now: string): Due[] {
  return [...recallAnswers(asking, now), ...awaited(asking, now), ...tasksDue(asking, now)];
}

function recallAnswers(asking: Asking, now: string): Due[] {
  type Row = { stream: StreamNumber; site: string; deadline: string; owner: string | null; notice: string | null };
  return asking.snapshot
    .all<Row>(
      `SELECT s.stream, s.site, s.deadline, r.owner, r.notice FROM recalls r CROSS JOIN recall_sites s
        WHERE r.status = 'open' AND {rows r} AND s.stream = r.stream AND s.deadline IS NOT NULL AND s.answered_at IS NULL AND {rows s}
        ORDER BY s.deadline`,
    )
    .filter(({ site, owner }) => mine(asking, site, owner))
    .map(({ stream, site, deadline, notice }) => ({
      kind: 'recall-answer',
      stream: asking.snapshot.name(stream),
      subject: site,
      dueBy: deadline,
      overdue: Date.parse(deadline) < Date.parse(now),
      detail: notice,
    }));
}

function awaited(asking: Asking, now: string): Due[] {
  type Row = {
    stream: StreamNumber;
    owner: string | null;
    parties: string | null;
    status: string;
    topic: string;
    due_by: string | null;
  };
  return asking.snapshot
    .all<Row>(
      `SELECT p.stream, p.owner, p.parties, p.status, p.topic, p.due_by FROM processes p
        WHERE (p.status = 'proposed' OR (p.status = 'open' AND p.due_by IS NOT NULL)) AND {rows p} ORDER BY p.due_by`,
    )
    .filter(({ owner, parties }) => mine(asking, owner, ...(JSON.parse(parties ?? '[]') as string[])))
    .map(({ stream, status, topic, due_by }) => ({
      kind: status === 'proposed' ? 'correction-approval' : 'query-answer',
      stream: asking.snapshot.name(stream),
      subject: idOf(asking.snapshot.name(stream)),
      dueBy: due_by,
      overdue: due_by !== null && Date.parse(due_by) < Date.parse(now),
      detail: topic,
    }));
}

function tasksDue(asking: Asking, now: string): Due[] {
  type Row = {
    stream: StreamNumber;
    id: string;
    kind: string;
    due: string;
    responsible: string;
    owner: string | null;
    parties: string | null;
  };
  const { today } = days(now);
  return asking.snapshot
    .all<Row>(
      `SELECT k.stream, k.key AS id, k.kind, k.due, k.responsible, p.owner, p.parties FROM tasks k CROSS JOIN processes p
        WHERE k.due IS NOT NULL AND k.done_at IS NULL AND {rows k} AND p.stream = k.stream AND p.status <> 'closed' AND {rows p}
        ORDER BY k.due`,
    )
    .filter(({ owner, parties }) => mine(asking, owner, ...(JSON.parse(parties ?? '[]') as string[])))
    .map(({ stream, id, kind, due, responsible }) => ({
      kind: kind === 'finding' ? 'rectification' : 'corrective-action',
      stream: asking.snapshot.name(stream),
      subject: id,
      dueBy: due,
      overdue: due < today,
      detail: responsible,
    }));
}
