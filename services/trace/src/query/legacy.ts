import { batches } from '@cytoledger/domain';
import type { Snapshot, StreamNumber } from './snapshot.ts';
import type { Sight } from './viewer.ts';
import { walkUp } from './walk.ts';

/** One thing that an imported record does not know. */
export type LegacyGap = {
  /** Stream of the import; a dash for those who may not know it. */
  readonly batch: string;
  readonly about: string;
  readonly line: string | null;
  readonly reason: string;
  /** In words, in both languages. */
  readonly gap: string;
};

type Row = { stream: StreamNumber; about: string; line: string | null; reason: string; owner: string | null };

/** The gaps of all imported batches among these streams and upstream of them. Costs nothing where nothing was imported. */
export function legacyGapsOf(snapshot: Snapshot, sight: Sight, streams: readonly StreamNumber[]): LegacyGap[] {
  const anything = snapshot.get<{ n: number }>('SELECT 1 AS n FROM legacy_gaps g WHERE {rows g} LIMIT 1');
  if (!anything) return [];
  return snapshot
    .all<Row>(
      `SELECT g.stream, g.about, g.line, g.reason, b.owner FROM json_each(:streams) s CROSS JOIN legacy_gaps g
         LEFT JOIN batches b ON b.stream = g.stream AND {rows b}
        WHERE g.stream = s.value AND {rows g} ORDER BY g.stream, g.row`,
      { streams: JSON.stringify(walkUp(snapshot, streams).streams) },
    )
    .map(({ stream, about, line, reason, owner }) => {
      const batch = snapshot.name(stream);
      return {
        batch: sight.batch({ batch, owner }) ? batch : '–',
        about,
        line,
        reason,
        gap: inWords({ about, line, reason }),
      };
    });
}

function inWords(gap: Pick<LegacyGap, 'about' | 'line' | 'reason'>): string {
  const { en, zh } = batches.gapInWords(gap);
  return `${en} · ${zh}`;
}
