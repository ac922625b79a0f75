import type { Said } from '@cytoledger/read-models/specification';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuid } from './specification/ids.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceUnits } from './traces/units.ts';
import { dueList } from './views/due.ts';

const { ids } = story;
const BATCH = `batch-${ids.batch(0)}`;
const RELEASE = uuid(0xe2, 1);
const EARLY = uuid(0xe2, 2);
const LATE = uuid(0xe2, 3);
const LATER = uuid(0xe2, 4);
const reviewed = { seq: 9, leaf: 'A'.repeat(43) };
const recipient = { treatment: 0, patient: 0, site: 'hosp-a' };
const said = (type: string, data: object, id?: string): Said => ({ stream: BATCH, type, data, ...(id && { id }) });
const failing = (test: string, line: string, reviewed: object = {}) => ({
  results: [{ test, line, method: 'SOP', verdict: 'fail', ...reviewed }],
});
const REVIEWED = { analyst: 'staff-0005', reviewer: 'staff-0006' };

let bench: TraceBench;
beforeEach(async () => {
  bench = await TraceBench.open();
  await bench.say(...story.openingEvents(0, [{ donation: 0 }]), ...story.processEvents(0, 2));
});
afterEach(() => bench.close());

const dispositions = async () =>
  (await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }))).rows.map(({ disposition }) => disposition);
const dueKinds = async () => {
  const due = await bench.ask((asking) => dueList(asking, '2026-11-22T00:00:00Z'));
  return due.map(({ kind, subject }) => [kind, subject]).filter(([kind]) => kind === 'pending-test' || kind === 'late-result');
};

describe('a conditional release that is closed', () => {
  beforeEach(() =>
    bench.say(
      said('batch.conditionally-released.v1', { scope: 'whole-batch', reviewed, pendingTests: ['2'], riskBenefit: {} }, RELEASE),
    ),
  );

  it('waits for its results until then, also for one that failed', async () => {
    expect(await dispositions()).toEqual(['conditionally-released', 'conditionally-released']);
    expect(await dueKinds()).toEqual([['pending-test', '2']]);
    await bench.say(said('batch.test-recorded.v1', failing('sterility', '2', REVIEWED)));
    expect(await dueKinds()).toEqual([['pending-test', '2']]);
  });

  it('as passed is a release', async () => {
    await bench.say(said('batch.conditional-release-closed.v1', { release: RELEASE, outcome: 'passed', reviewed }));
    expect(await dispositions()).toEqual(['released', 'released']);
    expect(await dueKinds()).toEqual([]);
  });

  it('as failed leaves rejected units, and nothing to wait for', async () => {
    await bench.say(said('batch.conditional-release-closed.v1', { release: RELEASE, outcome: 'failed', reviewed }));
    expect(await dispositions()).toEqual(['rejected', 'rejected']);
    expect(await dueKinds()).toEqual([]);
  });
});

describe('an exceptional release', () => {
  it('asks to tell its physician of what fails later, not of what it was given for', async () => {
    await bench.say(
      said('batch.test-recorded.v1', failing('viability', '1'), EARLY),
      said('batch.exceptionally-released.v1', {
        scope: { units: [ids.unit({ batch: 0, unit: 0 })] },
        reviewed,
        treatment: ids.treatment(0),
        patient: ids.patient(0),
        failed: [{ line: '1', test: 'viability', results: [{ event: EARLY, index: 0 }] }],
        pendingTests: ['2'],
      }),
      ...story.handingEvents({ batch: 0, unit: 0 }, recipient),
    );
    expect(await dispositions()).toEqual(['exceptionally-released', null]);
    expect(await dueKinds()).toEqual([['pending-test', '2']]);
    await bench.say(said('batch.test-recorded.v1', failing('sterility', '2'), LATE));
    expect(await dueKinds()).toEqual([
      ['pending-test', '2'],
      ['late-result', `${LATE}/0`],
    ]);
    // Nothing closes an exceptional release: a line whose reviewed result has failed is awaited no more.
    await bench.say(said('batch.test-recorded.v1', failing('sterility', '2', REVIEWED), LATER));
    expect(await dueKinds()).toEqual([
      ['late-result', `${LATE}/0`],
      ['late-result', `${LATER}/0`],
    ]);
  });
});
