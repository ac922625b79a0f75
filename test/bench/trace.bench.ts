import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EventStore, openSqliteEventStore } from '@cytoledger/event-store';
import { startReadModel } from '@cytoledger/read-models';
import { LogWriter, type Said } from '@cytoledger/read-models/specification';
import { TraceModel, traceProjection, traceRecipients, traceUnits } from '@cytoledger/trace';
import { story } from '@cytoledger/trace/specification';
import { type Row, rounded } from './row.ts';

const FOLDER = process.env['BENCH_FOLDER'] ?? tmpdir();
/** One million units: 1,000 donors, each with a bank of 100 vials and nine batches of 100 bags made of its vials. */
const DONORS = 1_000;
const BATCHES_OF_DONOR = 10;
const UNITS = 100;
/** Of each product batch, so many bags were infused. */
const INFUSED = 5;
const IN_FLIGHT = 200;
const ASKED = 1_000;
const TARGET_MS = 20;
const OVERSIGHT = { kind: 'oversight', org: 'qc-centre' } as const;

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(FOLDER, 'cytoledger-trace-'));
  const store = await openSqliteEventStore({ path: join(folder, 'log.db') });
  try {
    await write(store);
    const path = join(folder, 'trace.db');
    const model = await startReadModel({ store, path, projecting: { projection: traceProjection } });
    await model.ready;
    const trace = new TraceModel(model, store, new Uint8Array(32).fill(1));
    const units = model.read((db) => db.get<{ n: number }>('SELECT count(*) AS n FROM units')!.n);
    const recipients = await timed((donor) =>
      trace.ask(OVERSIGHT, {}, (asking) => traceRecipients(asking, { donor }).rows.length),
    );
    const all = await timed(
      (donor) => trace.ask(OVERSIGHT, {}, (asking) => traceUnits(asking, { donor }).rows.length),
      ASKED / 10,
    );
    await model.close();
    const bare = barely(path, recipients.rows);
    return [
      {
        name: `donor → recipients in a graph of ${units.toLocaleString('en')} units, ${recipients.rows} rows, 99th percentile`,
        value: rounded(recipients.p99),
        unit: 'ms',
        ceiling: rounded(bare),
        target: `at most ${TARGET_MS} ms`,
        met: recipients.p99 <= TARGET_MS,
      },
      { name: 'the same, median', value: rounded(recipients.median), unit: 'ms' },
      { name: `donor → units, ${all.rows} rows, median`, value: rounded(all.median), unit: 'ms' },
    ];
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(store: EventStore): Promise<void> {
  const log = new LogWriter(store);
  const waiting: Promise<unknown>[] = [];
  const say = async (said: readonly Said[]) => {
    waiting.push(log.append(...(said as [Said, ...Said[]])));
    if (waiting.length >= IN_FLIGHT) await Promise.all(waiting.splice(0));
  };
  for (let donor = 0; donor < DONORS; donor++) {
    const site = `hosp-${donor % 7}`;
    await say(story.donorEvents(donor, site));
    await say(story.donationEvents(donor, donor, site));
    const bank = donor * BATCHES_OF_DONOR;
    for (let n = 0; n < BATCHES_OF_DONOR; n++) {
      const batch = bank + n;
      // Every fifth batch is a pool: of this donor's bank and of the one before.
      const pooled = n % 5 === 4 && donor > 0 ? [{ batch: bank - BATCHES_OF_DONOR, unit: 50 + n }] : [];
      const inputs = n === 0 ? [{ donation: donor }] : [{ batch: bank, unit: n }, ...pooled];
      for (const issue of story.issueEvents(batch, inputs)) await say([issue]);
      await say([...story.openingEvents(batch, inputs), ...story.processEvents(batch, UNITS), ...story.releaseEvents(batch)]);
      for (let unit = 0; n > 0 && unit < INFUSED; unit++) {
        const treatment = batch * INFUSED + unit;
        const to = { treatment, patient: treatment, site };
        await say(story.plannedEvents(to));
        await say(story.handingEvents({ batch, unit: UNITS - 1 - unit }, to));
        await say(story.followUpEvents({ batch, unit: UNITS - 1 - unit }, to));
      }
    }
  }
  await Promise.all(waiting);
}

type Timed = { readonly p99: number; readonly median: number; readonly rows: number };

/** Donors at random, each asked once: what one asks is seldom in the cache for the next. */
async function timed(ask: (donor: string) => Promise<number>, times = ASKED): Promise<Timed> {
  const durations: number[] = [];
  const rows: number[] = [];
  for (let n = 0; n < times; n++) {
    const donor = story.ids.donor((n * 7919) % DONORS);
    const start = performance.now();
    rows.push(await ask(donor));
    durations.push(performance.now() - start);
  }
  durations.sort((a, b) => a - b);
  rows.sort((a, b) => a - b);
  return { p99: durations[Math.ceil(times * 0.99) - 1]!, median: durations[times >> 1]!, rows: rows[times >> 1]! };
}

/** As many rows by primary key from the same file: what SQLite itself needs, median. */
function barely(path: string, rows: number): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const greatest = (db.prepare('SELECT max(row) AS n FROM whereabouts').get() as { n: number }).n;
  const one = db.prepare('SELECT * FROM whereabouts WHERE row = ?');
  const durations = Array.from({ length: 200 }, (_, round) => {
    const start = performance.now();
    for (let n = 0; n < rows; n++) one.get(1 + (((round * rows + n) * 104_729) % greatest));
    return performance.now() - start;
  });
  db.close();
  return durations.sort((a, b) => a - b)[100]!;
}

if (import.meta.main) {
  for (const { name, value, unit, ceiling, target, met } of await run()) {
    const beside = ceiling === undefined ? '' : ` (by primary key ${ceiling})`;
    const verdict = target === undefined ? '' : `; target ${target}: ${met ? 'met' : 'missed'}`;
    process.stdout.write(`${name}: ${value} ${unit}${beside}${verdict}\n`);
  }
}
