import { persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventId,
  eventsOf,
  type Laboratory,
  openLaboratory,
  recordedOf,
  rulesOf,
  submission,
  wholeLog,
} from './laboratory.fixture.ts';

const { registered, screened } = persons.examples;

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

describe('the same event sent again', () => {
  it('is answered with the same receipt, and nothing is stored', async () => {
    const sent = submission(persons.registered, 'donor-0001', registered());
    const first = recordedOf(await lab.commands.submit(sent));
    const second = recordedOf(await lab.commands.submit(sent));
    expect(first.replayed).toBe(false);
    expect(second).toEqual({ ...first, replayed: true });
    expect(await wholeLog(lab.store)).toHaveLength(1);
  });

  it('is answered with the same receipt by a process that was started later', async () => {
    const sent = submission(persons.registered, 'donor-0001', registered({ name: '王小明' }));
    const first = recordedOf(await lab.commands.submit(sent));
    const second = recordedOf(await lab.another().submit(sent));
    expect(second).toEqual({ ...first, replayed: true });
  });

  it('is answered with the findings of the first time, however many they are', async () => {
    await lab.submit(persons.registered, 'donor-0001', registered());
    const tests = Array.from({ length: 120 }, (_, n) => ({
      ...persons.examples.tested('cmv', 'non-reactive', '2126-11-01T09:00:00+08:00'),
      kitLot: `K${n}`,
    }));
    const sent = submission(persons.screened, 'donor-0001', screened({}, { tests }));
    const first = recordedOf(await lab.commands.submit(sent));
    const second = recordedOf(await lab.commands.submit(sent));
    expect(first.findings.length).toBeGreaterThan(100);
    expect(rulesOf(second.findings)).toEqual(rulesOf(first.findings));
    expect(second.findings.map(({ pointer, params }) => ({ pointer, params }))).toEqual(
      first.findings.map(({ pointer, params }) => ({ pointer, params })),
    );
  });

  it('is recorded once when it is sent many times at the same moment', async () => {
    const sent = submission(persons.registered, 'donor-0001', registered());
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => lab.commands.submit(sent)));
    expect(outcomes.filter((outcome) => outcome.kind === 'recorded' && !outcome.replayed)).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => recordedOf(outcome).receipt.leaf)).size).toBe(1);
    expect(await wholeLog(lab.store)).toHaveLength(1);
  });
});

describe('the same id for something else', () => {
  it.each([
    ['another content', { data: registered({ role: 'patient' }), org: 'lab-a' }],
    ['another organisation', { data: registered(), org: 'lab-b' }],
    ['another personal field', { data: registered({ name: '李四' }), org: 'lab-a' }],
  ])('conflicts: %s', async (_what, { data, org }) => {
    const id = eventId();
    const occurredAt = '2026-11-21T08:00:00+08:00';
    await lab.submit(persons.registered, 'donor-0001', registered(), { id, occurredAt });
    const again = await lab.submit(persons.registered, 'donor-0001', data, { id, occurredAt, org });
    expect(again).toMatchObject({ kind: 'conflict', code: 'event-id-conflict' });
    expect(await eventsOf(lab.store, 'person-donor-0001')).toHaveLength(1);
  });

  it('is another event in another stream', async () => {
    const id = eventId();
    recordedOf(await lab.submit(persons.registered, 'donor-0001', registered(), { id }));
    expect(recordedOf(await lab.submit(persons.registered, 'donor-0002', registered(), { id })).replayed).toBe(false);
  });
});

it('makes the same digests of personal fields for a retry', async () => {
  const sent = submission(persons.registered, 'donor-0001', registered({ name: '王小明', nationalId: 'X1234567' }));
  recordedOf(await lab.commands.submit(sent));
  expect(recordedOf(await lab.another().submit(sent)).replayed).toBe(true);
});
