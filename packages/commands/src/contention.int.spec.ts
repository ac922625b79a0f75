import { donations, persons } from '@cytoledger/domain';
import { EventStoreError } from '@cytoledger/event-store';
import { VaultError } from '@cytoledger/vault';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Laboratory,
  openLaboratory,
  recordedOf,
  rulesOf,
  submission,
  uuid,
  vaultWith,
  verifiedLog,
  wholeLog,
} from './laboratory.fixture.ts';

const { registered, screened } = persons.examples;

let lab: Laboratory;
const open = async (...options: Parameters<typeof openLaboratory>) => {
  lab = await openLaboratory(...options);
};
afterEach(() => lab.close());

describe('another writer of the same stream', () => {
  it('makes the command decide again on what it wrote', async () => {
    await open();
    const other = lab.another();
    await lab.submit(persons.registered, 'donor-0001', registered());
    recordedOf(await other.submit(submission(persons.registered, 'donor-0001', registered())));
    const later = recordedOf(await lab.submit(persons.registered, 'donor-0001', registered()));
    expect(later.receipt.seq).toBe(2);
    await verifiedLog(lab.store);
  });

  it('leaves one chain when both write as fast as they can', async () => {
    await open();
    const writers = [lab.commands, lab.another(), lab.another()];
    const outcomes = await Promise.all(
      Array.from({ length: 90 }, (_, n) => writers[n % 3]!.submit(submission(persons.registered, 'donor-0001', registered()))),
    );
    expect(new Set(outcomes.map((outcome) => recordedOf(outcome).receipt.seq)).size).toBe(90);
    expect(await verifiedLog(lab.store)).toHaveLength(90);
  });

  it('lets an event that opens a stream win once', async () => {
    await open();
    const other = lab.another();
    const donation = uuid();
    const both = await Promise.all(
      [lab.commands, other].map((commands) =>
        commands.submit(submission(donations.registered, donation, donations.examples.registered())),
      ),
    );
    expect(both.map(({ kind }) => kind).sort()).toEqual(['recorded', 'unreconciled']);
  });

  it('is told as contention when it never stops', async () => {
    await open();
    lab.store.before = ({ stream }) => {
      throw new EventStoreError('wrong-expected-revision', 'moved', { stream });
    };
    await expect(lab.submit(persons.registered, 'donor-0001', registered())).rejects.toMatchObject({ code: 'contention' });
    expect(await wholeLog(lab.store)).toEqual([]);
  });
});

it('decides again when a stream that it read has moved', async () => {
  await open();
  const other = lab.another();
  await lab.submit(donations.registered, uuid(), donations.examples.registered());
  let once = true;
  lab.store.before = async ({ stream }) => {
    if (!stream.startsWith('donation-') || !once) return;
    once = false;
    recordedOf(await other.submit(submission(persons.registered, 'donor-0001', registered())));
  };
  const outcome = recordedOf(await lab.submit(donations.registered, uuid(), donations.examples.registered()));
  expect(rulesOf(outcome.warnings)).not.toContain('donation.donor-not-yet-registered');
  const { body } = (await verifiedLog(lab.store)).at(-1)!;
  expect(body.basis).toMatchObject([{ stream: 'person-donor-0001', seq: 0 }]);
});

describe('an append of unknown outcome', () => {
  it('is read again and answered as recorded when it was stored', async () => {
    await open();
    let lose = true;
    lab.store.after = ({ stream }) => {
      if (!lose) return;
      lose = false;
      throw new EventStoreError('outcome-unknown', 'the link was lost', { stream });
    };
    const outcomes = await Promise.all([1, 2, 3].map(() => lab.submit(persons.registered, 'donor-0001', registered())));
    expect(outcomes.map((outcome) => recordedOf(outcome).receipt.seq)).toEqual([0, 1, 2]);
    expect(await verifiedLog(lab.store)).toHaveLength(3);
  });

  it('is sent again when it was not', async () => {
    await open();
    let lose = true;
    lab.store.before = ({ stream }) => {
      if (!lose) return;
      lose = false;
      throw new EventStoreError('outcome-unknown', 'the link was lost', { stream });
    };
    recordedOf(await lab.submit(persons.registered, 'donor-0001', registered()));
    expect(await verifiedLog(lab.store)).toHaveLength(1);
  });

  it('is told as unknown when it stays so', async () => {
    await open();
    lab.store.before = ({ stream }) => {
      throw new EventStoreError('outcome-unknown', 'the link was lost', { stream });
    };
    await expect(lab.submit(persons.registered, 'donor-0001', registered())).rejects.toMatchObject({ code: 'outcome-unknown' });
  });
});

describe('a store that takes no more', () => {
  it.each([
    ['overloaded', 'overloaded', 40],
    ['read-only', 'unavailable', 10_000],
    ['closed', 'unavailable', 10_000],
  ] as const)('(%s) is told as %s, with a time to come back', async (code, told, retryAfterMs) => {
    await open();
    lab.store.before = () => {
      throw new EventStoreError(code, 'no', { retryAfterMs: 40 });
    };
    await expect(lab.submit(persons.registered, 'donor-0001', registered())).rejects.toMatchObject({
      name: 'CommandError',
      code: told,
      retryAfterMs,
    });
    lab.store.before = () => {};
    recordedOf(await lab.submit(persons.registered, 'donor-0001', registered()));
  });
});

it('refuses what is too much to wait, and takes more when there is room', async () => {
  await open({ maxWaiting: 10 });
  const sent = await Promise.allSettled(
    Array.from({ length: 15 }, (_, n) => lab.submit(persons.registered, `donor-00${n + 10}`, registered())),
  );
  const refused = sent.filter((each) => each.status === 'rejected');
  expect(refused).toHaveLength(5);
  for (const { reason } of refused) expect(reason).toMatchObject({ name: 'CommandError', code: 'overloaded' });
  expect(lab.commands.waiting()).toBe(0);
  recordedOf(await lab.submit(persons.registered, 'donor-0099', registered()));
});

describe('a vault that is down', () => {
  const down = () => Promise.reject(new VaultError('vault-unreachable', 'nobody answers'));

  it('stops what holds personal fields before anything is stored', async () => {
    await open();
    const commands = lab.another({ vault: vaultWith(lab.vault, { put: down }) });
    await expect(
      commands.submit(submission(persons.registered, 'donor-0001', registered({ name: '王小明' }))),
    ).rejects.toMatchObject({
      code: 'vault-unreachable',
    });
    expect(await wholeLog(lab.store)).toEqual([]);
  });

  it('stops nothing else', async () => {
    await open();
    const commands = lab.another({ vault: vaultWith(lab.vault, { put: down, saltKey: down }) });
    const named = commands.submit(submission(persons.registered, 'donor-0001', registered({ name: '王小明' })));
    const plain = commands.submit(submission(persons.registered, 'donor-0001', registered()));
    await expect(named).rejects.toThrow(VaultError);
    expect(recordedOf(await plain).receipt.seq).toBe(0);
  });

  it('keeps an erased person from being written about again, and nobody else', async () => {
    await open();
    recordedOf(await lab.submit(persons.registered, 'donor-0001', registered({ name: '王小明' })));
    await lab.vault.erase('donor-0001');
    const refused = lab.submit(persons.registered, 'donor-0001', registered({ name: '王小明' }));
    const plain = lab.submit(persons.registered, 'donor-0001', registered());
    await expect(refused).rejects.toMatchObject({ code: 'subject-erased' });
    recordedOf(await plain);
  });
});

describe("this computer's clock", () => {
  it('stops writing when it is far behind what was recorded, and says so', async () => {
    let now = Date.now();
    await open({ now: () => now });
    await lab.submit(persons.registered, 'donor-0001', registered());
    now -= 60_000;
    const sent = [1, 2, 3].map(() => lab.submit(persons.screened, 'donor-0001', screened()));
    for (const each of sent) await expect(each).rejects.toMatchObject({ code: 'clock-behind' });
    expect(lab.commands.clock.behind()).toBe(60_000);
    now += 60_000;
    recordedOf(await lab.submit(persons.screened, 'donor-0001', screened()));
    await verifiedLog(lab.store);
  });

  it('never makes a recorded time go back when it is a little behind', async () => {
    let now = Date.now();
    await open({ now: () => now });
    const times: string[] = [];
    for (const step of [0, -500, 900, -1500, 10]) {
      now += step;
      times.push(recordedOf(await lab.submit(persons.registered, 'donor-0001', registered())).receipt.recordedAt);
    }
    expect(times).toEqual([...times].sort());
    await verifiedLog(lab.store);
  });

  it('is compared with what another process recorded in the stream', async () => {
    await open();
    const ahead = lab.another({ now: () => Date.now() + 3_600_000 });
    recordedOf(await ahead.submit(submission(persons.registered, 'donor-0001', registered())));
    await expect(lab.submit(persons.registered, 'donor-0001', registered())).rejects.toMatchObject({ code: 'clock-behind' });
  });
});
