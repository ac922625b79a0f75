import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { answerCsv } from './traces/csv.ts';
import { traceFailure } from './traces/failure.ts';
import { traceLookBack } from './traces/ineligible.ts';
import { traceDonors, traceGiven } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { lateResultsDue } from './views/late-results.ts';
import { viewTreatment } from './views/treatment.ts';

const { ids } = story;
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };
const HOSPITAL_B: Viewer = { kind: 'hospital', org: 'hosp-b' };
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };
const FIRST = { treatment: 600, patient: 600, site: 'hosp-a' };
const SECOND = { treatment: 601, patient: 601, site: 'hosp-b' };
const THIRD = { treatment: 602, patient: 602, site: 'hosp-b' };
const DRAWN = { treatment: 603, patient: 603, site: 'hosp-a' };
const BATCH = 600;
const bag = (unit: number) => ids.unit({ batch: BATCH, unit });
const UNKNOWN = ids.sample(7001);
const fact = (n: number) => `fact-0192f5c4-0000-8000-8000-00000000060${n}`;

/** What the batch could not take in, as it is kept. */
const report = (n: number, type: string, unit: string, to: typeof SECOND): Said => ({
  stream: fact(n),
  type: 'fact.unreconciled.v1',
  data: {
    intended: `batch-${ids.batch(BATCH)}`,
    type,
    content: JSON.stringify({
      stream: `batch-${ids.batch(BATCH)}`,
      type,
      occurredAt: '2026-11-21T17:30:00+08:00',
      data: { unit, treatment: ids.treatment(to.treatment), patient: ids.patient(to.patient) },
    }),
    reasons: [{ rule: 'unit.infused-twice', pointer: '/unit', sentence: { en: 'x', zh: 'x' } }],
    reportedBy: to.site,
  },
});

let bench: TraceBench;

/**
 * One bag was given to two patients: the second infusion stands in the treatment's record, the batch's entry was kept apart. A third patient's is only
 * a report so far. A bag that was drawn up into syringes is named by a fourth patient's treatment instead of the syringe, and the second was given
 * something of the batch that it never made.
 */
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(600, 'collector'),
    ...story.donationEvents(600, 600, 'collector'),
    ...story.issueEvents(BATCH, [{ donation: 600 }]),
    ...story.openingEvents(BATCH, [{ donation: 600 }]),
    ...story.processEvents(BATCH, 3),
    ...story.releaseEvents(BATCH),
    ...[FIRST, SECOND, THIRD, DRAWN].flatMap(story.plannedEvents),
    ...story.handingEvents({ batch: BATCH, unit: 0 }, FIRST),
    ...story.followUpEvents({ batch: BATCH, unit: 0 }, FIRST),
    report(1, 'batch.unit-infused.v1', bag(0), SECOND),
    ...story.followUpEvents({ batch: BATCH, unit: 0 }, SECOND),
    report(2, 'batch.unit-infusion-started.v1', bag(0), THIRD),
    ...story.followUpEvents({ batch: BATCH, unit: 1 }, DRAWN).slice(0, 1),
    ...story
      .followUpEvents({ batch: BATCH, unit: 2 }, SECOND)
      .slice(0, 1)
      .map((said) => ({ ...said, data: { ...said.data, unit: UNKNOWN } })),
  );
});
afterAll(() => bench.close());

describe('a bag that two patients were given of', () => {
  const rowsOf = async (...[origin, viewer]: [Parameters<typeof traceRecipients>[1], Viewer?]) =>
    (await bench.ask((asking) => traceRecipients(asking, origin), viewer)).rows.map(({ patient, hospital, unit, recordedIn }) => [
      patient,
      hospital,
      unit,
      recordedIn,
    ]);
  const first = [ids.patient(600), 'hosp-a', bag(0), ['batch', 'treatment']];
  const second = [ids.patient(601), 'hosp-b', bag(0), ['treatment']];
  const third = [ids.patient(602), 'hosp-b', bag(0), ['report']];
  const drawn = [ids.patient(603), 'hosp-a', bag(1), ['treatment']];
  const unknown = [ids.patient(601), 'hosp-b', UNKNOWN, ['treatment']];

  it('shows every one of them in the recipients of the donor, with where it is recorded', async () => {
    expect(await rowsOf({ donor: ids.donor(600) })).toEqual([first, second, third, drawn, unknown]);
  });

  it('shows those of that bag where only the bag is asked for', async () => {
    expect(await rowsOf({ unit: bag(0) })).toEqual([first, second, third]);
  });

  it('says of each what their own treatment says, and nothing of the other’s', async () => {
    const { rows, balance } = await bench.ask((asking) => traceRecipients(asking, { unit: bag(0) }));
    expect(rows[1]).toMatchObject({
      dose: '48 10*6.{cells} viable',
      route: 'intravenous',
      partial: null,
      unitIdentifiers: ['HUCMSC-P4-600-1'],
    });
    expect(rows[2]).toMatchObject({ infusedAt: '2026-11-21T17:30:00+08:00', dose: null, physician: 'staff-0010' });
    expect(balance).toMatchObject({ made: 1, infused: 1 });
  });

  it('tells each hospital of its own patients, and the laboratory of numbers', async () => {
    expect(await rowsOf({ batch: ids.batch(BATCH) }, HOSPITAL_A)).toEqual([first, drawn]);
    const asked = await bench.ask((asking) => traceRecipients(asking, { batch: ids.batch(BATCH) }), LABORATORY);
    expect(asked.rows).toEqual([]);
    expect(asked.elsewhere).toEqual([
      { site: 'hosp-a', units: 1, infused: 1, recipients: 2 },
      { site: 'hosp-b', units: 0, infused: 0, recipients: 2 },
    ]);
  });

  it('counts them in what a failed batch did, at the site that gave it', async () => {
    const { rows } = await bench.ask((asking) => traceFailure(asking, { batch: ids.batch(BATCH) }));
    expect(rows.map(({ site, used, recipients }) => [site, used, recipients])).toEqual([
      ['hosp-a', 1, 2],
      ['hosp-b', 0, 2],
      ['lab-a', 0, 0],
    ]);
  });

  it('tells in a look-back of every one of them, to the laboratory without whom', async () => {
    const told = async (viewer?: Viewer) => {
      const answer = await bench.ask((asking) => traceLookBack(asking, ids.donor(600)), viewer);
      return answer.exposedBeside.map(({ unit, hospital, patient, recordedIn }) => [unit, hospital, patient, recordedIn]);
    };
    const all = [
      [bag(0), 'hosp-b', ids.patient(601), 'treatment'],
      [bag(0), 'hosp-b', ids.patient(602), 'report'],
      [bag(1), 'hosp-a', ids.patient(603), 'treatment'],
      [UNKNOWN, 'hosp-b', ids.patient(601), 'treatment'],
    ];
    expect(await told()).toEqual(all);
    expect(await told({ kind: 'hospital', org: 'collector' })).toEqual([]);
    expect(answerCsv(await bench.ask((asking) => traceLookBack(asking, ids.donor(600))))).toContain("than the unit's 4");
    expect(await told({ kind: 'laboratory', org: story.LAB })).toEqual(
      all.map(([unit, hospital, , recordedIn]) => [unit, hospital, null, recordedIn]),
    );
  });

  it('is found from the second patient too, with the donor behind it and without the places of another hospital', async () => {
    const given = await bench.ask((asking) => traceGiven(asking, ids.patient(601)), HOSPITAL_B);
    expect(given.rows.map(({ unit, recordedIn, disposition, holder }) => [unit, recordedIn, disposition, holder])).toEqual([
      [bag(0), ['treatment'], 'released', null],
      [UNKNOWN, ['treatment'], null, null],
    ]);
    const donors = await bench.ask((asking) => traceDonors(asking, ids.patient(602)));
    expect(donors.rows).toMatchObject([
      { unit: bag(0), donor: ids.donor(600), eligibilityThen: 'eligible', eligibilityNow: 'eligible' },
    ]);
  });

  it('stands in the treatment of the second patient as what only the treatment says', async () => {
    const { infusions } = await bench.ask((asking) => viewTreatment(asking, ids.treatment(601)));
    expect(infusions.map(({ unit, recordedTwice }) => [unit, recordedTwice])).toEqual([
      [bag(0), false],
      [UNKNOWN, false],
    ]);
  });

  it('has both physicians told of a result that failed afterwards', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(
        ...story.openingEvents(BATCH, [{ donation: 600 }]),
        ...story.processEvents(BATCH, 1),
        ...[FIRST, SECOND].flatMap(story.plannedEvents),
        ...story.handingEvents({ batch: BATCH, unit: 0 }, FIRST),
        ...[FIRST, SECOND].flatMap((to) => story.followUpEvents({ batch: BATCH, unit: 0 }, to)),
        {
          stream: `batch-${ids.batch(BATCH)}`,
          type: 'batch.test-recorded.v1',
          data: { report: 'QC-9', results: [{ test: 'sterility', method: 'SOP', verdict: 'fail', analyst: 'a', reviewer: 'b' }] },
          occurredAt: '2026-12-01T08:00:00+08:00',
        },
      );
      const due = await own.ask((asking) => lateResultsDue(asking, '2026-12-05T08:00:00Z'));
      expect(due.map(({ detail }) => [FIRST, SECOND].filter((to) => detail?.includes(ids.treatment(to.treatment))))).toEqual([
        [FIRST],
        [SECOND],
      ]);
    } finally {
      await own.close();
    }
  });

  it('goes on when people could not find out, and ends when a report was a duplicate', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(
        ...story.donorEvents(600, 'collector'),
        ...story.donationEvents(600, 600, 'collector'),
        ...story.issueEvents(BATCH, [{ donation: 600 }]),
        ...story.openingEvents(BATCH, [{ donation: 600 }]),
        ...story.processEvents(BATCH, 1),
        ...story.plannedEvents(THIRD),
        report(1, 'batch.unit-infused.v1', bag(0), THIRD),
      );
      const patients = async () =>
        (await own.ask((asking) => traceRecipients(asking, { donor: ids.donor(600) }))).rows.map(({ patient }) => patient);
      const decided = (outcome: string): Said => ({
        stream: fact(1),
        type: 'fact.reconciled.v1',
        data: { outcome, by: 'staff-0001', approvedBy: 'staff-0002' },
      });
      await own.say(decided('not-determinable'));
      expect(await patients()).toEqual([ids.patient(602)]);
      await own.say(decided('duplicate'));
      expect(await patients()).toEqual([]);
    } finally {
      await own.close();
    }
  });
});
