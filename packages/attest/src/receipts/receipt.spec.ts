import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COSIGNATURE,
  ED25519,
  formatVkey,
  generateKey,
  POLICY_HEADER,
  type Policy,
  type Receipt,
  readPolicy,
  readReceipt,
  receiptSigner,
  verifyReceipt,
  vkeyOf,
} from '../index.ts';

const ORIGIN = 'cells.example/log';
const [log, key, other, witness] = [generateKey(), generateKey(), generateKey(), generateKey()];

function policyOf(receiptKeys: readonly { publicJwk: typeof key.publicJwk }[], origin = ORIGIN): Policy {
  return readPolicy(
    [
      POLICY_HEADER,
      'version 1',
      `origin ${origin}`,
      `log ${formatVkey(vkeyOf(origin, log.publicJwk, ED25519))}`,
      ...receiptKeys.map(
        ({ publicJwk }, n) => `receipts ${formatVkey(vkeyOf('receipts.example', publicJwk, ED25519))} from=${n} below=${n + 1}`,
      ),
      `witness ${formatVkey(vkeyOf('witness.example', witness.publicJwk, COSIGNATURE))}`,
      'quorum 1',
      '',
    ].join('\n'),
  );
}

const policy = policyOf([key]);
const sign = receiptSigner({ origin: ORIGIN, name: 'receipts.example', privateKey: key.privateJwk, includeWithinMs: 60_000 });

function receipt(n: number): Receipt {
  return {
    id: `0192f5c4-0000-7000-8000-${String(n).padStart(12, '0')}`,
    type: 'batch.passaged.v1',
    stream: 'batch-a',
    seq: n,
    position: String(n),
    leaf: 'A'.repeat(43),
    recordedAt: '2026-11-21T08:15:02.113Z',
    proof: `/v1/streams/batch-a/${n}/proof`,
  };
}

const receipts = (count: number) => Array.from({ length: count }, (_, n) => receipt(n));

/** As it comes back from a disk or a network. */
const kept = (given: Receipt) => readReceipt(JSON.parse(JSON.stringify(given)));

describe('a signed receipt', () => {
  it('holds for its log, wherever it stands in its group', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
        for (const given of sign(receipts(count))) expect(verifyReceipt(kept(given), policy).key.name).toBe('receipts.example');
      }),
      { numRuns: 20 },
    );
  });

  it('promises the same when it is asked for again, alone', () => {
    const [first] = sign(receipts(3));
    const [again] = sign(receipts(1));
    expect(again!.signed!.includeBy).toBe('2026-11-21T08:16:02.113Z');
    expect(again!.signed!.includeBy).toBe(first!.signed!.includeBy);
  });

  it('bears one signature with all others of its group', () => {
    expect(new Set(sign(receipts(7)).map(({ signed }) => signed!.note)).size).toBe(1);
  });

  it('keeps what is not signed as it was', () => {
    const { signed: _, ...plain } = sign(receipts(1))[0]!;
    expect(plain).toEqual(receipt(0));
  });

  it.each([
    ['id', { id: receipt(9).id }],
    ['stream', { stream: 'batch-b' }],
    ['seq', { seq: 9 }],
    ['leaf', { leaf: `B${'A'.repeat(42)}` }],
    ['recordedAt', { recordedAt: '2026-11-21T08:15:02.112Z' }],
  ])('holds for no other %s', (_, over) => {
    const given = kept({ ...sign(receipts(3))[1]!, ...over });
    expect(() => verifyReceipt(given, policy)).toThrow(expect.objectContaining({ code: 'root-mismatch' }));
  });

  it.each([
    ['a later time of inclusion', { includeBy: '2026-11-21T09:16:02.113Z' }, 'root-mismatch'],
    ['another place in its group', { path: { ...sign(receipts(3))[1]!.signed!.path, index: 0 } }, 'root-mismatch'],
    ['another number of receipts', { path: { ...sign(receipts(3))[1]!.signed!.path, size: 4 } }, 'receipt-size-mismatch'],
    ['a path that is too short', { path: { index: 1, size: 3, hashes: [] } }, 'path-length-mismatch'],
    ['another log', { origin: 'others.example/log' }, 'unexpected-origin'],
    ['a note of something else', { note: 'cells.example/log\n1\nAAAA\n\n— a AAAAAAA=\n' }, 'invalid-receipts-note'],
  ])('does not hold with %s', (_, over, code) => {
    const [, given] = sign(receipts(3));
    const changed = kept({ ...given!, signed: { ...given!.signed!, ...over } });
    expect(() => verifyReceipt(changed, policy)).toThrow(expect.objectContaining({ code }));
  });

  it('counts only under a key that the policy pins', () => {
    const [given] = sign(receipts(1));
    expect(() => verifyReceipt(given!, policyOf([other]))).toThrow(expect.objectContaining({ code: 'no-trusted-signature' }));
    expect(() => verifyReceipt(given!, policyOf([key], 'others.example/log'))).toThrow(
      expect.objectContaining({ code: 'unexpected-origin' }),
    );
  });

  it('counts under a key that was replaced, as long as the policy still names it', () => {
    expect(verifyReceipt(sign(receipts(1))[0]!, policyOf([key, other])).key.publicJwk).toEqual(key.publicJwk);
  });
});

describe('what is no signed receipt', () => {
  it('is told from one that does not hold', () => {
    expect(() => verifyReceipt(receipt(0), policy)).toThrow(expect.objectContaining({ code: 'receipt-not-signed' }));
  });

  it.each([
    ['no object', null, 'invalid-member', ''],
    ['an id that is none', { ...receipt(0), id: 'x' }, 'invalid-event-id', '/id'],
    ['a leaf that is no hash', { ...receipt(0), leaf: 'x' }, 'invalid-member', '/leaf'],
    ['a promise before its time', signedWith({ includeBy: '2026-11-21T08:15:02.112Z' }), 'invalid-member', '/signed/includeBy'],
    ['an unknown member under the signature', signedWith({ key: 'mine' }), 'unknown-member', '/signed/key'],
    ['a place beyond its group', signedWith({ path: { index: 1, size: 1, hashes: [] } }), 'invalid-member', '/signed/path/index'],
  ])('is refused with its place: %s', (_, value, code, pointer) => {
    expect(() => readReceipt(value as never)).toThrow(expect.objectContaining({ code, pointer }));
  });
});

function signedWith(over: object): object {
  const [given] = sign(receipts(1));
  return { ...given!, signed: { ...given!.signed!, ...over } };
}
