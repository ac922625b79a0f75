import { persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventsOf,
  type Laboratory,
  openLaboratory,
  recordedOf,
  rulesOf,
  submission,
  typesOf,
  verifiedLog,
} from './laboratory.fixture.ts';

const { registered, screened, eligibilityDetermined } = persons.examples;
const DONOR = 'donor-0001';

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
  await lab.submit(persons.registered, DONOR, registered());
});
afterEach(() => lab.close());

const screening = async (results: Record<string, string> = {}) =>
  recordedOf(await lab.submit(persons.screened, DONOR, screened(results))).receipt.id;

const correcting = (event: string, data: object, over: object = {}) =>
  submission(persons.corrected, DONOR, { event, data, reason: 'transcription', ...over });

describe('a correction', () => {
  it('stands in its original’s place for what is decided later', async () => {
    const event = await screening();
    recordedOf(await lab.commands.submit(correcting(event, screened({ hbsag: 'reactive' }))));
    const outcome = recordedOf(await lab.submit(persons.eligibilityDetermined, DONOR, eligibilityDetermined()));
    expect(rulesOf(outcome.findings)).toContain('eligibility.reactive-marker');
  });

  it('is folded the same by a process that was started later', async () => {
    const event = await screening();
    recordedOf(await lab.commands.submit(correcting(event, screened({ hbsag: 'reactive' }))));
    const outcome = recordedOf(
      await lab.another().submit(submission(persons.eligibilityDetermined, DONOR, eligibilityDetermined())),
    );
    expect(rulesOf(outcome.findings)).toContain('eligibility.reactive-marker');
  });

  it('is seen by a process that had read the stream before it', async () => {
    const event = await screening();
    const other = lab.another();
    recordedOf(await other.submit(submission(persons.registered, DONOR, registered())));
    recordedOf(await lab.commands.submit(correcting(event, screened({ hbsag: 'reactive' }))));
    const outcome = recordedOf(await other.submit(submission(persons.eligibilityDetermined, DONOR, eligibilityDetermined())));
    expect(rulesOf(outcome.findings)).toContain('eligibility.reactive-marker');
  });

  it('opens a deviation for each later event that breaks a rule now, the same rule twice included', async () => {
    const event = await screening();
    const later = await Promise.all([1, 2].map(() => lab.submit(persons.eligibilityDetermined, DONOR, eligibilityDetermined())));
    expect(later.flatMap((outcome) => rulesOf(recordedOf(outcome).findings))).toEqual([]);
    const outcome = recordedOf(await lab.commands.submit(correcting(event, screened({ hbsag: 'reactive' }))));
    expect(rulesOf(outcome.findings)).toEqual(['eligibility.reactive-marker', 'eligibility.reactive-marker']);
    const raised = (await verifiedLog(lab.store)).filter(({ body }) => body.content.type === 'person.deviation-raised.v1');
    expect(raised.map(({ body }) => body.content.data['event'])).toEqual(later.map((each) => recordedOf(each).receipt.id));
    expect(new Set(raised.map(({ body }) => body.content.data['deviation'])).size).toBe(2);
  });

  it('is answered the same when it is sent again', async () => {
    const event = await screening();
    await lab.submit(persons.eligibilityDetermined, DONOR, eligibilityDetermined());
    const sent = correcting(event, screened({ hbsag: 'reactive' }));
    const first = recordedOf(await lab.commands.submit(sent));
    expect(recordedOf(await lab.commands.submit(sent))).toEqual({ ...first, replayed: true });
  });

  it('of nothing that was recorded is kept as a report', async () => {
    const outcome = await lab.commands.submit(correcting('0192f5c4-0000-7000-8000-00000000dead', screened()));
    expect(outcome).toMatchObject({ kind: 'unreconciled' });
    expect('reasons' in outcome && rulesOf(outcome.reasons)).toEqual(['correction.unknown-event']);
  });

  it('may follow in the same moment as what it corrects', async () => {
    const sent = submission(persons.screened, DONOR, screened());
    const [first, second] = await Promise.all([
      lab.commands.submit(sent),
      lab.commands.submit(correcting(sent.statement.id, screened({ hbsag: 'reactive' }))),
    ]);
    expect([recordedOf(first!).receipt.seq, recordedOf(second!).receipt.seq]).toEqual([1, 2]);
  });
});

/**
 * A correction carries the data of another type. Its personal fields were stored in clear, because only the correction's own fields were
 * looked at.
 */
describe('personal fields inside a correction', () => {
  it('become digests, also when the original is sent in the same moment', async () => {
    const sent = submission(persons.registered, DONOR, registered({ name: '王小明' }));
    const outcomes = await Promise.all([
      lab.commands.submit(sent),
      lab.commands.submit(
        correcting(sent.statement.id, registered({ name: '王晓明', sex: 'male' }), { explanation: '听错了姓名' }),
      ),
    ]);
    outcomes.map(recordedOf);
    const text = (await eventsOf(lab.store, `person-${DONOR}`)).map(({ body }) => Buffer.from(body).toString('utf8')).join('\n');
    for (const clear of ['王小明', '王晓明', '听错']) expect(text).not.toContain(clear);
    const { body } = (await verifiedLog(lab.store)).at(-1)!;
    const { _sd: digests } = body.content.data['data'] as { _sd: string[] };
    expect((await lab.vault.open(digests)).get(digests[0]!)).toMatchObject({ subject: DONOR, pointer: '/data/name' });
  });

  it('become digests of their own subject', async () => {
    const event = await screening();
    const tests = screened().tests.map((test) => ({ ...test, value: 'S/CO 0.21' }));
    recordedOf(await lab.commands.submit(correcting(event, screened({}, { tests }))));
    const text = (await eventsOf(lab.store, `person-${DONOR}`)).map(({ body }) => Buffer.from(body).toString('utf8')).join('\n');
    expect(text).not.toContain('S/CO');
  });

  it('become digests also where the original is unknown', async () => {
    await lab.commands.submit(correcting('0192f5c4-0000-7000-8000-00000000dead', registered({ name: '王小明' })));
    const log = await verifiedLog(lab.store);
    expect(JSON.stringify(log)).not.toContain('王小明');
    expect(typesOf(await eventsOf(lab.store, `person-${DONOR}`))).toEqual(['person.registered.v1']);
  });
});
