import { normalised } from '@cytoledger/domain';
import { type LegacyGap, legacyGapsOf } from './legacy.ts';
import { silentToRecalls } from './recalled.ts';
import type { Snapshot, StreamNumber } from './snapshot.ts';
import { seesStream } from './stream-sight.ts';
import type { UnitFound } from './unit-rows.ts';
import type { Sight } from './viewer.ts';

/** What an answer may be lacking. Shown with every answer, also when it is nothing. */
export type Completeness = {
  /** Reports that could not be matched and that name something of this answer. */
  readonly unreconciled: readonly OpenReport[];
  /** All that are open at this moment, whatever they name. */
  readonly unreconciledInAll: number;
  /** Sites that have not said whether something of this answer came, or that let the deadline of a recall pass. */
  readonly silentSites: readonly SilentSite[];
  /** What imported records declare that they do not know. */
  readonly legacyGaps: readonly LegacyGap[];
  /**
   * Batches and donations that only name the lot's printed number, where a lot was asked for: no policy reaches them, and what came of them is in
   * no quarantine that a recall of the lot's record has set.
   */
  readonly byPrintedNumber: readonly string[];
  /** Deviations of the records in this answer that are not closed. */
  readonly openDeviations: number;
  /** Events up to this moment that the read model could not take in. */
  readonly unprojected: number;
};

type SilentSite = {
  /** A dash for those who may not know whom else a recall calls upon. */
  readonly site: string;
  readonly awaited: 'receipt' | 'recall-answer';
  readonly since: string;
};

type OpenReport = {
  readonly fact: string;
  readonly type: string | null;
  readonly intended: string | null;
  readonly reportedBy: string | null;
  readonly reasons: readonly string[];
  readonly occurredAt: string | null;
};

type Row = {
  stream: StreamNumber;
  type: string | null;
  intended: StreamNumber | null;
  reported_by: string | null;
  reasons: string | null;
  occurred_at: string | null;
};

/** Up to so many open reports are compared with the answer; beyond it, the answer's names are looked up among them. */
const COMPARED = 300;

/** @param names ids, pseudonyms and codes of the answer */
export function completenessOf(
  snapshot: Snapshot,
  sight: Sight,
  streams: readonly StreamNumber[],
  names: Iterable<string>,
  units: readonly Travelling[],
  byPrint: readonly StreamNumber[] = [],
): Completeness {
  const open = snapshot.get<{ n: number }>(`SELECT count(*) AS n FROM unreconciled x WHERE x.status = 'open' AND {rows x}`)!.n;
  return {
    unreconciled: open === 0 ? [] : touching(snapshot, open, names).map((report) => seenBy(sight, report)),
    unreconciledInAll: open,
    silentSites: [
      ...silentSites(snapshot, units),
      ...silentToRecalls(snapshot, streams).map(({ recall, site, since }) => ({
        // That somebody has not answered is for all; who, for the site, and for those who may read the recall.
        site: sight.isOf(site) || seesStream(snapshot, sight, recall) ? site : '–',
        awaited: 'recall-answer' as const,
        since,
      })),
    ],
    legacyGaps: legacyGapsOf(snapshot, sight, streams),
    byPrintedNumber: byPrint.map((stream) => snapshot.name(stream)),
    openDeviations: snapshot.get<{ n: number }>(
      `SELECT count(*) AS n FROM json_each(:streams) s CROSS JOIN deviations d
        WHERE d.stream = s.value AND d.closed_at IS NULL AND {rows d}`,
      { streams: JSON.stringify(streams) },
    )!.n,
    unprojected: snapshot.get<{ n: number }>('SELECT count(*) AS n FROM unprojected WHERE entry <= :e')!.n,
  };
}

/** A unit of the answer, as far as it may be on its way. */
export type Travelling = Pick<UnitFound, 'in_transit' | 'shipment'>;

/** A parcel of cells arrives within days; who has said nothing after so many has to be asked. */
const SILENT_AFTER_DAYS = 7;
const DAY_MS = 86_400_000;

function silentSites(snapshot: Snapshot, units: readonly Travelling[]): SilentSite[] {
  const travelling = new Set(
    units.flatMap(({ in_transit, shipment }) => (in_transit === 1 && shipment !== null ? [shipment] : [])),
  );
  if (travelling.size === 0) return [];
  const before = Date.parse(snapshot.moment.recordedAt) - SILENT_AFTER_DAYS * DAY_MS;
  return snapshot
    .all<{ site: string; since: string }>(
      `SELECT s.consignee AS site, coalesce(s.departed_at, s.packed_at) AS since FROM json_each(:travelling) t CROSS JOIN shipments s
        WHERE s.stream = t.value AND s.received_at IS NULL AND s.consignee IS NOT NULL
          AND coalesce(s.departed_at, s.packed_at) IS NOT NULL AND {rows s} ORDER BY s.row`,
      { travelling: JSON.stringify([...travelling]) },
    )
    .filter(({ since }) => Date.parse(since) < before)
    .map(({ site, since }) => ({ site, awaited: 'receipt', since }));
}

/** That there is a report, and what speaks against it, is for all; whose it is and about what, for those who know them. */
function seenBy(sight: Sight, report: OpenReport): OpenReport {
  if (sight.everything || sight.isOf(report.reportedBy)) return report;
  return { ...report, intended: null, reportedBy: null };
}

function touching(snapshot: Snapshot, open: number, names: Iterable<string>): OpenReport[] {
  const texts = new Set([...names].map(normalised));
  const found = open <= COMPARED ? comparing(snapshot, texts) : lookingUp(snapshot, texts);
  const rows = snapshot.all<Row>(
    `SELECT x.stream, x.type, x.intended, x.reported_by, x.reasons, x.occurred_at FROM json_each(:found) f CROSS JOIN unreconciled x
      WHERE x.stream = f.value AND x.status = 'open' AND {rows x} ORDER BY x.stream`,
    { found: JSON.stringify([...found]) },
  );
  return rows.map((row) => ({
    fact: snapshot.name(row.stream),
    type: row.type,
    intended: snapshot.name(row.intended),
    reportedBy: row.reported_by,
    reasons: JSON.parse(row.reasons ?? '[]') as string[],
    occurredAt: row.occurred_at,
  }));
}

function comparing(snapshot: Snapshot, texts: ReadonlySet<string>): Set<StreamNumber> {
  const mentioned = snapshot.all<{ stream: StreamNumber; text: string }>(
    `SELECT m.stream, m.text FROM unreconciled x CROSS JOIN mentions m
      WHERE x.status = 'open' AND {rows x} AND m.stream = x.stream AND {rows m}`,
  );
  return new Set(mentioned.filter(({ text }) => texts.has(text)).map(({ stream }) => stream));
}

function lookingUp(snapshot: Snapshot, texts: ReadonlySet<string>): Set<StreamNumber> {
  const mentioned = snapshot.all<{ stream: StreamNumber }>(
    'SELECT DISTINCT m.stream FROM json_each(:texts) t CROSS JOIN mentions m WHERE m.text = t.value AND {rows m}',
    { texts: JSON.stringify([...texts]) },
  );
  return new Set(mentioned.map(({ stream }) => stream));
}
