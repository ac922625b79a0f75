import { facts, oversight, recalls } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import { streamEntries } from './record/history.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceFailure } from './traces/failure.ts';
import { dueList } from './views/due.ts';

const { ids } = story;
const RECALL = recalls.examples.RECALL;
const MOCK = '0192f5c4-0000-7000-8000-000000000ca2';
const QUERY = oversight.examples.QUERY;
const NOW = '2026-11-24T00:00:00.000Z';
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };
const HOSPITAL_B: Viewer = { kind: 'hospital', org: 'hosp-b' };

const by = (stream: string, type: string, data: object, org: string = story.LAB, occurredAt?: string): Said => ({
  ...{ stream, type, data },
  actor: { org, person: 'staff-0001', role: 'lab.qa', client: null },
  ...(occurredAt !== undefined && { occurredAt }),
});
const units = (site: string, ...numbers: number[]) => ({
  batch: ids.batch(1),
  site,
  units: numbers.map((unit) => ids.unit({ batch: 1, unit })),
});
const frozen = [units('hosp-a', 0), units('hosp-b', 1), units(story.LAB, 2, 3)];
const recall = (id: string, mock: boolean): Said[] => [
  by(`recall-${id}`, recalls.initiated.type, recalls.examples.initiated({ mock, batches: [ids.batch(1)], units: frozen })),
  ...['hosp-a', 'hosp-b'].map((site) =>
    by(
      `recall-${id}`,
      recalls.noticeSent.type,
      recalls.examples.noticeSent({ site, deadline: '2020-11-22T08:00:00+08:00' }),
      story.LAB,
      '2020-11-21T08:00:00+08:00',
    ),
  ),
];
const said: Said[] = [
  ...story.donorEvents(0, 'collector'),
  ...story.donationEvents(0, 0, 'collector'),
  ...story.issueEvents(1, [{ donation: 0 }]),
  ...story.openingEvents(1, [{ donation: 0 }]),
  ...story.processEvents(1, 4),
  ...story.releaseEvents(1),
  ...[
    { treatment: 0, patient: 0, site: 'hosp-a' },
    { treatment: 1, patient: 1, site: 'hosp-b' },
  ].flatMap((to, unit) => [...story.plannedEvents(to), ...story.handingEvents({ batch: 1, unit }, to)]),
  ...recall(RECALL, false),
  by(
    `recall-${RECALL}`,
    recalls.acknowledged.type,
    recalls.examples.acknowledged({ site: 'hosp-a', used: 1, quarantined: 0 }),
    'hosp-a',
    '2020-11-21T20:00:00+08:00',
  ),
  by(`query-${QUERY}`, oversight.queryRaised.type, oversight.examples.queryRaised({ to: 'hosp-a' }), 'qc-centre'),
];

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(...said);
});
afterAll(() => bench.close());

const failing = (viewer: Viewer = LABORATORY) => bench.ask((asking) => traceFailure(asking, { batch: ids.batch(1) }), viewer);
const due = (viewer: Viewer) =>
  bench.ask(
    (asking) =>
      dueList(asking, NOW)
        .filter(({ kind }) => kind === 'recall-answer' || kind === 'query-answer')
        .map(({ kind, subject, overdue }) => [kind, subject, overdue]),
    viewer,
  );

it('is told in events that the domain accepts', () => {
  for (const { type, data } of said) expect(facts.get(type)?.schema.safeParse(data).error, type).toBeUndefined();
});

describe('a recall', () => {
  it('shows in the trace of a failure what each site was asked, and what it answered', async () => {
    const { rows } = await failing();
    const columns = rows.map(({ site, unaccounted, noticeSentAt, acknowledgedAt }) => [
      site,
      unaccounted,
      noticeSentAt !== null,
      acknowledgedAt !== null,
    ]);
    expect(columns).toEqual([
      ['hosp-a', 0, true, true],
      ['hosp-b', 1, true, false],
      [story.LAB, 2, false, false],
    ]);
  });

  it('names the sites that let their deadline pass, until they answer', async () => {
    const silent = async () => (await failing()).completeness.silentSites.filter(({ awaited }) => awaited === 'recall-answer');
    expect((await silent()).map(({ site }) => site)).toEqual(['hosp-b']);
    expect(await due(LABORATORY)).toContainEqual(['recall-answer', 'hosp-b', true]);
    expect(await due(HOSPITAL_B)).toEqual([['recall-answer', 'hosp-b', true]]);
    expect(await due(HOSPITAL_A)).toEqual([['query-answer', QUERY, false]]);
  });

  it('tells a hospital that another site is silent, and not which one', async () => {
    const silent = async (viewer: Viewer) =>
      (await failing(viewer)).completeness.silentSites
        .filter(({ awaited }) => awaited === 'recall-answer')
        .map(({ site }) => site);
    expect(await silent(HOSPITAL_A)).toEqual(['–']);
    expect(await silent(HOSPITAL_B)).toEqual(['hosp-b']);
  });

  it('is read in whole by who recalls only', async () => {
    const entries = (viewer: Viewer) => bench.ask((asking) => streamEntries(asking, `recall-${RECALL}`).length, viewer);
    expect(await entries(LABORATORY)).toBe(4);
    await expect(entries(HOSPITAL_A)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that is an exercise changes no trace', async () => {
    const before = (await failing()).rows;
    await bench.say(...recall(MOCK, true));
    expect((await failing()).rows).toEqual(before);
  });
});

describe('an entry that was taken back', () => {
  it('is in no trace any more, and in the history still', async () => {
    const donor = ids.donor(0);
    const events = await bench.ask((asking) => streamEntries(asking, `person-${donor}`).length);
    const infused = async () => (await failing()).rows.map(({ site, used }) => [site, used]);
    const before = await infused();
    expect(before).toContainEqual(['hosp-b', 1]);
    let id = '';
    for await (const page of bench.store.readStream(`batch-${ids.batch(1)}`)) {
      for (const { type, body } of page) {
        const { content } = JSON.parse(Buffer.from(body).toString('utf8')) as {
          content: { id: string; data: { unit?: string } };
        };
        if (type.startsWith('batch.unit-infused.') && content.data.unit === ids.unit({ batch: 1, unit: 1 })) id = content.id;
      }
    }
    const data = { event: id, type: 'batch.unit-infused.v1', ground: 'never-happened', correction: RECALL };
    await bench.say(by(`batch-${ids.batch(1)}`, 'batch.voided.v1', data));
    expect(await infused()).toContainEqual(['hosp-b', 0]);
    await bench.rebuild();
    expect(await infused()).toContainEqual(['hosp-b', 0]);
    expect(await bench.ask((asking) => streamEntries(asking, `person-${donor}`).length)).toBe(events);
  });
});
