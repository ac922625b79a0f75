import { connect } from 'node:net';
import { persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventId, type Office, openOffice, said } from './office.fixture.ts';

const { registered, screened } = persons.examples;

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const line = (person: string, data: object = registered(), type = 'person.registered.v1') =>
  JSON.stringify({ type, stream: `person-${person}`, ...said(data) });

type Outcome = {
  line: number;
  status: number;
  outcome?: string;
  code?: string;
  receipt?: { seq: number; id: string };
  violations?: { rule: string; pointer: string }[];
};

const outcomesOf = (text: string): Outcome[] =>
  text
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => JSON.parse(each));

const send = async (body: string | Buffer, headers: Record<string, string> = {}) => {
  const answer = await office.post('/v1/events', body, { 'content-type': 'application/x-ndjson', ...headers });
  return { ...answer, outcomes: outcomesOf(answer.text) };
};

describe('many events in one request', () => {
  it('are answered line by line in their order', async () => {
    const lines = Array.from({ length: 50 }, (_, n) => line(`donor-00${n % 7}0`));
    const { status, type, outcomes } = await send(`${lines.join('\n')}\n`);
    expect(status).toBe(200);
    expect(type).toContain('application/x-ndjson');
    expect(outcomes.map((each) => [each.line, each.status])).toEqual(lines.map((_, n) => [n + 1, 201]));
    expect(outcomes.map((each) => each.receipt!.id)).toEqual(lines.map((each) => JSON.parse(each).id));
  });

  it('are stored once when the whole file is sent again', async () => {
    const body = Array.from({ length: 20 }, () => line('donor-0001')).join('\n');
    const first = await send(body);
    const again = await send(body);
    expect(again.outcomes.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(again.outcomes.map(({ receipt }) => receipt)).toEqual(first.outcomes.map(({ receipt }) => receipt));
    expect(await office.events()).toHaveLength(20);
  });

  it('see what the lines before them said', async () => {
    const { outcomes } = await send([line('donor-0001'), line('donor-0001', screened(), 'person.screened.v1')].join('\n'));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded']);
  });

  it('may end in CR LF, and with blank lines between', async () => {
    const { outcomes } = await send(`\r\n${line('donor-0001')}\r\n\r\n${line('donor-0001')}\r\n   \r\n`);
    expect(outcomes.map((each) => [each.line, each.status])).toEqual([
      [2, 201],
      [4, 201],
    ]);
  });

  it('may be ten thousand', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => line(`donor-${n % 500}-0000`));
    const { outcomes } = await send(lines.join('\n'));
    expect(outcomes.filter(({ status }) => status === 201)).toHaveLength(10_000);
    expect(await office.events()).toHaveLength(10_000);
  });

  it('may be of none', async () => {
    expect((await send('')).outcomes).toEqual([]);
  });
});

describe('a bad line fails alone', () => {
  it('says what is wrong with an id, in the language that was asked for', async () => {
    const short = line('donor-0001').replace('"person-donor-0001"', '"person-ab"');
    const told = async (language: string) => (await send(short, { 'accept-language': language })).text;
    expect(await told('en')).toContain('a pseudonym is 8 to 64');
    expect(await told('zh')).toContain('标识符格式不符合 person 流的要求');
  });

  it.each<[string, string | Buffer, number, string, string]>([
    ['half a line', '{"type":"person.registered.v1","stream":"person-do', 400, 'json.', ''],
    ['no object', '[]', 400, 'schema.invalid_type', ''],
    ['without a type', '{"stream":"person-donor-0001"}', 400, 'line.type', '/type'],
    ['without a stream', '{"type":"person.registered.v1"}', 400, 'line.stream', '/stream'],
    ['of a type that nobody knows', line('donor-0001', {}, 'person.promoted.v1'), 400, 'line.type', '/type'],
    ['of a type that is not mounted here', line('donor-0001', {}, 'person.consent-given.v1'), 400, 'line.type', '/type'],
    [
      'for a stream of another kind',
      line('donor-0001').replace('"person-donor-0001"', '"site-lab-a"'),
      400,
      'line.stream',
      '/stream',
    ],
    ['for what is no stream', line('donor-0001').replace('"person-donor-0001"', '"person"'), 400, 'line.stream', '/stream'],
    ['with an unknown field', line('donor-0001', registered({ x: 1 })), 400, 'schema.unrecognized_keys', '/data/x'],
    ['that is too long', `{"x":"${'x'.repeat(300_000)}"}`, 400, 'line.too-long', ''],
    ['of bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'json.invalid-utf8', ''],
  ])('%s', async (_what, bad, status, rule, pointer) => {
    const body = Buffer.concat([
      ...[Buffer.from(`${line('donor-0001')}\n`), Buffer.from(bad), Buffer.from(`\n${line('donor-0001')}\n`)],
    ]);
    const { outcomes } = await send(body);
    expect(outcomes.map((each) => each.status)).toEqual([201, status, 201]);
    expect(outcomes[1]!.violations![0]!.rule).toContain(rule);
    expect(outcomes[1]!.violations![0]!.pointer).toContain(pointer);
    expect(await office.events()).toHaveLength(2);
  });

  it('of another organisation’s person', async () => {
    await office.post('/v1/persons/donor-0009', said(registered()), await office.authorised({ org: 'clinic-b' }));
    const { outcomes } = await send(
      [line('donor-0001'), line('donor-0009', screened(), 'person.screened.v1'), line('donor-0001')].join('\n'),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([201, 404, 201]);
    expect(outcomes[1]).toMatchObject({ line: 2, code: 'not-found' });
  });

  it('a last line that was cut off stores nothing of itself', async () => {
    const whole = line('donor-0001');
    const { outcomes } = await send(`${line('donor-0001')}\n${whole.slice(0, -10)}`);
    expect(outcomes.map(({ status }) => status)).toEqual([201, 400]);
    expect(await office.events()).toHaveLength(1);
  });
});

it('is refused as another content type', async () => {
  expect((await office.post('/v1/events', '{}', { 'content-type': 'application/json' })).status).toBe(415);
});

it('is refused without a token before a line is read', async () => {
  const response = await office.app.inject({
    ...{ method: 'POST', url: '/v1/events', headers: { 'content-type': 'application/x-ndjson' } },
    payload: line('donor-0001'),
  });
  expect(response.statusCode).toBe(401);
  expect(await office.events()).toEqual([]);
});

describe('over a connection', () => {
  const request = async (port: number) => {
    const { authorization } = await office.authorised();
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.write(
      `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const write = (text: string) =>
      new Promise<void>((resolve) => {
        socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`, () => resolve());
      });
    return { socket, write, answer: () => answer };
  };

  it('outcomes come while lines are still being sent', async () => {
    const { socket, write, answer } = await request(await office.listen());
    await write(`${line('donor-0001')}\n`);
    await expect.poll(answer).toContain('"line":1');
    await write(`${line('donor-0001')}\n`);
    await expect.poll(answer).toContain('"line":2');
    socket.destroy();
  });

  it('a sender that goes away mid-line has its whole lines recorded, and nothing else', async () => {
    const { socket, write } = await request(await office.listen());
    const whole = Array.from({ length: 20 }, () => line('donor-0001'));
    await write(`${whole.join('\n')}\n`);
    await expect.poll(async () => (await office.events()).length).toBe(20);
    await write(line('donor-0001').slice(0, 80));
    socket.destroy();
    await expect.poll(() => office.commands.waiting()).toBe(0);
    expect((await office.events()).map(({ id }) => id)).toEqual(whole.map((each) => JSON.parse(each).id));
    expect((await send(whole.join('\n'))).outcomes.every(({ status }) => status === 200)).toBe(true);
  });
});

/** A sender that never reads its answers may not make the process hold all that it sends. */
it('reads no further ahead than it may while outcomes wait', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await office.close();
  office = await openOffice({
    wrapStore: (store) =>
      Object.assign(Object.create(null), {
        checksBasis: true,
        append: async (...args: Parameters<typeof store.append>) => {
          await held;
          return store.append(...args);
        },
        readStream: store.readStream.bind(store),
        findById: store.findById.bind(store),
        heads: store.heads.bind(store),
        readAll: store.readAll.bind(store),
        headPosition: store.headPosition.bind(store),
        subscribe: store.subscribe.bind(store),
        close: store.close.bind(store),
      }),
  });
  const { captureLines } = await import('./bulk.ts');
  const { office: service } = await import('./office.fixture.ts');
  let read = 0;
  const routes = new Map(service.facts.map((route) => [route.fact.type, route]));
  async function* lines() {
    for (; read < 40_000; read++) yield Buffer.from(`${line(`donor-${read % 100}-000`)}\n`);
  }
  const caller = {
    ...{ org: 'clinic-a', person: 'staff-0001', client: null },
    ...{ roles: ['hospital.nurse'] as const, treatments: [], batches: [] },
  };
  const outcomes = captureLines(lines(), { commands: office.commands, routes, caller, language: 'en', correlation: 'c' });
  const first = outcomes.next();
  await expect.poll(() => office.commands.waiting()).toBeGreaterThan(1_900);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(read).toBeLessThan(2_100);
  release();
  await first;
  await outcomes.return(undefined);
  await expect.poll(() => office.commands.waiting()).toBe(0);
  expect(read).toBeLessThan(9_000);
  expect(eventId()).toBeTruthy();
});
