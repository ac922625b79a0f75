// Critical findings stand in the records of rooms, devices, donors and donations too: they were on nobody's list but oversight's.
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import { uuid } from './specification/ids.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { dueList } from './views/due.ts';

const { ids, LAB } = story;
const NOW = '2026-11-24T00:00:00.000Z';
const ROOM = `room-${uuid(0xee, 1)}`;
const DEVICE = `equipment-${uuid(0xee, 2)}`;
const DONATION = `donation-${ids.donation(0)}`;
const DONOR = `person-${ids.donor(0)}`;
const say = (stream: string, type: string, data: object, org: string = LAB): Said => ({
  ...{ stream, type, data },
  actor: { org, person: 'staff-0001', role: 'lab.qa', client: null },
});
const found = (stream: string, n: number) =>
  say(stream, `${stream.split('-', 1)[0]}.deviation-raised.v1`, {
    deviation: uuid(0xde, n),
    class: 'critical',
    rule: 'some.rule',
  });

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    say(ROOM, 'room.line-cleared.v1', { code: 'B-101', operator: 'staff-0001', verifier: 'staff-0002' }),
    say(DEVICE, 'equipment.qualified.v1', { code: 'INC-04', kind: 'incubator', due: '2030-01-01' }),
    ...[ROOM, DEVICE, DONATION, DONOR].map(found),
  );
});
afterAll(() => bench.close());

const critical = async (viewer: Viewer) =>
  (await bench.ask((asking) => dueList(asking, NOW), viewer))
    .filter(({ kind }) => kind === 'critical-deviation')
    .map(({ stream }) => stream);

it('puts a critical finding on the list of whoever keeps the record', async () => {
  expect(await critical({ kind: 'laboratory', org: LAB })).toEqual([ROOM, DEVICE, DONATION]);
  expect(await critical({ kind: 'hospital', org: 'collector' })).toEqual([DONATION, DONOR]);
  expect(await critical({ kind: 'hospital', org: 'hosp-z' })).toEqual([]);
});
