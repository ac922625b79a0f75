// What a bare server costs on the same machine, in a process of its own: the ceiling of the HTTP benchmarks.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Fastify from 'fastify';

export type BareServer = AsyncDisposable & { readonly port: number };

export async function startBareFastify(): Promise<BareServer> {
  const child = fork(import.meta.filename, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      child.send('stop');
      await once(child, 'exit');
    },
  };
}

const text = { type: 'string', maxLength: 200 };
const strict = (properties: Record<string, object>, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

/** The bodies of `everyday` entries, as a careful author of a bare server would describe them. */
const BODY = strict(
  {
    id: { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' },
    occurredAt: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+\\d\\d:\\d\\d$' },
    capture: strict({ mode: { enum: ['direct', 'device', 'paper'] }, precision: { enum: ['s', 'min'] } }, ['mode', 'precision']),
    data: strict(
      {
        ...{ name: text, supplier: text, lot: text, expiry: text, role: text, origin: text, step: text },
        quantity: strict({ value: text, unit: text, what: text }, ['value', 'unit']),
        passage: { type: 'integer', minimum: 0, maximum: 200 },
        ...{ confluence: text, room: text, grade: { enum: ['A', 'B', 'C', 'D'] } },
        vessels: {
          type: 'array',
          maxItems: 50,
          items: strict({ kind: text, count: { type: 'integer', minimum: 1 }, lot: text }, ['kind', 'count']),
        },
        ...{ scope: text, tank: text, rack: text, box: text, phase: { enum: ['vapour', 'liquid'] } },
        ...{ operator: text, verifier: text },
      },
      [],
    ),
  },
  ['id', 'occurredAt', 'capture', 'data'],
);

async function serve(): Promise<void> {
  const app = Fastify();
  app.post('/v1/batches/:batchId/:fact', { schema: { body: BODY } }, async (_request, reply) =>
    reply.code(201).send({ outcome: 'recorded' }),
  );
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
  // Reads every line as JSON and answers with one line for each, as bulk capture does.
  app.post('/v1/events', (request, reply) =>
    reply.type('application/x-ndjson').send(Readable.from(read(request.body as AsyncIterable<Buffer>), { objectMode: false })),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.on('message', () => app.close().then(() => process.exit(0)));
  process.send!({ port: (app.server.address() as AddressInfo).port });
}

async function* linesOf(payload: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of payload) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield lines;
  }
}

async function* read(payload: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let line = 0;
  for await (const lines of linesOf(payload)) {
    let answer = '';
    for (const text of lines) {
      const { id, stream, type } = JSON.parse(text);
      answer += `${JSON.stringify({ line: ++line, status: 201, id, stream, type })}\n`;
    }
    if (answer !== '') yield answer;
  }
}

if (process.send && process.argv[1] === import.meta.filename) await serve();
