import { samples as domain, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { putIdentifiers } from './identifiers.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

/** Samples with a record of their own, from the tube to the shelf. */
export const sampleRecords = table(
  'sample_records',
  {
    owner: 'text',
    source: 'stream',
    unit: 'text',
    point: 'text',
    matrix: 'text',
    laboratory: 'text',
    /** Every laboratory that it was meant for, sent to or received by. */
    laboratories: 'text',
    tests: 'text',
    taken_at: 'text',
    dispatched_at: 'text',
    received_at: 'text',
    rejected_at: 'text',
    retained_until: 'text',
    end: 'text',
    ended_at: 'text',
  },
  [['source']],
);

/** Reports, keyed by their event. */
export const sampleReports = table('sample_reports', {
  number: 'text',
  laboratory: 'text',
  failed: 'text',
  issued_at: 'text',
  revised_by: 'text',
  withdrawn_by: 'text',
});

function tested(rows: Rows, laboratory: string, more: object): void {
  const held = rows.get(sampleRecords, ONE);
  if (!held) return;
  const known = JSON.parse(held.laboratories ?? '[]') as string[];
  rows.change(sampleRecords, ONE, { ...more, laboratories: json([...new Set([...known, laboratory])]) });
}

type Panel = {
  readonly number?: string | undefined;
  readonly results: readonly { readonly test: string; readonly verdict: string }[];
};

function report({ id, actor, occurredAt, data }: Recorded<Panel>, rows: Rows): void {
  rows.put(sampleReports, id, {
    number: data.number ?? null,
    laboratory: actor.org,
    failed: json(data.results.filter(({ verdict }) => verdict === 'fail').map(({ test }) => test)),
    issued_at: occurredAt,
  });
}

const ended =
  (end: string) =>
  ({ occurredAt }: Recorded, rows: Rows): void => {
    if (rows.get(sampleRecords, ONE)?.end === null) rows.change(sampleRecords, ONE, { end, ended_at: occurredAt });
  };

export const sampleHandlers: readonly Handler[] = [
  on(domain.taken, ({ data, actor, occurredAt }, rows) => {
    const laboratory = data.laboratory ?? actor.org;
    rows.put(sampleRecords, ONE, {
      owner: actor.org,
      source: domain.sourceOf(data.from).join('-'),
      unit: 'unit' in data.from ? (data.from.unit ?? null) : null,
      point: 'point' in data.from ? (data.from.point ?? null) : null,
      matrix: data.matrix ?? null,
      laboratory,
      laboratories: json([laboratory]),
      tests: json(data.tests),
      taken_at: occurredAt,
    });
    putIdentifiers(rows, data.identifiers);
  }),
  on(domain.dispatched, ({ data, occurredAt }, rows) =>
    tested(rows, data.to, { laboratory: data.to, dispatched_at: occurredAt }),
  ),
  on(domain.received, ({ actor, occurredAt, recordedAt }, rows) =>
    tested(rows, actor.org, { received_at: occurredAt ?? recordedAt }),
  ),
  on(domain.rejected, ({ actor, occurredAt, recordedAt }, rows) =>
    tested(rows, actor.org, { rejected_at: occurredAt ?? recordedAt }),
  ),
  on(domain.reportIssued, report),
  on(domain.reportRevised, (event, rows) => {
    if (rows.get(sampleReports, event.data.supersedes)?.revised_by === null) {
      rows.change(sampleReports, event.data.supersedes, { revised_by: event.id });
    }
    report(event, rows);
  }),
  on(domain.reportWithdrawn, ({ id, data }, rows) => {
    if (rows.get(sampleReports, data.report)?.withdrawn_by === null)
      rows.change(sampleReports, data.report, { withdrawn_by: id });
  }),
  on(domain.retained, ({ data }, rows) => rows.change(sampleRecords, ONE, { retained_until: data.until ?? null })),
  on(domain.consumed, ended('consumed')),
  on(domain.destroyed, ended('destroyed')),
];
