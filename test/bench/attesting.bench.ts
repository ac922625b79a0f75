import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sealHeader } from '@cytoledger/attest';
import { makeSigningKey } from '@cytoledger/attestation';
import { attestHere, PACE } from '@cytoledger/attestation/specification';
import type { EventStore, Position, ReadAllOptions, StoredEvent } from '@cytoledger/event-store';
import { v7 as uuidv7 } from 'uuid';
import { newFolder } from './platform.ts';
import { type Row, rounded } from './row.ts';
import { table } from './table.ts';

/** A short run; `BENCH_LEAVES=10000000` for the target's. */
const LEAVES = Number(process.env['BENCH_LEAVES'] ?? 1_000_000);
const FLAT_MIB = 50;
const STREAMS = 20_000;
const PAGE = 2_000;
const MIB = 1024 * 1024;

/** Attests a long log as fast as it can, signing every second, and watches its memory. */
export async function run(): Promise<Row[]> {
  const folder = await newFolder();
  const origin = 'bench.example/log';
  const logKey = await makeSigningKey(join(folder, 'attestation', 'log.key'), origin);
  const source = new LongLog();
  let appended = 0;
  let moved = () => {};
  const attesting = attestHere({
    store: source as unknown as EventStore,
    folder: join(folder, 'attestation'),
    origin,
    logKey,
    policy: null,
    witnesses: [],
    pace: PACE,
    reports: {
      log: () => {},
      state: (state) => {
        if (state.alarm) throw new Error(`${state.alarm.code}: ${state.alarm.message}`);
        appended = state.signed;
        moved();
      },
    },
  });
  const reach = async (size: number) => {
    source.length = size;
    attesting.wake();
    while (appended < size) await new Promise<void>((resolve) => (moved = resolve));
  };
  try {
    await reach(LEAVES / 10);
    const before = memory();
    const start = performance.now();
    const made = source.madeMs;
    const points: number[] = [];
    for (let part = 2; part <= 10; part++) {
      await reach((LEAVES / 10) * part);
      points.push(memory());
    }
    const seconds = (performance.now() - start - (source.madeMs - made)) / 1000;
    const growth = (points.at(-1)! - before) / MIB;
    const span = `from ${(LEAVES / 10).toLocaleString('en')} to ${LEAVES.toLocaleString('en')} leaves of ${STREAMS.toLocaleString('en')} streams`;
    return [
      {
        name: `attestation catches up ${span}: headers checked, tree, index and heads map on disk, signed every second`,
        value: Math.round((LEAVES * 0.9) / seconds),
        unit: 'events/s',
        note: 'without the time in which the bench makes the headers',
      },
      {
        name: `memory of the attesting process, growth ${span}`,
        value: rounded(growth, 1),
        unit: 'MiB',
        target: `within ± ${FLAT_MIB}, from 1,000,000 to 10,000,000`,
        met: Math.abs(growth) <= FLAT_MIB,
        note: `at each tenth: ${[before, ...points].map((bytes) => Math.round(bytes / MIB)).join(', ')}`,
      },
    ];
  } finally {
    attesting.stop();
    await attesting.ended;
    await rm(folder, { recursive: true, force: true });
  }
}

/** The heap may hold what is dead: it is collected first, so run with `--expose-gc`. */
function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** A log that is made while it is read, in order and once. */
class LongLog {
  length = 0;
  madeMs = 0;
  readonly #heads = new Array<string | null>(STREAMS).fill(null);
  readonly #names = Array.from({ length: STREAMS }, () => `batch-${uuidv7()}`);
  readonly #recordedAt = new Date().toISOString();
  readonly #body = Buffer.from('{}');
  #made = 0;

  async *readAll({ after, limit = Number.MAX_SAFE_INTEGER }: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    if (Number(after ?? 0) !== this.#made) throw new Error('this log is read once, in order');
    for (let left = Math.min(limit, this.length - this.#made); left > 0; ) {
      const start = performance.now();
      const page = Array.from({ length: Math.min(PAGE, left) }, () => this.#next());
      this.madeMs += performance.now() - start;
      left -= page.length;
      yield page;
      // As a reader of a file gives others their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async headPosition(): Promise<Position | undefined> {
    return this.length === 0 ? undefined : (String(this.length) as Position);
  }

  #next(): StoredEvent {
    const n = this.#made++;
    const stream = this.#names[n % STREAMS]!;
    const seq = Math.floor(n / STREAMS);
    const id = uuidv7();
    const prev = this.#heads[n % STREAMS]!;
    const { bytes, leaf } = sealHeader({
      ...{ id, stream, seq, prev, recordedAt: this.#recordedAt },
      ...{ body: this.#body, signatures: [] },
    });
    this.#heads[n % STREAMS] = leaf;
    const position = String(n + 1) as Position;
    return { id, stream, revision: seq, position, type: 'batch.passaged.v1', header: bytes, body: this.#body };
  }
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
