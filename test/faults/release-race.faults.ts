import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrivateJwk } from '@cytoledger/attest';
import { countersign, type EventType, type StreamStatement, signedSubmission } from '@cytoledger/client';
import { loadDemo, type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, eventId, post, said, verifiedLog } from './saying.fixture.ts';

const ROUNDS = 8;
const LOADING_MS = 180_000;

let platform: Platform;
let folder: string;
let tokens: Record<string, string>;
let product: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-race-'));
  platform = await startPlatform(readConfig({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }));
  await loadDemo({ url: platform.url, issuer: platform.issuer!, dataDir: folder, scenarios: true });
  tokens = JSON.parse(await readFile(join(folder, 'demo', 'tokens.json'), 'utf8')) as Record<string, string>;
  product = eventId();
  const line = {
    ...{ line: 'viability', test: 'viability', method: 'NC-200', stage: 'release', mandatory: true },
    limit: { op: '≥', value: '85', unit: '%' },
  };
  const name = { en: 'Race MSC', zh: '竞速间充质干细胞' };
  await recorded('lab.qa', `/v1/products/${product}/specifications`, { version: 1, autologous: false, name, lines: [line] });
}, LOADING_MS);
afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

const say = (role: string, path: string, body: object) => post(platform.url, path, tokens[role]!, body);

async function recorded(role: string, path: string, data: object): Promise<Answered> {
  const answer = await say(role, path, said(data));
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

async function ask(role: string, path: string): Promise<Answered['body']> {
  return (await fetch(`${platform.url}${path}`, { headers: { authorization: `Bearer ${tokens[role]}` } })).json();
}

const keyOf = async (person: string) =>
  JSON.parse(await readFile(join(folder, 'demo', 'keys', `${person}.json`), 'utf8')) as PrivateJwk;

/** A tested batch of one bag, whose release waits for its second signature. */
async function prepared() {
  const [donation, batch, unit] = [eventId(), eventId(), eventId()];
  await recorded('hospital.physician', `/v1/donations/${donation}`, { donor: 'donor-adipose-3', kind: 'allogeneic' });
  const checkedBy = ['staff-lab-a-01', 'staff-lab-a-02'];
  await recorded('lab.operator', `/v1/donations/${donation}/receipt`, { outcome: 'accepted', checkedBy });
  const opening = { product: { id: product, specification: 1 }, inputs: [{ donation }], autologous: false };
  await recorded('lab.operator', `/v1/batches/${batch}`, opening);
  await recorded('lab.operator', `/v1/batches/${batch}/splits`, { units: [{ id: unit, kind: 'cryobag', ordinal: 1 }] });
  await recorded('lab.operator', `/v1/batches/${batch}/split-closure`, { units: 1 });
  const result = {
    ...{ test: 'viability', line: 'viability', method: 'NC-200', value: { value: '95.0', unit: '%' }, verdict: 'pass' },
    ...{ analyst: 'staff-qc-lab-01', reviewer: 'staff-qc-lab-02' },
  };
  await recorded('lab.qa', `/v1/batches/${batch}/tests`, { results: [result] });
  const { reviewed } = (await ask('lab.qa', `/v1/batches/${batch}/gate`)) as { reviewed: object };
  const statement = {
    ...{ type: 'batch.released.v1' as EventType, stream: `batch-${batch}`, occurredAt: new Date().toISOString() },
    ...{ capture: { mode: 'direct', precision: 's' }, data: { scope: 'whole-batch', reviewed } },
  };
  const signed = signedSubmission(statement as unknown as StreamStatement, await keyOf('staff-lab-a-03'), 'release');
  const first = await say('lab.qa', `/v1/batches/${batch}/releases`, signed);
  if (first.status !== 202) throw new Error(`not prepared: ${first.status}: ${JSON.stringify(first.body)}`);
  const { content } = (await ask('lab.qp', `/v1/releases/${first.body.release}`)) as { content: string };
  const second = { jws: countersign(content, await keyOf('staff-lab-a-04'), 'release') };
  const release = () => say('lab.qp', `/v1/releases/${first.body.release}/signatures`, second);
  const infuse = () =>
    say('hospital.nurse', `/v1/batches/${batch}/units/${unit}/infusions`, { infusion: said({ treatment: eventId() }) });
  return { batch, release, infuse };
}

describe('at the same moment', () => {
  it(
    'a batch is released and its bag infused: the infusion stands with its finding, and the release only if it came first',
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { batch, release, infuse } = await prepared();
        const [released, infused] =
          round % 2 === 0
            ? await Promise.all([release(), infuse()])
            : await Promise.all([infuse(), release()]).then(([second, first]) => [first, second] as const);
        const log = (await verifiedLog(platform.store)).filter(({ stream }) => stream === `batch-${batch}`);
        const at = (type: string) => log.findIndex((entry) => entry.type === type);
        expect(infused.status).toBe(201);
        expect(
          log.some(({ type, body }) => type === 'batch.deviation-raised.v1' && body.includes('infusion.without-authorisation')),
        ).toBe(true);
        const wasFirst = at('batch.released.v1') >= 0;
        if (wasFirst) {
          expect(released.status).toBe(201);
          expect(at('batch.released.v1')).toBeLessThan(at('batch.unit-infused.v1'));
        } else {
          expect(released.status).toBeGreaterThanOrEqual(409);
          expect(released.status).toBeLessThan(500);
        }
      }
    },
    LOADING_MS,
  );
});
