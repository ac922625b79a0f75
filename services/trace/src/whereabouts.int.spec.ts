import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { OVERSIGHT, TraceBench } from './specification/trace-bench.ts';
import { dueAnswer } from './views/due-answer.ts';
import { type HoldingPage, unitsHeld } from './views/whereabouts.ts';

const { ids } = story;
const unit = (batch: number, n: number) => ids.unit({ batch, unit: n });
const to = (treatment: number, site: string) => ({ treatment, patient: treatment, site });
const LABORATORY: Viewer = { kind: 'laboratory', org: story.LAB };
const HOSPITAL_A: Viewer = { kind: 'hospital', org: 'hosp-a' };

/** Of two batches of three: one infused and one received at hospital A, one allocated to it and still on the shelf. */
const said = [
  ...[0, 1].flatMap((n) => [
    ...story.openingEvents(n, [{ donation: n }]),
    ...story.processEvents(n, 3),
    ...story.releaseEvents(n),
  ]),
  ...story.plannedEvents(to(0, 'hosp-a')),
  ...story.handingEvents({ batch: 0, unit: 0 }, to(0, 'hosp-a')),
  ...story.handingEvents({ batch: 0, unit: 1 }, to(1, 'hosp-a')).slice(0, 4),
  ...story.handingEvents({ batch: 1, unit: 2 }, to(2, 'hosp-a')).slice(0, 1),
];

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(...said);
});
afterAll(() => bench.close());

const held = (viewer: Viewer, page: Partial<HoldingPage> = {}) =>
  bench.ask((asking) => unitsHeld(asking, { limit: 100, ...page }), viewer);

describe('where every unit is now', () => {
  it('lists what nothing has become of yet, with who answers for it', async () => {
    const { rows, next, balance } = await held(OVERSIGHT);
    expect(rows.map(({ unit: id, holder, owner, tank }) => [id, holder, owner, tank])).toEqual([
      [unit(0, 1), 'hosp-a', 'lab-a', null],
      [unit(0, 2), 'lab-a', 'lab-a', 'T0'],
      [unit(1, 0), 'lab-a', 'lab-a', 'T1'],
      [unit(1, 1), 'lab-a', 'lab-a', 'T1'],
      [unit(1, 2), 'lab-a', 'lab-a', 'T1'],
    ]);
    expect([next, balance]).toEqual([null, null]);
  });

  it('shows a hospital what it holds and what is meant for it, and its laboratory all of its batches', async () => {
    expect((await held(HOSPITAL_A)).rows.map(({ unit: id }) => id)).toEqual([unit(0, 1), unit(1, 2)]);
    expect((await held(LABORATORY)).rows).toHaveLength(5);
    expect((await held({ kind: 'hospital', org: 'hosp-z' })).rows).toEqual([]);
    expect((await held({ kind: 'auditor', org: 'x', granted: new Set([`batch-${ids.batch(1)}`]) })).rows).toHaveLength(3);
    expect((await held({ kind: 'patient', org: 'hosp-a', patient: ids.patient(1) })).rows.map(({ unit: id }) => id)).toEqual([
      unit(0, 1),
    ]);
  });

  it('narrows to one holder', async () => {
    expect((await held(LABORATORY, { holder: 'hosp-a' })).rows.map(({ unit: id }) => id)).toEqual([unit(0, 1)]);
  });

  it('goes page by page to the same list', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { rows, next } = await held(OVERSIGHT, { limit: 2, after });
      expect(rows.length).toBeLessThanOrEqual(2);
      seen.push(...rows.map(({ unit: id }) => id));
      after = next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual((await held(OVERSIGHT)).rows.map(({ unit: id }) => id));
  });
});

describe('what is due', () => {
  const due = (filter: Parameters<typeof dueAnswer>[2], now = '2028-11-10T00:00:00Z') =>
    bench.ask((asking) => dueAnswer(asking, now, filter), LABORATORY);

  it('is narrowed by kind, by day, and to what is overdue', async () => {
    const kinds = async (filter: Parameters<typeof dueAnswer>[2], now?: string) =>
      (await due(filter, now)).rows.map(({ kind }) => kind);
    expect(await kinds({ kinds: ['expiry'] })).toEqual(['expiry', 'expiry', 'expiry', 'expiry']);
    expect(await kinds({ kinds: ['visit'] })).toEqual([]);
    expect(await kinds({ kinds: ['expiry'], until: '2028-11-12' })).toEqual([]);
    expect(await kinds({ kinds: ['expiry'], overdue: true })).toEqual([]);
    expect(await kinds({ kinds: ['expiry'], overdue: true }, '2029-01-01T00:00:00Z')).toHaveLength(4);
  });

  it('reminds of a report that nobody has matched, and of a consent that the child will have to give', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(
        {
          stream: 'fact-0192f5c4-0000-8000-8000-000000000001',
          type: 'fact.unreconciled.v1',
          data: {
            ...{ intended: 'batch-x', type: 'batch.unit-infused.v1', content: '{}', reportedBy: 'hosp-a' },
            reasons: [{ rule: 'unit.unknown', pointer: '', sentence: { en: 'x', zh: 'x' } }],
          },
        },
        {
          stream: 'person-child-0001',
          type: 'person.registered.v1',
          data: { role: 'donor', sex: 'male' },
          actor: { org: 'hosp-a' },
        },
        {
          stream: 'person-child-0001',
          type: 'person.consent-given.v1',
          data: { consent: ids.sample(1), purposes: ['therapy'], giver: 'guardian', form: 'ICF-01', renewalDue: '2026-12-24' },
          actor: { org: 'hosp-a' },
        },
      );
      const asked = (viewer: Viewer, now = '2026-11-22T00:00:00Z') => own.ask((asking) => dueAnswer(asking, now, {}), viewer);
      expect((await asked(HOSPITAL_A)).rows.map(({ kind, dueBy, overdue }) => [kind, dueBy, overdue])).toEqual([
        ['unreconciled-report', expect.any(String), true],
        ['consent-renewal', '2026-12-24', false],
      ]);
      expect((await asked({ kind: 'hospital', org: 'hosp-b' })).rows).toEqual([]);
      await own.say({
        stream: 'person-child-0001',
        type: 'person.consent-given.v1',
        data: { consent: ids.sample(2), purposes: ['therapy'], giver: 'self', form: 'ICF-02' },
        actor: { org: 'hosp-a' },
      });
      expect((await asked(HOSPITAL_A)).rows.map(({ kind }) => kind)).toEqual(['unreconciled-report']);
    } finally {
      await own.close();
    }
  });
});
