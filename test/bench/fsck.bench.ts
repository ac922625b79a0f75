import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { contentText, sealBody, sealHeader } from '@cytoledger/attest';
import { makeSigningKey } from '@cytoledger/attestation';
import { attestHere, PACE } from '@cytoledger/attestation/specification';
import { type EventStore, openSqliteEventStore } from '@cytoledger/event-store';
import { v7 as uuidv7 } from 'uuid';
import { newFolder } from './platform.ts';
import { median, type Row, rounded } from './row.ts';
import { table } from './table.ts';

const EVENTS = 400_000;
const STREAMS = 2_000;
/** Of one append. */
const EVENTS_OF_APPEND = 100;
const RUNS = 3;
const TARGET = 100_000;
const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts');
const ORIGIN = 'bench.example/log';

/** `cytoledger fsck` on a log that was attested, as an operator runs it; beside plain reading of the same log. */
export async function run(): Promise<Row[]> {
  const folder = await newFolder();
  try {
    const path = join(folder, 'log.db');
    const store = await openSqliteEventStore({ path });
    await fill(store);
    await attest(store, join(folder, 'attestation'));
    const ceilings: number[] = [];
    for (let n = 0; n < RUNS; n++) ceilings.push(await readingRate(store));
    await store.close();
    const rates: number[] = [];
    for (let n = 0; n < RUNS; n++) rates.push(EVENTS / (await fsckSeconds(folder)));
    const value = median(rates);
    const ceiling = median(ceilings);
    return [
      {
        name: `fsck of ${EVENTS.toLocaleString('en')} attested events, its start included; ceiling: reading them`,
        value: Math.round(value),
        unit: 'events/s',
        ceiling: Math.round(ceiling),
        ratio: rounded(value / ceiling),
        target: `≥ ${TARGET.toLocaleString('en')}`,
        met: value >= TARGET,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(store: EventStore): Promise<void> {
  const streams = Array.from({ length: STREAMS }, () => ({ name: `batch-${uuidv7()}`, seq: 0, prev: null as string | null }));
  for (let made = 0, n = 0; made < EVENTS; made += EVENTS_OF_APPEND, n++) {
    const stream = streams[n % STREAMS]!;
    const expected = stream.seq === 0 ? 'none' : stream.seq - 1;
    await store.append(
      stream.name,
      expected,
      Array.from({ length: EVENTS_OF_APPEND }, () => next(stream)),
    );
  }
}

function next(stream: { readonly name: string; seq: number; prev: string | null }) {
  const id = uuidv7();
  const type = 'batch.passaged.v1';
  const content = contentText({
    ...{ nonce: 'AAAAAAAAAAAAAAAAAAAAAA', id, type, stream: stream.name, occurredAt: '2026-11-21T16:15:00+08:00' },
    capture: { mode: 'direct', precision: 's' },
    data: { passage: stream.seq, room: 'GMP-3', grade: 'B', vessels: [{ kind: 'CF-10', count: 2, lot: 'V1' }] },
  });
  const actor = { org: 'lab-a', person: 'staff-0001', role: 'lab.operator', client: null };
  const body = sealBody({ actor, basis: [], causation: null, contentText: content, correlation: 'bench' });
  const recordedAt = new Date().toISOString();
  const header = sealHeader({ id, stream: stream.name, seq: stream.seq++, prev: stream.prev, recordedAt, body, signatures: [] });
  stream.prev = header.leaf;
  return { id, type, header: header.bytes, body };
}

async function attest(store: EventStore, folder: string): Promise<void> {
  const logKey = await makeSigningKey(join(folder, 'log.key'), ORIGIN);
  const { promise: noted, resolve: done } = Promise.withResolvers<void>();
  const attesting = attestHere({
    ...{ store, folder, origin: ORIGIN, logKey, policy: null, witnesses: [], pace: PACE },
    reports: { log: () => {}, state: ({ signed, heads }) => void (signed === EVENTS && heads?.size === EVENTS && done()) },
  });
  attesting.wantHeads(EVENTS);
  await noted;
  attesting.stop();
  await attesting.ended;
}

async function readingRate(store: EventStore): Promise<number> {
  const start = performance.now();
  let events = 0;
  for await (const page of store.readAll()) events += page.length;
  return (events * 1000) / (performance.now() - start);
}

/** @throws Error where it finds a fault: there is none */
async function fsckSeconds(folder: string): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [MAIN, 'fsck'], { env: { ...process.env, DATA_DIR: folder }, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`fsck ended with ${code}`);
  return (performance.now() - start) / 1000;
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
