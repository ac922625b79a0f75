import type { Snapshot, StreamNumber } from './snapshot.ts';
import type { UnitFound } from './unit-rows.ts';

/** How much of a unit its recipient was given, as its batch's record has it. */
export type GivenFound = {
  readonly batch: StreamNumber;
  readonly unit: string;
  readonly status: string | null;
  readonly fraction: string | null;
  readonly dose: string | null;
  readonly volume: string | null;
  readonly remainder: string | null;
  readonly remainder_fate: string | null;
  readonly reason: string | null;
  readonly interruptions: number | null;
  readonly stopped_at: string | null;
};

/** By batch and unit; nothing of those that were not given, or of which no amount was told. */
export class GivenOf {
  readonly #found: ReadonlyMap<string, GivenFound>;

  constructor(snapshot: Snapshot, units: readonly Pick<UnitFound, 'id' | 'batch'>[]) {
    const found = snapshot.all<GivenFound>(
      `SELECT g.stream AS batch, g.key AS unit, g.status, g.fraction, g.dose, g.volume, g.remainder, g.remainder_fate, g.reason,
              g.interruptions, g.stopped_at
         FROM json_each(:units) x CROSS JOIN given g
        WHERE g.stream = x.value ->> 'batch' AND g.key = x.value ->> 'id' AND {rows g}`,
      { units: JSON.stringify(units.map(({ id, batch }) => ({ id, batch }))) },
    );
    this.#found = new Map(found.map((given) => [keyOf({ id: given.unit, batch: given.batch }), given]));
  }

  of(unit: Pick<UnitFound, 'id' | 'batch'>): GivenFound | undefined {
    return this.#found.get(keyOf(unit));
  }
}

function keyOf({ id, batch }: Pick<UnitFound, 'id' | 'batch'>): string {
  return `${batch}|${id}`;
}
