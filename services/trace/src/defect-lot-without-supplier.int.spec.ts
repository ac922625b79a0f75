// The media of a step and diluents are written down by their number, with no supplier: a recall that named the supplier left out every batch that had
// got the lot so.
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuid } from './specification/ids.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceFailure } from './traces/failure.ts';

const { ids, LAB } = story;
const OTHER = uuid(0xca, 1);
const say = (stream: string, type: string, data: object): Said => ({
  ...{ stream, type, data },
  actor: { org: LAB, person: 'staff-0001', role: 'lab.operator', client: null },
});
const used = (batch: number, supplier: string) =>
  say(`batch-${ids.batch(batch)}`, 'batch.material-used.v1', { name: 'serum', supplier, lot: 'SER-1' });
const fed = (batch: number, medium: object) =>
  say(`batch-${ids.batch(batch)}`, 'batch.expanded.v1', { passage: 2, media: [{ name: 'serum', ...medium }], output: [] });

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    say(`material-${OTHER}`, 'material.received.v1', { kind: 'serum', name: 'serum', supplier: 'Haizhu', lot: 'SER-1' }),
    ...[0, 1, 2, 3].flatMap((batch) => story.openingEvents(batch, [{ donation: 0 }])),
    used(0, 'Nanbei'),
    fed(1, { lot: 'ser-1' }),
    used(2, 'Haizhu'),
    fed(3, { lot: 'SER-1', material: OTHER }),
    ...[0, 1, 2, 3].flatMap((batch) => story.processEvents(batch, 1)),
  );
});
afterAll(() => bench.close());

const asked = (supplier?: string) =>
  bench
    .ask((asking) => traceFailure(asking, { lot: 'SER-1', supplier }))
    .then(({ rows }) => rows.flatMap(({ batches }) => batches));

describe('a lot that is asked for with its supplier', () => {
  it('is found where the entry names the supplier, and where it names none', async () => {
    expect(await asked('Nanbei')).toEqual([ids.batch(0), ids.batch(1)]);
  });

  it('is not taken for another supplier’s lot of that number, by the entry or by the record that it names', async () => {
    expect(await asked('Haizhu')).toEqual([ids.batch(1), ids.batch(2), ids.batch(3)]);
    expect(await asked()).toEqual([0, 1, 2, 3].map(ids.batch));
  });

  it('makes sisters of the batches where one of the two entries names no supplier', async () => {
    const { sisters } = await bench.ask((asking) => traceFailure(asking, { batch: ids.batch(0) }));
    expect(sisters.map(({ batch }) => batch)).toContain(ids.batch(1));
    expect(sisters.filter(({ lot }) => lot === 'SER-1').map(({ batch }) => batch)).not.toContain(ids.batch(2));
  });
});
