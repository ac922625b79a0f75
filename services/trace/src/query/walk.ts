import type { Snapshot, StreamNumber } from './snapshot.ts';

/** One step of lineage that an answer followed. */
export type Link = { readonly parent: string; readonly child: string; readonly unit: string | null };

/** What was reached from the origins, and by which way. */
export class Reached {
  readonly origins: readonly StreamNumber[];
  /** Each thing reached, and the thing it was reached from; origins from nothing. In order of distance. */
  readonly from = new Map<StreamNumber, StreamNumber | null>();
  readonly depth = new Map<StreamNumber, number>();
  readonly links: { parent: StreamNumber; child: StreamNumber; unit: string | null }[] = [];

  constructor(origins: readonly StreamNumber[]) {
    this.origins = origins;
    for (const origin of origins) this.add(origin, null, 0);
  }

  add(stream: StreamNumber, from: StreamNumber | null, depth: number): boolean {
    if (this.from.has(stream)) return false;
    this.from.set(stream, from);
    this.depth.set(stream, depth);
    return true;
  }

  /** From an origin to the stream, shortest way. */
  path(stream: StreamNumber): StreamNumber[] {
    const path: StreamNumber[] = [];
    for (let at: StreamNumber | null = stream; at !== null; at = this.from.get(at) ?? null) path.unshift(at);
    return path;
  }

  get streams(): StreamNumber[] {
    return [...this.from.keys()];
  }
}

type Edge = { parent: StreamNumber; child: StreamNumber; unit: string | null };

const DOWN = `SELECT DISTINCT l.parent, l.child, l.unit FROM lineage l
  WHERE l.parent IN (SELECT value FROM json_each(:frontier)) AND {rows l}`;
const UP = `SELECT DISTINCT l.parent, l.child, l.unit FROM lineage l
  WHERE l.child IN (SELECT value FROM json_each(:frontier)) AND {rows l}`;

/** Everything that these became, through pools of pools to whatever depth. Each thing is visited once, whatever was recorded. */
export function walkDown(snapshot: Snapshot, origins: readonly StreamNumber[]): Reached {
  return walk(snapshot, origins, DOWN, (edge) => [edge.parent, edge.child]);
}

/** Everything that these were made of. */
export function walkUp(snapshot: Snapshot, origins: readonly StreamNumber[]): Reached {
  return walk(snapshot, origins, UP, (edge) => [edge.child, edge.parent]);
}

function walk(
  snapshot: Snapshot,
  origins: readonly StreamNumber[],
  sql: string,
  ends: (edge: Edge) => [here: StreamNumber, there: StreamNumber],
): Reached {
  const reached = new Reached(origins);
  let frontier = [...origins];
  for (let depth = 1; frontier.length > 0; depth++) {
    const next: StreamNumber[] = [];
    for (const edge of snapshot.all<Edge>(sql, { frontier: JSON.stringify(frontier) })) {
      const [here, there] = ends(edge);
      reached.links.push(edge);
      if (reached.add(there, here, depth)) next.push(there);
    }
    frontier = next;
  }
  return reached;
}

export function namedLinks(snapshot: Snapshot, reached: Reached): Link[] {
  return reached.links.map(({ parent, child, unit }) => ({ parent: snapshot.name(parent), child: snapshot.name(child), unit }));
}
