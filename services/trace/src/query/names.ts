import type { Snapshot, StreamNumber } from './snapshot.ts';

/** A code as it is printed on the thing. */
export type Printed = { readonly scheme: string; readonly value: string; readonly site: string | null };

type Row = { stream: StreamNumber; scheme: string; value: string; site: string | null; unit: string | null };

/** Identifiers as printed, of streams and of units. */
export class PrintedNames {
  readonly #of = new Map<string, Printed[]>();

  /** @param units whose identifiers are wanted, by batch; `all`: of every unit of these streams */
  constructor(
    snapshot: Snapshot,
    streams: readonly StreamNumber[],
    units: readonly { id: string; batch: StreamNumber }[] | 'all',
  ) {
    const columns = 'i.stream, i.scheme, i.value, i.site, i.unit';
    // A stream's own identifiers have keys that begin with a bar; those of a unit begin with its id.
    const own = units === 'all' ? '' : "AND i.key >= '|' AND i.key < '}'";
    this.#add(
      snapshot.all<Row>(
        `SELECT ${columns} FROM json_each(:streams) s CROSS JOIN identifiers i WHERE i.stream = s.value ${own} AND {rows i}`,
        { streams: JSON.stringify(streams) },
      ),
    );
    if (units === 'all' || units.length === 0) return;
    this.#add(
      snapshot.all<Row>(
        `SELECT ${columns} FROM json_each(:units) u CROSS JOIN identifiers i
          WHERE i.stream = u.value ->> 'batch' AND i.key >= (u.value ->> 'id') || '|' AND i.key < (u.value ->> 'id') || '}' AND {rows i}`,
        { units: JSON.stringify([...new Map(units.map(({ id, batch }) => [`${batch}|${id}`, { id, batch }])).values()]) },
      ),
    );
  }

  ofStream(stream: StreamNumber): Printed[] {
    return this.#of.get(`${stream}|`) ?? [];
  }

  ofUnit({ id, batch }: { id: string; batch: StreamNumber }): Printed[] {
    return this.#of.get(`${batch}|${id}`) ?? [];
  }

  /** Every code that was found, for the completeness line. */
  *values(): Iterable<string> {
    for (const printed of this.#of.values()) for (const { value } of printed) yield value;
  }

  #add(rows: readonly Row[]): void {
    for (const { stream, unit, scheme, value, site } of rows) {
      const key = `${stream}|${unit ?? ''}`;
      const held = this.#of.get(key);
      if (held) held.push({ scheme, value, site });
      else this.#of.set(key, [{ scheme, value, site }]);
    }
  }
}
