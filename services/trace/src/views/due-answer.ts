import { type Answer, type Asking, answer } from '../traces/answer.ts';
import { columns } from '../traces/columns.ts';
import { type Due, type DueKind, dueList } from './due.ts';

export type DueFilter = {
  readonly kinds?: readonly DueKind[] | undefined;
  readonly overdue?: boolean | undefined;
  /** RFC 3339 date or time: what is due by then, and what has no date. */
  readonly until?: string | undefined;
};

/** @property now from when it is seen */
export type DueAnswer = Answer<Due> & { readonly now: string };

const COLUMNS = columns({
  kind: ['What', '事项'],
  dueBy: ['Due', '期限'],
  overdue: ['Overdue', '已逾期'],
  stream: ['Record', '记录'],
  subject: ['Of it', '对象'],
  detail: ['Detail', '说明'],
});

/** The due list as a table. @param now as {@link dueList} has it */
export function dueAnswer(asking: Asking, now: string, { kinds, overdue, until }: DueFilter): DueAnswer {
  const rows = dueList(asking, now).filter(
    (due) =>
      (kinds === undefined || kinds.includes(due.kind)) &&
      (overdue === undefined || due.overdue === overdue) &&
      (until === undefined || due.dueBy === null || Date.parse(due.dueBy) <= Date.parse(until)),
  );
  const streams = rows.flatMap(({ stream }) => asking.snapshot.number(stream) ?? []);
  return { ...answer(asking, { trace: 'due', columns: COLUMNS, rows, streams: [...new Set(streams)], units: [] }), now };
}
