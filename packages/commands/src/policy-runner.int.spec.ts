import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { batches, derive, donations, persons, policies } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventId, eventsOf, type Laboratory, openLaboratory, recordedOf, typesOf, uuid, wholeLog } from './laboratory.fixture.ts';
import { createPolicyRunner, type PolicyRunner, type PolicyRunnerOptions } from './policy-runner.ts';

const DONOR = 'donor-0001';

let lab: Laboratory;
let runners: PolicyRunner[];
beforeEach(async () => {
  lab = await openLaboratory();
  runners = [];
});
afterEach(async () => {
  for (const runner of runners) await runner.stop();
  await lab.close();
});

const checkpointPath = () => join(lab.folder, 'policies', 'checkpoint.json');

async function running(over: Partial<PolicyRunnerOptions> = {}): Promise<PolicyRunner> {
  const runner = createPolicyRunner({
    store: lab.store,
    commands: lab.commands,
    policies: policies.policies,
    checkpointPath: checkpointPath(),
    ...over,
  });
  runners.push(runner);
  await runner.start();
  return runner;
}

async function actedUpon(runner: PolicyRunner): Promise<void> {
  await runner.reached((await lab.store.headPosition())!);
}

/** A donation of the donor, and a batch made of it. */
async function madeBatch(): Promise<string> {
  const [donation, batch] = [uuid(), uuid()];
  recordedOf(await lab.submit(persons.registered, DONOR, { role: 'donor' }));
  recordedOf(await lab.submit(donations.registered, donation, { donor: DONOR, kind: 'allogeneic' }));
  recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
  return batch;
}

const foundIneligible = () =>
  lab.submit(persons.eligibilityDetermined, DONOR, persons.examples.eligibilityDetermined({ status: 'ineligible', reasons: [] }));

async function quarantinesOf(batch: string): Promise<number> {
  return typesOf(await eventsOf(lab.store, `batch-${batch}`)).filter((type) => type === 'batch.quarantined.v1').length;
}

describe('the policy runner', () => {
  it('quarantines what was made of a donor who is found ineligible', async () => {
    const runner = await running();
    const batch = await madeBatch();
    await foundIneligible();
    await actedUpon(runner);
    expect(await quarantinesOf(batch)).toBe(1);
  });

  it('acts once, however often the log is read: with its checkpoint, and without it', async () => {
    const batch = await madeBatch();
    await foundIneligible();
    await actedUpon(await running());
    await runners.pop()!.stop();
    await actedUpon(await running());
    await runners.pop()!.stop();
    await rm(checkpointPath());
    await actedUpon(await running());
    expect(await quarantinesOf(batch)).toBe(1);
  });

  it('goes on from its checkpoint: a cause seen before the restart meets the opening after it', async () => {
    recordedOf(await lab.submit(persons.registered, DONOR, { role: 'donor' }));
    await foundIneligible();
    await actedUpon(await running());
    await runners.pop()!.stop();
    const batch = await madeBatch();
    await actedUpon(await running());
    expect(await quarantinesOf(batch)).toBe(1);
  });

  it('tries again until it is done, and leaves nothing out', async () => {
    const batch = await madeBatch();
    await foundIneligible();
    let refusals = 2;
    lab.store.before = ({ stream }) => {
      if (stream === `batch-${batch}` && refusals-- > 0) throw new Error('the disk is away');
    };
    const errors: unknown[] = [];
    await actedUpon(await running({ onError: (error) => errors.push(error) }));
    expect([await quarantinesOf(batch), errors.length]).toEqual([1, 2]);
  });

  it('says that it has caught up', async () => {
    const runner = await running();
    await madeBatch();
    await actedUpon(runner);
    expect(runner.lag()).toMatchObject({ caughtUp: true, seconds: 0 });
  });
});

describe('an opening whose sender never came back', () => {
  /** What a crash between the source's giving and the opening leaves behind. */
  async function halfOpened(): Promise<{ donation: string; batch: string; opening: string }> {
    const [donation, batch, opening] = [uuid(), uuid(), eventId()];
    recordedOf(await lab.submit(persons.registered, DONOR, { role: 'donor' }));
    recordedOf(await lab.submit(donations.registered, donation, { donor: DONOR, kind: 'allogeneic' }));
    await lab.commands.submitDerived(
      { id: opening, occurredAt: null, capture: { mode: 'direct', precision: 's' }, correlation: opening },
      derive(donations.materialIssued, donation, { into: batch }),
    );
    return { donation, batch, opening };
  }

  const donationTypes = async (donation: string) => typesOf(await eventsOf(lab.store, `donation-${donation}`));

  it('is abandoned after the configured time, and only then the source takes back what it gave', async () => {
    const { donation, batch } = await halfOpened();
    await running({ openingTimeoutMs: 20 });
    await expect.poll(() => donationTypes(donation)).toContain('donation.material-returned.v1');
    const order = typesOf(await wholeLog(lab.store)).filter((type) => /abandoned|returned/.test(type));
    expect(order).toEqual(['batch.opening-abandoned.v1', 'donation.material-returned.v1']);
    const late = await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] }));
    expect(late).toMatchObject({ kind: 'conflict', code: 'opening-abandoned' });
  });

  it('is left alone before that', async () => {
    const { donation } = await halfOpened();
    await actedUpon(await running({ openingTimeoutMs: 3_600_000 }));
    expect(await donationTypes(donation)).not.toContain('donation.material-returned.v1');
  });

  it('that was resumed in time keeps what it got', async () => {
    const { donation, batch, opening } = await halfOpened();
    recordedOf(
      await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] }), {
        id: opening,
        occurredAt: null,
      }),
    );
    const runner = await running({ openingTimeoutMs: 1 });
    await actedUpon(runner);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await donationTypes(donation)).not.toContain('donation.material-returned.v1');
  });
});
