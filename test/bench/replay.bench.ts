import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSqliteEventStore } from '@cytoledger/event-store';
import { type BenchBatch, everyday, LABORATORY, lineOf, newBatches, openings } from './laboratory.ts';
import { assertRecorded, piecesOf, sendLines } from './ndjson-load.ts';
import { type RunningPlatform, startPlatformProcess } from './platform.ts';
import { median, type Row, skipped } from './row.ts';
import { table } from './table.ts';

const EVENTS = 10_000;
const ROUNDS = 7;
const FROM_STORE = 200_000;
const OVER_HTTP = 50_000;
const PATIENCE_MS = 60_000;
const NEWLINE = 0x0a;

/** The whole history of a batch of 10,000 events: from the store, and as NDJSON from the trace service, content and header of each. */
export async function run(): Promise<Row[]> {
  await using platform = await startPlatformProcess();
  const token = await platform.token(LABORATORY);
  const [batch] = newBatches(1) as [BenchBatch];
  const entries = openings([batch]);
  const opened = entries.filter(({ stream }) => stream === `batch-${batch.id}`).length;
  // The opening brings one derived event along.
  for (let n = opened + 1; n < EVENTS; n++) entries.push(everyday(batch, n));
  assertRecorded(await sendLines(platform.port, '/v1/events', token, piecesOf(entries.map(lineOf))));
  return [await fromStore(platform, batch), await overHttp(platform, batch, token)];
}

async function fromStore(platform: RunningPlatform, { id }: BenchBatch): Promise<Row> {
  const store = await openSqliteEventStore({ path: join(platform.folder, 'data', 'log.db'), readOnly: true });
  try {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      let events = 0;
      for await (const page of store.readStream(`batch-${id}`)) events += page.length;
      if (events !== EVENTS) throw new Error(`read ${events} events of ${EVENTS}`);
      rates.push((events * 1000) / (performance.now() - start));
    }
    const value = median(rates);
    return {
      name: `replay of a batch of ${EVENTS.toLocaleString('en')} events from the store, beside a running platform`,
      value: Math.round(value),
      unit: 'events/s',
      target: `≥ ${FROM_STORE.toLocaleString('en')}`,
      met: value >= FROM_STORE,
    };
  } finally {
    await store.close();
  }
}

async function overHttp(platform: RunningPlatform, { id }: BenchBatch, token: string): Promise<Row> {
  const name = `the same over HTTP as NDJSON`;
  const path = `/v1/batches/${id}/history`;
  const ask = () => lines(platform.port, path, token);
  const deadline = performance.now() + PATIENCE_MS;
  let first = await ask();
  if (first.code === 'no-such-route') return skipped(name, 'events/s', 'no history route is mounted');
  while (first.lines < EVENTS) {
    if (performance.now() > deadline) throw new Error(`${path} gives ${first.lines} lines, ${first.code}`);
    await pause(250);
    first = await ask();
  }
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const { lines: given } = await ask();
    rates.push((given * 1000) / (performance.now() - start));
  }
  const value = median(rates);
  return {
    name: `${name}, with what is upstream (${first.lines.toLocaleString('en')} lines)`,
    value: Math.round(value),
    unit: 'events/s',
    target: `≥ ${OVER_HTTP.toLocaleString('en')}`,
    met: value >= OVER_HTTP,
  };
}

function lines(port: number, path: string, token: string): Promise<{ lines: number; code: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/x-ndjson' };
    get({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      let count = 0;
      let start = '';
      answer.on('data', (chunk: Buffer) => {
        if (answer.statusCode !== 200) start += chunk.toString();
        for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count++;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ lines: count, code: codeOf(answer.statusCode, start) }));
    }).on('error', reject);
  });
}

function codeOf(status: number | undefined, problem: string): string {
  return status === 200 ? 'ok' : (/"code":"([^"]+)"/.exec(problem)?.[1] ?? String(status));
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
