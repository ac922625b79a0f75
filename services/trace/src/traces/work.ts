import type { FollowLinks } from '../query/person-links.ts';
import { idOf, type StreamNumber } from '../query/snapshot.ts';
import { batchesOf } from '../query/unit-rows.ts';
import { walkUp } from '../query/walk.ts';
import { type Answer, type Asking, answer, Paths } from './answer.ts';
import { columns } from './columns.ts';
import { personLinksSeen } from './permission.ts';
import { givenTo } from './recipient.ts';

export type WorkRow = {
  readonly step: string;
  readonly occurredAt: string | null;
  readonly endedAt: string | null;
  readonly room: string | null;
  readonly grade: string | null;
  readonly equipment: readonly string[];
  /** Staff pseudonyms; shown to those who may see the batch. */
  readonly operator: string | null;
  readonly verifier: string | null;
  readonly batch: string;
  readonly depth: number;
  readonly path: readonly string[];
};

const COLUMNS = columns({
  step: ['Step', '工序'],
  occurredAt: ['Began', '开始'],
  endedAt: ['Ended', '结束'],
  room: ['Room', '房间'],
  grade: ['Grade', '洁净级别'],
  equipment: ['Equipment', '设备'],
  operator: ['Operator', '操作人'],
  verifier: ['Verifier', '复核人'],
  batch: ['Batch', '批次'],
  depth: ['Steps', '步数'],
  path: ['Path', '路径'],
});

/** What the records of a step's room and devices call them, where the step names the records. */
const ROOM_CODE = `(SELECT r.code FROM streams n CROSS JOIN rooms r
  WHERE n.name = 'room-' || w.room_id AND r.stream = n.number AND {rows r})`;
const DEVICE_CODE = `(SELECT d.code FROM streams n CROSS JOIN devices d
  WHERE n.name = 'equipment-' || q.equipment AND d.stream = n.number AND {rows d})`;

/** Trace 4, the work: where, with what and by whom a patient's cells were made, upstream to the donations. @throws TraceError `not-found` */
export function traceWork(asking: Asking, patient: string, links?: FollowLinks): Answer<WorkRow> {
  const { snapshot, sight } = asking;
  const { treatments, units, followed } = givenTo(asking, patient, links);
  const reached = walkUp(snapshot, [...new Set(units.map(({ batch }) => batch))]);
  const paths = new Paths(snapshot, reached);
  const batches = batchesOf(snapshot, reached.streams);
  type Row = {
    stream: StreamNumber;
    step: string;
    occurred_at: string | null;
    ended_at: string | null;
    room: string | null;
    grade: string | null;
    equipment: string;
    operator: string | null;
    verifier: string | null;
  };
  const rows = snapshot
    .all<Row>(
      `SELECT w.stream, w.step, w.occurred_at, w.ended_at, coalesce(w.room, ${ROOM_CODE}, w.room_id) AS room, w.grade, w.operator, w.verifier,
              (SELECT json_group_array(DISTINCT coalesce(${DEVICE_CODE}, q.equipment)) FROM step_equipment q
                WHERE q.stream = w.stream AND q.key >= w.key || '/' AND q.key < w.key || '0' AND {rows q}) AS equipment
         FROM json_each(:streams) s CROSS JOIN steps w WHERE w.stream = s.value AND {rows w} ORDER BY s.key, w.row`,
      { streams: JSON.stringify(reached.streams) },
    )
    .map(({ stream, occurred_at, ended_at, equipment, ...rest }): WorkRow => {
      const staff = sight.batch({ batch: snapshot.name(stream), owner: batches.get(stream)?.owner ?? null });
      return {
        step: rest.step,
        occurredAt: occurred_at,
        endedAt: ended_at,
        room: rest.room,
        grade: rest.grade,
        equipment: JSON.parse(equipment) as string[],
        operator: staff ? rest.operator : null,
        verifier: staff ? rest.verifier : null,
        batch: idOf(snapshot.name(stream)),
        depth: reached.depth.get(stream)!,
        path: paths.to(stream),
      };
    });
  return answer(asking, {
    trace: 'work',
    columns: COLUMNS,
    rows,
    personLinks: personLinksSeen(asking, followed),
    streams: [...treatments, ...reached.streams],
    units,
  });
}
