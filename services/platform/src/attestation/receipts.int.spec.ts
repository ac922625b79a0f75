import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  COSIGNATURE,
  ED25519,
  formatVkey,
  generateKey,
  POLICY_HEADER,
  type Receipt,
  readPolicy,
  verifyReceipt,
  vkeyOf,
} from '@cytoledger/attest';
import { makeSigningKey } from '@cytoledger/attestation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptsBeside, receiptsOf } from './receipts.ts';

const ORIGIN = 'cells.example/log';
const receipt: Receipt = {
  id: '0192f5c4-0000-7000-8000-000000000001',
  type: 'batch.passaged.v1',
  stream: 'batch-a',
  seq: 0,
  position: '1',
  leaf: 'A'.repeat(43),
  recordedAt: '2026-11-21T08:15:02.113Z',
  proof: '/v1/streams/batch-a/0/proof',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'receipts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const madeKey = () => makeSigningKey(join(folder, 'receipts.key'), `${ORIGIN}/receipts`);
const configured = () => ({ attestation: { folder, policy: undefined, witnesses: [], includeWithin: 90 } });

function policyText(receipts?: string, origin = ORIGIN): string {
  const vkey = (name: string, type: 1 | 4) => formatVkey(vkeyOf(name, generateKey().publicJwk, type));
  return [
    POLICY_HEADER,
    'version 1',
    `origin ${origin}`,
    `log ${vkey(origin, ED25519)}`,
    ...(receipts === undefined ? [] : [`receipts ${receipts}`]),
    `witness ${vkey('witness.example', COSIGNATURE)}`,
    'quorum 1',
    '',
  ].join('\n');
}

describe('the receipts of a platform', () => {
  it('are signed with the key that the policy pins, and promise the configured time', async () => {
    const key = await madeKey();
    const policy = readPolicy(policyText(formatVkey(key.vkey)));
    const [signed] = receiptsOf(policy, key, 90)!([receipt]);
    expect(verifyReceipt(signed!, policy).receipt.signed.includeBy).toBe('2026-11-21T08:16:32.113Z');
  });

  it('promise nothing without a policy, or where it pins another key', async () => {
    const key = await madeKey();
    expect(receiptsOf(null, key, 60)).toBeNull();
    expect(receiptsOf(readPolicy(policyText()), key, 60)).toBeNull();
  });
});

describe('a process beside the one that attests', () => {
  it('signs where it has the key and the policy', async () => {
    const key = await madeKey();
    const text = policyText(formatVkey(key.vkey));
    await writeFile(join(folder, 'policy.txt'), text);
    const [signed] = (await receiptsBeside(configured(), ORIGIN))!([receipt]);
    expect(verifyReceipt(signed!, readPolicy(text)).key.name).toBe(`${ORIGIN}/receipts`);
  });

  it('signs nothing where it lacks one of them', async () => {
    expect(await receiptsBeside(configured(), ORIGIN)).toBeNull();
    await madeKey();
    expect(await receiptsBeside(configured(), ORIGIN)).toBeNull();
  });

  it('does not begin with the policy of another log, or with a key that is none', async () => {
    const key = await madeKey();
    await writeFile(join(folder, 'policy.txt'), policyText(formatVkey(key.vkey), 'others.example/log'));
    await expect(receiptsBeside(configured(), ORIGIN)).rejects.toThrow('is the policy of others.example/log');
    await writeFile(join(folder, 'receipts.key'), 'no key');
    await expect(receiptsBeside(configured(), ORIGIN)).rejects.toThrow('holds no Ed25519 key');
  });
});
