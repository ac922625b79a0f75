import { connect } from 'node:net';
import { persons } from '@cytoledger/domain';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Office, openOffice, said } from './office.fixture.ts';

const { registered, screened } = persons.examples;

let office: Office;
let port: number;
beforeAll(async () => {
  office = await openOffice();
  port = await office.listen();
});
afterAll(() => office.close());

/** Sends bytes as they are and reads until the connection ends. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.end(bytes);
  });
}

describe('a request that cannot be served is answered as a problem', () => {
  it.each<[string, () => Promise<{ status: number; type: string; body: { code: string } }>, number, string]>([
    ['no such route', () => office.get('/v1/nowhere'), 404, 'no-such-route'],
    ['another method', () => office.get('/v1/persons/donor-0001'), 404, 'no-such-route'],
    ['a path that cannot be decoded', () => office.get('/v1/persons/%zz'), 400, 'bad-url'],
    ['no content type', () => office.post('/v1/persons/donor-0001', '{}', { 'content-type': '' }), 415, 'unsupported-media-type'],
    ['text', () => office.post('/v1/persons/donor-0001', '{}', { 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
    [
      'lines for one fact',
      () => office.post('/v1/persons/donor-0001', '{}', { 'content-type': 'application/x-ndjson' }),
      415,
      'unsupported-media-type',
    ],
    ['a body that is too large', () => office.post('/v1/persons/donor-0001', `"${'x'.repeat(600_000)}"`), 413, 'body-too-large'],
    [
      'a body of an event that is too large',
      () => office.post('/v1/persons/donor-0001', said(registered(), { x: 'x'.repeat(100_000) })),
      400,
      'invalid',
    ],
  ])('%s', async (_what, ask, status, code) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, type: `urn:cytoledger:problem:${code}` });
  });

  it('bytes that are no HTTP', async () => {
    const answer = await exchange('HELO there\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
  });

  it('an expectation that nobody can meet', async () => {
    const answer = await exchange('GET /healthz HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    expect(answer).toContain('application/problem+json');
  });

  it('headers without end', async () => {
    const answer = await exchange(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('application/problem+json');
  });

  it('a defect tells nothing but where it is logged', async () => {
    const answer = await office.get('/v1/broken');
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'internal', type: 'urn:cytoledger:problem:internal' });
    expect(answer.text).not.toContain('a defect');
    expect(office.logged()).toContain('a defect');
  });
});

describe('what the process says about itself', () => {
  it('is OpenAPI 3.1 that a validator accepts', async () => {
    const { body } = await office.get('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const result = await new Validator().validate(body);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(body.paths['/v1/persons/{personId}'].post).toMatchObject({
      'x-event-type': 'person.registered.v1',
      'x-stream': 'person-{personId}',
    });
    expect(body.paths['/v1/persons/{personId}'].post['x-personal']).toContainEqual({ pointer: '/data/name', subject: 'stream' });
  });

  it('names every operation once', async () => {
    const { body } = await office.get('/openapi.json');
    const ids = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('counts requests, outcomes and appended events, of bulk too', async () => {
    await office.post('/v1/persons/donor-0300', said(registered()));
    const line = JSON.stringify({ type: 'person.registered.v1', stream: 'person-donor-0300', ...said(registered()) });
    await office.post('/v1/events', line, { 'content-type': 'application/x-ndjson' });
    const { text } = await office.get('/metrics');
    expect(text).toMatch(/cytoledger_commands_total\{type="person\.registered\.v1",outcome="recorded"\} 2/);
    expect(text).toMatch(/cytoledger_http_request_seconds_count\{route="\/v1\/persons\/:personId",method="POST",status="201"\}/);
    for (const name of ['events_appended_total', 'append_conflicts_total', 'command_retries_total']) {
      expect(text).toContain(`cytoledger_${name}`);
    }
    expect(text).not.toContain('donor-0300');
  });

  it('is alive and ready, for everybody', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
      expect((await office.app.inject({ method: 'GET', url: path })).statusCode).toBe(200);
    }
  });
});

describe('the log', () => {
  it('holds no token, no body, no query and nothing personal', async () => {
    const { authorization } = await office.authorised();
    const secrets = ['王小明', 'X1234567', authorization!.slice(7), 'whatever-was-asked'];
    await office.post('/v1/persons/donor-0400', said(registered({ name: '王小明', nationalId: 'X1234567' })), {
      authorization: authorization!,
    });
    await office.post('/v1/persons/donor-0400', said(registered({ name: '王小明', shoeSize: 'X1234567' })), {
      authorization: authorization!,
    });
    await office.post('/v1/persons/donor-0400/screenings?q=whatever-was-asked', said(screened({}, { history: '王小明' })));
    await office.post('/v1/persons/donor-0400', `{"name":"王小明"`, { authorization: authorization! });
    await office.get('/v1/broken?q=whatever-was-asked', { authorization: authorization! });
    const text = office.logged();
    expect(text).toContain('/v1/persons/:personId');
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('carries the correlation that the sender gave, when it is an id', async () => {
    await office.get('/v1/nowhere', { 'x-correlation-id': 'his-4711' });
    await office.get('/v1/nowhere', { 'x-correlation-id': 'two words' });
    expect(office.logged()).toContain('his-4711');
    expect(office.logged()).not.toContain('two words');
  });
});

describe('stopping', () => {
  it('answers what is on its way, and takes nothing new', async () => {
    const other = await openOffice();
    const where = await other.listen();
    const headers = await other.authorised();
    const slow = fetch(`http://127.0.0.1:${where}/v1/slow/400`, { headers });
    const posting = fetch(`http://127.0.0.1:${where}/v1/persons/donor-0500`, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
      body: JSON.stringify(said(registered({ name: '王小明' }))),
    });
    await expect.poll(other.requests).toBe(2);
    const closing = other.close();
    expect((await slow).status).toBe(200);
    expect((await posting).status).toBe(201);
    await closing;
    await expect(fetch(`http://127.0.0.1:${where}/healthz`)).rejects.toThrow();
  });

  it('is said with 503 to who still comes over an open connection', async () => {
    const other = await openOffice();
    const where = await other.listen();
    const { authorization } = await other.authorised();
    const socket = connect(where, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const ask = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`);
    ask('/v1/slow/300');
    await expect.poll(other.requests).toBe(1);
    const closing = other.close();
    ask('/healthz');
    await closing;
    expect(answer).toContain('"waited":"300"');
    socket.destroy();
  });
});
