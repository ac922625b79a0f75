import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamNumber } from './query/snapshot.ts';
import { unitsOf } from './query/unit-rows.ts';
import type { Viewer } from './query/viewer.ts';
import { ids, openingEvents, processEvents } from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceUnits } from './traces/units.ts';
import { viewUnit } from './views/unit.ts';

const UNITS = 5;

let bench: TraceBench;
let batch = 0;

beforeAll(async () => {
  bench = await TraceBench.open();
});
afterAll(() => bench.close());

async function newBatch(): Promise<void> {
  batch++;
  await bench.say(...openingEvents(batch, [{ donation: batch }]), ...processEvents(batch, UNITS));
}

const unit = (n: number) => ids.unit({ batch, unit: n });
const said = (type: string, data: object, more: Partial<Said> = {}): Said => ({
  stream: `batch-${ids.batch(batch)}`,
  type: `batch.${type}.v1`,
  data,
  ...more,
});
const moved = (scope: unknown, tank: string) => said('unit-moved', { scope, tank });
const alone = (n: number) => ({ units: [unit(n)] });

const rowsOf = (table: string) =>
  bench.ask(
    ({ snapshot }) =>
      snapshot.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} x WHERE x.stream = :batch AND {rows x}`, {
        batch: numberOf(snapshot),
      })!.n,
  );
const numberOf = (snapshot: { number(stream: string): StreamNumber | undefined }) =>
  snapshot.number(`batch-${ids.batch(batch)}`)!;
const tanks = (asOf?: string) =>
  bench.ask(({ snapshot }) => unitsOf(snapshot, [numberOf(snapshot)]).map(({ tank }) => tank), undefined, asOf);
const tanksOf = async (n: number) => (await bench.ask((asking) => viewUnit(asking, unit(n)))).whereabouts.map(({ tank }) => tank);

describe('units of one split', () => {
  it('share one row of what is said of the whole batch', async () => {
    await newBatch();
    await bench.say(moved('whole-batch', 'T1'), moved('whole-batch', 'T2'), said('unit-thawed', { scope: 'whole-batch' }));
    expect([await rowsOf('whereabouts'), await rowsOf('conditions')]).toEqual([1, 1]);
    expect(await tanks()).toEqual(Array(UNITS).fill('T2'));
  });

  it('have a row of their own only while something else is true of them', async () => {
    await newBatch();
    const away = await bench.say(moved(alone(1), 'T7'));
    expect(await rowsOf('whereabouts')).toBe(2);
    const back = await bench.say(moved('whole-batch', 'T8'));
    expect(await rowsOf('whereabouts')).toBe(1);
    const before = `T${batch % 9}`;
    expect(await tanks(away)).toEqual([before, 'T7', before, before, before]);
    expect(await tanks(back)).toEqual(Array(UNITS).fill('T8'));
  });

  it('are each told where they were, together and alone, and are told it again after the file was deleted', async () => {
    await newBatch();
    await bench.say(moved('whole-batch', 'T1'), moved(alone(1), 'T7'), moved('whole-batch', 'T2'), moved(alone(0), 'T5'));
    const first = [null, `T${batch % 9}`, 'T1'];
    const told = async () => [await tanksOf(0), await tanksOf(1), await tanksOf(2)];
    const expected = [
      [...first, 'T2', 'T5'],
      [...first, 'T7', 'T2'],
      [...first, 'T2'],
    ];
    expect(await told()).toEqual(expected);
    await bench.rebuild();
    expect(await told()).toEqual(expected);
  });

  it('follow a correction of what was said of them all, and keep what was said of one', async () => {
    await newBatch();
    const stored = moved('whole-batch', 'T1');
    const { ids: written } = await bench.log.append({ ...stored, occurredAt: '2026-11-21T09:00:00Z' });
    const before = await bench.say({ ...moved(alone(1), 'T7'), occurredAt: '2026-11-21T10:00:00Z' });
    const corrected = { ...(stored.data as { scope: string }), tank: 'T3' };
    await bench.say(said('corrected', { event: written[0], data: corrected, reason: 'other' }));
    expect(await tanks()).toEqual(['T3', 'T7', 'T3', 'T3', 'T3']);
    expect(await tanks(before)).toEqual(['T1', 'T7', 'T1', 'T1', 'T1']);
  });

  it('are nobody’s any more who gave all of them away', async () => {
    await newBatch();
    const other: Viewer = { kind: 'laboratory', org: 'lab-b' };
    const made = [{ id: unit(20), kind: 'cryobag', ordinal: 21 }];
    const asked = () =>
      bench.ask((asking) => traceUnits(asking, { batch: ids.batch(batch) }).rows.map(({ unit: id }) => id), other);
    await bench.say(said('split', { units: made }, { actor: { org: 'lab-b' } }));
    expect(await asked()).toEqual([unit(20)]);
    const given = { shipment: ids.shipment(batch), from: 'lab-b', to: 'hosp-a', custodian: 'carrier-a', units: [unit(20)] };
    await bench.say(said('unit-shipped', given));
    await expect(asked()).rejects.toMatchObject({ code: 'not-found' });
  });
});
