import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type EventStore, openSqliteEventStore } from '@cytoledger/event-store';
import { startReadModel } from '@cytoledger/read-models';
import { LogWriter, type Said } from '@cytoledger/read-models/specification';
import { traceProjection } from '@cytoledger/trace';
import { story } from '@cytoledger/trace/specification';
import { type Row, rounded } from './row.ts';

const FOLDER = process.env['BENCH_FOLDER'] ?? tmpdir();
const BATCHES = 2_000;
const UNITS = 24;
/** Units of each batch that are given to a patient. */
const GIVEN = 6;
/** Appends on their way at once. */
const IN_FLIGHT = 200;
const TARGET = 50_000;

/** All read models there are, as the service names it to its thread: the trace takes in every event. */
const TRACE = {
  module: new URL('./model/projection.ts', import.meta.resolve('@cytoledger/trace')).href,
  name: 'traceProjection',
};

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(FOLDER, 'cytoledger-rebuild-'));
  const path = join(folder, 'log.db');
  const store = await openSqliteEventStore({ path });
  try {
    const events = await write(store);
    const reading = await read(store);
    const inThread = await rebuild(store, join(folder, 'thread.db'), `sqlite:${path}`);
    const here = await rebuild(store, join(folder, 'here.db'));
    return [
      {
        name: `rebuilding every read model from ${events.toLocaleString('en')} events, on a thread of its own`,
        value: Math.round(inThread.perSecond),
        unit: 'events/s',
        ceiling: Math.round(reading),
        ratio: rounded(inThread.perSecond / reading),
        target: `at least ${TARGET.toLocaleString('en')}`,
        met: inThread.perSecond >= TARGET,
      },
      { name: 'longest pause of the calling thread meanwhile', value: rounded(inThread.pauseMs, 1), unit: 'ms' },
      { name: 'processor time of all threads for one event', value: rounded(inThread.cpuMicros, 1), unit: 'µs' },
      { name: 'rebuilding on the calling thread', value: Math.round(here.perSecond), unit: 'events/s' },
      { name: 'longest pause of the calling thread then', value: rounded(here.pauseMs, 1), unit: 'ms' },
    ];
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Laboratories' and hospitals' days: per batch a donation, its steps, its units, their storage one by one, and patients for some. */
async function write(store: EventStore): Promise<number> {
  const log = new LogWriter(store);
  let events = 0;
  let waiting: Promise<unknown>[] = [];
  const say = async (said: readonly Said[]) => {
    events += said.length;
    waiting.push(log.append(...(said as [Said, ...Said[]])));
    if (waiting.length >= IN_FLIGHT) await Promise.all(waiting.splice(0));
  };
  for (let batch = 0; batch < BATCHES; batch++) {
    const site = `hosp-${batch % 7}`;
    const inputs = [{ donation: batch }];
    await say(story.donorEvents(batch, site));
    await say(story.donationEvents(batch, batch, site));
    for (const issue of story.issueEvents(batch, inputs)) await say([issue]);
    await say([...story.openingEvents(batch, inputs), ...story.processEvents(batch, UNITS), ...story.releaseEvents(batch)]);
    await say(story.movingEvents(batch, UNITS));
    for (let unit = 0; unit < GIVEN; unit++) {
      const treatment = batch * GIVEN + unit;
      const to = { treatment, patient: treatment, site };
      await say(story.plannedEvents(to));
      await say(story.handingEvents({ batch, unit }, to));
      await say(story.followUpEvents({ batch, unit }, to));
    }
  }
  await Promise.all(waiting);
  waiting = [];
  return events;
}

async function read(store: EventStore): Promise<number> {
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    let events = 0;
    for await (const page of store.readAll()) events += page.length;
    best = Math.max(best, (events / (performance.now() - start)) * 1000);
  }
  return best;
}

type Rebuilt = { readonly perSecond: number; readonly pauseMs: number; readonly cpuMicros: number };

async function rebuild(store: EventStore, path: string, eventStore?: string): Promise<Rebuilt> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const model = await startReadModel({
    store,
    path,
    projecting: eventStore === undefined ? { projection: traceProjection } : { projection: TRACE, eventStore },
  });
  await model.ready;
  const ms = performance.now() - start;
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const events = model.read((db) => db.get<{ n: number }>('SELECT count(*) AS n FROM entries')!.n);
  const left = model.read((db) => db.get<{ n: number }>('SELECT count(*) AS n FROM unprojected')!.n);
  await model.close();
  if (left > 0) throw new Error(`${left} events were left out`);
  return { perSecond: (events / ms) * 1000, pauseMs: delay.max / 1e6, cpuMicros: (user + system) / events };
}

if (import.meta.main) {
  for (const { name, value, unit, ceiling, target, met } of await run()) {
    const beside = ceiling === undefined ? '' : ` (plain reading ${ceiling.toLocaleString('en')})`;
    const verdict = target === undefined ? '' : `; target ${target}: ${met ? 'met' : 'missed'}`;
    process.stdout.write(`${name}: ${value?.toLocaleString('en')} ${unit}${beside}${verdict}\n`);
  }
}
