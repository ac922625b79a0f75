import { facts } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Origin } from './query/origin.ts';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { traceWork } from './traces/work.ts';
import { dueList } from './views/due.ts';
import { search } from './views/search.ts';

const { ids } = story;
const LAB = story.LAB;
const DEVICE = '0192f5c4-0000-7000-8000-0000000000c0';
const TANK = '0192f5c4-0000-7000-8000-0000000000c5';
const ROOM = '0192f5c4-0000-7000-8000-0000000000f0';
const SESSION = '0192f5c4-0000-7000-8000-0000000000f1';
const LABORATORY: Viewer = { kind: 'laboratory', org: LAB };
const STRANGER: Viewer = { kind: 'laboratory', org: 'lab-z' };

const say = (stream: string, type: string, data: object, day: number, org = LAB): Said => ({
  stream,
  type,
  data,
  occurredAt: `2026-03-${String(day).padStart(2, '0')}T09:00:00+08:00`,
  actor: { org, person: 'staff-0001', role: 'lab.operator', client: null },
});
const about = (batch: number) => `batch-${ids.batch(batch)}`;
const bag = (batch: number, unit: number) => ids.unit({ batch, unit });
const inBags = (batch: number, ...units: number[]) => ({ scope: { units: units.map((unit) => bag(batch, unit)) } });

/**
 * Batch 0 was passaged on the 2nd with INC-09 in a session; batch 1 on the 20th with the device's record, by another operator. Batch 0's three bags
 * went into tank T-A; one was moved to T-B on the 10th, which paper told of only after it was moved on to T-C.
 */
const said: Said[] = [
  ...[0, 1].flatMap((n) => [
    ...story.donorEvents(n, 'collector'),
    ...story.donationEvents(n, n, 'collector'),
    ...story.issueEvents(n, [{ donation: n }]),
    ...story.openingEvents(n, [{ donation: n }]),
  ]),
  say(
    `equipment-${DEVICE}`,
    'equipment.qualified.v1',
    { code: 'INC-09', kind: 'incubator', stage: 'performance', outcome: 'passed' },
    1,
  ),
  say(`equipment-${DEVICE}`, 'equipment.calibrated.v1', { asFound: 'within', asLeft: 'within', due: '2026-04-01' }, 1),
  say(
    `equipment-${TANK}`,
    'equipment.qualified.v1',
    { code: 'T-A', kind: 'storage-tank', stage: 'performance', outcome: 'passed' },
    1,
  ),
  say(`room-${ROOM}`, 'room.registered.v1', { code: 'GMP-9', cabinets: ['BSC-01'] }, 1),
  say(`room-${ROOM}`, 'room.session-opened.v1', { session: SESSION, cabinet: 'BSC-01', batch: ids.batch(0) }, 2),
  say(`room-${ROOM}`, 'room.session-closed.v1', { session: SESSION }, 3),
  say(about(0), 'batch.passaged.v1', { equipment: ['INC-09'], room: 'GMP-9', operator: 'staff-0031' }, 2),
  say(
    about(1),
    'batch.passaged.v1',
    { equipmentIds: [DEVICE], roomId: ROOM, operator: 'staff-0032', verifier: 'staff-0031' },
    20,
  ),
  say(about(1), 'batch.transduced.v1', { vector: 'LV-BGLOB', lot: 'LV-07' }, 21),
  say(about(0), 'batch.split.v1', { units: [0, 1, 2].map((n) => ({ id: bag(0, n), kind: 'cryobag', ordinal: n + 1 })) }, 3),
  say(about(1), 'batch.split.v1', { units: [0, 1].map((n) => ({ id: bag(1, n), kind: 'cryobag', ordinal: n + 1 })) }, 22),
  say(about(0), 'batch.unit-stored.v2', { scope: 'whole-batch', tank: 'T-A' }, 4),
  say(about(0), 'batch.unit-moved.v1', { ...inBags(0, 2), tank: 'T-C' }, 15),
  say(about(0), 'batch.unit-moved.v1', { ...inBags(0, 2), tank: 'T-B' }, 10),
  say(about(1), 'batch.unit-stored.v2', { scope: 'whole-batch', tank: 'cellar', equipmentIds: [TANK] }, 23),
  say(about(0), 'batch.unit-thawed.v1', { ...inBags(0, 1), equipmentIds: [DEVICE] }, 25),
  ...story.plannedEvents({ treatment: 0, patient: 0, site: 'hosp-a' }),
  ...story.handingEvents({ batch: 0, unit: 0 }, { treatment: 0, patient: 0, site: 'hosp-a' }),
  say(
    `shipment-${ids.shipment(0)}`,
    'shipment.packed.v1',
    { units: [{ batch: ids.batch(0), unit: bag(0, 0) }], consignee: 'hosp-a', container: { id: 'DRY-77' } },
    26,
  ),
];

let bench: TraceBench;

beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(...said);
});
afterAll(() => bench.close());

const unitsOf = async (origin: Origin, viewer?: Viewer) => {
  const { rows } = await bench.ask((asking) => traceUnits(asking, origin), viewer);
  return rows.map(({ unit }) => unit);
};
const ALL_OF_0 = [bag(0, 0), bag(0, 1), bag(0, 2)];
const ALL_OF_1 = [bag(1, 0), bag(1, 1)];
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T00:00:00+08:00`;

it('is told in events that the domain accepts', () => {
  for (const { type, data } of said) {
    const parsed = facts.get(type)?.schema.safeParse(data);
    expect([type, parsed?.error?.issues ?? parsed === undefined]).toEqual([type, false]);
  }
});

describe('from a device', () => {
  it('finds what was made with it, by its record or by what it is called', async () => {
    expect(await unitsOf({ equipment: DEVICE })).toEqual(expect.arrayContaining([...ALL_OF_0, ...ALL_OF_1]));
    expect(await unitsOf({ equipment: 'INC-09' })).toEqual(expect.arrayContaining([...ALL_OF_0, ...ALL_OF_1]));
  });

  it('finds only what was made with it in the interval, and single bags where only they were touched', async () => {
    expect(await unitsOf({ equipment: DEVICE, from: day(1), to: day(5) })).toEqual(ALL_OF_0);
    expect(await unitsOf({ equipment: DEVICE, from: day(19), to: day(24) })).toEqual(ALL_OF_1);
    expect(await unitsOf({ equipment: DEVICE, from: day(24), to: day(26) })).toEqual([bag(0, 1)]);
    expect(await unitsOf({ equipment: DEVICE, from: day(6), to: day(19) })).toEqual([]);
  });

  it('finds who was given what', async () => {
    const { rows } = await bench.ask((asking) => traceRecipients(asking, { equipment: DEVICE, from: day(1), to: day(5) }));
    expect(rows.map(({ unit, patient, hospital }) => [unit, patient, hospital])).toEqual([[bag(0, 0), ids.patient(0), 'hosp-a']]);
  });

  it('that is a tank finds what stood in it, by the tank’s name and by its record', async () => {
    expect(await unitsOf({ equipment: TANK })).toEqual(expect.arrayContaining([...ALL_OF_0, ...ALL_OF_1]));
  });
});

describe('from a tank', () => {
  it('finds what stood in it during the interval', async () => {
    expect(await unitsOf({ tank: 'T-A' })).toEqual(ALL_OF_0);
    expect(await unitsOf({ tank: 'T-A', from: day(11) })).toEqual([bag(0, 0), bag(0, 1)]);
    expect(await unitsOf({ tank: 'T-A', to: day(4) })).toEqual([]);
  });

  it('finds what paper told of only after the unit had moved on', async () => {
    expect(await unitsOf({ tank: 'T-B', from: day(11), to: day(14) })).toEqual([bag(0, 2)]);
    expect(await unitsOf({ tank: 'T-B', from: day(16) })).toEqual([]);
    expect(await unitsOf({ tank: 'T-C', from: day(11), to: day(14) })).toEqual([]);
  });

  it('is that of a site', async () => {
    expect(await unitsOf({ tank: 'T-A', site: LAB })).toEqual(ALL_OF_0);
    await expect(unitsOf({ tank: 'T-A', site: 'hosp-a' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('from a room', () => {
  it('finds what was worked on in it, by its record or name, and what was open in its sessions', async () => {
    expect(await unitsOf({ room: ROOM })).toEqual(expect.arrayContaining([...ALL_OF_0, ...ALL_OF_1]));
    expect(await unitsOf({ room: 'GMP-9', from: day(19) })).toEqual(ALL_OF_1);
    expect(await unitsOf({ room: ROOM, to: day(3) })).toEqual(ALL_OF_0);
  });

  it('finds what was open in one session', async () => {
    expect(await unitsOf({ session: SESSION })).toEqual(ALL_OF_0);
  });
});

describe('from a person, a container or a vector', () => {
  it('finds what an operator did or looked on at', async () => {
    expect(await unitsOf({ operator: 'staff-0032' })).toEqual(ALL_OF_1);
    expect(await unitsOf({ operator: 'staff-0031' })).toEqual(expect.arrayContaining([...ALL_OF_0, ...ALL_OF_1]));
    expect(await unitsOf({ operator: 'staff-0031', to: day(5) })).toEqual(ALL_OF_0);
  });

  it('finds what travelled in a shipper, and with whom', async () => {
    expect(await unitsOf({ shipper: 'DRY-77' })).toEqual([bag(0, 0)]);
    expect(await unitsOf({ shipper: LAB })).toEqual([bag(0, 0)]);
    expect(await unitsOf({ shipper: 'DRY-77', to: day(1) })).toEqual([]);
  });

  it('finds what was transduced with a vector, by name or lot', async () => {
    expect(await unitsOf({ vector: 'LV-BGLOB' })).toEqual(ALL_OF_1);
    expect(await unitsOf({ vector: 'lv-07' })).toEqual(ALL_OF_1);
  });
});

describe('a step that names records', () => {
  it('is told with what they are called', async () => {
    const { rows } = await bench.ask((asking) => traceWork(asking, ids.patient(0)));
    const thaw = rows.find(({ step }) => step === 'unit-thawed');
    expect(thaw?.equipment).toEqual(['INC-09']);
  });

  it('is found by what a device or room is called, by whoever keeps it', async () => {
    const called = (text: string, viewer?: Viewer) => bench.ask((asking) => search(asking, text), viewer);
    expect(await called('INC-09', LABORATORY)).toEqual([
      { kind: 'equipment', id: DEVICE, unit: null, by: 'code', value: 'INC-09', site: LAB },
    ]);
    expect(await called('GMP-9')).toEqual([expect.objectContaining({ kind: 'room', id: ROOM })]);
    expect(await called('INC-09', STRANGER)).toEqual([]);
  });
});

describe('whoever keeps the record of it', () => {
  it('may ask, and is told when nothing was touched; a stranger learns nothing', async () => {
    expect(await unitsOf({ equipment: DEVICE, from: day(6), to: day(7) }, LABORATORY)).toEqual([]);
    for (const origin of [
      { equipment: DEVICE },
      { room: ROOM },
      { session: SESSION },
      { operator: 'staff-0031' },
      { tank: 'T-A' },
    ]) {
      await expect(unitsOf(origin, STRANGER)).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  it('is told which calibrations are due', async () => {
    const due = await bench.ask((asking) => dueList(asking, '2026-03-20T00:00:00Z'), LABORATORY);
    expect(due.filter(({ kind }) => kind === 'calibration')).toEqual([
      {
        kind: 'calibration',
        stream: `equipment-${DEVICE}`,
        subject: 'INC-09',
        dueBy: '2026-04-01',
        overdue: false,
        detail: 'incubator',
      },
    ]);
    const later = await bench.ask((asking) => dueList(asking, '2026-04-02T00:00:00+08:00'), LABORATORY);
    expect(later.filter(({ kind }) => kind === 'calibration').map(({ overdue }) => overdue)).toEqual([true]);
    const others = await bench.ask((asking) => dueList(asking, '2026-04-02T00:00:00Z'), STRANGER);
    expect(others.filter(({ kind }) => kind === 'calibration')).toEqual([]);
  });
});
