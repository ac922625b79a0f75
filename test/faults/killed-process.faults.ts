import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStore } from '@cytoledger/event-store';
import { openSqliteVault } from '@cytoledger/vault';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Issuing, startIssuer, startProcess, stopped } from './platform-process.fixture.ts';
import { eventId, inLog, post, type Receipt, type Said, said, verifiedLog } from './saying.fixture.ts';

const KILLS = 20;
const CONNECTIONS = 12;
const BULKS = 2;

let issuing: Issuing;
let folder: string;
let token: string;
beforeAll(async () => {
  issuing = await startIssuer();
  folder = await mkdtemp(join(tmpdir(), 'killed-'));
  token = await issuing.issuer.token({ org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'] });
});
afterAll(async () => {
  issuing.stop();
  await rm(folder, { recursive: true, force: true });
});

type Sent = { readonly person: string; readonly body: Said; readonly name: string | null };

const acknowledged = new Map<string, { receipt: Receipt; sent: Sent }>();
const unanswered = new Map<string, Sent>();
let people = 0;

const anEvent = (n: number, person?: string): Sent => {
  const name = n % 3 === 0 ? `王小明${n}` : null;
  return {
    person: person ?? `donor-${people++ % 40}-0000`,
    name,
    body: said({ role: 'donor', ...(name && { name }) }),
  };
};

function take(sent: Sent, status: number, receipt: Receipt): void {
  expect([200, 201]).toContain(status);
  acknowledged.set(sent.body.id, { receipt, sent });
  unanswered.delete(sent.body.id);
}

/** One sender: the next event only after the answer to the one before. */
async function postOn(url: string, person: string, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    const sent = anEvent(n, person);
    unanswered.set(sent.body.id, sent);
    const answer = await post(url, `/v1/persons/${person}`, token, sent.body);
    take(sent, answer.status, answer.body.receipt);
  }
}

async function bulkOn(url: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const lines = Array.from({ length: 200 }, (_, n) => anEvent(n));
    for (const sent of lines) unanswered.set(sent.body.id, sent);
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: lines
        .map(({ person, body }) => `${JSON.stringify({ type: 'person.registered.v1', stream: `person-${person}`, ...body })}\n`)
        .join(''),
    });
    let rest = '';
    let at = 0;
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split('\n');
      rest = parts.pop()!;
      for (const part of parts) {
        const { status, receipt } = JSON.parse(part) as { status: number; receipt: Receipt };
        take(lines[at++]!, status, receipt);
      }
    }
  }
}

it(`loses and repeats nothing that it acknowledged, killed ${KILLS} times under load`, async () => {
  const env = { ...issuing.env, DATA_DIR: folder };
  for (let round = 0; round < KILLS; round++) {
    const platform = startProcess(env);
    const url = await platform.url;
    // What was never answered is sent again: recorded before or now, it stands once.
    await Promise.all(
      [...unanswered.values()].slice(0, 60).map(async (sent) => {
        const answer = await post(url, `/v1/persons/${sent.person}`, token, sent.body);
        take(sent, answer.status, answer.body.receipt);
      }),
    );
    let over = false;
    const load = Promise.allSettled([
      ...Array.from({ length: CONNECTIONS }, (_, n) => postOn(url, `donor-${round}-${n}-00`, () => over)),
      ...Array.from({ length: BULKS }, () => bulkOn(url, () => over)),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 500));
    platform.kill('SIGKILL');
    over = true;
    expect((await platform.ended).signal).toBe('SIGKILL');
    await load;
  }
  const last = startProcess(env);
  await last.url;
  await stopped(last);

  const store = await openEventStore(`sqlite:${join(folder, 'log.db')}`, { readOnly: true });
  const log = await verifiedLog(store);
  await store.close();
  const byId = new Map(log.map((entry) => [`${entry.stream} ${entry.id}`, entry]));
  expect(acknowledged.size).toBeGreaterThan(KILLS * 10);
  for (const { receipt } of acknowledged.values()) {
    expect(byId.get(`${receipt.stream} ${receipt.id}`)).toMatchObject(inLog(receipt));
  }
  await expectNamesToOpen(byId);
  console.info(`${log.length} events, ${acknowledged.size} acknowledged, ${unanswered.size} never answered, ${KILLS} kills`);
});

/** Every personal field of what was acknowledged stands in the vault, and none in the log. */
async function expectNamesToOpen(byId: ReadonlyMap<string, { body: string }>): Promise<void> {
  const vault = await openSqliteVault({
    dataPath: join(folder, 'vault', 'vault.db'),
    keysPath: join(folder, 'vault', 'keys.db'),
  });
  try {
    for (const { receipt, sent } of acknowledged.values()) {
      if (sent.name === null) continue;
      const { body } = byId.get(`${receipt.stream} ${receipt.id}`)!;
      expect(body).not.toContain(sent.name);
      const [digest] = (JSON.parse(body) as { content: { data: { _sd: string[] } } }).content.data._sd;
      const opened = (await vault.open([digest!])).get(digest!);
      if (typeof opened !== 'object') throw new Error(`the name in ${receipt.id} does not open: ${opened}`);
      const [, name, value] = JSON.parse(Buffer.from(opened.disclosure, 'base64url').toString('utf8')) as [
        string,
        string,
        string,
      ];
      expect([name, value]).toEqual(['name', sent.name]);
    }
  } finally {
    await vault.close();
  }
}

it('begins again whenever it was killed while it started for the first time', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'killed-early-'));
  try {
    const env = { ...issuing.env, DATA_DIR: fresh };
    for (let wait = 100; wait <= 1000; wait += 100) {
      const platform = startProcess(env);
      await Promise.race([
        new Promise((resolve) => setTimeout(resolve, wait + Math.random() * 100)),
        platform.url.catch(() => {}),
      ]);
      platform.kill('SIGKILL');
      const { code, signal } = await platform.ended;
      expect(signal ?? platform.said()).toBe('SIGKILL');
      expect(code).toBeNull();
    }
    const last = startProcess(env);
    const url = await last.url;
    expect((await post(url, '/v1/persons/donor-0001', token, { ...said({ role: 'donor' }), id: eventId() })).status).toBe(201);
    await stopped(last);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
});
