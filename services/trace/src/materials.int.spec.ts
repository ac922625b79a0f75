import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seesStream } from './query/stream-sight.ts';
import type { Viewer } from './query/viewer.ts';
import { familyEntries } from './record/history.ts';
import { uuid } from './specification/ids.ts';
import {
  donationEvents,
  donorEvents,
  followUpEvents,
  handingEvents,
  ids,
  issueEvents,
  LAB,
  openingEvents,
  plannedEvents,
  processEvents,
} from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { aboutOf } from './traces/about.ts';
import { answerCsv } from './traces/csv.ts';
import { traceFailure } from './traces/failure.ts';
import { traceMaterials } from './traces/materials.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { dueList } from './views/due.ts';
import { search } from './views/search.ts';

const material = (n: number) => uuid(0xca, n);
const [SERUM, BASE, MEDIUM, ALBUMIN, TEXT_MEDIUM] = [1, 2, 3, 4, 5].map(material) as [string, string, string, string, string];
const RECIPIENT = { treatment: 0, patient: 0, site: 'hosp-a' };
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };
const LAB_A: Viewer = { kind: 'laboratory', org: LAB };
const LAB_B: Viewer = { kind: 'laboratory', org: 'lab-b' };
const QC_LAB: Viewer = { kind: 'testing-laboratory', org: 'qc-lab' };

const say = (stream: string, type: string, data: object, org = LAB): Said => ({
  stream,
  type,
  data,
  actor: { org, person: 'staff-0001', role: 'lab.operator', client: null },
});
const received = (id: string, data: object, org = LAB) =>
  say(`material-${id}`, 'material.received.v1', { kind: 'serum', supplier: 'Nanbei', ...data }, org);
const prepared = (id: string, lot: string, parents: object[], org = LAB) =>
  say(`material-${id}`, 'material.prepared.v1', { kind: 'medium', name: 'medium', lot, parents }, org);
const released = (id: string) => say(`material-${id}`, 'material.released.v1', {});
const used = (batch: number, data: object) =>
  say(`batch-${ids.batch(batch)}`, 'batch.material-used.v1', {
    name: 'medium',
    supplier: LAB,
    role: 'contact',
    step: 'expanded',
    ...data,
  });

/**
 * Serum NB-2411 → base medium BM-1 → complete medium CM-1 → batch 0 (by its record) and batch 1 (by its print) → batch 2, of a unit of batch 0.
 * Batch 3 got the serum itself, by print; batch 4 another medium that names the serum by print; batch 5 nothing of it.
 */
const story: readonly Said[] = [
  ...donorEvents(0, 'hosp-a'),
  ...donationEvents(0, 0, 'hosp-a'),
  received(SERUM, { name: 'fetal bovine serum', lot: 'NB-2411', maker: 'Plains Sera', origin: 'animal', expiry: '2029-11-30' }),
  released(SERUM),
  received(ALBUMIN, { name: 'albumin', lot: 'HA-1', supplier: 'Lingnan' }),
  prepared(BASE, 'BM-1', [{ material: SERUM, quantity: { value: '50', unit: 'mL' } }, { material: ALBUMIN }]),
  released(BASE),
  prepared(MEDIUM, 'CM-1', [
    { material: BASE },
    { material: SERUM },
    { name: 'L-glutamine', supplier: 'Haizhu', lot: 'LG-9', expiry: '2027-01-01' },
  ]),
  released(MEDIUM),
  prepared(TEXT_MEDIUM, 'CM-2', [{ name: 'fetal bovine serum', supplier: 'Nanbei', lot: 'nb-2411' }]),
  ...[0, 1, 2, 3, 4, 5].flatMap((batch) => {
    const inputs = batch === 2 ? [{ batch: 0, unit: 1 }] : [{ donation: 0 }];
    return [...issueEvents(batch, inputs), ...openingEvents(batch, inputs)];
  }),
  used(0, { material: MEDIUM, lot: 'CM-1' }),
  used(1, { lot: 'cm-1' }),
  used(3, { name: 'serum', supplier: 'Nanbei', lot: 'NB-2411' }),
  used(4, { material: TEXT_MEDIUM, lot: 'CM-2' }),
  ...[0, 1, 2, 3, 4, 5].flatMap((batch) => processEvents(batch, 2)),
  ...plannedEvents(RECIPIENT),
  ...handingEvents({ batch: 2, unit: 0 }, RECIPIENT),
  ...followUpEvents({ batch: 2, unit: 0 }, RECIPIENT),
];

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(...story);
});
afterAll(() => bench.close());

const batchesOf = async (lot: string, viewer?: Viewer) => {
  const { rows } = await bench.ask((asking) => traceUnits(asking, { lot }), viewer);
  return [...new Set(rows.map(({ batch }) => [0, 1, 2, 3, 4, 5].find((n) => ids.batch(n) === batch)))].sort();
};

describe('a lot', () => {
  it('is followed through whatever was prepared of it into every batch, and on downstream', async () => {
    expect(await batchesOf('NB-2411')).toEqual([0, 1, 2, 3, 4]);
    expect(await batchesOf('HA-1')).toEqual([0, 1, 2]);
    expect(await batchesOf('lg-9')).toEqual([0, 1, 2]);
    expect(await batchesOf('CM-2')).toEqual([4]);
  });

  it('is followed from the record of one delivery as well, and asked by whoever keeps that record', async () => {
    const units = (id: string, viewer?: Viewer) => bench.ask((asking) => traceUnits(asking, { material: id }).rows, viewer);
    const from = async (id: string) => {
      const batches = (await units(id)).map(({ batch }) => batch);
      return [0, 1, 2, 3, 4, 5].filter((n) => batches.includes(ids.batch(n)));
    };
    expect(await from(SERUM)).toEqual([0, 1, 2, 3, 4]);
    expect(await from(MEDIUM)).toEqual([0, 1, 2]);
    expect(await from(TEXT_MEDIUM)).toEqual([4]);
    expect((await units(SERUM, LAB_A)).length).toBe(10);
    await expect(units(SERUM, LAB_B)).rejects.toMatchObject({ code: 'not-found' });
    await expect(units(material(99))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is told apart by its supplier or maker', async () => {
    const of = (supplier: string) => bench.ask((asking) => traceUnits(asking, { lot: 'NB-2411', supplier }).rows.length);
    expect(await of('Nanbei')).toBe(10);
    // The print says who supplied it, and the record that it means who made it.
    expect(await of('Plains Sera')).toBe(10);
    await expect(of('Somebody else')).rejects.toThrow('nothing is known');
  });

  it('that no batch has used yet is known, and has no units', async () => {
    await bench.say(received(material(9), { name: 'spare', lot: 'SP-1' }));
    const { rows, lots } = await bench.ask((asking) => traceFailure(asking, { lot: 'SP-1' }), LAB_A);
    expect([rows, lots.map(({ status }) => status)]).toEqual([[], ['not released']]);
    await expect(bench.ask((asking) => traceFailure(asking, { lot: 'SP-1' }), LAB_B)).rejects.toThrow('nothing is known');
  });

  it('that fails is told with all that was prepared of it, as each stands', async () => {
    const lots = (viewer?: Viewer) =>
      bench.ask((asking) => traceFailure(asking, { lot: 'NB-2411' }).lots.map(({ lot, status }) => [lot, status]), viewer);
    expect(await lots()).toEqual([
      ['NB-2411', 'released'],
      ['CM-2', 'not released'],
      ['BM-1', 'released'],
      ['CM-1', 'released'],
    ]);
    const sisters = await bench.ask((asking) => traceFailure(asking, { batch: ids.batch(0) }).sisters);
    const shared = (n: number) => sisters.filter(({ batch }) => batch === ids.batch(n)).map(({ lot }) => lot);
    expect([shared(1), shared(3), shared(4), shared(5)].map((lots) => lots.includes('NB-2411'))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('is found by its number and by its id, by those whose record it is', async () => {
    const found = (text: string, viewer?: Viewer) =>
      bench.ask((asking) => search(asking, text).flatMap(({ kind, id }) => (kind === 'material' ? [id] : [])), viewer);
    expect(await found('nb-2411')).toEqual([SERUM]);
    expect(await found(SERUM, LAB_A)).toEqual([SERUM]);
    expect(await found(SERUM, LAB_B)).toEqual([]);
  });
});

describe('batches that name a lot in print only', () => {
  const byPrint = async (origin: Parameters<typeof traceUnits>[1], viewer?: Viewer) => {
    const { completeness } = await bench.ask((asking) => traceUnits(asking, origin), viewer);
    return [0, 1, 2, 3, 4, 5].filter((n) => completeness.byPrintedNumber.includes(`batch-${ids.batch(n)}`));
  };

  it('are named in the completeness of every trace of that lot, since no policy finds them', async () => {
    expect(await byPrint({ lot: 'NB-2411' })).toEqual([1, 3, 4]);
    expect(await byPrint({ material: SERUM })).toEqual([1, 3, 4]);
    expect(await byPrint({ lot: 'CM-1' })).toEqual([1]);
    expect(await byPrint({ lot: 'LG-9' })).toEqual([0, 1]);
    expect(await byPrint({ lot: 'CM-2' })).toEqual([]);
    expect(await byPrint({ batch: ids.batch(1) })).toEqual([]);
    for (const trace of [traceFailure, traceRecipients]) {
      const { completeness } = await bench.ask((asking) => trace(asking, { lot: 'CM-1' }));
      expect(completeness.byPrintedNumber).toEqual([`batch-${ids.batch(1)}`]);
    }
  });

  it('are told to those who know them', async () => {
    expect(await byPrint({ lot: 'NB-2411' }, LAB_A)).toEqual([1, 3, 4]);
    const answer = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }), HOSPITAL_A).catch(() => undefined);
    expect(answer?.completeness.byPrintedNumber ?? []).toEqual([]);
  });

  it('stand on the sheet and in each row of a CSV', async () => {
    const answer = await bench.ask((asking) => traceUnits(asking, { lot: 'NB-2411' }));
    expect(answerCsv(answer).split('\r\n')[1]).toContain('found by printed number only 3');
    expect(aboutOf(answer).filter(([{ zh }]) => zh === '仅凭印刷批号查得')).toHaveLength(3);
  });
});

describe('a lot that another laboratory names by its id', () => {
  const OTHER = 7;
  const [foreign, mixed, own] = [30, 31, 32].map(material) as [string, string, string];
  const to = { treatment: 77, patient: 77, site: 'hosp-b' };
  const byOther = (said: Said): Said => ({ ...said, actor: { ...said.actor, org: 'lab-b' } });
  let there: TraceBench;
  beforeAll(async () => {
    there = await TraceBench.open();
    await there.say(
      ...story,
      received(foreign, { name: 'secret growth factor', lot: 'GF-7', maker: 'Secret Maker', origin: 'animal' }),
      prepared(mixed, 'MX-1', [{ material: foreign }, { name: 'salt', lot: 'S-1', supplier: 'Haizhu' }], 'lab-b'),
      prepared(own, 'OW-1', [{ name: 'sugar', lot: 'SU-1', supplier: 'Haizhu' }], 'lab-b'),
      ...openingEvents(OTHER, [{ donation: 0 }]).map(byOther),
      byOther(used(OTHER, { name: 'guess', material: foreign })),
      byOther(used(OTHER, { material: MEDIUM, name: 'guess too' })),
      byOther(used(OTHER, { material: mixed, lot: 'MX-1' })),
      byOther(used(OTHER, { material: own, lot: 'OW-1' })),
      ...processEvents(OTHER, 1).map(byOther),
      ...plannedEvents(to),
      ...handingEvents({ batch: OTHER, unit: 0 }, to),
    );
  });
  afterAll(() => there.close());

  const rowsFor = async (viewer?: Viewer) =>
    (await there.ask((asking) => traceMaterials(asking, ids.patient(77)), viewer)).rows
      .filter(({ batch, step, lot }) => batch === ids.batch(OTHER) && step === 'expanded' && !lot?.startsWith('PL-'))
      .map(({ material: name, lot, maker, lotStatus: status }) => [name, lot, maker, status]);
  const own_ = [
    ['medium', 'OW-1', null, 'not released'],
    ['sugar', 'SU-1', null, null],
  ];

  it('tells nothing of it to those who see that batch, and all to oversight', async () => {
    expect(await rowsFor({ kind: 'hospital', org: 'hosp-b' })).toEqual([
      ['guess', null, null, null],
      ['guess too', null, null, null],
      ['medium', 'MX-1', null, 'not released'],
      ['–', foreign, null, null],
      ['salt', 'S-1', null, null],
      ...own_,
    ]);
    const told = JSON.stringify(await rowsFor());
    for (const word of ['GF-7', 'Secret Maker', 'NB-2411']) expect(told).toContain(word);
  });

  it('is no way to ask what else was made with it', async () => {
    const asked = (id: string, viewer: Viewer) => there.ask((asking) => traceUnits(asking, { material: id }).rows.length, viewer);
    await expect(asked(foreign, LAB_B)).rejects.toMatchObject({ code: 'not-found' });
    await expect(asked(MEDIUM, LAB_B)).rejects.toMatchObject({ code: 'not-found' });
    expect(await asked(own, LAB_B)).toBe(1);
    expect(await asked(MEDIUM, LAB_A)).toBeGreaterThan(0);
  });

  it('is named to nobody as what other batches share', async () => {
    const { sisters } = await there.ask((asking) => traceFailure(asking, { batch: ids.batch(OTHER) }), LAB_B);
    expect(JSON.stringify(sisters)).not.toMatch(/GF-7|NB-2411/);
  });

  it('says all the same what speaks against the cells', async () => {
    await there.say(say(`material-${foreign}`, 'material.recalled.v1', { reason: 'contamination' }));
    const rows = await rowsFor({ kind: 'hospital', org: 'hosp-b' });
    expect(rows.map(([name, lot, , status]) => [name, lot, status?.slice(0, 8) ?? null])).toEqual(
      expect.arrayContaining([
        ['guess', null, 'recalled'],
        ['–', foreign, 'recalled'],
      ]),
    );
  });
});

it('a critical deviation of a lot is due at the laboratory whose lot it is', async () => {
  const deviation = uuid(0xcd, 1);
  await bench.say(say(`material-${ALBUMIN}`, 'material.deviation-raised.v1', { deviation, class: 'critical' }));
  const due = (viewer: Viewer) =>
    bench.ask((asking) => dueList(asking, '2026-11-21T08:00:00Z').some(({ subject }) => subject === deviation), viewer);
  expect([await due(LAB_A), await due(LAB_B)]).toEqual([true, false]);
});

describe("what touched a patient's cells", () => {
  it('goes from the medium into what it was made of, to the last lot that is known', async () => {
    const { rows } = await bench.ask((asking) => traceMaterials(asking, ids.patient(0)), HOSPITAL_A);
    const own = rows.filter(({ batch, lot }) => batch === ids.batch(0) && !lot?.startsWith('PL-'));
    expect(
      own.map(({ material: name, lot, maker, depth, inside, lotStatus: status, role }) => [
        name,
        lot,
        maker,
        depth,
        inside,
        status,
        role,
      ]),
    ).toEqual([
      ['collection container', 'C2611', null, 2, [], null, 'contact'],
      ['medium', 'CM-1', null, 1, [], 'released', 'contact'],
      ['medium', 'BM-1', null, 2, ['CM-1'], 'released', 'contact'],
      ['fetal bovine serum', 'NB-2411', 'Plains Sera', 2, ['CM-1'], 'released', 'contact'],
      ['L-glutamine', 'LG-9', null, 2, ['CM-1'], null, 'contact'],
      ['fetal bovine serum', 'NB-2411', 'Plains Sera', 3, ['CM-1', 'BM-1'], 'released', 'contact'],
      ['albumin', 'HA-1', null, 3, ['CM-1', 'BM-1'], 'not released', 'contact'],
    ]);
  });

  it('says how each lot stands at the moment of the answer, and how it stood before', async () => {
    const before = await bench.ask(({ snapshot }) => snapshot.moment.position);
    await bench.say({
      ...say(`material-${SERUM}`, 'material.recalled.v1', { reason: 'contamination', notice: 'R-1' }),
      occurredAt: '2026-11-20T09:00:00+08:00',
    });
    const status = (asOf?: string) =>
      bench.ask(
        (asking) => traceMaterials(asking, ids.patient(0)).rows.find(({ lot }) => lot === 'NB-2411')?.lotStatus,
        HOSPITAL_A,
        asOf,
      );
    expect([await status(), await status(before)]).toEqual(['recalled (2026-11-20T09:00:00+08:00)', 'released']);
  });

  it('ends where the records lead in a circle', async () => {
    const [first, second] = [material(20), material(21)];
    await bench.say(prepared(first, 'C-1', [{ material: second }]), prepared(second, 'C-2', [{ material: first }]));
    await bench.say(used(0, { material: first, lot: 'C-1' }));
    const { rows } = await bench.ask((asking) => traceMaterials(asking, ids.patient(0)), HOSPITAL_A);
    expect(rows.filter(({ lot }) => lot?.startsWith('C-')).map(({ lot, inside }) => [lot, inside])).toEqual([
      ['C-1', []],
      ['C-2', ['C-1']],
      ['C-1', ['C-1', 'C-2']],
    ]);
    expect(await batchesOf('C-2')).toEqual([0, 2]);
  });
});

describe('a sample', () => {
  const sample = (n: number) => uuid(0xcb, n);
  const about = (n: number, type: string, data: object, org = LAB) => say(`sample-${sample(n)}`, `sample.${type}.v1`, data, org);
  const result = { test: 'sterility', method: 'M', verdict: 'pass' };
  const REPORT = uuid(0xcc, 1);
  const samplesOf = (viewer?: Viewer) =>
    bench.ask(
      (asking) =>
        traceUnits(asking, { batch: ids.batch(0) }).samples.filter((each) => each.sample.startsWith(sample(0).slice(0, -12))),
      viewer,
    );

  beforeAll(() =>
    bench.say(
      say(`batch-${ids.batch(0)}`, 'batch.unit-sampled.v1', { sample: sample(1), laboratory: 'qc-lab' }),
      about(1, 'taken', {
        from: { batch: ids.batch(0) },
        laboratory: 'qc-lab',
        identifiers: [{ scheme: 'local', site: LAB, kind: 'sample', value: 'SMP-77' }],
      }),
      about(1, 'dispatched', { to: 'qc-lab' }),
      about(1, 'received', {}, 'qc-lab'),
      { ...about(1, 'report-issued', { number: 'R-1', results: [result] }, 'qc-lab'), id: REPORT },
      about(
        1,
        'report-revised',
        { supersedes: REPORT, reason: 'retested', number: 'R-1a', results: [{ ...result, verdict: 'fail' }] },
        'qc-lab',
      ),
      about(2, 'taken', { from: { batch: ids.batch(0) }, purpose: 'retention' }),
      about(2, 'retained', { until: '2028-11-30' }),
      about(3, 'taken', { from: { batch: ids.batch(0) } }, 'lab-b'),
    ),
  );

  it('stands beside the units with where it is and what is reported on it', async () => {
    expect(await samplesOf()).toMatchObject([
      {
        sample: sample(1),
        status: 'received',
        reports: [
          expect.stringMatching(/^R-1 \(.*\): passed, revised$/),
          expect.stringMatching(/^R-1a \(.*\): failed: sterility$/),
        ],
      },
      { sample: sample(2), status: 'taken', retainedUntil: '2028-11-30', reports: [] },
    ]);
  });

  it('that a stranger says to have taken is in no answer about the batch', async () => {
    expect((await samplesOf()).map((each) => each.sample)).not.toContain(sample(3));
  });

  it('is found by its number by who took it and by who tests it', async () => {
    const found = (viewer: Viewer) => bench.ask((asking) => search(asking, 'smp-77').map(({ kind, id }) => [kind, id]), viewer);
    expect(await found(LAB_A)).toEqual([['sample', sample(1)]]);
    expect(await found(QC_LAB)).toEqual([['sample', sample(1)]]);
    expect(await found(LAB_B)).toEqual([]);
  });
});

describe('the history of a batch', () => {
  const streams = (viewer?: Viewer) =>
    bench.ask(
      (asking) =>
        Object.fromEntries(familyEntries(asking, ids.batch(2)).map(({ stream, visible }) => [stream, visible] as const)),
      viewer,
    );

  it('holds the lots that touched its cells, with what they were made of, and the samples', async () => {
    const history = await streams();
    for (const id of [MEDIUM, BASE, SERUM, ALBUMIN]) expect(history[`material-${id}`]).toBe(true);
    expect(history[`material-${TEXT_MEDIUM}`]).toBeUndefined();
    expect(Object.keys(history).some((stream) => stream.startsWith('sample-'))).toBe(true);
  });

  it('shows an auditor the lots of the batches that were granted, and of no others', async () => {
    const granted = (batch: number): Viewer => ({
      kind: 'auditor',
      org: 'qc-centre',
      granted: new Set([`batch-${ids.batch(batch)}`]),
    });
    expect((await streams(granted(2)))[`material-${SERUM}`]).toBe(false);
    const sees = (viewer: Viewer) =>
      bench.ask(({ snapshot, sight }) => seesStream(snapshot, sight, snapshot.number(`material-${SERUM}`)!), viewer);
    expect([await sees(granted(0)), await sees(granted(5))]).toEqual([true, false]);
  });
});
