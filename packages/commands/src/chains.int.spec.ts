import { donations, persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, type Laboratory, openLaboratory, recordedOf, uuid, verifiedLog } from './laboratory.fixture.ts';

const { registered, screened, eligibilityDetermined } = persons.examples;

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

describe('what is sent to one stream', () => {
  it('is one chain, in the order of arrival', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        lab.submit(persons.registered, 'donor-0001', registered(n % 3 === 0 ? { name: `第${n}号` } : {})),
      ),
    );
    expect(outcomes.map((outcome) => recordedOf(outcome).receipt.seq)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    const log = await verifiedLog(lab.store);
    expect(log.map(({ header }) => header.id)).toEqual(outcomes.map((outcome) => recordedOf(outcome).receipt.id));
  });

  it('gives receipts that name the leaf and the position of what is stored', async () => {
    const { receipt } = recordedOf(await lab.submit(persons.registered, 'donor-0001', registered()));
    const [stored] = await eventsOf(lab.store, 'person-donor-0001');
    expect(stored).toMatchObject({ id: receipt.id, revision: receipt.seq, position: receipt.position, type: receipt.type });
    const [opened] = await verifiedLog(lab.store);
    expect(opened!.header.recordedAt).toBe(receipt.recordedAt);
  });

  it('carries a deviation for each finding in the same append', async () => {
    await lab.submit(persons.registered, 'donor-0001', registered());
    const before = lab.store.calls.append;
    const outcome = recordedOf(await lab.submit(persons.eligibilityDetermined, 'donor-0001', eligibilityDetermined()));
    expect(outcome.findings.length).toBeGreaterThan(1);
    expect(lab.store.calls.append).toBe(before + 1);
    const log = await verifiedLog(lab.store);
    const deviations = log.filter(({ body }) => body.content.type === 'person.deviation-raised.v1');
    expect(deviations).toHaveLength(outcome.findings.length);
    for (const { body } of deviations) {
      expect(body.causation).toBe(outcome.receipt.id);
      expect(body.actor).toMatchObject({ org: 'cytoledger-operator', role: 'platform.policy' });
      expect(body.content.occurredAt).not.toBeNull();
    }
  });

  it('names in its basis what was read elsewhere, and nothing else', async () => {
    const donor = recordedOf(await lab.submit(persons.registered, 'donor-0001', registered())).receipt;
    await lab.submit(donations.registered, uuid(), donations.examples.registered());
    const { body } = (await verifiedLog(lab.store)).at(-1)!;
    expect(body.basis).toEqual([{ stream: 'person-donor-0001', seq: 0, leaf: donor.leaf }]);
  });
});

describe('round trips to the store', () => {
  const cost = async (run: () => Promise<unknown>) => {
    const before = { ...lab.store.calls };
    await run();
    return Object.fromEntries(
      Object.entries(lab.store.calls).map(([name, count]) => [name, count - before[name as keyof typeof before]]),
    );
  };

  it('are one read and one append for the first event of a stream', async () => {
    expect(await cost(() => lab.submit(persons.registered, 'donor-0001', registered()))).toEqual({
      append: 1,
      readStream: 1,
      findById: 0,
      heads: 0,
    });
  });

  it('are one append for a further event of a stream that is known', async () => {
    await lab.submit(persons.registered, 'donor-0001', registered());
    expect(await cost(() => lab.submit(persons.screened, 'donor-0001', screened()))).toEqual({
      append: 1,
      readStream: 0,
      findById: 0,
      heads: 0,
    });
  });

  it('are one append for what also reads another stream that is known', async () => {
    await lab.submit(persons.registered, 'donor-0001', registered());
    const donation = uuid();
    expect(await cost(() => lab.submit(donations.registered, donation, donations.examples.registered()))).toEqual({
      append: 1,
      readStream: 1,
      findById: 0,
      heads: 0,
    });
  });

  it('are one append for a hundred commands that wait for one stream', async () => {
    await lab.submit(persons.registered, 'donor-0001', registered());
    const hundred = () =>
      Promise.all(Array.from({ length: 100 }, () => lab.submit(persons.registered, 'donor-0001', registered())));
    expect(await cost(hundred)).toMatchObject({ append: 1, readStream: 0 });
  });

  it('are few for a hundred commands with personal fields', async () => {
    await lab.submit(persons.registered, 'donor-0001', registered({ name: '王小明' }));
    const hundred = () =>
      Promise.all(
        Array.from({ length: 100 }, (_, n) => lab.submit(persons.registered, 'donor-0001', registered({ contact: `${n}` }))),
      );
    const { append } = await cost(hundred);
    expect(append).toBeLessThan(20);
  });

  it('never put more than 500 events or 900 KiB into one append', async () => {
    await lab.submit(persons.registered, 'donor-0001', registered());
    await Promise.all(Array.from({ length: 700 }, () => lab.submit(persons.registered, 'donor-0001', registered())));
    expect(Math.max(...lab.store.appends.map(({ ids }) => ids.length))).toBeLessThanOrEqual(500);
    expect(await verifiedLog(lab.store)).toHaveLength(701);
  });
});
