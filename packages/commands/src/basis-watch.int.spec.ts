import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { persons } from '@cytoledger/domain';
import { comparePositions, openEventStore } from '@cytoledger/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../../../test/doubles/kurrentdb/index.ts';
import { type BasisWatch, createBasisWatch } from './basis-watch.ts';
import { type Commands, createCommands } from './commands.ts';
import { eventsOf, type Laboratory, OPERATOR, openLaboratory, recordedOf, submission, watched } from './laboratory.fixture.ts';

const { registered, screened, eligibilityDetermined } = persons.examples;
const BABY = 'donor-baby';
const MOTHER = 'mother-0001';

let server: KurrentDouble;
let lab: Laboratory;
let watch: BasisWatch | undefined;
beforeEach(async () => {
  server = await startKurrentDouble();
  lab = await openLaboratory({}, await openEventStore(server.url));
  recordedOf(await lab.submit(persons.registered, BABY, registered({ newborn: true, birthMother: MOTHER })));
  recordedOf(await lab.submit(persons.registered, MOTHER, registered({ role: 'birth-mother' })));
  recordedOf(await lab.submit(persons.screened, MOTHER, screened()));
  recordedOf(await lab.submit(persons.screened, BABY, screened()));
});
afterEach(async () => {
  await watch?.stop();
  watch = undefined;
  await lab.close();
  await server.stop();
});

/** A process that decides about the child while somebody else writes of the mother, and never comes to look again. */
async function decidedByOneWhoDies(ofTheMother: object): Promise<void> {
  let hasLost = false;
  const store = watched(lab.store, { heads: () => new Promise(() => {}) });
  store.before = async ({ stream }) => {
    if (stream !== `person-${BABY}` || hasLost) return;
    hasLost = true;
    recordedOf(await lab.submit(persons.screened, MOTHER, ofTheMother));
  };
  const dying: Commands = createCommands({ store, vault: lab.vault, operator: OPERATOR, nonceKey: lab.nonceKey });
  recordedOf(await dying.submit(submission(persons.eligibilityDetermined, BABY, eligibilityDetermined())));
}

const checkpointPath = () => join(lab.folder, 'basis', 'checkpoint.json');

/** Watches until everything that is in the log by now was seen. */
async function watchedToTheEnd(): Promise<void> {
  watch = createBasisWatch({ store: lab.store, commands: lab.commands, checkpointPath: checkpointPath() });
  await watch.start();
  const head = (await lab.store.headPosition())!;
  await expect.poll(() => watch!.position !== null && comparePositions(watch!.position, head) >= 0).toBe(true);
  await watch.stop();
}

async function deviations(): Promise<unknown[]> {
  const events = await eventsOf(lab.store, `person-${BABY}`);
  return events
    .filter(({ type }) => type === 'person.deviation-raised.v1')
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()).content.data.rule);
}

describe('a process that dies between an append and the second look at its basis', () => {
  it('leaves a deviation to be recorded from the log', async () => {
    await decidedByOneWhoDies(screened({ hbsag: 'reactive' }));
    expect(await deviations()).toEqual([]);
    await watchedToTheEnd();
    expect(await deviations()).toEqual(['eligibility.reactive-marker']);
  });

  it('leaves nothing to say where the same would have been decided', async () => {
    await decidedByOneWhoDies(screened());
    await watchedToTheEnd();
    expect(await deviations()).toEqual([]);
  });

  it('is not blamed for what was found out after its append', async () => {
    await decidedByOneWhoDies(screened());
    recordedOf(await lab.submit(persons.screened, MOTHER, screened({ hbsag: 'reactive' })));
    await watchedToTheEnd();
    expect(await deviations()).toEqual([]);
  });

  it('is told of once, however often the log is gone through', async () => {
    await decidedByOneWhoDies(screened({ hbsag: 'reactive' }));
    await watchedToTheEnd();
    await rm(checkpointPath());
    await watchedToTheEnd();
    expect(await deviations()).toHaveLength(1);
  });
});

it('finds done what the process that lost the race has recorded itself', async () => {
  const other = lab.another();
  let hasLost = false;
  lab.store.before = async ({ stream, ids }) => {
    if (stream !== `person-${BABY}` || hasLost || ids.length === 0) return;
    hasLost = true;
    recordedOf(await other.submit(submission(persons.screened, MOTHER, screened({ hbsag: 'reactive' }))));
  };
  recordedOf(await lab.submit(persons.eligibilityDetermined, BABY, eligibilityDetermined()));
  await lab.commands.drain();
  expect(await deviations()).toHaveLength(1);
  await watchedToTheEnd();
  expect(await deviations()).toHaveLength(1);
});
