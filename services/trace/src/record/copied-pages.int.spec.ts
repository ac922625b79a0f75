import { afterEach, beforeEach, expect, it } from 'vitest';
import * as story from '../specification/story.ts';
import { TraceBench } from '../specification/trace-bench.ts';
import { dossierOf } from './dossier.ts';

const { ids } = story;
const PASSAGE = '0192f5c4-0000-7000-8000-0000000000a2';
const IMAGE = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

let bench: TraceBench;
beforeEach(async () => {
  bench = await TraceBench.open();
});
afterEach(() => bench.close());

it('the dossier shows what was copied from paper, with both times, the page, its image and both persons', async () => {
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.openingEvents(0, [{ donation: 0 }]),
    {
      ...{ stream: `batch-${ids.batch(0)}`, type: 'batch.passaged.v1', id: PASSAGE },
      data: { passage: 1, operator: 'staff-0001', verifier: 'staff-0002' },
      occurredAt: '2026-11-01T10:30:00+08:00',
      capture: {
        ...{ mode: 'paper', precision: 'min', form: 'F-112 v3', reasonLate: 'paper-transcribed' },
        sourceRecord: { binder: 'BR-2026-117', page: '14', imageDigest: IMAGE },
        ...{ transcriber: 'staff-0002', checker: 'staff-0001' },
      },
    },
    { stream: `batch-${ids.batch(0)}`, type: 'batch.passaged.v1', data: { passage: 2, operator: 'staff-0001' } },
  );
  const { copied } = await bench.ask((asking) => dossierOf(asking, bench.store, ids.batch(0)));
  expect(copied).toEqual([
    {
      ...{ event: PASSAGE, type: 'batch.passaged.v1', form: 'F-112 v3', binder: 'BR-2026-117', page: '14', image: IMAGE },
      ...{ occurredAt: '2026-11-01T10:30:00+08:00', recordedAt: expect.stringMatching(/^20\d\d-/) },
      ...{ transcriber: 'staff-0002', checker: 'staff-0001', level: 'release-ready', missing: [] },
    },
  ]);
  expect(copied[0]!.recordedAt > copied[0]!.occurredAt!).toBe(true);
});
