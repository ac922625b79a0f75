import { corrections, oversight, recalls, spanningDeviations } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

/** Recalls, corrections, deviations across records, queries and inspections: whose they are, and who else may read them. */
export const processes = table('processes', { owner: 'text', parties: 'text', status: 'text', topic: 'text', due_by: 'text' });

/** What is to be done by a day: findings of an inspection, actions of a deviation. Keyed by number or id. */
export const tasks = table('tasks', { kind: 'text', responsible: 'text', due: 'text', done_at: 'text' });

/** Records that a recall, a correction or a deviation across records names, keyed by their streams. */
export const processRecords = table('process_records', { record: 'stream' }, [['record']]);

function naming(rows: Rows, streams: readonly string[]): void {
  for (const record of new Set(streams)) if (!rows.get(processRecords, record)) rows.put(processRecords, record, { record });
}

type Listed = {
  readonly batches: readonly string[];
  readonly units: readonly { readonly batch: string }[];
  readonly lots?: readonly { readonly material?: string | undefined }[] | undefined;
};

function listedIn({ batches, units, lots = [] }: Listed): string[] {
  return [
    ...[...batches, ...units.map(({ batch }) => batch)].map((id) => `batch-${id}`),
    ...lots.flatMap(({ material }) => (material === undefined ? [] : [`material-${material}`])),
  ];
}

export const oversightHandlers: readonly Handler[] = [
  on(recalls.initiated, ({ actor, data }, rows) => {
    rows.put(processes, ONE, { owner: actor.org, status: 'open', topic: data.reason });
    naming(rows, [...listedIn(data), ...(data.trigger.stream === undefined ? [] : [data.trigger.stream])]);
  }),
  on(recalls.scopeExtended, ({ data }, rows) => naming(rows, listedIn(data))),
  on(recalls.closed, (_event, rows) => void rows.change(processes, ONE, { status: 'closed' })),

  on(corrections.proposed, ({ actor, data }, rows) => {
    rows.put(processes, ONE, { owner: actor.org, parties: json(data.approvers ?? []), status: 'proposed', topic: data.reason });
    naming(
      rows,
      data.targets.flatMap((target) => ('instead' in target ? [target.stream, target.instead] : [target.stream])),
    );
  }),
  on(corrections.approved, (_event, rows) => void rows.change(processes, ONE, { status: 'approved' })),
  on(corrections.rejected, (_event, rows) => void rows.change(processes, ONE, { status: 'rejected' })),
  on(corrections.applied, (_event, rows) => void rows.change(processes, ONE, { status: 'applied' })),

  on(spanningDeviations.raised, ({ actor, data }, rows) => {
    rows.put(processes, ONE, { owner: actor.org, status: 'open', topic: data.category });
    naming(rows, [...data.records, ...(data.linked ?? []).map(({ stream }) => stream)]);
  }),
  on(spanningDeviations.linked, ({ data }, rows) =>
    naming(rows, [...(data.records ?? []), ...(data.deviations ?? []).map(({ stream }) => stream)]),
  ),
  on(spanningDeviations.oosInvestigated, ({ data }, rows) => naming(rows, [`batch-${data.batch}`])),
  on(spanningDeviations.actionPlanned, ({ data }, rows) => {
    const done_at = rows.get(tasks, data.action)?.done_at ?? null;
    rows.put(tasks, data.action, { kind: 'action', responsible: data.responsible, due: data.due, done_at });
  }),
  on(
    spanningDeviations.actionDone,
    ({ occurredAt, recordedAt, data }, rows) => void rows.change(tasks, data.action, { done_at: occurredAt ?? recordedAt }),
  ),
  on(spanningDeviations.closed, (_event, rows) => void rows.change(processes, ONE, { status: 'closed' })),

  on(oversight.queryRaised, ({ actor, data }, rows) => {
    const { to, topic, dueBy } = data;
    rows.put(processes, ONE, { owner: actor.org, parties: json([to]), status: 'open', topic, due_by: dueBy });
  }),
  on(oversight.queryAnswered, (_event, rows) => {
    if (rows.get(processes, ONE)?.status === 'open') rows.change(processes, ONE, { status: 'answered' });
  }),
  on(oversight.queryClosed, (_event, rows) => void rows.change(processes, ONE, { status: 'closed' })),

  on(oversight.inspectionRecorded, ({ actor, data }, rows) => {
    rows.put(processes, ONE, { owner: actor.org, parties: json([data.site]), status: 'open', topic: data.kind });
    for (const { finding } of data.findings) rows.put(tasks, finding, { kind: 'finding', responsible: data.site });
  }),
  on(oversight.rectificationOrdered, ({ data }, rows) => {
    for (const finding of data.findings) rows.change(tasks, finding, { due: data.due });
  }),
  on(oversight.rectified, ({ occurredAt, recordedAt, data }, rows) => {
    for (const finding of data.findings) rows.change(tasks, finding, { done_at: occurredAt ?? recordedAt });
  }),
  on(oversight.inspectionClosed, (_event, rows) => void rows.change(processes, ONE, { status: 'closed' })),
];
