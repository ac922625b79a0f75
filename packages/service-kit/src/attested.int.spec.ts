import { persons } from '@cytoledger/domain';
import { afterEach, expect, it } from 'vitest';
import { type AttestedAt, waitPreference } from './attested.ts';
import { type Office, openOffice, said } from './office.fixture.ts';

const { registered, screened } = persons.examples;

let office: Office;
afterEach(() => office?.close());

const asked: { position: string; timeoutMs: number }[] = [];

async function attesting(answer: AttestedAt | null): Promise<void> {
  asked.length = 0;
  office = await openOffice({
    whenAttested: async (position, timeoutMs) => {
      asked.push({ position, timeoutMs });
      return answer;
    },
  });
}

const post = (headers: Record<string, string>) => office.post('/v1/persons/donor-0001', said(registered()), headers);

it('answers after the quorum where the sender prefers to wait', async () => {
  await attesting({ index: 7, size: 12 });
  const { status, headers, body } = await post({ prefer: 'wait=5' });

  expect({ status, applied: headers['preference-applied'] }).toEqual({ status: 201, applied: 'wait=5' });
  expect(body).toMatchObject({ outcome: 'recorded', receipt: { seq: 0 }, attested: { index: 7, size: 12 } });
  expect(asked).toEqual([{ position: body.receipt.position, timeoutMs: 5000 }]);
});

it('says null when the time was over before: the event is recorded all the same', async () => {
  await attesting(null);
  const { status, body } = await post({ prefer: 'wait=1' });
  expect(status).toBe(201);
  expect(body.attested).toBeNull();
});

it('waits half a minute and no longer', async () => {
  await attesting(null);
  const { headers } = await post({ prefer: 'respond-async, wait=3600' });
  expect(headers['preference-applied']).toBe('wait=30');
  expect(asked[0]!.timeoutMs).toBe(30_000);
});

it('waits for a report about something unknown too: it is an event', async () => {
  await attesting({ index: 0, size: 1 });
  const { status, body } = await office.post('/v1/persons/donor-0009/screenings', said(screened()), { prefer: 'wait=1' });
  expect({ status, attested: body.attested }).toEqual({ status: 202, attested: { index: 0, size: 1 } });
});

it('waits for nothing that was not recorded', async () => {
  await attesting({ index: 0, size: 1 });
  const { status, headers, body } = await office.post('/v1/persons/donor-0001', said({}), { prefer: 'wait=5' });
  expect(status).toBe(400);
  expect(headers).not.toHaveProperty('preference-applied');
  expect(body).not.toHaveProperty('attested');
  expect(asked).toEqual([]);
});

it('answers at once where nobody asked to wait', async () => {
  await attesting({ index: 0, size: 1 });
  const { headers, body } = await post({});
  expect(headers).not.toHaveProperty('preference-applied');
  expect(body).not.toHaveProperty('attested');
});

it('answers at once where nothing is attested, and does not say that it waited', async () => {
  office = await openOffice();
  const { status, headers, body } = await post({ prefer: 'wait=5' });
  expect(status).toBe(201);
  expect(headers).not.toHaveProperty('preference-applied');
  expect(body).not.toHaveProperty('attested');
});

it.each([
  ['wait=10', 10],
  ['Wait = 10', 10],
  ['wait="10"', 10],
  ['handling=strict, wait=2;x=1', 2],
  ['wait=3, wait=9', 3],
  ['wait=0', 0],
  ['wait', undefined],
  ['wait=-1', undefined],
  ['wait=soon, wait=5', undefined],
  ['respond-async', undefined],
  [undefined, undefined],
])('reads the preference %s as %s seconds', (header, seconds) => {
  expect(waitPreference(header)).toBe(seconds);
});
