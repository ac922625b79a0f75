import type { Snapshot, StreamNumber } from './snapshot.ts';
import { seesStream } from './stream-sight.ts';
import type { Sight } from './viewer.ts';

type Row = { readonly process: StreamNumber; readonly mock: number | null };

/**
 * Recalls, corrections and deviations across records that name one of these records, and those that name one of them, such as the correction of a recall.
 * An exercise touches no record, and a header does not say that it is one: it is for those alone who may read it.
 */
export function processesAbout(
  { snapshot, sight }: { readonly snapshot: Snapshot; readonly sight: Sight },
  records: readonly StreamNumber[],
): StreamNumber[] {
  const found = new Set<StreamNumber>();
  for (let frontier = records; frontier.length > 0; ) {
    const rows = snapshot.all<Row>(
      `SELECT DISTINCT p.stream AS process, c.mock FROM json_each(:frontier) f CROSS JOIN process_records p
         LEFT JOIN recalls c ON c.stream = p.stream AND {rows c}
        WHERE p.record = f.value AND {rows p} ORDER BY p.stream`,
      { frontier: JSON.stringify(frontier) },
    );
    frontier = rows
      .filter(({ process, mock }) => !found.has(process) && (mock !== 1 || seesStream(snapshot, sight, process)))
      .map(({ process }) => process);
    for (const process of frontier) found.add(process);
  }
  return [...found];
}
