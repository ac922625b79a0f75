import { startBareFastify } from './bare-fastify.ts';
import { everyday, LABORATORY, lineOf, newBatches, newBatchesOfBags, openings } from './laboratory.ts';
import { assertRecorded, piecesOf, sendLines } from './ndjson-load.ts';
import { startPlatformProcess, UNATTESTED } from './platform.ts';
import { median, type Row, rounded } from './row.ts';
import { table } from './table.ts';

const LINES = 100_000;
const ROUNDS = 3;
const CONNECTIONS = [1, 4] as const;
const TARGET = 25_000;

/** 300 batches, a third of them divided into bags. */
const batches = [...newBatches(200), ...newBatchesOfBags(100)];

/** NDJSON through `POST /v1/events`: each line validated, decided, sealed, and on disk before its answer. */
export async function run(): Promise<Row[]> {
  await using platform = await startPlatformProcess({ env: { SERVICES: UNATTESTED } });
  await using bare = await startBareFastify();
  const token = await platform.token(LABORATORY);
  assertRecorded(await sendLines(platform.port, '/v1/events', token, piecesOf(openings(batches).map(lineOf))));
  await linesPerSecond(platform.port, token, 1, 0, LINES / 4);

  const rows: Row[] = [];
  let made = 0;
  for (const connections of CONNECTIONS) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await linesPerSecond(bare.port, token, connections, made, LINES));
      ours.push(await linesPerSecond(platform.port, token, connections, made, LINES));
      made += LINES;
    }
    const value = median(ours);
    const ceiling = median(theirs);
    rows.push({
      name: `bulk capture, ${LINES.toLocaleString('en')} lines, ${batches.length} batches, ${connections} connection${connections > 1 ? 's' : ''}; ceiling: a bare Fastify that parses and answers each line`,
      value: Math.round(value),
      unit: 'events/s',
      ceiling: Math.round(ceiling),
      ratio: rounded(value / ceiling, 3),
      target: `≥ ${TARGET.toLocaleString('en')}`,
      met: value >= TARGET,
    });
  }
  return rows;
}

async function linesPerSecond(port: number, token: string, connections: number, from: number, count: number): Promise<number> {
  const share = Math.ceil(count / connections);
  const loads = Array.from({ length: connections }, (_, connection) => piecesOf(linesOf(connection, connections, from, share)));
  const start = performance.now();
  const results = await Promise.all(loads.map((pieces) => sendLines(port, '/v1/events', token, pieces)));
  for (const result of results) assertRecorded(result);
  return (share * connections * 1000) / (performance.now() - start);
}

/** Each connection is a laboratory's instrument with batches of its own. */
function* linesOf(connection: number, connections: number, from: number, count: number): Generator<string> {
  const own = batches.filter((_batch, n) => n % connections === connection);
  for (let n = 0; n < count; n++) yield lineOf(everyday(own[n % own.length]!, from + n));
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
