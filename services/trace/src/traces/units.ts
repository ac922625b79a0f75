import { balanceOf } from '../query/balance.ts';
import { type Exposed, exposedBeside, exposedByRecord } from '../query/exposures.ts';
import { PrintedNames } from '../query/names.ts';
import type { FoundOrigin, Origin } from '../query/origin.ts';
import { Sites } from '../query/sites.ts';
import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import { type BatchFound, batchesOf, Decisions, type UnitFound, unitsOf } from '../query/unit-rows.ts';
import { namedLinks, type Reached, walkDown } from '../query/walk.ts';
import type { Part } from '../query/worked-origin.ts';
import { type Answer, type Asking, answer, Elsewhere, Paths } from './answer.ts';
import { byPrintSeen } from './by-print.ts';
import { columns } from './columns.ts';
import { DonationsSeen } from './donations-seen.ts';
import { donorsSeen, originAsked, personLinksSeen } from './permission.ts';
import { type SampleRow, samplesOf } from './samples.ts';
import { UNIT_COLUMNS, type UnitFields, unitFields } from './unit-fields.ts';

export type UnitRow = UnitFields & {
  /** Steps of lineage from the origin. */
  readonly depth: number;
  /** Donations of the origin that the unit's batch was made of. */
  readonly donations: readonly string[];
  readonly source: string | null;
  readonly collectedAt: string | null;
  readonly path: readonly string[];
};

/** With the samples that were taken on the way, units and in-process. */
export type UnitTrace = Answer<UnitRow> & { readonly samples: readonly SampleRow[] };

const COLUMNS = columns({
  donations: ['Donation', '捐献'],
  source: ['Source', '来源组织'],
  collectedAt: ['Collected', '采集时间'],
  ...UNIT_COLUMNS,
  depth: ['Steps from origin', '距起点步数'],
  path: ['Path', '路径'],
});

/**
 * Trace 1, and 7 where the origin is a batch, a unit or a lot: every unit that came of it, intermediates and bank vials too, wherever it is.
 *
 * @throws TraceError `not-found`
 */
export function traceUnits(asking: Asking, origin: Origin): UnitTrace {
  const { snapshot, sight } = asking;
  const found = originAsked(asking, origin);
  const forward = goForward(snapshot, found);
  const { units, batches, reached } = forward;
  const decisions = new Decisions(snapshot, [...batches.keys()]);
  const printed = new PrintedNames(snapshot, reached.streams, 'all');
  const sites = new Sites(snapshot);
  const donations = new DonationsReached(snapshot, reached);
  const paths = new Paths(snapshot, reached, donorsSeen(asking, found));
  const named = new DonationsSeen(asking);
  const elsewhere = new Elsewhere();
  const seen: UnitFound[] = [];
  const rows: UnitRow[] = [];
  for (const unit of units) {
    const batch = batches.get(unit.batch);
    if (!sight.unit(sightOf(snapshot, unit, batch))) {
      elsewhere.add(unit.allocated_site ?? unit.custodian, unit.infused_in);
      continue;
    }
    seen.push(unit);
    const origins = donations.of(unit.batch);
    const isOwn = sight.batch({ batch: snapshot.name(unit.batch), owner: batch?.owner ?? null });
    const isNamed = ({ number }: Given) => isOwn || named.isKnown(number);
    rows.push({
      ...unitFields(snapshot, unit, batch, { decisions, printed, sites }),
      depth: reached.depth.get(unit.batch) ?? 0,
      donations: origins.map((given) => (isNamed(given) ? idOf(given.stream) : sight.alias(given.stream))),
      source: [...new Set(origins.map(({ source }) => source))].filter((source) => source !== null).join('; ') || null,
      collectedAt: origins[0] && isNamed(origins[0]) ? origins[0].collectedAt : null,
      path: named.path(paths.to(unit.batch), isOwn),
    });
  }
  const answered = answer(asking, {
    trace: 'units',
    columns: COLUMNS,
    rows,
    elsewhere,
    links: visibleLinks(asking, reached, batches),
    personLinks: personLinksSeen(asking, found.followed),
    balance: balanceOf(seen, seen.length === units.length ? madeBy(batches) : null),
    streams: reached.streams,
    units: seen,
    byPrint: byPrintSeen(asking, found, seen),
    printed,
  });
  return { ...answered, samples: samplesOf(asking, batches) };
}

export type Forward = {
  readonly reached: Reached;
  readonly units: readonly UnitFound[];
  readonly batches: ReadonlyMap<StreamNumber, BatchFound>;
};

/** Everything that came of an origin. */
export function goForward(snapshot: Snapshot, found: FoundOrigin, unitsFound = unitsOf): Forward {
  const reached = walkDown(snapshot, found.roots);
  const parts = found.parts ?? [];
  const units = [...unitsAmong(snapshot, parts, reached), ...unitsFound(snapshot, reached.streams)];
  const all = [...new Set([...reached.streams, ...parts.map(({ batch }) => batch)])];
  return { reached, units, batches: batchesOf(snapshot, all) };
}

/** Everybody who was given of these units, or of what else is said to be of a batch that was reached. */
export function exposedOf(snapshot: Snapshot, { reached, units, batches }: Forward): Exposed[] {
  const meant = new Set(units.map(({ id }) => id));
  const beside = exposedBeside(snapshot, [...batches.keys()]);
  return [...exposedByRecord(units), ...beside.filter(({ batch, id }) => reached.from.has(batch) || meant.has(id))];
}

/** Those units of each batch, unless the whole batch was reached anyway. */
function unitsAmong(snapshot: Snapshot, parts: readonly Part[], reached: Reached): UnitFound[] {
  const byBatch = Map.groupBy(
    parts.filter(({ batch }) => !reached.from.has(batch)),
    ({ batch }) => batch,
  );
  return [...byBatch].flatMap(([batch, some]) => {
    const wanted = new Set(some.map(({ id }) => id));
    return unitsOf(snapshot, [batch]).filter(({ id }) => wanted.has(id));
  });
}

export function sightOf(snapshot: Snapshot, unit: UnitFound, batch: BatchFound | undefined) {
  return {
    batch: snapshot.name(unit.batch),
    owner: batch?.owner ?? null,
    custodian: unit.custodian,
    allocatedSite: unit.allocated_site,
    patient: snapshot.name(unit.allocated_patient),
  };
}

/** Lineage between things of which the viewer may see the batch; a donation is seen with its child. */
export function visibleLinks({ snapshot, sight }: Asking, reached: Reached, batches: ReadonlyMap<StreamNumber, BatchFound>) {
  const links = namedLinks(snapshot, reached);
  if (sight.everything) return links;
  const visible = new Set<string>();
  for (const [number, { owner }] of batches) {
    const batch = snapshot.name(number);
    if (sight.batch({ batch, owner })) visible.add(batch);
  }
  return links.filter(({ parent, child }) => visible.has(child) && (parent.startsWith('donation-') || visible.has(parent)));
}

/** As the closings of the splits state it, where every batch that has units has one. */
function madeBy(batches: ReadonlyMap<StreamNumber, BatchFound>): number | null {
  let made = 0;
  for (const { split_closed } of batches.values()) {
    if (split_closed === null) return null;
    made += split_closed;
  }
  return made;
}

type Given = {
  readonly number: StreamNumber;
  readonly stream: string;
  readonly source: string | null;
  readonly collectedAt: string | null;
};

/** Which donations among the origins each batch was made of. */
class DonationsReached {
  readonly #of = new Map<StreamNumber, Given[]>();

  constructor(snapshot: Snapshot, reached: Reached) {
    const children = new Map<StreamNumber, StreamNumber[]>();
    for (const { parent, child } of reached.links) {
      const held = children.get(parent);
      if (held) held.push(child);
      else children.set(parent, [child]);
    }
    for (const root of reached.origins) {
      const row = snapshot.get<{ source: string | null; collected_at: string | null }>(
        'SELECT source, collected_at FROM donations d WHERE d.stream = :root AND {rows d}',
        { root },
      );
      if (!row) continue;
      const given = { number: root, stream: snapshot.name(root), source: row.source, collectedAt: row.collected_at };
      const visited = new Set<StreamNumber>([root]);
      for (const at of visited) {
        this.#add(at, given);
        for (const child of children.get(at) ?? []) visited.add(child);
      }
    }
  }

  of(batch: StreamNumber): readonly Given[] {
    return this.#of.get(batch) ?? [];
  }

  #add(batch: StreamNumber, given: Given): void {
    const held = this.#of.get(batch);
    if (held) held.push(given);
    else this.#of.set(batch, [given]);
  }
}
