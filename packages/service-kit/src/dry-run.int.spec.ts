import { donations, persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Office, openOffice, said } from './office.fixture.ts';

const { registered, screened } = persons.examples;
const DONATION = '0192f5c4-0000-7000-8000-0000000000d1';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const line = (stream: string, type: string, data: object) => JSON.stringify({ type, stream, ...said(data) });

async function many(...lines: readonly string[]) {
  const { text } = await office.post('/v1/events?dryRun=1', lines.join('\n'), { 'content-type': 'application/x-ndjson' });
  return text
    .split('\n')
    .filter((each) => each !== '')
    .map(
      (each) =>
        JSON.parse(each) as { outcome?: string; code?: string; findings?: { rule: string }[]; reasons?: { rule: string }[] },
    );
}

describe('a dry run of one event', () => {
  it('says what would be recorded, and records nothing', async () => {
    const answer = await office.post('/v1/persons/donor-0001?dryRun=1', said(registered()));
    expect([answer.status, answer.body]).toEqual([
      200,
      { outcome: 'would-be-recorded', dryRun: true, findings: [], warnings: [], reasons: [] },
    ]);
    expect(await office.events()).toEqual([]);
  });

  it('says what is recorded already', async () => {
    const sent = said(registered());
    await office.post('/v1/persons/donor-0001', sent);
    expect((await office.post('/v1/persons/donor-0001?dryRun=1', sent)).body).toMatchObject({ outcome: 'recorded-before' });
  });

  it('says what could not be applied, and why', async () => {
    const { body } = await office.post(`/v1/persons/donor-0002/screenings?dryRun=1`, said(screened()));
    expect(body).toMatchObject({ outcome: 'would-be-unreconciled', reasons: [{ rule: 'stream.unknown' }] });
  });

  it('is read as strictly as if it were sent, and asks for the same rights', async () => {
    expect((await office.post('/v1/persons/donor-0001?dryRun=1', said({}))).status).toBe(400);
    expect((await office.post('/v1/persons/donor-0001?dryRun=yes', said(registered()))).body).toMatchObject({ code: 'dry-run' });
    await office.post('/v1/persons/donor-0001', said(registered()));
    const stranger = await office.authorised({ org: 'clinic-z' });
    expect((await office.post('/v1/persons/donor-0001/screenings?dryRun=1', said(screened()), stranger)).status).toBe(404);
    expect(await office.events()).toHaveLength(1);
  });

  it('is not for corrections', async () => {
    await office.post('/v1/persons/donor-0001', said(registered()));
    const data = { event: DONATION, reason: 'transcription', data: registered() };
    expect((await office.post('/v1/persons/donor-0001/corrections?dryRun=1', said(data))).body).toMatchObject({
      code: 'dry-run',
    });
  });
});

describe('a dry run of many lines', () => {
  it('judges each on what those before it would have left, also in other records', async () => {
    const outcomes = await many(
      line('person-donor-0001', 'person.registered.v1', registered()),
      line('person-donor-0001', 'person.screened.v1', screened()),
      line(`donation-${DONATION}`, donations.registered.type, donations.examples.registered({ donor: 'donor-0001' })),
      line('person-donor-0001', 'person.registered.v1', registered()),
    );
    const alone = await many(
      line(`donation-${DONATION}`, donations.registered.type, donations.examples.registered({ donor: 'donor-0001' })),
    );
    expect(outcomes.slice(0, 3).map(({ outcome }) => outcome)).toEqual(Array(3).fill('would-be-recorded'));
    expect({ ...outcomes[2], line: 1 }).not.toEqual(alone[0]);
    expect(outcomes[3]?.outcome).toMatch(/^would-be-/);
    expect(await office.events()).toEqual([]);
  });

  it('tells a bad line alone, by its number', async () => {
    const outcomes = await many('{', line('person-donor-0001', 'person.registered.v1', registered()));
    expect(outcomes.map(({ outcome, code }) => outcome ?? code)).toEqual(['invalid', 'would-be-recorded']);
  });
});
