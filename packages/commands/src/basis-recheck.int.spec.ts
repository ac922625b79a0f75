import { donations, persons } from '@cytoledger/domain';
import { openEventStore } from '@cytoledger/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../../../test/doubles/kurrentdb/index.ts';
import {
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

const { registered, screened, eligibilityDetermined } = persons.examples;
const BABY = 'donor-baby';
const MOTHER = 'mother-0001';

let server: KurrentDouble;
let lab: Laboratory;
beforeEach(async () => {
  server = await startKurrentDouble();
  lab = await openLaboratory({}, await openEventStore(server.url));
  recordedOf(await lab.submit(persons.registered, BABY, registered({ newborn: true, birthMother: MOTHER })));
  recordedOf(await lab.submit(persons.registered, MOTHER, registered({ role: 'birth-mother' })));
  recordedOf(await lab.submit(persons.screened, MOTHER, screened()));
  recordedOf(await lab.submit(persons.screened, BABY, screened()));
});
afterEach(async () => {
  await lab.close();
  await server.stop();
});

/** The mother turns out reactive between the decision about the child and its append. */
function loseTheRace(): void {
  let once = true;
  const other = lab.another();
  lab.store.before = async ({ stream, ids }) => {
    if (stream !== `person-${BABY}` || !once || ids.length === 0) return;
    once = false;
    recordedOf(await other.submit(submission(persons.screened, MOTHER, screened({ hbsag: 'reactive' }))));
  };
}

describe('on a store that cannot check the basis inside its commit', () => {
  it('a race lost on purpose is recorded as a deviation at once, and the stream goes on', async () => {
    loseTheRace();
    const outcome = recordedOf(await lab.submit(persons.eligibilityDetermined, BABY, eligibilityDetermined()));
    expect(outcome.findings).toEqual([]);
    await lab.commands.drain();
    const [deviation] = (await verifiedLog(lab.store)).filter(({ body }) => body.content.type === 'person.deviation-raised.v1');
    expect(deviation!.body.content.data).toMatchObject({ rule: 'eligibility.reactive-marker', event: outcome.receipt.id });
    expect(deviation!.body.causation).toBe(outcome.receipt.id);
    recordedOf(await lab.submit(persons.screened, BABY, screened()));
  });

  it('a race that changes nothing leaves no trace', async () => {
    let once = true;
    const other = lab.another();
    lab.store.before = async ({ stream }) => {
      if (stream !== `person-${BABY}` || !once) return;
      once = false;
      recordedOf(await other.submit(submission(persons.registered, MOTHER, registered({ role: 'birth-mother' }))));
    };
    recordedOf(await lab.submit(persons.eligibilityDetermined, BABY, eligibilityDetermined()));
    await lab.commands.drain();
    expect(typesOf(await eventsOf(lab.store, `person-${BABY}`))).not.toContain('person.deviation-raised.v1');
  });

  it('sees what another process wrote, before every decision', async () => {
    await lab.submit(donations.registered, uuid(), donations.examples.registered({ donor: MOTHER }));
    const other = lab.another();
    recordedOf(await other.submit(submission(persons.screened, MOTHER, screened({ hbsag: 'reactive' }))));
    const outcome = recordedOf(await lab.submit(persons.eligibilityDetermined, BABY, eligibilityDetermined()));
    expect(rulesOf(outcome.findings)).toContain('eligibility.reactive-marker');
  });

  it('an append of which the answer is lost is read again, and stands once', async () => {
    const sent = submission(persons.screened, BABY, screened());
    server.faults.loseNextAnswer('cut');
    const outcome = recordedOf(await lab.commands.submit(sent));
    expect((await eventsOf(lab.store, `person-${BABY}`)).filter(({ id }) => id === sent.statement.id)).toHaveLength(1);
    expect(recordedOf(await lab.commands.submit(sent)).receipt).toEqual(outcome.receipt);
  });

  it('two processes leave one chain, with every event once', async () => {
    const other = lab.another();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 ? lab.commands : other).submit(submission(persons.registered, MOTHER, registered({ role: 'birth-mother' }))),
      ),
    );
    expect(new Set(outcomes.map((outcome) => recordedOf(outcome).receipt.seq)).size).toBe(40);
    await verifiedLog(lab.store);
  });

  it('a report that cannot be applied is found again', async () => {
    const sent = submission(persons.screened, 'donor-0009', screened());
    const first = await lab.commands.submit(sent);
    expect(await lab.another().submit(sent)).toMatchObject({ kind: 'unreconciled', replayed: true });
    expect(first).toMatchObject({ kind: 'unreconciled', replayed: false });
  });
});
