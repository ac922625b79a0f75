import { knownBy } from '../query/origin.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import type { Asking } from './answer.ts';
import { columns } from './columns.ts';
import { traceUnits, type UnitRow, type UnitTrace } from './units.ts';

type LookBackRow = UnitRow & {
  /** Given after the last sample that was still negative, as far as samples say. */
  readonly atRisk: boolean;
  readonly stoppable: boolean;
  /** Where it can be stopped: on hand, or in transit; null where it cannot. */
  readonly stopAt: 'on hand' | 'in transit' | null;
  /** What was done about the unit: discarded, or kept from use. */
  readonly action: string | null;
  readonly actionAt: string | null;
  readonly daysSinceExposure: number | null;
};

type Finding = {
  readonly eligibility: string | null;
  readonly since: string | null;
  readonly reasons: readonly string[];
  readonly reactive: readonly string[];
  /** Newest sample in which every marker that is reactive now was non-reactive; null where there is none: everything is at risk. */
  readonly lastNegativeSample: string | null;
  /** The at-risk window: what was collected after its beginning, up to the finding. Null: open at that end. */
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
};

/** A donation of the donor, in the window or out of it. */
type DonationRow = {
  readonly donation: string;
  readonly source: string | null;
  readonly collectedAt: string | null;
  readonly atRisk: boolean;
};

export type LookBack = Omit<UnitTrace, 'rows'> & {
  readonly rows: readonly LookBackRow[];
  readonly finding: Finding;
  readonly donations: readonly DonationRow[];
};

const DAY_MS = 86_400_000;

/**
 * Trace 5: a donor turns out to be ineligible. What was given inside the window and outside it, what can still be stopped, who was exposed and for
 * how long (up to the moment of the answer).
 *
 * @throws TraceError `not-found`
 */
export function traceLookBack(asking: Asking, donor: string): LookBack {
  const { snapshot } = asking;
  const found = traceUnits(asking, { donor });
  const person = knownBy(snapshot, `person-${donor}`)!;
  const finding = findingOf(snapshot, person);
  const now = Date.parse(snapshot.moment.recordedAt);
  const rows = found.rows.map((row): LookBackRow => {
    const exposed = row.fate === 'infused' && row.fateAt !== null;
    return {
      ...row,
      atRisk: isAtRisk(row.collectedAt, finding.lastNegativeSample),
      stoppable: row.fate === null,
      stopAt: row.fate !== null ? null : row.inTransit ? 'in transit' : 'on hand',
      ...actionOn(row),
      daysSinceExposure: exposed ? Math.floor((now - Date.parse(row.fateAt!)) / DAY_MS) : null,
    };
  });
  return {
    ...found,
    trace: 'look-back',
    columns: [
      ...columns({
        atRisk: ['In the at-risk window', '处于风险窗口'],
        stoppable: ['Can be stopped', '可拦截'],
        stopAt: ['Where', '拦截处'],
        action: ['Action', '处置'],
        actionAt: ['Action since', '处置时间'],
        daysSinceExposure: ['Days since exposure', '暴露天数'],
      }),
      ...found.columns,
    ],
    rows,
    finding,
    donations: donationsOf(asking, person, finding),
  };
}

function actionOn({ fate, fateAt, restrictions, restrictedSince }: UnitRow): Pick<LookBackRow, 'action' | 'actionAt'> {
  if (fate === 'discarded') return { action: fate, actionAt: fateAt };
  if (restrictions.length === 0) return { action: null, actionAt: null };
  return { action: [...new Set(restrictions.map((each) => each.split(':', 1)[0]!))].join(', '), actionAt: restrictedSince };
}

/** Of those that the viewer may know of. */
function donationsOf({ snapshot, sight }: Asking, person: StreamNumber, { lastNegativeSample }: Finding): DonationRow[] {
  type Row = { donation: StreamNumber; source: string | null; collected_at: string | null };
  return snapshot
    .all<Row>(
      'SELECT d.stream AS donation, d.source, d.collected_at FROM donations d WHERE d.donor = :person AND {rows d} ORDER BY d.row',
      { person },
    )
    .filter(({ donation }) => seesStream(snapshot, sight, donation))
    .map(({ donation, source, collected_at: collectedAt }) => ({
      donation: idOf(snapshot.name(donation)),
      source,
      collectedAt,
      atRisk: isAtRisk(collectedAt, lastNegativeSample),
    }));
}

function isAtRisk(collectedAt: string | null, lastNegative: string | null): boolean {
  return lastNegative === null || collectedAt === null || Date.parse(collectedAt) > Date.parse(lastNegative);
}

function findingOf(snapshot: Snapshot, person: StreamNumber): Finding {
  type Row = { eligibility: string | null; eligibility_at: string | null; eligibility_reasons: string | null };
  const row = snapshot.get<Row>(
    'SELECT p.eligibility, p.eligibility_at, p.eligibility_reasons FROM persons p WHERE p.stream = :person AND {rows p}',
    { person },
  );
  const results = snapshot.all<{ marker: string; result: string; sampled_at: string }>(
    'SELECT m.marker, m.result, m.sampled_at FROM markers m WHERE m.stream = :person AND {rows m}',
    { person },
  );
  const reactive = [...new Set(results.filter(({ result }) => result === 'reactive').map(({ marker }) => marker))].sort();
  const lastNegatives = reactive.map((marker) =>
    results
      .filter((each) => each.marker === marker && each.result === 'non-reactive')
      .map(({ sampled_at }) => sampled_at)
      .reduce<string | null>((last, at) => (last === null || Date.parse(at) > Date.parse(last) ? at : last), null),
  );
  const lastNegativeSample = earliest(lastNegatives);
  return {
    eligibility: row?.eligibility ?? null,
    since: row?.eligibility_at ?? null,
    reasons: JSON.parse(row?.eligibility_reasons ?? '[]') as string[],
    reactive,
    lastNegativeSample,
    windowFrom: lastNegativeSample,
    windowTo: row?.eligibility === 'ineligible' ? (row.eligibility_at ?? null) : null,
  };
}

/** The earliest; null where one is missing, since that marker was never seen to be negative. */
function earliest(times: readonly (string | null)[]): string | null {
  return times.reduce<string | null>((first, at, n) => {
    if (n === 0) return at;
    if (first === null || at === null) return null;
    return Date.parse(at) < Date.parse(first) ? at : first;
  }, null);
}
