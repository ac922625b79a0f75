import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, type EventToAppend, openSqliteEventStore } from '@cytoledger/event-store';
import { newEvent, newStream } from '@cytoledger/event-store/contract';
import { median, type Row, rounded } from './row.ts';
import { table } from './table.ts';

const WRITERS = 64;
const EVENTS = 40_000;
const HEADER_BYTES = 250;
const BODY_BYTES = 150;
const ROUNDS = 3;
const READ_EVENTS = 10_000;

/** Where the logs are written: a real disk, since the price is that of its sync. */
const FOLDER = process.env['BENCH_FOLDER'] ?? tmpdir();

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(FOLDER, 'cytoledger-bench-'));
  try {
    const store = await openSqliteEventStore({ path: join(folder, 'log.db') });
    await plainLog(join(folder, 'plain.log'), EVENTS / 4);
    await appendFrom(store, WRITERS, EVENTS / 4);
    const plain: number[] = [];
    const perSecond: number[] = [];
    const micros: number[] = [];
    // In turns, so that both meet the same weather on a shared machine.
    for (let round = 0; round < ROUNDS; round++) {
      plain.push(await plainLog(join(folder, 'plain.log'), EVENTS));
      const appending = await appendFrom(store, WRITERS, EVENTS);
      perSecond.push(appending.perSecond);
      micros.push(appending.mainThreadMicros);
    }
    const alone = await appendFrom(store, 1, EVENTS / 20);
    const reading = await readLongStream(store);
    await store.close();

    const ceiling = median(plain);
    const value = median(perSecond);
    const ratio = value / ceiling;
    return [
      {
        name: `SQLite log, ${WRITERS} writers, expected revision checked, on disk before the answer; ceiling: a plain file, one fdatasync per group`,
        value: Math.round(value),
        unit: 'events/s',
        ceiling: Math.round(ceiling),
        peer: 'on such a machine: emmett-postgresql 3,600; PostgreSQL 15 in groups 27,000',
        target: '≥ 50,000, or 0.5 of the plain file',
        ratio: rounded(ratio),
        met: value >= 50_000 || ratio >= 0.5,
      },
      {
        name: 'SQLite log, one writer that waits for each answer',
        value: Math.round(alone.perSecond),
        unit: 'events/s',
        peer: 'on such a machine: emmett-postgresql 1,600; emmett-sqlite 400',
      },
      { name: 'processor time of the calling thread for one append', value: rounded(median(micros)), unit: 'µs' },
      {
        name: `reading a stream of ${READ_EVENTS} events`,
        value: Math.round(reading),
        unit: 'events/s',
        peer: 'on such a machine: emmett-postgresql 89,000',
        target: '≥ 200,000',
        met: reading >= 200_000,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each writer waits for its answer before its next append. */
async function appendFrom(
  store: EventStore,
  writers: number,
  total: number,
): Promise<{ perSecond: number; mainThreadMicros: number }> {
  const perWriter = Math.ceil(total / writers);
  const work = Array.from({ length: writers }, () => ({ stream: newStream(), events: [] as EventToAppend[] }));
  // Made beforehand, but with ids in the order in which they will be sent, as senders make them.
  for (let i = 0; i < perWriter; i++) for (const { events } of work) events.push(...someEvents(1));
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  await Promise.all(
    work.map(async ({ stream, events }) => {
      for (let i = 0; i < perWriter; i++) await store.append(stream, i === 0 ? 'none' : i - 1, [events[i]!]);
    }),
  );
  const ms = performance.now() - start;
  const { user, system } = process.threadCpuUsage(cpu);
  const appends = perWriter * writers;
  return { perSecond: (appends / ms) * 1000, mainThreadMicros: (user + system) / appends };
}

/** The same bytes by as many writers into a plain file: what is waiting is written at once, then synced, then answered. */
async function plainLog(path: string, total: number): Promise<number> {
  const file = await open(path, 'w');
  const perWriter = Math.ceil(total / WRITERS);
  const line = Buffer.alloc(HEADER_BYTES + BODY_BYTES + 60, 0x61);
  let waiting: (() => void)[] = [];
  let writing = false;
  const flush = async () => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await file.writev(group.map(() => line));
      await file.datasync();
      for (const answer of group) answer();
      // Their next appends share the next group.
      await new Promise(setImmediate);
    }
    writing = false;
  };
  const append = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (!writing) void flush();
    });
  const start = performance.now();
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let i = 0; i < perWriter; i++) await append();
    }),
  );
  const ms = performance.now() - start;
  await file.close();
  return ((perWriter * WRITERS) / ms) * 1000;
}

async function readLongStream(store: EventStore): Promise<number> {
  const stream = newStream();
  for (let i = 0; i < READ_EVENTS; i += 500) await store.append(stream, i === 0 ? 'none' : i - 1, someEvents(500));
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    let events = 0;
    for await (const page of store.readStream(stream)) events += page.length;
    if (events !== READ_EVENTS) throw new Error(`read ${events} events of ${READ_EVENTS}`);
    best = Math.max(best, (events / (performance.now() - start)) * 1000);
  }
  return best;
}

function someEvents(count: number): EventToAppend[] {
  return Array.from({ length: count }, () => newEvent({ headerBytes: HEADER_BYTES, bodyBytes: BODY_BYTES }));
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
