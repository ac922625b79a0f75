import { batches as domain, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, json, on } from './on.ts';
import { samples } from './units.ts';

/** Results, keyed by report and place in it. */
export const tests = table('tests', {
  test: 'text',
  method: 'text',
  line: 'text',
  value: 'text',
  spec_limit: 'text',
  verdict: 'text',
  reviewed: 'integer',
  laboratory: 'text',
  sample: 'text',
  report: 'text',
  reported_at: 'text',
  recorded_at: 'text',
  retest_of: 'text',
  superseded_by: 'text',
});

/** Releases and rejections; the newest whose scope covers a unit holds for it. */
export const dispositions = table(
  'dispositions',
  {
    seq: 'integer',
    disposition: 'text',
    scope: 'text',
    pending: 'text',
    reviewed_seq: 'integer',
    reviewed_leaf: 'text',
    evidence: 'text',
    decided_at: 'text',
    /** Of an exceptional release: for which treatment, and in spite of which results. */
    exception: 'text',
    closed_by: 'text',
  },
  [],
);

/** Quarantines, holds and recalls. */
export const restrictions = table('restrictions', {
  restriction: 'text',
  scope: 'text',
  reason: 'text',
  cause: 'text',
  since: 'text',
  lifted_at: 'text',
  lifted_by: 'text',
});

type Reported = {
  readonly sample?: string | undefined;
  readonly interim?: true | undefined;
  readonly results: readonly { readonly test: string; readonly line?: string | undefined }[];
};

/** A sample that was sent for named lines stays open until each has a result; any other until a report is not interim. */
function close(rows: Rows, { sample, interim, results }: Reported): void {
  const held = sample === undefined ? undefined : rows.get(samples, sample);
  if (!sample || !held || held.open !== 1) return;
  const named = held.lines !== null;
  const answered = new Set(results.flatMap(({ line, test }) => [line ?? test, test]));
  const awaited = (JSON.parse(held.awaited ?? '[]') as string[]).filter((line) => !answered.has(line));
  const open = named ? awaited.length > 0 : interim === true;
  rows.change(samples, sample, { awaited: json(awaited), open: open ? 1 : 0 });
}

type Restricting = { readonly scope: unknown; readonly reason: string; readonly cause?: string | undefined };
type Lifting = { readonly restriction: string };

const restrict =
  (restriction: string) =>
  ({ id, data, occurredAt, recordedAt }: Recorded<Restricting>, rows: Rows): void => {
    rows.put(restrictions, id, {
      restriction,
      scope: JSON.stringify(data.scope),
      reason: data.reason,
      cause: data.cause ?? null,
      since: occurredAt ?? recordedAt,
    });
  };

function lift({ id, data, occurredAt, recordedAt }: Recorded<Lifting>, rows: Rows): void {
  if (rows.get(restrictions, data.restriction)?.lifted_by === null) {
    rows.change(restrictions, data.restriction, { lifted_at: occurredAt ?? recordedAt, lifted_by: id });
  }
}

type Disposing = {
  readonly scope: unknown;
  readonly reviewed: { readonly seq: number; readonly leaf: string };
  readonly evidence?: unknown;
  readonly pendingTests?: readonly string[] | undefined;
};

const dispose =
  (disposition: string) =>
  ({ id, seq, data, occurredAt, recordedAt }: Recorded<Disposing>, rows: Rows): void => {
    rows.put(dispositions, id, {
      seq,
      disposition,
      scope: JSON.stringify(data.scope),
      pending: json(data.pendingTests),
      reviewed_seq: data.reviewed.seq,
      reviewed_leaf: data.reviewed.leaf,
      evidence: json(data.evidence),
      decided_at: occurredAt ?? recordedAt,
    });
  };

export const qualityHandlers: readonly Handler[] = [
  on(domain.testRecorded, ({ id, data, actor, occurredAt, recordedAt }, rows) => {
    data.results.forEach((result, i) => {
      const key = domain.resultId(id, i);
      const retestOf = result.retestOf ? domain.resultId(result.retestOf.event, result.retestOf.index) : null;
      rows.put(tests, key, {
        test: result.test,
        method: result.method,
        line: result.line ?? null,
        value: json(result.value),
        spec_limit: json(result.limit),
        verdict: result.verdict,
        reviewed: result.reviewer !== undefined && result.reviewer !== result.analyst ? 1 : 0,
        laboratory: data.laboratory ?? actor.org,
        sample: data.sample ?? null,
        report: data.report ?? null,
        reported_at: occurredAt,
        recorded_at: recordedAt,
        retest_of: retestOf,
      });
      if (retestOf !== null && retestOf !== key && rows.get(tests, retestOf)?.test === result.test) {
        rows.change(tests, retestOf, { superseded_by: key });
      }
    });
    close(rows, data);
  }),
  on(domain.quarantined, restrict('quarantine')),
  on(domain.held, restrict('hold')),
  on(domain.quarantineLifted, lift),
  on(domain.holdLifted, lift),
  on(domain.released, dispose('released')),
  on(domain.conditionallyReleased, dispose('conditionally-released')),
  on(domain.rejected, dispose('rejected')),
  on(domain.exceptionallyReleased, (event, rows) => {
    dispose('exceptionally-released')(event, rows);
    const { treatment, failed } = event.data;
    const results = failed.flatMap((each) => each.results.map((result) => domain.resultId(result.event, result.index)));
    rows.change(dispositions, event.id, { exception: JSON.stringify({ treatment, results }) });
  }),
  on(domain.conditionalReleaseClosed, (event, rows) => {
    const { release, outcome } = event.data;
    const held = rows.get(dispositions, release);
    if (held?.disposition !== 'conditionally-released' || held.closed_by !== null) return;
    rows.change(dispositions, release, {
      closed_by: event.id,
      ...(outcome === 'passed' && { disposition: 'released', pending: null }),
    });
    if (outcome === 'failed') dispose('rejected')({ ...event, data: { ...event.data, scope: JSON.parse(held.scope!) } }, rows);
  }),
];
