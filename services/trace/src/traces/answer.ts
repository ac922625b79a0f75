import type { Balance } from '../query/balance.ts';
import { type Completeness, completenessOf, type Travelling } from '../query/completeness.ts';
import type { PrintedNames } from '../query/names.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import type { Sight } from '../query/viewer.ts';
import type { Link, Reached } from '../query/walk.ts';
import type { Cell, Column } from './columns.ts';

/** For whom and as of when a question is answered. */
export type Asking = { readonly snapshot: Snapshot; readonly sight: Sight };

export type Answer<R extends Readonly<Record<string, Cell>> = Readonly<Record<string, Cell>>> = {
  readonly trace: string;
  readonly asOf: {
    /** Of the newest event that this answer could know. */
    readonly position: string;
    readonly recordedAt: string;
    /** The newest thing that happened to anything in the answer, by its reporter; null where nothing did. */
    readonly occurredAt: string | null;
  };
  readonly columns: readonly Column[];
  readonly rows: readonly R[];
  /** What the viewer may know of but not see: numbers per site. */
  readonly elsewhere: readonly SiteCount[];
  /** Lineage that was followed, as far as the viewer may see both ends. */
  readonly links: readonly Link[];
  /** Links between pseudonyms of one person that were followed, by names that the viewer may know. */
  readonly personLinks: readonly PersonLinkSeen[];
  readonly balance: Balance | null;
  readonly completeness: Completeness;
};

export type PersonLinkSeen = { readonly link: string; readonly from: string; readonly to: string };

export type SiteCount = {
  readonly site: string | null;
  readonly units: number;
  readonly infused: number;
  readonly recipients: number;
};

/** Counts what is not shown. */
export class Elsewhere {
  readonly #sites = new Map<string | null, { units: number; infused: number; recipients: Set<StreamNumber> }>();

  add(site: string | null, treatment: StreamNumber | null): void {
    const count = this.#sites.get(site) ?? { units: 0, infused: 0, recipients: new Set() };
    count.units++;
    if (treatment !== null) {
      count.infused++;
      count.recipients.add(treatment);
    }
    this.#sites.set(site, count);
  }

  /** Counts who was given of a unit that is counted as another's, or nowhere. */
  addRecipient(site: string | null, treatment: StreamNumber): void {
    const count = this.#sites.get(site) ?? { units: 0, infused: 0, recipients: new Set() };
    count.recipients.add(treatment);
    this.#sites.set(site, count);
  }

  counts(): SiteCount[] {
    return [...this.#sites]
      .map(([site, { units, infused, recipients }]) => ({ site, units, infused, recipients: recipients.size }))
      .sort((a, b) => String(a.site).localeCompare(String(b.site)));
  }
}

export type Finished<R> = {
  readonly trace: string;
  readonly columns: readonly Column[];
  readonly rows: readonly R[];
  readonly elsewhere?: Elsewhere;
  readonly links?: readonly Link[];
  readonly personLinks?: readonly PersonLinkSeen[];
  readonly balance?: Balance | null;
  /** Streams whose deviations count for this answer. */
  readonly streams: readonly StreamNumber[];
  readonly units: readonly (Travelling & { readonly id: string; readonly confirmed_at: string | null })[];
  readonly printed?: PrintedNames;
  /** What was found by the printed number of a lot only, as far as the viewer knows it. */
  readonly byPrint?: readonly StreamNumber[];
};

export function answer<R extends Readonly<Record<string, Cell>>>({ snapshot, sight }: Asking, finished: Finished<R>): Answer<R> {
  const { position, recordedAt } = snapshot.moment;
  return {
    trace: finished.trace,
    asOf: { position, recordedAt, occurredAt: newest(finished.units) },
    columns: finished.columns,
    rows: finished.rows,
    elsewhere: finished.elsewhere?.counts() ?? [],
    links: finished.links ?? [],
    personLinks: finished.personLinks ?? [],
    balance: finished.balance ?? null,
    completeness: completenessOf(
      snapshot,
      sight,
      finished.streams,
      namesIn(snapshot, finished),
      finished.units,
      finished.byPrint,
    ),
  };
}

function* namesIn<R>(snapshot: Snapshot, { streams, units, printed }: Finished<R>): Iterable<string> {
  for (const number of streams) {
    const stream = snapshot.name(number);
    yield stream;
    yield idOf(stream);
  }
  for (const { id } of units) yield id;
  if (printed) yield* printed.values();
}

function newest(units: readonly { readonly confirmed_at: string | null }[]): string | null {
  let found: string | null = null;
  for (const { confirmed_at } of units) {
    if (confirmed_at !== null && (found === null || Date.parse(confirmed_at) > Date.parse(found))) found = confirmed_at;
  }
  return found;
}

/** Ways to each thing, by name, found once for each. */
export class Paths {
  readonly #known = new Map<StreamNumber, readonly string[]>();
  readonly #snapshot: Snapshot;
  readonly #reached: Reached;
  readonly #before: readonly string[];

  /** @param before what stands before the first thing of every path, e.g. the donor */
  constructor(snapshot: Snapshot, reached: Reached, before: readonly string[] = []) {
    this.#snapshot = snapshot;
    this.#reached = reached;
    this.#before = before;
  }

  to(stream: StreamNumber): readonly string[] {
    let path = this.#known.get(stream);
    if (!path) {
      path = [...this.#before, ...this.#reached.path(stream).map((each) => this.#snapshot.name(each))];
      this.#known.set(stream, path);
    }
    return path;
  }
}
