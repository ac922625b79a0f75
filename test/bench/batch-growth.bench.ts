import { postRequest, run as sendAll } from './http-load.ts';
import {
  type BenchBatch,
  bodyOf,
  type Entry,
  LABORATORY,
  lineOf,
  materialUsed,
  newBatchesOfBags,
  openings,
  unitStored,
} from './laboratory.ts';
import { assertRecorded, piecesOf, sendLines } from './ndjson-load.ts';
import { type RunningPlatform, startPlatformProcess } from './platform.ts';
import { median, type Row, rounded } from './row.ts';
import { table } from './table.ts';

const LONG_EVENTS = 100_000;
const LONG_UNITS = 10_000;
const SHORT_EVENTS = 100;
const SHORT_UNITS = 10;
/** So that none of the short ones grows long while it is measured. */
const SHORT_BATCHES = 20;
const PAIRS = 600;
const MOST_TIMES = 2;

type Kind = { readonly name: string; entry(batch: BenchBatch, n: number): Entry };

const KINDS: readonly Kind[] = [
  { name: 'a lot used in the batch', entry: ({ id }, n) => materialUsed(id, n) },
  { name: 'one bag put into a slot', entry: ({ id, units }, n) => unitStored(id, units[n % units.length]!, n) },
];

/** One more command on a batch of 10,000 bags and 100,000 events, beside one on a batch of 10 bags and 100 events; in turns. */
export async function run(): Promise<Row[]> {
  await using first = await startPlatformProcess();
  const [long] = newBatchesOfBags(1, LONG_UNITS) as [BenchBatch];
  const short = newBatchesOfBags(SHORT_BATCHES, SHORT_UNITS);
  const token = await first.token(LABORATORY);
  const send = async (lines: readonly string[]) =>
    assertRecorded(await sendLines(first.port, '/v1/events', token, piecesOf(lines)));
  await send(openings([long, ...short]).map(lineOf));
  for (const batch of short) await send(grown(batch, SHORT_EVENTS));
  await send(grown(long, LONG_EVENTS));

  const rows: Row[] = [];
  for (const kind of KINDS) {
    const longMs: number[] = [];
    const shortMs: number[] = [];
    for (let n = 0; n < PAIRS; n++) {
      shortMs.push(await once(first, token, kind.entry(short[n % SHORT_BATCHES]!, n)));
      longMs.push(await once(first, token, kind.entry(long, LONG_EVENTS + n)));
    }
    const times = median(longMs) / median(shortMs);
    rows.push({
      name: `${kind.name}: on ${LONG_EVENTS.toLocaleString('en')} events, ceiling: on ${SHORT_EVENTS}`,
      value: rounded(median(longMs)),
      unit: 'ms, median over HTTP',
      ceiling: rounded(median(shortMs)),
      ratio: rounded(times),
      target: `≤ ${MOST_TIMES} ×`,
      met: times <= MOST_TIMES,
    });
  }
  await using second = await first.restarted();
  const after = await once(second, await second.token(LABORATORY), materialUsed(long.id, 0));
  return [
    ...rows,
    {
      name: 'the first command on the long batch after a start: its events are read and folded',
      value: rounded(after, 0),
      unit: 'ms',
    },
  ];
}

/** What stands in it already counts: openings and splits, labels by the hundred. */
function grown(batch: BenchBatch, events: number): string[] {
  return Array.from({ length: events }, (_, n) => {
    const unit = batch.units[n % batch.units.length]!;
    return lineOf(n % 10 === 9 ? materialUsed(batch.id, n) : unitStored(batch.id, unit, n));
  });
}

async function once(platform: RunningPlatform, token: string, entry: Entry): Promise<number> {
  const request = postRequest(entry.path, bodyOf(entry), token);
  const { seconds, statuses } = await sendAll({ port: platform.port, requests: [[request]] });
  if (statuses['201'] !== 1) throw new Error(`${entry.type}: ${JSON.stringify(statuses)}`);
  return seconds * 1000;
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
