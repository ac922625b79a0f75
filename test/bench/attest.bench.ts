import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merkleLeaf, merkleNode, sha256 } from '@cytoledger/attest';
import { type HeadsMap, openHeadsMap, openTileLog, type StreamHead } from '@cytoledger/attest/disk';
import { median, type Row, rounded } from './row.ts';
import { table } from './table.ts';

/** Sizes of a short run; `BENCH_LEAVES=10000000 BENCH_STREAMS=10000000` for those of the targets. */
const LEAVES = Number(process.env['BENCH_LEAVES'] ?? 2_000_000);
const STREAMS = Number(process.env['BENCH_STREAMS'] ?? 500_000);
const FOLDER = process.env['BENCH_FOLDER'] ?? tmpdir();

const LEAVES_A_FLUSH = 50_000;
const PROOFS = 20_000;
/** The streams of one step while a map is filled, and of one second with many events. */
const FILL = 50_000;
const STEP = 50_000;
const STEPS = 5;
/** A group of events after which a note is made. */
const GROUP = 5_000;
const HASHES = 400_000;
const MIB = 1024 * 1024;

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(join(FOLDER, 'cytoledger-bench-'));
  try {
    return [...(await logRows(join(folder, 'log'))), ...headsRows(join(folder, 'heads.db'))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function logRows(folder: string): Promise<Row[]> {
  const log = await openTileLog({ folder });
  const leaves = Array.from({ length: LEAVES_A_FLUSH }, (_, i) => merkleLeaf(Buffer.from(`header ${i}`)));
  const ceilings: number[] = [];
  let busy = 0;
  let memory = 0;
  while (log.size < LEAVES) {
    if (log.size % (LEAVES_A_FLUSH * 10) === 0) ceilings.push(hashesPerSecond());
    const start = performance.now();
    log.append(leaves);
    await log.flush();
    log.root();
    busy += performance.now() - start;
    if (log.size <= LEAVES / 10) memory = process.memoryUsage().rss;
  }
  const perSecond = (log.size / busy) * 1000;
  const grown = process.memoryUsage().rss - memory;
  const ceiling = median(ceilings);

  const size = log.size;
  const times = Float64Array.from({ length: PROOFS }, () => {
    const index = Math.floor(Math.random() * size);
    const start = performance.now();
    log.inclusion(index, size);
    return performance.now() - start;
  }).sort();
  const path = log.inclusion(0, size).length;
  const byHashing = Float64Array.from({ length: PROOFS }, () => {
    const start = performance.now();
    for (let i = 0; i < path; i++) merkleNode(leaves[i]!, leaves[i + 1]!);
    return performance.now() - start;
  }).sort();
  await log.close();
  const at = (sorted: Float64Array, part: number) => sorted[Math.floor(sorted.length * part)]!;
  const many = size.toLocaleString('en');
  return [
    {
      name: `log of ${many} leaves grows, with a sync and a root every ${LEAVES_A_FLUSH.toLocaleString('en')}; ceiling: one SHA-256 a leaf`,
      value: Math.round(perSecond),
      unit: 'leaves/s',
      ceiling: Math.round(ceiling),
      ratio: rounded(perSecond / ceiling),
      target: '≥ 300,000',
      met: perSecond >= 300_000,
    },
    {
      name: 'memory of the process after all leaves, above that after a tenth of them',
      value: Math.round(grown / MIB),
      unit: 'MiB',
      target: '≤ 50',
      met: grown <= 50 * MIB,
    },
    {
      name: `inclusion proof in a log of ${many} leaves, from its tiles, p99; ceiling: the hashes of its check, p99`,
      value: rounded(at(times, 0.99), 3),
      unit: 'ms',
      ceiling: rounded(at(byHashing, 0.99), 3),
      target: '≤ 2 at 10,000,000 leaves',
      met: at(times, 0.99) <= 2,
      note: `half of them within ${rounded(at(times, 0.5), 3)} ms`,
    },
  ];
}

function headsRows(path: string): Row[] {
  const map = openHeadsMap({ path });
  const hash = sha256('header');
  const seqs = new Uint32Array(STREAMS);
  const step = (streams: Iterable<number>): number => {
    let index = map.size;
    const heads: StreamHead[] = [];
    for (const n of streams)
      heads.push({ stream: `batch-${n}`, seq: seqs[n]!++, index: index++, leafHash: hash, headerHash: hash });
    const start = performance.now();
    map.advance(index, heads);
    map.root();
    return performance.now() - start;
  };
  let filling = 0;
  for (let n = 0; n < STREAMS; n += FILL) filling += step(range(n, Math.min(STREAMS, n + FILL)));
  const ceilings: number[] = [];
  const micros: number[] = [];
  const rates = Array.from({ length: STEPS }, () => {
    ceilings.push(hashesPerSecond());
    const streams = someStreams(STEP);
    const cpu = process.threadCpuUsage();
    const perSecond = (streams.size / step(streams)) * 1000;
    const { user, system } = process.threadCpuUsage(cpu);
    micros.push((user + system) / streams.size);
    return perSecond;
  });
  const notes = Array.from({ length: STEPS }, () => step(someStreams(GROUP)));
  const ceiling = median(ceilings);
  const rate = median(rates);
  const many = STREAMS.toLocaleString('en');
  return [
    {
      name: `heads map of ${many} streams: ${STEP.toLocaleString('en')} of them move, root included; ceiling: SHA-256 alone`,
      value: Math.round(rate),
      unit: 'streams/s',
      ceiling: Math.round(ceiling),
      ratio: rounded(rate / ceiling, 3),
      target: '≥ 50,000',
      met: rate >= 50_000,
      note: `${rounded(median(micros), 1)} µs of the processor for each; filled at ${Math.round((STREAMS / filling) * 1000).toLocaleString('en')} streams/s`,
    },
    {
      name: `heads note of ${many} streams after ${GROUP.toLocaleString('en')} of them moved`,
      value: rounded(median(notes) / 1000, 3),
      unit: 's',
      target: '≤ 1 at 10,000,000 streams',
      met: median(notes) <= 1000,
    },
    reopened(path, closed(map)),
  ];
}

/** Its last root. */
function closed(map: HeadsMap): Buffer {
  const root = map.root();
  map.close();
  return root;
}

function reopened(path: string, root: Buffer): Row {
  const start = performance.now();
  const again = openHeadsMap({ path });
  const seconds = (performance.now() - start) / 1000;
  const same = again.root().equals(root);
  again.close();
  if (!same) throw new Error('the heads map came back with another root');
  return { name: `heads map of ${STREAMS.toLocaleString('en')} streams opened again`, value: rounded(seconds, 3), unit: 's' };
}

function* range(from: number, to: number): Iterable<number> {
  for (let n = from; n < to; n++) yield n;
}

function someStreams(count: number): Set<number> {
  const streams = new Set<number>();
  while (streams.size < Math.min(count, STREAMS)) streams.add(Math.floor(Math.random() * STREAMS));
  return streams;
}

/** One-shot SHA-256 of 65 bytes, the input of a tree node, in the way this package hashes. */
function hashesPerSecond(): number {
  const [left, right] = [sha256('left'), sha256('right')];
  const start = performance.now();
  for (let i = 0; i < HASHES; i++) merkleNode(left, right);
  return (HASHES / (performance.now() - start)) * 1000;
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
