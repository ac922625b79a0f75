import { describe, expect, it } from 'vitest';
import {
  COSIGNATURE,
  checkProvenReceipt,
  checkpointText,
  cosignNote,
  ED25519,
  type EventProof,
  formatNote,
  formatVkey,
  generateKey,
  inclusionPath,
  leafHash,
  merkleLeaf,
  merkleRoot,
  POLICY_HEADER,
  type Receipt,
  readEventProof,
  readPolicy,
  sealHeader,
  signNote,
  verifyEventProof,
  vkeyOf,
} from '../index.ts';

const ORIGIN = 'cells.example/log';
const SEEN = 1_795_000_000;
const [log, witness, stranger] = [generateKey(), generateKey(), generateKey()];
const policy = readPolicy(
  [
    POLICY_HEADER,
    'version 1',
    `origin ${ORIGIN}`,
    `log ${formatVkey(vkeyOf(ORIGIN, log.publicJwk, ED25519))}`,
    `witness ${formatVkey(vkeyOf('witness.example', witness.publicJwk, COSIGNATURE))}`,
    'quorum 1',
    '',
  ].join('\n'),
);

const idOf = (n: number) => `0192f5c4-0000-7000-8000-${String(n).padStart(12, '0')}`;
const headers = Array.from(
  { length: 5 },
  (_, n) =>
    sealHeader({
      id: idOf(n),
      stream: `batch-${n}`,
      seq: 0,
      prev: null,
      recordedAt: '2026-11-21T08:15:02.113Z',
      body: Buffer.from(`body ${n}`),
      signatures: [],
    }).bytes,
);
const leaves = headers.map((header) => merkleLeaf(header));

function note(size = leaves.length, cosigner = witness): string {
  const text = checkpointText({ origin: ORIGIN, size, root: merkleRoot(leaves.slice(0, size)) });
  return formatNote({
    text,
    signatures: [
      signNote(text, { name: ORIGIN, privateKey: log.privateJwk }),
      cosignNote(text, { name: 'witness.example', privateKey: cosigner.privateJwk }, SEEN),
    ],
  });
}

function proof(index: number): EventProof {
  return {
    header: headers[index]!.toString('utf8'),
    inclusion: { index, size: 5, hashes: inclusionPath(index, leaves).map((hash) => hash.toString('base64url')) },
    checkpoint: note(),
  };
}

function receipt(n: number): Receipt {
  return {
    id: idOf(n),
    type: 'batch.passaged.v1',
    stream: `batch-${n}`,
    seq: 0,
    position: String(n),
    leaf: leafHash(headers[n]!),
    recordedAt: '2026-11-21T08:15:02.113Z',
    proof: '',
  };
}

const answered = (given: object) => readEventProof(JSON.parse(JSON.stringify(given)));

describe('the proof that an event is in the log', () => {
  it('holds for every event, and says when witnesses saw it', () => {
    for (const [n, leaf] of leaves.entries()) {
      const proven = verifyEventProof(answered({ ...proof(n), origin: ORIGIN, seq: 0 }), policy);
      expect(proven).toMatchObject({ index: n, size: 5, leaf: leaf.toString('base64url'), header: { stream: `batch-${n}` } });
      expect(proven.cosignatures.map(({ timestamp }) => timestamp)).toEqual([SEEN]);
      checkProvenReceipt(receipt(n), proven);
    }
  });

  it.each([
    ['the path of another event', { inclusion: proof(2).inclusion }, 'root-mismatch'],
    ['another index', { inclusion: { ...proof(1).inclusion, index: 0 } }, 'root-mismatch'],
    ['another event with the path of this one', { header: proof(2).header }, 'root-mismatch'],
    ['a path of another size', { checkpoint: note(4) }, 'receipt-size-mismatch'],
    ['a checkpoint that nobody has cosigned', { checkpoint: note(5, stranger) }, 'quorum-not-met'],
    ['a header with a space', { header: proof(1).header.replace(',', ', ') }, 'header-not-canonical'],
    ['a header with a member twice', { header: proof(1).header.replace('{', '{"v":1,') }, 'duplicate-key'],
  ])('does not hold with %s', (_, over, code) => {
    expect(() => verifyEventProof(answered({ ...proof(1), ...over }), policy)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['no path', { inclusion: undefined }, 'invalid-member'],
    ['a path with an unknown member', { inclusion: { ...proof(1).inclusion, leaf: 'x' } }, 'unknown-member'],
    ['no checkpoint', { checkpoint: undefined }, 'invalid-member'],
  ])('is unreadable with %s', (_, over, code) => {
    expect(() => answered({ ...proof(1), ...over })).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['another stream', { stream: 'batch-0' }, 'stream-mismatch'],
    ['another place', { seq: 3 }, 'seq-mismatch'],
    ['another event in that place', { id: idOf(9) }, 'id-mismatch'],
    ['another form of the event', { leaf: receipt(2).leaf }, 'receipt-contradicted'],
  ])('is not that of a receipt for %s', (_, over, code) => {
    const proven = verifyEventProof(proof(1), policy);
    expect(() => checkProvenReceipt({ ...receipt(1), ...over }, proven)).toThrow(expect.objectContaining({ code }));
  });
});
