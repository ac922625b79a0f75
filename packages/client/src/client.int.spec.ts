import { afterEach, describe, expect, it } from 'vitest';
import { answeringServer, hangUp, json, outcomes } from './answering-server.fixture.ts';
import { ApiProblem, createClient, type LineResult, type StreamStatement } from './index.ts';

let close = async () => {};
afterEach(() => close());

async function connected(...answers: Parameters<typeof answeringServer>) {
  const server = await answeringServer(...answers);
  close = server.close;
  const client = createClient({ url: server.url, token: 'secret', retry: { baseMs: 1, maxMs: 5 } });
  return { ...server, client };
}

const busy = (seconds: string) => json(503, { title: 'Not now', code: 'overloaded' }, { 'retry-after': seconds });

const lines = (count: number): StreamStatement[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `0192f5c4-0000-7000-8000-${String(n).padStart(12, '0')}`,
    type: 'person.registered.v1',
    stream: `person-donor-${n}`,
    occurredAt: null,
    capture: { mode: 'import', precision: 'unknown' },
    data: { role: 'donor' },
  }));

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const ids = (results: readonly LineResult[]) => results.map((result) => result.ok && result.captured.receipt.id);

describe('a request that is not answered', () => {
  it('is sent again until it is, with the same id', async () => {
    const { client, received } = await connected(json(200, { paths: {} }), hangUp, busy('0'), outcomes());

    await client.capture('person.registered.v1', 'donor-000001', {
      occurredAt: null,
      capture: { mode: 'direct', precision: 'unknown' },
      data: { role: 'donor' },
    });

    const sent = received.slice(1).map(({ body }) => (JSON.parse(body) as { id: string }).id);
    expect(sent).toHaveLength(3);
    expect(new Set(sent).size).toBe(1);
  });

  it('fails as unreachable once the attempts are used up', async () => {
    const { client, received } = await connected(hangUp);

    await expect(client.query('/v1/x')).rejects.toMatchObject({ name: 'ClientError', code: 'unreachable' });
    expect(received).toHaveLength(6);
  });

  it('says what the platform said last', async () => {
    const { client } = await connected(busy('0'));

    await expect(client.query('/v1/x')).rejects.toMatchObject({ name: 'ApiProblem', status: 503, code: 'overloaded' });
  });

  it('ends when the caller does not want it any more', async () => {
    const abort = new AbortController();
    const { client } = await connected(() => abort.abort());

    await expect(client.query('/v1/x', {}, { signal: abort.signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('a refusal', () => {
  it('is never sent again', async () => {
    const violations = [{ rule: 'release.open-deviation', severity: 'gate', pointer: '/scope', message: 'open' }];
    const { client, received } = await connected(
      json(422, { title: 'Refused', code: 'refused-by-rule', status: 422, violations }),
    );

    const problem = await client.query('/v1/x').catch((error: unknown) => error);

    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 422, code: 'refused-by-rule', violations });
    expect(received).toHaveLength(1);
  });

  it('of something that is no Cytoledger is a problem too', async () => {
    const { client } = await connected((response) => response.writeHead(404).end('<html>'));

    await expect(client.query('/v1/x')).rejects.toMatchObject({ status: 404, code: 'http-404' });
  });
});

describe('what is told with every request', () => {
  it('is a fresh token, the language and the person on whose behalf', async () => {
    const server = await answeringServer(json(200, {}));
    close = server.close;
    let count = 0;
    const client = createClient({
      url: `${server.url}/ledger`,
      token: async () => `token-${++count}`,
      language: 'zh',
      client: 'lims/3',
    });

    await client.query('/v1/x', { asOf: '17', none: undefined }, { onBehalfOf: 'staff-0001' });
    await client.query('/v1/x');

    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(server.received[0]).toMatchObject({
      path: '/ledger/v1/x?asOf=17',
      headers: { 'accept-language': 'zh', 'user-agent': 'lims/3', 'x-on-behalf-of': 'staff-0001' },
    });
  });
});

describe('two contents in one request', () => {
  const openapi = {
    paths: {
      '/v1/batches/{batchId}/units/{unitId}/infusions': {
        post: {
          'x-event-type': 'batch.unit-infused.v1',
          'x-stream': 'batch-{batchId}',
          'x-path': '/v1/batches/:batchId/units/:unitId/infusions',
          'x-fill': { unit: 'unitId' },
          requestBody: {
            content: { 'application/json': { schema: { required: ['infusion'], properties: { infusion: {}, record: {} } } } },
          },
        },
      },
    },
  };
  const first = {
    type: 'batch.unit-infused.v1',
    target: 'b 1',
    statement: { occurredAt: null, capture: { mode: 'direct', precision: 'unknown' }, data: { unit: 'u1', treatment: 't1' } },
  } as never;
  const second = {
    type: 'treatment.infusion-recorded.v1',
    statement: { occurredAt: null, capture: { mode: 'direct', precision: 'unknown' }, data: {} },
  } as never;
  const recorded = (status: number) => ({ status, outcome: 'recorded', receipt: { id: 'x' }, findings: [], warnings: [] });

  it('are both captured', async () => {
    const { client, received } = await connected(
      json(200, openapi),
      json(201, { infusion: recorded(201), record: recorded(200) }),
    );

    const { first: head, second: tail } = await client.capturePair(first, second);

    expect(received[1]!.path).toBe('/v1/batches/b%201/units/u1/infusions');
    expect(Object.keys(JSON.parse(received[1]!.body))).toEqual(['infusion', 'record']);
    expect([head, tail]).toMatchObject([{ replayed: false }, { replayed: true }]);
  });

  it('may be captured by halves', async () => {
    const refused = { status: 404, code: 'not-found', title: 'Not found' };
    const { client } = await connected(json(200, openapi), json(207, { infusion: recorded(201), record: refused }));

    const { first: head, second: tail } = await client.capturePair(first, second);

    expect(head.outcome).toBe('recorded');
    expect(tail).toBeInstanceOf(ApiProblem);
    expect(tail).toMatchObject({ status: 404, code: 'not-found' });
  });
});

it('says which value of the path the data lacks', async () => {
  const path = '/v1/persons/:personId/deviations/:deviation/closure';
  const post = { 'x-event-type': 'person.deviation-closed.v1', 'x-stream': 'person-{personId}', 'x-path': path, 'x-fill': {} };
  const { client } = await connected(json(200, { paths: { [path]: { post } } }));

  await expect(
    client.capture('person.deviation-closed.v1', 'donor-000001', {
      occurredAt: null,
      capture: { mode: 'direct', precision: 'unknown' },
      data: { impact: 'none' } as never,
    }),
  ).rejects.toMatchObject({ code: 'no-route', message: expect.stringContaining('data.deviation') });
});

describe('many lines', () => {
  it('are sent again as a whole when the answer is cut short', async () => {
    const { client, received } = await connected(outcomes(undefined, 2), outcomes());

    const results = await collected(client.captureMany(lines(5)));

    expect(ids(results)).toEqual(lines(5).map(({ id }) => id));
    expect(received[1]!.body).toBe(received[0]!.body);
  });

  it('that could not be taken now are sent again alone, and come back in their places', async () => {
    const { client, received } = await connected(
      outcomes((line) => (line % 2 === 0 ? 503 : 201)),
      outcomes(),
    );

    const results = await collected(client.captureMany(lines(5)));

    expect(ids(results)).toEqual(lines(5).map(({ id }) => id));
    expect(received[1]!.body.trimEnd().split('\n')).toHaveLength(2);
  });

  it('keep the numbers of the file, blank lines counted', async () => {
    const { client } = await connected(outcomes());
    const text = lines(2).map((line) => JSON.stringify(line));

    const results = await collected(client.captureMany([text[0]!, '', text[1]!]));

    expect(results.map(({ line }) => line)).toEqual([1, 3]);
  });

  it('are not read faster than they can be sent', async () => {
    const { client } = await connected(outcomes());
    let read = 0;
    async function* source() {
      for (const line of lines(5000)) {
        read++;
        yield line;
      }
    }
    const results = client.captureMany(source());

    await results.next();

    expect(read).toBeLessThan(2002);
    await results.return(undefined);
  });

  it('of a source that pauses are not held back', async () => {
    const { client } = await connected(outcomes());
    const pausing = Promise.withResolvers<void>();
    async function* source() {
      yield lines(1)[0]!;
      await pausing.promise;
    }
    const results = client.captureMany(source());

    expect((await results.next()).value).toMatchObject({ line: 1, ok: true });
    pausing.resolve();
    expect((await results.next()).done).toBe(true);
  });
});
