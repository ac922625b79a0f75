import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { contentText, type JsonObject, sealBody, sealHeader } from '@cytoledger/attest';
import { Bench } from '@cytoledger/attestation/specification';
import type { EventStore } from '@cytoledger/event-store';
import { v7 as uuidv7 } from 'uuid';
import { median, type Row, rounded } from './row.ts';
import { table } from './table.ts';

const EVENTS = 300_000;
const STREAMS = 2_000;
/** Of one append. */
const EVENTS_OF_APPEND = 100;
const RUNS = 3;
const TARGET = 100_000;
const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts');

/** `cytoledger fsck` on a log that was attested, as an operator runs it; beside plain reading of the same log. */
export async function run(): Promise<Row[]> {
  const bench = await Bench.open();
  try {
    await fill(bench.store);
    await bench.attestTo(EVENTS);
    const ceilings: number[] = [];
    for (let n = 0; n < RUNS; n++) ceilings.push(await readingRate(bench.store));
    const rates: number[] = [];
    for (let n = 0; n < RUNS; n++) rates.push(EVENTS / (await fsckSeconds(bench.folder)));
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
    await bench.close();
  }
}

async function fill(store: EventStore): Promise<void> {
  const log = { name: 'log', seq: 0, prev: null };
  await store.append('log', 'none', [sealed(log, 'log.created.v1', { origin: 'bench.example/log', mode: 'demo' })]);
  const streams = Array.from({ length: STREAMS }, (): Stream => ({ name: `batch-${uuidv7()}`, seq: 0, prev: null }));
  for (let made = 1, n = 0; made < EVENTS; made += EVENTS_OF_APPEND, n++) {
    const stream = streams[n % STREAMS]!;
    const expected = stream.seq === 0 ? 'none' : stream.seq - 1;
    await store.append(
      stream.name,
      expected,
      Array.from({ length: Math.min(EVENTS_OF_APPEND, EVENTS - made) }, () => passage(stream)),
    );
  }
}

type Stream = { readonly name: string; seq: number; prev: string | null };

function passage(stream: Stream) {
  const vessels = [{ kind: 'CF-10', count: 2, lot: 'V1' }];
  return sealed(stream, 'batch.passaged.v1', { passage: stream.seq, room: 'GMP-3', grade: 'B', vessels });
}

function sealed(stream: Stream, type: string, data: JsonObject) {
  const id = uuidv7();
  const capture = { mode: 'direct', precision: 's' };
  const nonce = 'AAAAAAAAAAAAAAAAAAAAAA';
  const content = contentText({ nonce, id, type, stream: stream.name, occurredAt: '2026-11-21T16:15:00+08:00', capture, data });
  const actor = { org: 'lab-a', person: 'staff-0001', role: 'lab.operator', client: null };
  const body = sealBody({ actor, basis: [], causation: null, contentText: content, correlation: 'bench' });
  const recordedAt = new Date().toISOString();
  const header = sealHeader({ id, stream: stream.name, seq: stream.seq++, prev: stream.prev, recordedAt, body, signatures: [] });
  stream.prev = header.leaf;
  return { id, type, header: header.bytes, body };
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
