import { sha256 } from '@cytoledger/attest';
import { verifyEvidence } from '@cytoledger/attest/evidence';
import { esig, keyNamed, Ledger } from '../attacks/ledger.fixture.ts';
import { median, type Row, rounded } from './row.ts';

const EVENTS = 10_000;
/** One event in so many is signed by a person. */
const SIGNED = 20;
/** So many of other streams lie between two of the batch. */
const BETWEEN = 2;
const RUNS = 5;
const CHUNK = 64 * 1024;
const BATCH = 'batch-7b0c2f0e-4f8e-4a3e-9d0b-2f1f5a6c7d8e';
const TARGET_MS = 1500;

/** How long a reader waits for the verdict on a long batch, beside plain hashing of the same bytes. */
export async function run(): Promise<Row[]> {
  const { ledger, chunks, bytes } = await longBatch();
  const { policy } = ledger;
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    const { report } = verifyEvidence(chunks, policy);
    if (report.code !== 'ok') throw new Error(`the bundle is refused: ${report.code} in line ${report.line}`);
    return performance.now() - start;
  });
  const start = performance.now();
  for (const chunk of chunks) sha256(chunk);
  const hashing = performance.now() - start;
  const took = median(times);
  return [
    {
      name: `verify the evidence of ${EVENTS.toLocaleString('en')} events, ${EVENTS / SIGNED} of them signed`,
      value: rounded(took, 0),
      unit: 'ms',
      ceiling: rounded(hashing, 0),
      target: `≤ ${TARGET_MS} ms`,
      met: took <= TARGET_MS,
      note: `${rounded(bytes / 1e6, 1)} MB; the ceiling is SHA-256 of its bytes`,
    },
  ];
}

async function longBatch() {
  const ledger = new Ledger();
  const key = keyNamed('signer');
  ledger.enrol(key, 'lab', 'p-1');
  for (let n = 0; n < EVENTS; n++) {
    ledger.append(BATCH, {
      type: 'batch.unit-stored.v1',
      data: {
        unit: `u-${n}`,
        place: { tank: 'T-1', rack: 'R-2', box: `B-${n % 40}`, slot: n % 81 },
        operator: 'p-1',
        verifier: 'p-2',
      },
      ...(n % SIGNED === 0 && { sign: (text: string) => [esig(text, key, 'storage')] }),
      against: { recordedAt: '2026-11-21T08:00:00.000Z' },
    });
    for (let k = 0; k < BETWEEN; k++)
      ledger.append(`batch-other-${n % 100}`, { type: 'batch.passaged.v1', against: { recordedAt: '2026-11-21T08:00:00.000Z' } });
  }
  ledger.checkpoint();
  const bundle = Buffer.from(await ledger.bundle({ subject: BATCH, streams: [`key-${key.kid}`] }));
  const chunks = Array.from({ length: Math.ceil(bundle.length / CHUNK) }, (_, n) => bundle.subarray(n * CHUNK, (n + 1) * CHUNK));
  return { ledger, chunks, bytes: bundle.length };
}
