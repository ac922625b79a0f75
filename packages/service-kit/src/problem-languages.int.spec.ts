import { AttestError } from '@cytoledger/attest';
import { CommandError, type CommandErrorCode } from '@cytoledger/commands';
import { donations, persons } from '@cytoledger/domain';
import { EventStoreError } from '@cytoledger/event-store';
import { VaultError } from '@cytoledger/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from './failure.ts';
import { type Answer, type Office, openOffice, said } from './office.fixture.ts';
import { httpOutcome } from './outcome.ts';
import { problemDocument } from './problem.ts';

const CHINESE = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' };
const HAN = /\p{Script=Han}/u;

const COMMAND_ERRORS: Readonly<Record<CommandErrorCode, true>> = {
  overloaded: true,
  contention: true,
  'outcome-unknown': true,
  unavailable: true,
  'clock-behind': true,
};
const FASTIFY_ERRORS = [
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
  'FST_ERR_CTP_BODY_TOO_LARGE',
  'FST_ERR_CTP_EMPTY_JSON_BODY',
  'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
  'FST_ERR_BAD_URL',
  'FST_ERR_MAX_PARAM_LENGTH',
];

const failures: readonly (readonly [string, unknown])[] = [
  ...(Object.keys(COMMAND_ERRORS) as CommandErrorCode[]).map(
    (code) => [`a command: ${code}`, new CommandError(code, 'told in English')] as const,
  ),
  ...(['subject-erased', 'digest-mismatch', 'digest-conflict', 'invalid-entry', 'key-missing'] as const).map(
    (code) => [`the vault: ${code}`, new VaultError(code, 'told in English')] as const,
  ),
  ...(['invalid-position', 'locked', 'corrupt'] as const).map(
    (code) => [`the store: ${code}`, new EventStoreError(code, 'told in English')] as const,
  ),
  ['a content that is no JSON', new AttestError('invalid-json', 'told in English')],
  ...FASTIFY_ERRORS.map((code) => [code, Object.assign(new Error('told in English'), { code })] as const),
  ['any other request that is wrong', Object.assign(new Error('told in English'), { statusCode: 400 })],
];

describe('a failure, told to who reads Chinese and to who reads English', () => {
  it.each(failures)('%s', (_, error) => {
    const { problem } = refusalOf(error)!;
    const [zh, en] = [problemDocument(problem, 'zh'), problemDocument(problem, 'en')];
    expect(zh.title).toMatch(HAN);
    expect(zh.detail).toMatch(HAN);
    expect(`${en.title} ${en.detail}`).not.toMatch(HAN);
    expect({ ...zh, title: '', detail: '' }).toEqual({ ...en, title: '', detail: '' });
  });

  it.each(['event-id-conflict', 'opening-abandoned'] as const)('a conflict: %s', (code) => {
    const outcome = { kind: 'conflict', code, detail: 'told in English' } as const;
    expect(httpOutcome(outcome, 'zh').body).toMatchObject({
      status: 409,
      title: expect.stringMatching(HAN),
      detail: expect.stringMatching(HAN),
    });
    expect(httpOutcome(outcome, 'en').body).toMatchObject({ title: 'Conflict', detail: 'told in English' });
  });

  it('a refusal by rule', () => {
    const outcome = { kind: 'refused', reasons: [], warnings: [] } as const;
    expect(httpOutcome(outcome, 'zh').body).toMatchObject({ status: 422, title: expect.stringMatching(HAN) });
  });
});

type Ask = (office: Office, headers: Record<string, string>) => Promise<Answer>;

const PERSON = '/v1/persons/donor-0001';
const { registered, screened } = persons.examples;

const requests: readonly (readonly [status: number, what: string, ask: Ask])[] = [
  [401, 'no token', (office, headers) => office.get('/v1/broken', { ...headers, authorization: '' })],
  [401, 'a token of nobody', (office, headers) => office.get('/v1/broken', { ...headers, authorization: 'Bearer e30.e30.e30' })],
  [
    401,
    'a token with a role that is not known',
    async (office, headers) => office.get('/v1/broken', { ...headers, ...(await office.authorised({ roles: ['king'] })) }),
  ],
  [
    403,
    'a question for other roles',
    async (office, headers) => office.get('/v1/broken', { ...headers, ...(await office.authorised({ roles: ['courier'] })) }),
  ],
  [
    403,
    'a role that may not do it',
    async (office, headers) => {
      await office.post(PERSON, said(registered()));
      const token = await office.authorised({ roles: ['site.admin'] });
      return office.post(`${PERSON}/screenings`, said(screened()), { ...headers, ...token });
    },
  ],
  [
    403,
    'a person who names another',
    (office, headers) => office.get('/v1/broken', { ...headers, 'x-on-behalf-of': 'staff-0099' }),
  ],
  [
    403,
    'a client that names a stranger',
    async (office, headers) => {
      const token = await office.issuer.token({ person: undefined as never, client_id: 'device' });
      return office.get('/v1/broken', { ...headers, authorization: `Bearer ${token}`, 'x-on-behalf-of': 'staff-0099' });
    },
  ],
  [
    404,
    'what one may not know of',
    async (office, headers) => {
      await office.post(PERSON, said(registered()));
      const token = await office.authorised({ org: 'clinic-z' });
      return office.post(`${PERSON}/screenings`, said(screened()), { ...headers, ...token });
    },
  ],
  [404, 'no such route', (office, headers) => office.get('/v1/nothing', headers)],
  [400, 'a dry run that is neither yes nor no', (office, headers) => office.post(`${PERSON}?dryRun=x`, said({}), headers)],
  [400, 'a correction in a dry run', (office, headers) => office.post(`${PERSON}/corrections?dryRun=1`, said({}), headers)],
  [406, 'a format that it has not', (office, headers) => office.get('/v1/broken?format=pdf', headers)],
  [
    409,
    'one id for two contents',
    async (office, headers) => {
      const first = said(registered());
      await office.post(PERSON, first);
      return office.post(PERSON, { ...first, occurredAt: '2026-01-01T00:00:00Z' }, headers);
    },
  ],
  [413, 'a body that is too large', (office, headers) => office.post(PERSON, ' '.repeat(600_000), headers)],
  [415, 'XML', (office, headers) => office.post(PERSON, '<a/>', { ...headers, 'content-type': 'application/xml' })],
  [
    415,
    'lines where one is asked',
    (office, headers) => office.post(PERSON, 'text', { ...headers, 'content-type': 'text/plain' }),
  ],
  [415, 'no lines where many are asked', (office, headers) => office.post('/v1/events', {}, headers)],
  [500, 'a defect', (office, headers) => office.get('/v1/broken', headers)],
];

describe('what an answer says that is no success', () => {
  let office: Office;
  beforeEach(async () => {
    office = await openOffice();
  });
  afterEach(() => office.close());

  it.each(requests)('%i, %s: in Chinese where that is preferred, else in English', async (status, _, ask) => {
    const zh = await ask(office, CHINESE);
    expect([zh.status, zh.body.title, zh.body.detail]).toEqual([status, expect.stringMatching(HAN), expect.stringMatching(HAN)]);
  });

  it.each(requests)('%i, %s: in English where nothing else is preferred', async (status, _, ask) => {
    const en = await ask(office, {});
    expect(en.status).toBe(status);
    expect(`${en.body.title} ${en.body.detail}`).not.toMatch(HAN);
  });

  it('is Chinese on a line of many as well', async () => {
    const token = await office.authorised({ roles: ['site.admin'] });
    const line = { type: donations.registered.type, stream: 'donation-0192f5c4-0000-7000-8000-0000000000d1' };
    const { text } = await office.post('/v1/events', JSON.stringify({ ...line, ...said(donations.examples.registered()) }), {
      ...CHINESE,
      ...token,
      'content-type': 'application/x-ndjson',
    });
    expect(JSON.parse(text)).toMatchObject({ status: 403, title: '不允许', detail: expect.stringMatching(HAN) });
  });
});
