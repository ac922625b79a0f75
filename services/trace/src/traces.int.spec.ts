import { batches, facts } from '@cytoledger/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import { dossierOf } from './record/dossier.ts';
import { familyEntries, historyOf, ndjsonOf, streamEntries } from './record/history.ts';
import { stateAt } from './record/state.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { csvOf } from './traces/csv.ts';
import { traceFailure } from './traces/failure.ts';
import { traceLookBack } from './traces/ineligible.ts';
import { traceMaterials } from './traces/materials.ts';
import { traceDonors, traceGiven } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { dueList } from './views/due.ts';
import { search } from './views/search.ts';
import { viewTreatment } from './views/treatment.ts';
import { viewUnit } from './views/unit.ts';

const { ids } = story;
const DONOR = ids.donor(0);
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };
const HOSPITAL_B: Viewer = { kind: 'hospital', org: 'hosp-b' };
const STRANGER: Viewer = { kind: 'hospital', org: 'hosp-z' };

/** Two donors pooled into a bank; one bank vial into a batch of four bags; two patients at two hospitals; a third bag retrieved. */
const said = [
  ...story.donorEvents(0, 'collector'),
  ...story.donorEvents(1, 'collector'),
  ...story.donationEvents(0, 0, 'collector'),
  ...story.donationEvents(1, 1, 'collector'),
  ...story.issueEvents(0, [{ donation: 0 }, { donation: 1 }]),
  ...story.openingEvents(0, [{ donation: 0 }, { donation: 1 }], { tier: 'master' }),
  ...story.processEvents(0, 2),
  ...story.issueEvents(1, [{ batch: 0, unit: 0 }]),
  ...story.openingEvents(1, [{ batch: 0, unit: 0 }]),
  ...story.processEvents(1, 4),
  ...story.releaseEvents(1),
  ...[
    { treatment: 0, patient: 0, site: 'hosp-a' },
    { treatment: 1, patient: 1, site: 'hosp-b' },
  ].flatMap((to, unit) => [
    ...story.plannedEvents(to),
    ...story.handingEvents({ batch: 1, unit }, to),
    ...story.followUpEvents({ batch: 1, unit }, to),
  ]),
];

let bench: TraceBench;

beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(...said);
});
afterAll(() => bench.close());

describe('the story', () => {
  it('is told in events that the domain accepts', () => {
    for (const { type, data } of said) {
      const parsed = facts.get(type)?.schema.safeParse(data);
      expect([type, parsed?.error?.issues ?? parsed === undefined]).toEqual([type, false]);
    }
  });
});

describe('trace 1, donor to units', () => {
  it('finds intermediates, bank vials and bags, with disposition, place, holder and fate', async () => {
    const answer = await bench.ask((asking) => traceUnits(asking, { donor: DONOR }));
    expect(
      answer.rows.map(({ batch, ordinal, tier, disposition, holder, fate }) => [batch, ordinal, tier, disposition, holder, fate]),
    ).toEqual([
      [ids.batch(0), 1, 'master', null, 'lab-a', 'consumed'],
      [ids.batch(0), 2, 'master', null, 'lab-a', null],
      [ids.batch(1), 1, 'none', 'released', 'hosp-a', 'infused'],
      [ids.batch(1), 2, 'none', 'released', 'hosp-b', 'infused'],
      [ids.batch(1), 3, 'none', 'released', 'lab-a', null],
      [ids.batch(1), 4, 'none', 'released', 'lab-a', null],
    ]);
    expect(answer.rows[4]).toMatchObject({ tank: 'T1', unitIdentifiers: ['HUCMSC-P4-1-3'], cells: '50 10*6.{cells} viable' });
    expect(answer.balance).toEqual({
      made: 6,
      onHand: 3,
      inTransit: 0,
      infused: 2,
      sampled: 0,
      consumed: 1,
      discarded: 0,
      unaccounted: 0,
    });
    expect(answer.completeness).toEqual({
      ...{ unreconciled: [], unreconciledInAll: 0, silentSites: [], legacyGaps: [], byPrintedNumber: [] },
      ...{ openDeviations: 0, unprojected: 0 },
    });
  });

  it('agrees with what the domain folds, unit by unit', async () => {
    const { rows } = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(1) }));
    const state = await stateAt<batches.BatchState>(bench.store, `batch-${ids.batch(1)}`, 1000);
    expect(
      rows.map((row) => ({
        id: row.unit,
        ordinal: row.ordinal,
        expiry: row.expiry,
        label: row.label,
        end: row.fate,
        endedAt: row.fateAt,
        custodian: row.holder,
        place: row.tank ?? row.site,
        inTransit: row.inTransit,
        disposition: row.disposition,
      })),
    ).toEqual(
      [...state.units.values()].map((unit) => ({
        id: unit.id,
        ordinal: unit.ordinal,
        expiry: unit.expiry,
        label: unit.labelled,
        end: unit.end,
        endedAt: unit.endedAt ?? null,
        custodian: unit.custodian,
        place: unit.place?.value.tank ?? unit.place?.value.site,
        inTransit: unit.inTransit,
        disposition: batches.dispositionOf(state, unit)?.kind ?? null,
      })),
    );
    const answer = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(1) }));
    expect(answer.balance).toEqual(batches.containerBalance(state));
  });

  it('gives a hospital its own units only, and the rest as numbers', async () => {
    const answer = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(1) }), HOSPITAL_A);
    expect(answer.rows.map(({ unit }) => unit)).toEqual([ids.unit({ batch: 1, unit: 0 })]);
    expect(answer.links).toEqual([]);
    expect(answer.elsewhere).toEqual([
      { site: 'hosp-b', units: 1, infused: 1, recipients: 1 },
      { site: 'lab-a', units: 2, infused: 0, recipients: 0 },
    ]);
  });

  it('tells a stranger that there is nothing', async () => {
    for (const origin of [{ donor: DONOR }, { batch: ids.batch(1) }, { unit: ids.unit({ batch: 1, unit: 0 }) }]) {
      await expect(bench.ask((asking) => traceUnits(asking, origin), STRANGER)).rejects.toMatchObject({ code: 'not-found' });
    }
  });
});

describe('trace 2, donor to recipients', () => {
  it('finds everybody who was given something of the donor, through the pool', async () => {
    const { rows } = await bench.ask((asking) => traceRecipients(asking, { donor: DONOR }));
    expect(rows).toEqual([
      expect.objectContaining({
        hospital: 'hosp-a',
        patient: ids.patient(0),
        physician: 'staff-0010',
        shareOfPool: '1 of 2',
        dose: '48 10*6.{cells} viable',
        route: 'intravenous',
        followUp: 'in follow-up',
        path: [
          `person-${DONOR}`,
          `donation-${ids.donation(0)}`,
          `batch-${ids.batch(0)}`,
          `batch-${ids.batch(1)}`,
          ids.unit({ batch: 1, unit: 0 }),
        ],
      }),
      expect.objectContaining({ hospital: 'hosp-b', patient: ids.patient(1) }),
    ]);
  });

  it('tells the laboratory numbers per site and no patient', async () => {
    const answer = await bench.ask((asking) => traceRecipients(asking, { batch: ids.batch(1) }), LABORATORY);
    expect(answer.rows).toEqual([]);
    expect(answer.elsewhere).toEqual([
      { site: 'hosp-a', units: 1, infused: 1, recipients: 1 },
      { site: 'hosp-b', units: 1, infused: 1, recipients: 1 },
    ]);
    expect(JSON.stringify(answer)).not.toContain('patient-');
  });

  it('never shows a hospital the patient of another', async () => {
    const answer = await bench.ask((asking) => traceRecipients(asking, { batch: ids.batch(1) }), HOSPITAL_B);
    expect(answer.rows.map(({ patient }) => patient)).toEqual([ids.patient(1)]);
    expect(JSON.stringify(answer)).not.toContain(ids.patient(0));
  });
});

describe('traces 3 and 4, from a recipient', () => {
  it('find what was given', async () => {
    const { rows } = await bench.ask((asking) => traceGiven(asking, ids.patient(0)), HOSPITAL_A);
    expect(rows).toEqual([
      expect.objectContaining({
        unit: ids.unit({ batch: 1, unit: 0 }),
        thawToInfusionMinutes: 15,
        disposition: 'released',
        failedSince: [],
      }),
    ]);
  });

  it('are for the patient too, and for no other patient', async () => {
    const own: Viewer = { kind: 'patient', org: 'hosp-a', patient: ids.patient(0) };
    const other: Viewer = { kind: 'patient', org: 'hosp-a', patient: ids.patient(1) };
    expect((await bench.ask((asking) => traceGiven(asking, ids.patient(0)), own)).rows).toHaveLength(1);
    await expect(bench.ask((asking) => traceGiven(asking, ids.patient(0)), other)).rejects.toMatchObject({ code: 'not-found' });
    await expect(bench.ask((asking) => traceGiven(asking, ids.patient(0)), HOSPITAL_B)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('find both donors of the pool, whom each hospital knows by names of its own', async () => {
    const overall = await bench.ask((asking) => traceDonors(asking, ids.patient(0)));
    expect(overall.rows.map(({ donor, eligibilityThen, depth }) => [donor, eligibilityThen, depth])).toEqual([
      [DONOR, 'eligible', 2],
      [ids.donor(1), 'eligible', 2],
    ]);
    expect(overall.rows[0]!.markers).toContain('hbsag: non-reactive (2026-11-01T09:00:00+08:00)');
    const a = await bench.ask((asking) => traceDonors(asking, ids.patient(0)), HOSPITAL_A);
    const b = await bench.ask((asking) => traceDonors(asking, ids.patient(1)), HOSPITAL_B);
    expect(a.rows.map(({ donor }) => donor)).toEqual([expect.stringMatching(/^alias-/), expect.stringMatching(/^alias-/)]);
    const names = (answer: typeof a) => answer.rows.flatMap(({ donor, donation, path }) => [donor, donation, ...path.slice(2)]);
    expect(names(a).filter((name) => names(b).includes(name))).toEqual([]);
    expect(JSON.stringify(a)).not.toContain(DONOR);
    expect(JSON.stringify(a)).not.toContain(ids.donation(0));
  });

  it('find everything that touched the cells, upstream too', async () => {
    const { rows } = await bench.ask((asking) => traceMaterials(asking, ids.patient(0)), HOSPITAL_A);
    expect(rows.map(({ lot, depth, role }) => [lot, depth, role])).toEqual([
      ['C2611', 2, 'contact'],
      ['C2611', 2, 'contact'],
      ['PL-0', 1, 'contact'],
      ['PL-1', 0, 'contact'],
    ]);
  });
});

describe('what touched the cells at their collection', () => {
  it('is told to a hospital without the donation or its day, and to who knows the donor with them', async () => {
    const asked = (viewer?: typeof HOSPITAL_A) => bench.ask((asking) => traceMaterials(asking, ids.patient(0)), viewer);
    const at = await asked(HOSPITAL_A);
    const collected = at.rows.filter(({ step }) => step === 'collected');
    expect(collected.map(({ material, lot, usedAt }) => [material, lot, usedAt])).toEqual([
      ['collection container', 'C2611', null],
      ['collection container', 'C2611', null],
    ]);
    for (const donation of [ids.donation(0), ids.donation(1)]) expect(JSON.stringify(at)).not.toContain(donation);
    const overall = (await asked()).rows.filter(({ step }) => step === 'collected');
    expect(overall.every(({ usedAt }) => usedAt !== null)).toBe(true);
  });

  it('leads to whoever got cells of it, and makes a donation no sister of a batch', async () => {
    const { rows, sisters } = await bench.ask((asking) => traceFailure(asking, { lot: 'c2611' }));
    expect(rows.reduce((sum, { recipients }) => sum + recipients, 0)).toBe(2);
    expect(sisters).toEqual([]);
  });
});

describe('trace 6, a lot fails', () => {
  it('counts per site what was sent, used and is on hand, and names the sister batches', async () => {
    const { rows, sisters } = await bench.ask((asking) => traceFailure(asking, { lot: 'pl-1', supplier: 'Supplier A' }));
    expect(rows.map(({ site, units, onHand, used, recipients }) => [site, units, onHand, used, recipients])).toEqual([
      ['hosp-a', 1, 0, 1, 1],
      ['hosp-b', 1, 0, 1, 1],
      ['lab-a', 2, 2, 0, 0],
    ]);
    expect(sisters).toEqual([]);
  });
});

describe('answers as of a moment', () => {
  it('are those that were given then, and are given again after the file was deleted', async () => {
    const own = await TraceBench.open();
    try {
      const answers = new Map<string, string>();
      const everything = async (asOf?: string) =>
        JSON.stringify([
          await own.ask((asking) => traceUnits(asking, { batch: ids.batch(1) }), undefined, asOf),
          await own.ask((asking) => traceRecipients(asking, { batch: ids.batch(1) }), undefined, asOf),
          await own.ask((asking) => traceFailure(asking, { lot: 'PL-1' }), undefined, asOf),
        ]);
      const until = said.findIndex(({ type, stream }) => type === 'batch.material-used.v1' && stream.endsWith(ids.batch(1)));
      await own.say(...said.slice(0, until + 1));
      for (let at = until + 1; at < said.length; at += 2) {
        const position = await own.say(...said.slice(at, at + 2));
        answers.set(position, await everything());
      }
      for (const [position, answer] of answers) expect(await everything(position)).toBe(answer);
      await own.rebuild();
      for (const [position, answer] of answers) expect(await everything(position)).toBe(answer);
    } finally {
      await own.close();
    }
  });

  it('are refused before anything was known', async () => {
    await expect(bench.ask((asking) => traceUnits(asking, { batch: ids.batch(1) }), undefined, '5')).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('afterwards', () => {
  it('a donor found ineligible: who was exposed, what can be stopped, and what was thought then', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(...said);
      const at = (day: string) => ({ marker: 'anti-hcv', sampledAt: `2026-${day}T09:00:00+08:00` });
      const stream = `person-${DONOR}`;
      const screened = { risk: 'none-identified', tests: [{ ...at('11-28'), result: 'reactive' }] };
      await own.say(
        { stream, type: 'person.screened.v1', data: screened, actor: { org: 'collector' } },
        {
          stream,
          type: 'person.eligibility-determined.v1',
          data: { status: 'ineligible', reasons: ['reactive-after-donation'], reviewer: 'staff-0002' },
          actor: { org: 'collector' },
        },
      );
      const found = await own.ask((asking) => traceLookBack(asking, DONOR));
      expect(found.finding).toMatchObject({
        eligibility: 'ineligible',
        reactive: ['anti-hcv'],
        lastNegativeSample: '2026-11-01T09:00:00+08:00',
      });
      expect(found.rows.map(({ fate, atRisk, stoppable }) => [fate, atRisk, stoppable])).toEqual([
        ['consumed', true, false],
        [null, true, true],
        ['infused', true, false],
        ['infused', true, false],
        [null, true, true],
        [null, true, true],
      ]);
      const { rows } = await own.ask((asking) => traceDonors(asking, ids.patient(0)));
      expect(rows[0]).toMatchObject({ eligibilityThen: 'eligible', eligibilityNow: 'ineligible' });
    } finally {
      await own.close();
    }
  });

  it('a corrected entry changes the answer from then on, and not the answer of before', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(...said);
      const stream = `batch-${ids.batch(1)}`;
      const stored = said.find(({ type, stream: on }) => type === 'batch.unit-stored.v2' && on === stream)!;
      const entries = await own.ask((asking) => streamEntries(asking, stream));
      let event = '';
      for await (const { header, body } of historyOf(own.store, entries)) {
        const { content } = body as { content: { type: string } };
        if (content.type === stored.type) event = (header as { id: string }).id;
      }
      const holder = async (asOf?: string) =>
        (await own.ask((asking) => viewUnit(asking, ids.unit({ batch: 1, unit: 3 })), undefined, asOf)).tank;
      expect(await holder()).toBe('T1');
      const corrected = await own.say({
        stream,
        type: 'batch.corrected.v1',
        data: { event, data: { ...stored.data, tank: 'T8' }, reason: 'transcription' },
      });
      expect(await holder()).toBe('T8');
      expect(await holder(String(Number(corrected) - 1))).toBe('T1');
      const both = await own.ask((asking) => familyEntries(asking, ids.batch(1)));
      const lines = [];
      for await (const line of historyOf(own.store, both)) if (line.correctedBy) lines.push(line);
      expect(lines).toHaveLength(1);
    } finally {
      await own.close();
    }
  });

  it('a report that could not be matched shows in every trace that it may touch', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(...said);
      const content = JSON.stringify({ stream: 'batch-x', data: { unit: 'hucmsc-p4-1-3 ' } });
      const fact = 'fact-0192f5c4-0000-8000-8000-000000000001';
      await own.say({
        stream: fact,
        type: 'fact.unreconciled.v1',
        data: {
          intended: 'batch-x',
          type: 'batch.unit-infused.v1',
          content,
          reasons: [{ rule: 'unit.unknown', pointer: '', sentence: { en: 'x', zh: 'x' } }],
        },
      });
      const touched = await own.ask((asking) => traceUnits(asking, { donor: DONOR }));
      expect(touched.completeness).toMatchObject({ unreconciled: [{ fact, reasons: ['unit.unknown'] }], unreconciledInAll: 1 });
      const untouched = await own.ask((asking) => traceGiven(asking, ids.patient(0)));
      expect(untouched.completeness).toMatchObject({ unreconciled: [], unreconciledInAll: 1 });
      await own.say({
        stream: fact,
        type: 'fact.reconciled.v1',
        data: { outcome: 'duplicate', by: 'staff-0001', approvedBy: 'staff-0002' },
      });
      expect((await own.ask((asking) => traceUnits(asking, { donor: DONOR }))).completeness.unreconciledInAll).toBe(0);
    } finally {
      await own.close();
    }
  });
});

describe('the record', () => {
  it('is given whole, in log order, with bodies of others withheld', async () => {
    const entries = await bench.ask((asking) => familyEntries(asking, ids.batch(1)), LABORATORY);
    const lines: { position: string; header: { stream: string }; body: object | null }[] = [];
    for await (const line of ndjsonOf(bench.store, entries)) lines.push(JSON.parse(line));
    const positions = lines.map(({ position }) => Number(position));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    const withheld = new Set(lines.filter(({ body }) => body === null).map(({ header }) => header.stream.split('-')[0]));
    expect([...withheld].sort()).toEqual(['batch', 'treatment']);
    expect(JSON.stringify(lines)).not.toContain('vitalSigns');
    expect(JSON.stringify(lines)).not.toContain('patient-0');
    const whole = await bench.ask((asking) => familyEntries(asking, ids.batch(1)));
    expect(whole).toHaveLength(lines.length);
    expect(whole.every(({ visible, hides }) => visible && hides === null)).toBe(true);
  });

  it('says how each line of the specification stood, and what the signers had read', async () => {
    const dossier = await bench.trace.ask({ kind: 'oversight', org: 'qc' }, {}, (asking) =>
      dossierOf(asking, bench.store, ids.batch(1)),
    );
    expect(dossier).toMatchObject({
      readiness: null,
      reviewed: [{ disposition: 'released', upTo: { seq: 9 }, unread: 1 }],
      balance: { made: 4, infused: 2, onHand: 2 },
    });
  });

  it('finds by what is printed, typed in another way', async () => {
    const found = await bench.ask((asking) => search(asking, ' ｈucmsc-p4-1-3'));
    expect(found).toEqual([
      expect.objectContaining({ kind: 'unit', id: ids.batch(1), unit: ids.unit({ batch: 1, unit: 2 }), by: 'local' }),
    ]);
    expect(await bench.ask((asking) => search(asking, 'HUCMSC-P4-1-3'), HOSPITAL_A)).toEqual([]);
  });

  it('shows where a unit is and was', async () => {
    const view = await bench.ask((asking) => viewUnit(asking, ids.unit({ batch: 1, unit: 0 })), HOSPITAL_A);
    expect(view).toMatchObject({ holder: 'hosp-a', fate: 'infused', patient: ids.patient(0), treatment: ids.treatment(0) });
    expect([...new Set(view.whereabouts.map(({ holder }) => holder))]).toEqual(['lab-a', 'carrier-a', 'hosp-a']);
    expect((await bench.ask((asking) => viewUnit(asking, ids.unit({ batch: 1, unit: 0 })), LABORATORY)).patient).toBeNull();
  });

  it('shows a treatment to those who treat', async () => {
    const view = await bench.ask((asking) => viewTreatment(asking, ids.treatment(0)), HOSPITAL_A);
    expect(view.infusions).toEqual([expect.objectContaining({ unit: ids.unit({ batch: 1, unit: 0 }), recordedTwice: true })]);
    expect(view.visits).toHaveLength(3);
    await expect(bench.ask((asking) => viewTreatment(asking, ids.treatment(0)), LABORATORY)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('says what is due', async () => {
    const due = await bench.ask((asking) => dueList(asking, '2027-02-05T08:00:00Z'), HOSPITAL_A);
    expect(due.map(({ kind, detail }) => [kind, detail])).toEqual([['visit', 'M3']]);
  });
});

describe('CSV', () => {
  it('is RFC 4180 with a mark for Excel, and holds no formula', () => {
    const columns = ['a', 'b'].map((key) => ({ key, en: key, zh: key }));
    const rows = [
      { a: '=G1234', b: '-5' },
      { a: 'x, "y"', b: ['1', '2'] },
      { a: '@SUM(1)', b: null },
    ];
    expect(csvOf({ columns, rows })).toBe('\uFEFFa,b\r\n\'=G1234,-5\r\n"x, ""y""",1; 2\r\n\'@SUM(1),\r\n');
  });
});
