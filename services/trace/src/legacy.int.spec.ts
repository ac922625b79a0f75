import { facts } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import { uuid } from './specification/ids.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { completenessLine } from './traces/about.ts';
import { traceFailure } from './traces/failure.ts';
import { traceGiven } from './traces/recipient.ts';
import { traceUnits } from './traces/units.ts';
import { dueList } from './views/due.ts';

const { ids } = story;
const BANK = ids.batch(0);
const said = (stream: string, type: string, data: object, org: string = story.LAB, more: Partial<Said> = {}): Said => ({
  stream,
  type,
  data,
  actor: { org, person: 'staff-0001', role: 'lab.qa', client: null },
  ...more,
});

const imported = said(`batch-${BANK}`, 'batch.legacy-imported.v1', {
  identifiers: [{ scheme: 'local', site: story.LAB, kind: 'batch', value: 'MCB-2019-03' }],
  product: { id: ids.product, specification: 1 },
  autologous: false,
  tier: 'master',
  source: { kind: 'binder', name: 'MCB binder 3' },
  from: { donations: [ids.donation(0)] },
  declared: [
    { about: 'processing', grade: 'original' },
    { about: 'testing', line: '2', grade: 'transcript' },
    { about: 'storage', grade: 'electronic-export' },
  ],
  gaps: [
    { about: 'materials', reason: 'lost' },
    { about: 'testing', line: '1', reason: 'never-recorded' },
  ],
  verifiers: ['staff-0021', 'staff-0022'],
});
const resolved = (batch: string, data: object) => said(`batch-${batch}`, 'batch.origins-resolved.v1', data);
const vials = said(`batch-${BANK}`, 'batch.split.v1', {
  units: [0, 1].map((unit) => ({ id: ids.unit({ batch: 0, unit }), kind: 'vial', ordinal: unit + 1 })),
});

const recipient = { treatment: 0, patient: 0, site: 'hosp-a' };
const inputs = [{ batch: 0, unit: 0 }];
const own = [{ donation: 1 }];
const log: readonly Said[] = [
  ...story.donorEvents(0, 'collector'),
  ...story.donationEvents(0, 0, 'collector'),
  imported,
  resolved(BANK, { donations: [ids.donation(0)], batches: [] }),
  vials,
  ...story.issueEvents(1, inputs),
  ...story.openingEvents(1, inputs),
  resolved(ids.batch(1), { donations: [ids.donation(0)], batches: [BANK], legacy: [BANK] }),
  ...story.processEvents(1, 2),
  ...story.releaseEvents(1),
  ...story.plannedEvents(recipient),
  ...story.handingEvents({ batch: 1, unit: 0 }, recipient),
  ...story.followUpEvents({ batch: 1, unit: 0 }, recipient),
  ...story.donorEvents(1, 'collector'),
  ...story.donationEvents(1, 1, 'collector'),
  ...story.issueEvents(2, own),
  ...story.openingEvents(2, own),
  ...story.processEvents(2, 1),
];

const HOSPITAL: Viewer = { kind: 'hospital', org: 'hosp-a' };
const STRANGER: Viewer = { kind: 'hospital', org: 'hosp-z' };
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };

let bench: TraceBench;

beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(...log);
});
afterAll(() => bench.close());

describe('an imported bank', () => {
  it('is told in events that the domain accepts', () => {
    for (const { type, data } of [imported, vials]) expect(facts.get(type)?.schema.safeParse(data).error).toBeUndefined();
  });

  it('states its gaps in every trace that touches it, forwards', async () => {
    const { completeness, rows } = await bench.ask((asking) => traceUnits(asking, { donor: ids.donor(0) }));
    expect(rows.map(({ batch, tier }) => [batch, tier])).toEqual([
      [BANK, 'master'],
      [BANK, 'master'],
      [ids.batch(1), 'none'],
      [ids.batch(1), 'none'],
    ]);
    expect(completeness.legacyGaps.map(({ batch, about, line }) => [batch, about, line])).toEqual([
      [`batch-${BANK}`, 'materials', null],
      [`batch-${BANK}`, 'testing', '1'],
    ]);
  });

  it('states them of what was made of it and given to a patient, in both languages and on the line of completeness', async () => {
    const answer = await bench.ask((asking) => traceGiven(asking, ids.patient(0)), HOSPITAL);
    expect(answer.completeness.legacyGaps.map(({ batch, gap }) => [batch, gap])).toEqual([
      ['–', 'materials used: record lost · 所用物料：记录遗失'],
      ['–', 'testing (1): never recorded · 检验 (1)：当时未记录'],
    ]);
    expect(completenessLine(answer)).toMatch(/declared gaps 2/);
    expect(
      (await bench.ask((asking) => traceFailure(asking, { batch: ids.batch(1) }), LABORATORY)).completeness.legacyGaps,
    ).toHaveLength(2);
  });

  it('is no gap of what has nothing to do with it', async () => {
    const { completeness } = await bench.ask((asking) => traceUnits(asking, { donor: ids.donor(1) }));
    expect(completeness.legacyGaps).toEqual([]);
  });
});

describe('a result that fails after infusion', () => {
  const failed = uuid(0xfa, 1);
  const batch = `batch-${ids.batch(1)}`;
  const notice = uuid(0xfa, 2);
  const due = async (viewer: Viewer) =>
    (await bench.ask((asking) => dueList(asking, '2030-01-01T00:00:00Z'), viewer)).filter(({ kind }) => kind === 'late-result');

  it('is due to be told to the physician until it was told and acknowledged, at the laboratory and the hospital', async () => {
    const results = [{ test: 'sterility', method: 'SOP', line: '2', verdict: 'fail' }];
    await bench.say(said(batch, 'batch.test-recorded.v1', { results }, 'qc-lab', { id: failed }));
    for (const viewer of [LABORATORY, HOSPITAL]) {
      expect(await due(viewer)).toMatchObject([
        { stream: batch, subject: `${failed}/0`, overdue: true, detail: expect.stringContaining('physician not told') },
      ]);
    }
    expect(await due(STRANGER)).toEqual([]);

    const told = {
      result: { event: failed, index: 0 },
      treatment: ids.treatment(0),
      units: [ids.unit({ batch: 1, unit: 0 })],
      physician: 'staff-0010',
    };
    await bench.say(said(batch, 'batch.late-result-notified.v1', told, story.LAB, { id: notice }));
    expect(await due(HOSPITAL)).toMatchObject([{ detail: expect.stringContaining('not acknowledged') }]);

    await bench.say(said(batch, 'batch.late-result-acknowledged.v1', { notice }, 'hosp-a'));
    expect(await due(HOSPITAL)).toEqual([]);
  });
});
