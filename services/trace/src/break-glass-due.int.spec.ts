import type { Said } from '@cytoledger/read-models/specification';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { dueList } from './views/due.ts';

const { ids } = story;
const UNIT = { batch: 0, unit: 0 };
const TO = { treatment: 0, patient: 0, site: 'hosp-a' };
const HOSPITAL: Viewer = { kind: 'hospital', org: 'hosp-a' };
const STREAM = `batch-${ids.batch(0)}`;
const GLASS = '0192f5c4-0000-7000-8000-0000000000a1';
const at = (type: string, data: object, more: Partial<Said> = {}): Said => ({
  ...{ stream: STREAM, type, data },
  actor: { org: 'hosp-a', person: 'nurse-0001', role: 'hospital.nurse', client: null },
  ...more,
});
const match = { outcome: 'match' };
const checks = { patient: match, coi: { outcome: 'not-applicable' }, unit: match, product: match };

let bench: TraceBench;
beforeEach(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.openingEvents(0, [{ donation: 0 }]),
    ...story.processEvents(0, 1),
    ...story.plannedEvents(TO),
    ...story.handingEvents(UNIT, TO).filter(({ type }) => !/authorised|infus/.test(type)),
    at(
      'batch.break-glass-used.v1',
      {
        ...{ unit: ids.unit(UNIT), treatment: ids.treatment(0), patient: ids.patient(0), checks },
        ...{ reason: 'life-threatening', holder: 'nurse-0001' },
      },
      { id: GLASS, occurredAt: '2027-02-05T15:00:00+08:00' },
    ),
  );
});
afterEach(() => bench.close());

const due = (now: string, viewer = HOSPITAL) =>
  bench
    .ask((asking) => dueList(asking, now), viewer)
    .then((list) => list.filter(({ kind }) => kind === 'countersignature').map(({ dueBy, overdue }) => [dueBy, overdue]));

it('the second signature of a break-glass is due after six hours, until another person has signed', async () => {
  const by = '2027-02-05T13:00:00.000Z';
  expect(await due('2027-02-05T08:00:00Z')).toEqual([[by, false]]);
  expect(await due('2027-02-05T13:00:01Z')).toEqual([[by, true]]);
  await bench.say(
    at('batch.break-glass-countersigned.v1', { event: GLASS, contentDigest: 'A'.repeat(43), assessment: 'justified' }),
  );
  expect(await due('2027-02-05T13:00:01Z')).toEqual([]);
});
