import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answeringServer, json } from './answering-server.fixture.ts';
import { createClient } from './index.ts';

const END = '{"entries":2,"kind":"end","lines":4}\n';
const LINES = ['{"kind":"bundle"}\n', `{"kind":"entry","long":"${'x'.repeat(100_000)}"}\n`, '{"kind":"entry"}\n'];
const BUNDLE = [...LINES, END].join('');

let folder: string;
let close = async () => {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
});
afterEach(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

async function connected(...answers: Parameters<typeof answeringServer>) {
  const server = await answeringServer(...answers);
  close = server.close;
  const client = createClient({ url: server.url, token: 'secret', retry: { baseMs: 1, maxMs: 5 } });
  return { ...server, client };
}

const telling =
  (end: (response: ServerResponse) => void, ...lines: string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const line of lines) response.write(line);
    end(response);
  };
const bundle = telling((response) => response.end(), ...LINES, END);

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('the evidence about a batch', () => {
  it('is asked for with what it shall hold, and comes byte for byte', async () => {
    const { client, received } = await connected(bundle);
    const options = { lineage: true, saved: [5, 12], monitors: 0, disclosures: true, minPosition: '7' };
    expect(await textOf(await client.evidence('b 1', options))).toBe(BUNDLE);
    expect(await textOf(await client.evidence('b'))).toBe(BUNDLE);
    expect(received.map(({ path }) => path)).toEqual([
      '/v1/batches/b%201/evidence?lineage=1&saved=5%2C12&monitors=0&disclosures=shown&minPosition=7',
      '/v1/batches/b/evidence',
    ]);
  });

  it('is asked for again until a checkpoint has been released', async () => {
    const { client, received } = await connected(
      json(503, { code: 'not-released-yet', title: 'Not yet' }, { 'retry-after': '0' }),
      bundle,
    );
    expect(await textOf(await client.evidence('b'))).toBe(BUNDLE);
    expect(received).toHaveLength(2);
  });

  it('says what the platform refuses', async () => {
    const { client } = await connected(json(404, { code: 'not-found', title: 'Nothing is known of it' }));
    await expect(client.evidence('b')).rejects.toMatchObject({ name: 'ApiProblem', status: 404, code: 'not-found' });
  });

  it('is no evidence where it was cut short, on whichever side', async () => {
    const { client } = await connected(
      telling((response) => response.end(), ...LINES),
      telling((response) => setTimeout(() => response.destroy(), 20), ...LINES),
    );
    for (let n = 0; n < 2; n++) {
      const cut = async () => textOf(await client.evidence('b'));
      await expect(cut()).rejects.toMatchObject({ name: 'ClientError', code: 'unreadable-answer' });
    }
  });

  it('ends when the caller does not want it any more', async () => {
    const { client } = await connected(telling(() => undefined, ...LINES));
    const wanted = new AbortController();
    const read = async () => {
      for await (const _ of await client.evidence('b', {}, { signal: wanted.signal })) wanted.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: 'ClientError', code: 'aborted' });
  });
});

describe('evidence in a file', () => {
  it('is there once it is whole', async () => {
    const { client } = await connected(bundle);
    const path = join(folder, 'batch.ndjson');
    expect(await client.saveEvidence('b', path, { lineage: true })).toBe(BUNDLE.length);
    expect(await readFile(path, 'utf8')).toBe(BUNDLE);
    expect(await readdir(folder)).toEqual(['batch.ndjson']);
  });

  it('leaves what was there where it was cut short', async () => {
    const { client } = await connected(telling((response) => response.end(), ...LINES));
    const path = join(folder, 'batch.ndjson');
    await writeFile(path, 'of last year');
    await expect(client.saveEvidence('b', path)).rejects.toMatchObject({ code: 'unreadable-answer' });
    expect(await readFile(path, 'utf8')).toBe('of last year');
    expect(await readdir(folder)).toEqual(['batch.ndjson']);
  });
});
