import { everyday, LABORATORY, lineOf, newBatches, openings } from './laboratory.ts';
import { assertRecorded, piecesOf, sendLines } from './ndjson-load.ts';
import { startPlatformProcess } from './platform.ts';
import type { MemorySample } from './platform-child.ts';
import { type Row, rounded } from './row.ts';
import { table } from './table.ts';

const EVENTS = 1_000_000;
const SLICE = 25_000;
/** Batches that are in work at a time; each slice opens as many new ones, and the older ones are let go. */
const BATCHES_OF_SLICE = 50;
/** Slices before the measurement: code is compiled, page caches are full. The cache of folded states fills until some 500,000, and so counts as growth. */
const WARM_UP = 200_000;
const SAMPLE_EVERY = 100_000;
/** Memory for folded states: smaller than what the run would fill. */
const CACHE_MIB = 64;
const FLAT_MIB = 64;
/** For each of the two runs. */
const LONGEST_MS = 240_000;
const MIB = 1024 * 1024;

type Sample = MemorySample & { readonly events: number };

/** All but the trace service, whose read model brings page caches that fill up with the model. */
const CAPTURING = 'collection,preparation,registry,release-qc,logistics,infusion,follow-up,recall';

/** Bulk capture of a million events in slices; memory is sampled after forced collections. */
export async function run(): Promise<Row[]> {
  return [...(await grown('capture alone', CAPTURING)), ...(await grown('all services', ''))];
}

async function grown(which: string, services: string): Promise<Row[]> {
  const env = { CACHE_MIB: String(CACHE_MIB), SERVICES: services };
  await using platform = await startPlatformProcess({ env, execArgv: ['--expose-gc'] });
  const token = await platform.token(LABORATORY);
  const samples: Sample[] = [];
  const start = performance.now();
  let events = 0;
  while (events < EVENTS && performance.now() - start < LONGEST_MS) {
    const batches = newBatches(BATCHES_OF_SLICE);
    const lines = openings(batches).map(lineOf);
    for (let n = 0; n < SLICE - lines.length; n++) lines.push(lineOf(everyday(batches[n % BATCHES_OF_SLICE]!, n)));
    assertRecorded(await sendLines(platform.port, '/v1/events', token, piecesOf(lines)));
    events += SLICE;
    if (events % SAMPLE_EVERY === 0) samples.push({ events, ...(await platform.memory()) });
  }
  const measured = samples.filter((sample) => sample.events >= WARM_UP);
  const span = `from ${WARM_UP.toLocaleString('en')} to ${measured.at(-1)!.events.toLocaleString('en')} events, ${CACHE_MIB} MiB for folded states`;
  const perEvents = 100_000;
  return (['privateBytes', 'heapBytes', 'externalBytes'] as const).flatMap((what) => {
    const points = measured.map((sample) => ({ x: sample.events / perEvents, y: sample[what] / MIB }));
    const growth = points.at(-1)!.y - points[0]!.y;
    const name = {
      privateBytes: 'resident memory without file pages',
      heapBytes: 'JavaScript heap in use',
      externalBytes: 'buffers outside the heap',
    }[what];
    return [
      {
        name: `${which}: ${name}, growth ${span}`,
        value: rounded(growth, 1),
        unit: 'MiB',
        target: `within ± ${FLAT_MIB}`,
        met: Math.abs(growth) <= FLAT_MIB && measured.at(-1)!.events === EVENTS,
        note: `at each ${perEvents.toLocaleString('en')}: ${points.map(({ y }) => Math.round(y)).join(', ')}; slope ${rounded(slope(points), 1)} per ${perEvents.toLocaleString('en')}`,
      },
    ];
  });
}

/** Least squares. */
function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const x = mean(points.map((point) => point.x));
  const y = mean(points.map((point) => point.y));
  const over = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return over / points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
