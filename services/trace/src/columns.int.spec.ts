import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceFailure } from './traces/failure.ts';
import { traceLookBack } from './traces/ineligible.ts';
import { traceGiven } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { traceWork } from './traces/work.ts';

const { ids } = story;
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };
const batchStream = `batch-${ids.batch(0)}`;
const unit = (n: number) => ids.unit({ batch: 0, unit: n });

const site = (org: string, kind: string): Said => ({
  stream: `site-${org}`,
  type: 'site.registered.v1',
  data: { kind, name: { en: org, zh: org } },
});
const batch = (fact: string, data: object, more: Partial<Said> = {}): Said => ({
  stream: batchStream,
  type: `batch.${fact}.v1`,
  data,
  ...more,
});

/**
 * Six bags of one donation: the first infused at hospital A, the second received there and sent on to B, the third on its way to B for weeks, the
 * fourth sampled, the fifth quarantined; released with the sterility test pending.
 */
const said: readonly Said[] = [
  site('lab-a', 'laboratory'),
  site('hosp-a', 'hospital'),
  site('carrier-a', 'carrier'),
  ...story.donorEvents(0, 'collector'),
  ...story.donationEvents(0, 0, 'collector'),
  ...story.issueEvents(0, [{ donation: 0 }]),
  ...story.openingEvents(0, [{ donation: 0 }]),
  ...story.processEvents(0, 6),
  batch('unit-sampled', { sample: ids.sample(0), laboratory: 'qc-lab', unit: unit(3), lines: ['2'] }),
  batch('conditionally-released', {
    scope: 'whole-batch',
    reviewed: { seq: 9, leaf: 'A'.repeat(43) },
    pendingTests: ['2', '9'],
    riskBenefit: 'x',
  }),
  ...story.plannedEvents({ treatment: 0, patient: 0, site: 'hosp-a' }),
  ...story.handingEvents({ batch: 0, unit: 0 }, { treatment: 0, patient: 0, site: 'hosp-a' }),
  ...story.followUpEvents({ batch: 0, unit: 0 }, { treatment: 0, patient: 0, site: 'hosp-a' }),
  batch('unit-received', { from: 'carrier-a', to: 'hosp-a', units: [{ unit: unit(1), condition: 'accepted' }] }),
  batch('unit-received', { from: 'hosp-a', to: 'hosp-b', units: [{ unit: unit(1), condition: 'accepted' }] }),
  {
    stream: `shipment-${ids.shipment(9)}`,
    type: 'shipment.packed.v1',
    data: { units: [{ batch: ids.batch(0), unit: unit(2) }], container: { id: 'DS-1' }, consignee: 'hosp-b' },
    occurredAt: '2026-11-01T08:00:00+08:00',
  },
  batch('unit-shipped', {
    shipment: ids.shipment(9),
    from: story.LAB,
    to: 'hosp-b',
    custodian: 'carrier-a',
    units: [unit(2)],
  }),
  batch('quarantined', { scope: { units: [unit(4)] }, reason: 'precaution' }, { occurredAt: '2026-11-21T09:00:00+08:00' }),
  batch('quarantined', { scope: { units: [unit(4)] }, reason: 'donor' }, { occurredAt: '2026-11-21T10:00:00+08:00' }),
];

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(...said);
});
afterAll(() => bench.close());

describe('every answer about units', () => {
  it('names for each holder the role that speaks for it, where the registry knows the holder', async () => {
    const { rows } = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }));
    expect(rows.map(({ holder, contact }) => [holder, contact])).toEqual([
      ['hosp-a', 'hospital.physician'],
      ['hosp-b', null],
      ['carrier-a', 'courier'],
      ['lab-a', 'lab.qa'],
      ['lab-a', 'lab.qa'],
      ['lab-a', 'lab.qa'],
    ]);
  });

  it('says since when a unit is kept from use', async () => {
    const { rows } = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }));
    expect(rows.map(({ restrictedSince }) => restrictedSince)).toEqual([
      ...[null, null, null, null, '2026-11-21T09:00:00+08:00', null],
    ]);
  });

  it('names the site that was sent something long ago and has not said whether it came, and no more once it has', async () => {
    const answer = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }));
    expect(answer.completeness.silentSites).toEqual([{ site: 'hosp-b', awaited: 'receipt', since: '2026-11-01T08:00:00+08:00' }]);
    const other = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }), HOSPITAL_A);
    expect(other.completeness.silentSites).toEqual([]);
  });
});

describe('trace 1', () => {
  it('lists the samples that were taken, to the laboratory of the batch and to that of the test', async () => {
    const samples = async (viewer: Viewer) =>
      (await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }), viewer)).samples;
    const sample = {
      sample: ids.sample(0),
      batch: ids.batch(0),
      unit: unit(3),
      laboratory: 'qc-lab',
      awaited: ['2'],
      open: true,
    };
    expect(await samples(LABORATORY)).toEqual([expect.objectContaining(sample)]);
    expect(await samples(HOSPITAL_A)).toEqual([]);
  });
});

describe('trace 3', () => {
  it('says which results were pending at the release and are still', async () => {
    const { rows } = await bench.ask((asking) => traceGiven(asking, ids.patient(0)));
    expect(rows).toEqual([expect.objectContaining({ disposition: 'conditionally-released', resultsPending: ['2', '9'] })]);
  });

  it('no longer lists a result that came in', async () => {
    const own = await TraceBench.open();
    try {
      const result = {
        test: 'sterility',
        line: '2',
        verdict: 'pass',
        analyst: 'staff-0005',
        reviewer: 'staff-0006',
        method: 'm',
      };
      await own.say(...said, batch('test-recorded', { report: 'QC-9', results: [result] }));
      const { rows } = await own.ask((asking) => traceGiven(asking, ids.patient(0)));
      expect(rows[0]).toMatchObject({ pendingTests: ['2', '9'], resultsPending: ['9'] });
    } finally {
      await own.close();
    }
  });
});

describe('trace 2', () => {
  it('names the role to be spoken to at the hospital', async () => {
    const { rows } = await bench.ask((asking) => traceRecipients(asking, { batch: ids.batch(0) }));
    expect(rows.map(({ hospital, contact }) => [hospital, contact])).toEqual([['hosp-a', 'hospital.physician']]);
  });
});

describe('trace 4, the work', () => {
  it('lists where, with what and by whom, and names staff only to those who see the batch', async () => {
    const all = await bench.ask((asking) => traceWork(asking, ids.patient(0)));
    const step = { room: 'B-101', grade: 'B', equipment: ['INC-04'], operator: 'staff-0001', verifier: 'staff-0002' };
    expect(all.rows.slice(0, 3)).toEqual(
      ['isolated', 'passaged', 'harvested'].map((name) => expect.objectContaining({ step: name, ...step })),
    );
    expect(all.rows.slice(3).map(({ step: name, equipment }) => [name, equipment])).toEqual([
      ['split', []],
      ['unit-cryopreserved', ['CRF-1']],
    ]);
    const hospital = await bench.ask((asking) => traceWork(asking, ids.patient(0)), HOSPITAL_A);
    expect(hospital.rows[0]).toMatchObject({ room: 'B-101', equipment: ['INC-04'], operator: null, verifier: null });
  });
});

describe('trace 5', () => {
  it('says where a unit can be stopped and what was done about it', async () => {
    const { rows, donations } = await bench.ask((asking) => traceLookBack(asking, ids.donor(0)));
    expect(rows.map(({ stopAt, action, actionAt }) => [stopAt, action, actionAt])).toEqual([
      [null, null, null],
      ['on hand', null, null],
      ['in transit', null, null],
      [null, null, null],
      ['on hand', 'quarantine', '2026-11-21T09:00:00+08:00'],
      ['on hand', null, null],
    ]);
    expect(donations).toEqual([expect.objectContaining({ donation: ids.donation(0), atRisk: true })]);
  });

  it('has a window from the last negative sample to the finding, and donations on both sides of it', async () => {
    const own = await TraceBench.open();
    try {
      const stream = `person-${ids.donor(0)}`;
      const positive = { marker: 'anti-hcv', sampledAt: '2026-12-28T09:00:00+08:00', result: 'reactive' };
      const collected = story
        .donationEvents(1, 0, 'collector')
        .map((each): Said => ({ ...each, occurredAt: '2026-10-01T08:00:00+08:00' }));
      await own.say(...said, ...collected, {
        stream,
        type: 'person.screened.v1',
        data: { risk: 'none-identified', tests: [positive] },
      });
      await own.say({
        stream,
        type: 'person.eligibility-determined.v1',
        data: { status: 'ineligible', reasons: ['reactive-after-donation'], reviewer: 'staff-0002' },
        occurredAt: '2026-12-29T09:00:00+08:00',
      });
      const { finding, donations } = await own.ask((asking) => traceLookBack(asking, ids.donor(0)));
      expect(finding).toMatchObject({ windowFrom: '2026-11-01T09:00:00+08:00', windowTo: '2026-12-29T09:00:00+08:00' });
      expect(donations.map(({ donation, atRisk }) => [donation, atRisk])).toEqual([
        [ids.donation(0), true],
        [ids.donation(1), false],
      ]);
    } finally {
      await own.close();
    }
  });
});

describe('trace 6', () => {
  it('counts what was sent to a site and what went on from there', async () => {
    const { rows } = await bench.ask((asking) => traceFailure(asking, { batch: ids.batch(0) }));
    expect(rows.map(({ site: at, contact, sent, sentOn, units, used }) => [at, contact, sent, sentOn, units, used])).toEqual([
      ['carrier-a', 'courier', 0, 0, 1, 0],
      ['hosp-a', 'hospital.physician', 2, 1, 1, 1],
      ['hosp-b', null, 2, 1, 1, 0],
      ['lab-a', 'lab.qa', 0, 0, 3, 0],
    ]);
  });
});
