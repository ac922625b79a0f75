import { batches, donations, persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventId,
  eventsOf,
  type Laboratory,
  openLaboratory,
  recordedOf,
  rulesOf,
  submission,
  typesOf,
  uuid,
  verifiedLog,
} from './laboratory.fixture.ts';

const { registered, screened } = persons.examples;
const ADMITTED = '2026-11-21T08:00:00+08:00';

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

describe('a report about something unknown', () => {
  it('is kept whole, with the reason', async () => {
    const sent = submission(persons.screened, 'donor-0009', screened());
    const kept = await lab.commands.submit(sent);
    expect(kept).toMatchObject({ kind: 'unreconciled', replayed: false });
    if (kept.kind !== 'unreconciled') return;
    expect(rulesOf(kept.reasons)).toEqual(['stream.unknown']);
    const { body } = (await verifiedLog(lab.store))[0]!;
    expect(body.content.data['intended']).toBe('person-donor-0009');
    expect(JSON.parse(String(body.content.data['content']))).toMatchObject({ id: sent.statement.id, data: screened() });
    expect(await eventsOf(lab.store, 'person-donor-0009')).toEqual([]);
  });

  it('holds digests only, and what they stand for is in the vault', async () => {
    await lab.submit(persons.screened, 'donor-0009', screened({}, { history: '曾患肝炎' }));
    const { body } = (await verifiedLog(lab.store))[0]!;
    expect(JSON.stringify(body)).not.toContain('肝炎');
    const { data } = JSON.parse(String(body.content.data['content'])) as { data: { _sd: string[] } };
    const opened = await lab.vault.open(data._sd);
    expect(opened.get(data._sd[0]!)).toMatchObject({ subject: 'donor-0009', pointer: '/history' });
  });

  it.each([
    ['by the same process', () => lab.commands],
    ['by a process that was started later', () => lab.another({ now: () => Date.now() + 1000 })],
  ])('is found again when it is sent again %s', async (_who, again) => {
    const sent = submission(persons.screened, 'donor-0009', screened(), { id: eventId(Date.now() - 1000) });
    const first = await lab.commands.submit(sent);
    const second = await again().submit(sent);
    expect(second).toMatchObject({ kind: 'unreconciled', replayed: true });
    expect('receipt' in second && second.receipt).toEqual('receipt' in first && first.receipt);
    expect(await verifiedLog(lab.store)).toHaveLength(1);
  });

  it('is not applied behind its back when what was unknown has become known', async () => {
    const sent = submission(persons.screened, 'donor-0009', screened());
    await lab.commands.submit(sent);
    await lab.submit(persons.registered, 'donor-0009', registered());
    expect(await lab.commands.submit(sent)).toMatchObject({ kind: 'unreconciled', replayed: true });
    expect(typesOf(await eventsOf(lab.store, 'person-donor-0009'))).toEqual(['person.registered.v1']);
  });

  it('conflicts with another content under the same id', async () => {
    const id = eventId();
    await lab.submit(persons.screened, 'donor-0009', screened(), { id, occurredAt: ADMITTED });
    const other = await lab.submit(persons.screened, 'donor-0009', screened({ hbsag: 'reactive' }), { id, occurredAt: ADMITTED });
    expect(other).toMatchObject({ kind: 'conflict', code: 'event-id-conflict' });
  });

  it('is kept for each sender that says it under an id of its own', async () => {
    await Promise.all([1, 2, 3].map(() => lab.submit(persons.screened, 'donor-0009', screened())));
    expect(await verifiedLog(lab.store)).toHaveLength(3);
  });
});

describe('the opening of a batch', () => {
  const donationOf = async (over: object = {}) => {
    const donation = uuid();
    await lab.submit(donations.registered, donation, donations.examples.registered(over));
    return donation;
  };
  const opening = (inputs: object[]) => batches.examples.opened({ inputs });

  it('first asks its source, which is authoritative for what it gave', async () => {
    const donation = await donationOf();
    const batch = uuid();
    const outcome = recordedOf(await lab.submit(batches.opened, batch, opening([{ donation }])));
    expect(typesOf(await eventsOf(lab.store, `donation-${donation}`))).toContain('donation.material-issued.v1');
    expect(typesOf(await eventsOf(lab.store, `batch-${batch}`)).slice(0, 2)).toEqual([
      'batch.opened.v1',
      'batch.origins-resolved.v1',
    ]);
    const issued = (await verifiedLog(lab.store)).find(({ body }) => body.content.type === 'donation.material-issued.v1')!;
    expect(issued.body.causation).toBe(outcome.receipt.id);
  });

  it('is resumed by the retry when the process died in between', async () => {
    const donation = await donationOf();
    const batch = uuid();
    const sent = submission(batches.opened, batch, opening([{ donation }]));
    lab.store.before = ({ stream }) => {
      if (stream.startsWith('batch-')) throw new Error('killed');
    };
    await expect(lab.commands.submit(sent)).rejects.toThrow('killed');
    lab.store.before = () => {};
    recordedOf(await lab.another().submit(sent));
    const issues = typesOf(await eventsOf(lab.store, `donation-${donation}`)).filter((type) => type.includes('material-issued'));
    expect(issues).toHaveLength(1);
  });

  it('conflicts when the retry says something else than what the source gave', async () => {
    const donation = await donationOf();
    const batch = uuid();
    const id = eventId();
    const amount = (value: string) => ({ donation, quantity: { value, unit: 'g', what: 'mass', basis: 'measured' } });
    lab.store.before = ({ stream }) => {
      if (stream.startsWith('batch-')) throw new Error('killed');
    };
    const occurredAt = ADMITTED;
    await expect(lab.submit(batches.opened, batch, opening([amount('1')]), { id, occurredAt })).rejects.toThrow('killed');
    lab.store.before = () => {};
    const again = await lab.submit(batches.opened, batch, opening([amount('2')]), { id, occurredAt });
    expect(again).toMatchObject({ kind: 'conflict', code: 'event-id-conflict' });
    expect(await eventsOf(lab.store, `batch-${batch}`)).toEqual([]);
  });

  it('with an unknown input is kept as a report, and takes nothing', async () => {
    const donation = await donationOf();
    const outcome = await lab.submit(batches.opened, uuid(), opening([{ donation }, { donation: uuid() }]));
    expect(outcome).toMatchObject({ kind: 'unreconciled' });
    expect(typesOf(await eventsOf(lab.store, `donation-${donation}`))).not.toContain('donation.material-issued.v1');
  });

  it('gives back what one source gave when another refuses, and the id stays given up', async () => {
    const donation = await donationOf();
    const source = uuid();
    recordedOf(await lab.submit(batches.opened, source, opening([{ donation }])));
    recordedOf(await lab.submit(batches.split, source, batches.examples.split(1)));
    const unit = batches.examples.unitId(1);
    recordedOf(await lab.submit(batches.opened, uuid(), opening([{ batch: source, unit }])));
    const other = await donationOf();
    const batch = uuid();
    const sent = submission(batches.opened, batch, opening([{ donation: other }, { batch: source, unit }]));
    expect(await lab.commands.submit(sent)).toMatchObject({ kind: 'unreconciled' });
    expect(typesOf(await eventsOf(lab.store, `batch-${batch}`))).toEqual(['batch.opening-abandoned.v1']);
    expect(typesOf(await eventsOf(lab.store, `donation-${other}`)).slice(-1)).toEqual(['donation.material-returned.v1']);
    expect(await lab.submit(batches.opened, batch, opening([{ donation: other }]))).toMatchObject({
      kind: 'conflict',
      code: 'opening-abandoned',
    });
    await verifiedLog(lab.store);
  });

  it('lets one of two win a unit, whichever process they come from', async () => {
    const donation = await donationOf();
    const source = uuid();
    recordedOf(await lab.submit(batches.opened, source, opening([{ donation }])));
    recordedOf(await lab.submit(batches.split, source, batches.examples.split(3)));
    const other = lab.another();
    for (let n = 1; n <= 3; n++) {
      const inputs = [{ batch: source, unit: batches.examples.unitId(n) }];
      const both = await Promise.all(
        [lab.commands, other, lab.commands].map((commands) =>
          commands.submit(submission(batches.opened, uuid(), opening(inputs))),
        ),
      );
      expect(both.map(({ kind }) => kind).sort()).toEqual(['recorded', 'unreconciled', 'unreconciled']);
    }
    const consumed = typesOf(await eventsOf(lab.store, `batch-${source}`)).filter((type) => type.includes('unit-consumed'));
    expect(consumed).toHaveLength(3);
    await verifiedLog(lab.store);
  });
});
