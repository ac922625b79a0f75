import { startBareFastify } from './bare-fastify.ts';
import { batches, CONNECTIONS, capture, openBatches, PER_CONNECTION } from './capture-load.ts';
import { type Emmett, openEmmett } from './emmett.ts';
import { bodyOf, everyday, LABORATORY } from './laboratory.ts';
import { startPlatformProcess, UNATTESTED } from './platform.ts';
import { installedPostgresql, startCluster } from './postgresql.ts';
import { median, type Row, rounded, skipped } from './row.ts';
import { table } from './table.ts';

const ROUNDS = 5;
const EMMETT_PER_WRITER = 100;

/** Ratios that the project promises (issue 3). */
const OF_BARE = 0.35;
const TIMES_EMMETT = 4;

/** Durable capture of single events over HTTP: validated, decided, sealed, on disk before the answer; in turns with the peers. */
export async function run(): Promise<Row[]> {
  await using platform = await startPlatformProcess({ env: { SERVICES: UNATTESTED } });
  await using bare = await startBareFastify();
  const postgresql = installedPostgresql();
  await using cluster = postgresql && (await startCluster(postgresql));
  await using emmett = cluster && (await openEmmett(cluster.connectionString));

  const token = await platform.token(LABORATORY);
  await openBatches(platform.port, token);

  const before = await platform.processor();
  const perSecond: Record<'platform' | 'bare' | 'emmett', number[]> = { platform: [], bare: [], emmett: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const rates = {
      bare: await capture(bare.port, round, token),
      platform: await capture(platform.port, round, token),
      emmett: emmett ? await append(emmett, round) : 0,
    };
    // The first round warms up.
    if (round > 0) for (const name of ['platform', 'bare', 'emmett'] as const) perSecond[name].push(rates[name]);
  }

  const after = await platform.processor();
  const micros = (what: 'mainMicros' | 'allMicros') =>
    rounded((after[what] - before[what]) / (CONNECTIONS * PER_CONNECTION * (ROUNDS + 1)), 0);

  const value = median(perSecond.platform);
  const ceiling = median(perSecond.bare);
  const row: Row = {
    name: `capture of single events over HTTP, ${CONNECTIONS} connections, ${batches.length} batches`,
    value: Math.round(value),
    unit: 'events/s',
  };
  return [
    {
      ...row,
      name: `${row.name}; ceiling: a bare Fastify POST with schema validation`,
      ceiling: Math.round(ceiling),
      ratio: rounded(median(ratios(perSecond.platform, perSecond.bare)), 3),
      target: `≥ ${OF_BARE} of the ceiling`,
      met: median(ratios(perSecond.platform, perSecond.bare)) >= OF_BARE,
    },
    cluster
      ? {
          ...row,
          name: 'the same, beside emmett-postgresql without HTTP',
          peer: `emmett-postgresql on PostgreSQL ${cluster.version}, ${CONNECTIONS} writers: ${Math.round(median(perSecond.emmett)).toLocaleString('en')}`,
          ratio: rounded(median(ratios(perSecond.platform, perSecond.emmett))),
          target: `≥ ${TIMES_EMMETT} × the peer`,
          met: median(ratios(perSecond.platform, perSecond.emmett)) >= TIMES_EMMETT,
        }
      : skipped('the same, beside emmett-postgresql without HTTP', 'events/s', "Debian's PostgreSQL is not installed"),
    {
      name: 'processor time of the platform for one event',
      value: micros('allMicros'),
      unit: 'µs',
      note: `${micros('mainMicros')} of them on the main thread; the rest writes, reads, follows and collects garbage`,
    },
  ];
}

function append(emmett: Emmett, round: number): Promise<number> {
  const data = batches.map((batch, n) => JSON.parse(bodyOf(everyday(batch, n + round))) as object);
  return emmett.append(CONNECTIONS, EMMETT_PER_WRITER, data);
}

function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, round) => value / theirs[round]!);
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
