import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../exit.ts';
import { runCli } from '../program.ts';

type Entry = { readonly id: string; readonly type: string; readonly stream: string; readonly occurredAt: string };
type Sent = {
  readonly sourceRecord: object;
  readonly transcriber: string;
  readonly checker?: string;
  readonly entries: Entry[];
  readonly again?: object[];
};

const passage = {
  type: 'batch.passaged.v1',
  stream: 'batch-x',
  occurredAt: '2026-11-19T10:30:00+08:00',
  precision: 'min',
  data: { passage: 2 },
};
const page = (over: object = {}) => ({
  ...{ form: 'F-112 v3', sourceRecord: { binder: 'BR-2026-117', page: '14' }, transcriber: 'staff-lab-a-02', entries: [passage] },
  ...over,
});

let folder: string;
let server: Server;
let url: string;
let received: Sent[];
let tokens: (string | undefined)[];
/** What the platform answers. */
let answer: { status: number; body: (sent: Sent) => object };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transcribe-'));
  received = [];
  tokens = [];
  answer = {
    status: 201,
    body: ({ entries, again }) => ({
      ...{ level: 'release-ready', missing: [], comparedWithSecondEntry: again !== undefined },
      entries: entries.map(({ type, stream, occurredAt }) => ({
        ...{ status: 201, outcome: 'recorded', type, stream, occurredAt },
        receipt: { recordedAt: '2026-11-21T08:15:02.113Z' },
      })),
    }),
  };
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const sent = JSON.parse(text) as Sent;
    received.push(sent);
    tokens.push(request.headers['second-authorization']?.toString());
    response.writeHead(answer.status, { 'content-type': answer.status < 300 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(answer.body(sent)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, content: string | object): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function transcribe(...args: readonly string[]) {
  const out: string[] = [];
  const write = (text: string | Uint8Array) => out.push(String(text)) > 0;
  const exit = await runCli(['transcribe', ...args], {
    env: { CYTOLEDGER_URL: url, CYTOLEDGER_TOKEN: 't' },
    stdin: (async function* () {})(),
    stdout: { write },
    stderr: { write },
    signal: new AbortController().signal,
  });
  return { exit, out: out.join('') };
}

describe('a page that was copied into a file', () => {
  it('is sent with its image’s digest, both persons and the second copy, and both times are told', async () => {
    const image = await file('page.jpg', 'a photograph');
    const again = await file('again.json', { entries: [passage] });
    const { exit, out } = await transcribe(
      ...[await file('page.json', page()), '--image', image, '--checker', 'staff-lab-a-01', '--again', again],
    );
    expect(exit, out).toBe(EXIT.done);
    expect(out).toBe(
      'recorded  batch.passaged.v1  batch-x  happened 2026-11-19T10:30:00+08:00, recorded 2026-11-21T08:15:02.113Z\n' +
        'two copies compared; level release-ready\n',
    );
    expect(received[0]).toMatchObject({
      sourceRecord: {
        binder: 'BR-2026-117',
        page: '14',
        imageDigest: createHash('sha256').update('a photograph').digest('base64url'),
      },
      ...{ transcriber: 'staff-lab-a-02', checker: 'staff-lab-a-01', again: [passage] },
    });
  });

  it('goes with the token of the second person, named or in the environment', async () => {
    const [copied, again] = [await file('page.json', page()), await file('again.json', { entries: [passage] })];
    await transcribe(copied, '--checker', 'staff-lab-a-01', '--again', again, '--again-token', 'theirs');
    await transcribe(copied);
    expect(tokens).toEqual(['Bearer theirs', undefined]);
  });

  it('is the same events when it is sent again', async () => {
    const path = await file('page.json', page());
    await transcribe(path);
    await transcribe(path);
    expect(received[0]!.entries[0]!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(received[1]!.entries[0]!.id).toBe(received[0]!.entries[0]!.id);
  });

  it('is told place by place where the two copies differ', async () => {
    const violations = [
      {
        rule: 'transcription.differs',
        severity: 'impossible',
        pointer: '/entries/0/data/passage',
        message: 'the first copy says 2, the second 3',
      },
    ];
    answer = {
      status: 409,
      body: () => ({ type: 'urn:x', title: 'differ', status: 409, code: 'transcriptions-differ', violations }),
    };
    const { exit, out } = await transcribe(await file('page.json', page()));
    expect(exit).toBe(EXIT.no);
    expect(out).toContain('nothing was recorded:\n  /entries/0/data/passage: the first copy says 2, the second 3\n');
  });

  it('names what is missing in the file before anything is sent', async () => {
    for (const [content, said] of [
      [page({ entries: undefined }), 'has no entries'],
      [page({ transcriber: undefined }), 'nobody copied this page'],
    ] as const) {
      const { exit, out } = await transcribe(await file('page.json', content));
      expect([exit, out]).toEqual([EXIT.usage, expect.stringContaining(said)]);
    }
    expect((await transcribe(await file('page.json', page()), '--image', join(folder, 'none.jpg'))).out).toContain(
      'cannot be read (ENOENT)',
    );
    expect(received).toEqual([]);
  });
});
