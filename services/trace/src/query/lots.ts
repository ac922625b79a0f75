import { lotSearch } from '../model/batches.ts';
import type { Snapshot, StreamNumber } from './snapshot.ts';

/** A lot as its own record has it. */
export type LotFound = {
  readonly stream: StreamNumber;
  readonly owner: string | null;
  readonly made: string | null;
  readonly name: string | null;
  readonly supplier: string | null;
  readonly maker: string | null;
  readonly lot: string | null;
  readonly expiry: string | null;
  readonly origin: string | null;
  readonly disposition: string | null;
  readonly recalled_at: string | null;
};

const COLUMNS = 'l.stream, l.owner, l.made, l.name, l.supplier, l.maker, l.lot, l.expiry, l.origin, l.disposition, l.recalled_at';

/** Whether a print means the lot: the same number, by the same supplier where both say who that is. `l` is the lot, `x` what bears the print. */
const SAME_PRINT =
  'x.material IS NULL AND x.lot_search = l.lot_search AND (l.supplier IS NULL OR x.supplier IS NULL OR x.supplier = l.supplier)';

/**
 * Whether an entry with the number of a lot means that of `:supplier`: it says so, or says of nobody and names no record that would. What was written
 * down without a supplier, as the media of a step are, is not left out of a recall.
 */
export const suppliedBy = (x: string) => `(:supplier IS NULL OR ${x}.supplier = :supplier OR (${x}.supplier IS NULL
  AND NOT EXISTS (SELECT 1 FROM lots own WHERE own.stream = ${x}.material AND {rows own})))`;

/** How a lot stands: what was decided of it, and that it was recalled, which outdoes that. Null where it has no record. */
export function lotStatus(lot: Pick<LotFound, 'disposition' | 'recalled_at' | 'made'> | undefined): string | null {
  if (!lot) return null;
  if (lot.recalled_at !== null) return `recalled (${lot.recalled_at})`;
  return lot.disposition ?? 'not released';
}

export function lotsOf(snapshot: Snapshot, streams: readonly StreamNumber[]): Map<StreamNumber, LotFound> {
  const found = snapshot.all<LotFound>(
    `SELECT ${COLUMNS} FROM json_each(:streams) s CROSS JOIN lots l WHERE l.stream = s.value AND {rows l}`,
    { streams: JSON.stringify(streams) },
  );
  return new Map(found.map((lot) => [lot.stream, lot]));
}

/** What a batch says that it used. */
export type LotUse = {
  readonly batch: StreamNumber;
  readonly name: string;
  readonly supplier: string | null;
  readonly lot: string | null;
  readonly expiry: string | null;
  readonly role: string | null;
  readonly origin: string | null;
  readonly step: string | null;
  readonly quantity: string | null;
  readonly occurred_at: string | null;
  /** The unit that alone it touched: a diluent. */
  readonly unit: string | null;
  /** The lot's own record: the one that the entry names, or one of the same laboratory with that print. */
  readonly record: StreamNumber | null;
  /** Organisation that says so. */
  readonly namedBy: string | null;
};

export function lotsUsedBy(snapshot: Snapshot, batches: readonly StreamNumber[]): LotUse[] {
  return snapshot.all<LotUse>(
    `SELECT x.stream AS batch, x.name, x.supplier, x.lot, x.expiry, x.role, x.origin, x.step, x.quantity, x.occurred_at, x.unit,
            x.named_by AS namedBy,
            coalesce(x.material, (SELECT l.stream FROM batches b CROSS JOIN lots l
              WHERE b.stream = x.stream AND {rows b} AND ${SAME_PRINT} AND l.owner = b.owner AND {rows l} ORDER BY l.row LIMIT 1)) AS record
       FROM json_each(:batches) s CROSS JOIN materials x WHERE x.stream = s.value AND {rows x} ORDER BY x.row`,
    { batches: JSON.stringify(batches) },
  );
}

/** A part of a prepared lot. */
export type LotPart = {
  readonly of: StreamNumber;
  readonly name: string | null;
  readonly supplier: string | null;
  readonly lot: string | null;
  readonly expiry: string | null;
  readonly quantity: string | null;
  readonly record: StreamNumber | null;
};

/** What lots were made of, to any depth, by the lot. */
function partsBehind(snapshot: Snapshot, from: readonly StreamNumber[]): Map<StreamNumber, LotPart[]> {
  const found = new Map<StreamNumber, LotPart[]>();
  for (let frontier = [...new Set(from)]; frontier.length > 0; ) {
    for (const stream of frontier) found.set(stream, []);
    const parts = snapshot.all<LotPart>(
      `SELECT x.stream AS "of", x.name, x.supplier, x.lot, x.expiry, x.quantity,
              coalesce(x.material, (SELECT l.stream FROM lots o CROSS JOIN lots l
                WHERE o.stream = x.stream AND {rows o} AND ${SAME_PRINT} AND l.owner = o.owner AND {rows l} ORDER BY l.row LIMIT 1)) AS record
         FROM json_each(:frontier) f CROSS JOIN lot_parts x WHERE x.stream = f.value AND {rows x} ORDER BY x.row`,
      { frontier: JSON.stringify(frontier) },
    );
    for (const part of parts) found.get(part.of)!.push(part);
    frontier = [...new Set(parts.flatMap(({ record }) => record ?? []))].filter((record) => !found.has(record));
  }
  return found;
}

/** Records of the lots that batches say they used, and of what those were made of, to any depth. */
export function lotsBehind(snapshot: Snapshot, batches: readonly StreamNumber[]): StreamNumber[] {
  return [
    ...partsBehind(
      snapshot,
      lotsUsedBy(snapshot, batches).flatMap(({ record }) => record ?? []),
    ).keys(),
  ];
}

/** Records of samples that say they were taken of these. */
export function samplesTakenOf(snapshot: Snapshot, sources: readonly StreamNumber[]): StreamNumber[] {
  return snapshot
    .all<{ stream: StreamNumber }>(
      'SELECT r.stream FROM json_each(:sources) s CROSS JOIN sample_records r WHERE r.source = s.value AND {rows r}',
      { sources: JSON.stringify(sources) },
    )
    .map(({ stream }) => stream);
}

/** Lots that were prepared of these, to any depth; these among them, in order of distance. */
export function preparedOf(snapshot: Snapshot, from: readonly StreamNumber[]): StreamNumber[] {
  const found = new Set(from);
  for (let frontier = [...found]; frontier.length > 0; ) {
    const children = snapshot.all<{ stream: StreamNumber }>(
      `SELECT x.stream FROM json_each(:frontier) f CROSS JOIN lot_parts x WHERE x.material = f.value AND {rows x}
       UNION SELECT x.stream FROM json_each(:frontier) f CROSS JOIN lots l CROSS JOIN lot_parts x CROSS JOIN lots o
        WHERE l.stream = f.value AND {rows l} AND ${SAME_PRINT} AND {rows x} AND o.stream = x.stream AND o.owner = l.owner AND {rows o}`,
      { frontier: JSON.stringify(frontier) },
    );
    frontier = children.map(({ stream }) => stream).filter((stream) => !found.has(stream));
    for (const stream of frontier) found.add(stream);
  }
  return [...found];
}

/** Batches that say they used one of these lots. */
export function batchesUsing(snapshot: Snapshot, lots: readonly StreamNumber[]): StreamNumber[] {
  const used = snapshot.all<{ stream: StreamNumber }>(
    `SELECT x.stream FROM json_each(:lots) n CROSS JOIN materials x WHERE x.material = n.value AND {rows x}
     UNION SELECT x.stream FROM json_each(:lots) n CROSS JOIN lots l CROSS JOIN materials x CROSS JOIN batches b
      WHERE l.stream = n.value AND {rows l} AND ${SAME_PRINT} AND {rows x} AND b.stream = x.stream AND b.owner = l.owner AND {rows b}`,
    { lots: JSON.stringify(lots) },
  );
  return used.map(({ stream }) => stream);
}

/**
 * Of these batches and donations, those that no entry connects with a record of the lot: they were found by its printed number, at one step or another.
 * Policies follow records.
 */
export function foundByPrint(
  snapshot: Snapshot,
  found: readonly StreamNumber[],
  records: readonly StreamNumber[],
): StreamNumber[] {
  const lots = new Set(records);
  for (let frontier = [...lots]; frontier.length > 0; ) {
    const made = snapshot.all<{ stream: StreamNumber }>(
      'SELECT DISTINCT x.stream FROM json_each(:frontier) f CROSS JOIN lot_parts x WHERE x.material = f.value AND {rows x}',
      { frontier: JSON.stringify(frontier) },
    );
    frontier = made.map(({ stream }) => stream).filter((stream) => !lots.has(stream));
    for (const stream of frontier) lots.add(stream);
  }
  const recorded = snapshot.all<{ stream: StreamNumber }>(
    'SELECT DISTINCT x.stream FROM json_each(:lots) n CROSS JOIN materials x WHERE x.material = n.value AND {rows x}',
    { lots: JSON.stringify([...lots]) },
  );
  const known = new Set(recorded.map(({ stream }) => stream));
  return found.filter((stream) => !known.has(stream));
}

/** Records of lots of that number. */
export function recordsNumbered(snapshot: Snapshot, { lot, supplier }: LotNumber): StreamNumber[] {
  return snapshot
    .all<{ stream: StreamNumber }>(
      `SELECT l.stream FROM lots l
        WHERE l.lot_search = :lot AND {rows l}
          AND (:supplier IS NULL OR l.supplier = :supplier OR l.maker = :supplier OR coalesce(l.supplier, l.maker) IS NULL)`,
      { lot: lotSearch(lot), supplier: supplier ?? null },
    )
    .map(({ stream }) => stream);
}

export type LotNumber = { readonly lot: string; readonly supplier?: string | undefined };

/** Records of lots of that number, and of those that were prepared of one that is only known by it. */
export function lotsNumbered(snapshot: Snapshot, number: LotNumber): StreamNumber[] {
  const prepared = snapshot.all<{ stream: StreamNumber }>(
    `SELECT x.stream FROM lot_parts x WHERE x.lot_search = :lot AND ${suppliedBy('x')} AND {rows x}`,
    { lot: lotSearch(number.lot), supplier: number.supplier ?? null },
  );
  return [...new Set([...recordsNumbered(snapshot, number), ...prepared.map(({ stream }) => stream)])];
}

/** What was used, with what that was made of, read once for all: of lots in the records of who names them, and of those that the reader may read. */
export class LotsBehind {
  readonly #parts: ReadonlyMap<StreamNumber, readonly LotPart[]>;
  readonly #lots: ReadonlyMap<StreamNumber, LotFound>;
  readonly #mayRead: (lot: StreamNumber) => boolean;

  constructor(snapshot: Snapshot, uses: readonly Pick<LotUse, 'record'>[], mayRead: (lot: StreamNumber) => boolean) {
    this.#parts = partsBehind(
      snapshot,
      uses.flatMap(({ record }) => record ?? []),
    );
    this.#lots = lotsOf(snapshot, [...this.#parts.keys()]);
    this.#mayRead = mayRead;
  }

  /** Every lot with a record of its own. */
  get streams(): StreamNumber[] {
    return [...this.#lots.keys()];
  }

  /** What a use says of a lot, with what only the lot's own record says. */
  printedOf(use: LotUse) {
    const held = this.#lots.get(use.record!);
    const told = this.#isTold(held, use.namedBy) ? held : undefined;
    return {
      material: use.name,
      supplier: use.supplier ?? told?.supplier ?? null,
      maker: told?.maker ?? null,
      lot: use.lot ?? told?.lot ?? null,
      lotStatus: told ? lotStatus(told) : statusAgainst(held),
      expiry: use.expiry ?? told?.expiry ?? null,
      origin: use.origin ?? told?.origin ?? null,
    };
  }

  /** Each part of a used lot to any depth, and the lots that it is in, from that one inwards. A record is entered once, whichever way leads there. */
  partsOf({
    record,
    namedBy,
  }: Pick<LotUse, 'record' | 'namedBy'>): { readonly part: LotPart; readonly through: readonly StreamNumber[] }[] {
    if (record === null || !this.#isTold(this.#lots.get(record), namedBy)) return [];
    const found: { part: LotPart; through: readonly StreamNumber[] }[] = [];
    const entered = new Set([record]);
    const waiting: (readonly StreamNumber[])[] = [[record]];
    for (let through = waiting.shift(); through !== undefined; through = waiting.shift()) {
      for (const part of this.#parts.get(through.at(-1)!) ?? []) {
        found.push({ part, through });
        if (part.record === null || entered.has(part.record) || !this.#isTold(this.#lots.get(part.record), this.#keeperOf(part)))
          continue;
        entered.add(part.record);
        waiting.push([...through, part.record]);
      }
    }
    return found;
  }

  /** What a lot is called by its own record. */
  lotOf(stream: StreamNumber): string | null {
    return this.#lots.get(stream)?.lot ?? null;
  }

  /** What a part is called, by its own record where it has one; another's is called by the id that was named. */
  printed(part: LotPart, idOf: (stream: StreamNumber) => string) {
    const held = part.record === null ? undefined : this.#lots.get(part.record);
    if (held && !this.#isTold(held, this.#keeperOf(part))) {
      const lot = idOf(held.stream);
      return { material: '–', supplier: null, maker: null, lot, lotStatus: statusAgainst(held), expiry: null, origin: null };
    }
    return {
      material: held?.name ?? part.name,
      supplier: held?.supplier ?? part.supplier,
      maker: held?.maker ?? null,
      lot: held?.lot ?? part.lot,
      lotStatus: lotStatus(held),
      expiry: held?.expiry ?? part.expiry,
      origin: held?.origin ?? null,
    };
  }

  #keeperOf({ of }: LotPart): string | null {
    return this.#lots.get(of)?.owner ?? null;
  }

  /** As the domain has it of a lot in another's records: nothing is told of it but what speaks against giving the cells. */
  #isTold(lot: LotFound | undefined, namedBy: string | null): boolean {
    return lot === undefined || (lot.owner !== null && lot.owner === namedBy) || this.#mayRead(lot.stream);
  }
}

function statusAgainst(lot: LotFound | undefined): string | null {
  return lot && (lot.recalled_at !== null || lot.disposition === 'rejected') ? lotStatus(lot) : null;
}
