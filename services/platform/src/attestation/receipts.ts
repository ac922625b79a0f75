import { readFile } from 'node:fs/promises';
import { AttestError, type Policy, type ReceiptSigner, readPolicy, receiptSigner } from '@cytoledger/attest';
import { type AttestedLog, KeyFileError, readSigningKey, type SigningKey } from '@cytoledger/attestation';
import { parsePosition } from '@cytoledger/event-store';
import type { WhenAttested } from '@cytoledger/service-kit';
import { type Config, ConfigError } from '../config.ts';
import { receiptsKeyFile } from './keys.ts';
import { demoPolicyFile } from './policy.ts';

const SECOND = 1000;

/**
 * Signs receipts once the log has a policy that pins their key: without witnesses nothing is released, and a promise of it could not be kept.
 *
 * @param includeWithin seconds from recording to the promised checkpoint
 */
export function receiptsOf(policy: Policy | null, { privateKey, vkey }: SigningKey, includeWithin: number): ReceiptSigner | null {
  const isPinned = policy?.receipts.some(({ name, id }) => name === vkey.name && id === vkey.id);
  if (!policy || !isPinned) return null;
  return receiptSigner({ origin: policy.origin, name: vkey.name, privateKey, includeWithinMs: includeWithin * SECOND });
}

/**
 * For a process that takes events of a log which another process attests: it signs where it is given the key and the policy.
 *
 * @throws ConfigError where one of them cannot be read, or the policy is of another log
 */
export async function receiptsBeside(config: Pick<Config, 'attestation'>, origin: string): Promise<ReceiptSigner | null> {
  const { folder, policy: given, includeWithin } = config.attestation;
  const path = given ?? demoPolicyFile(folder);
  try {
    const key = await readSigningKey(receiptsKeyFile(folder), `${origin}/receipts`);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (!key || text === null) return null;
    const policy = readPolicy(text);
    if (policy.origin !== origin) throw new ConfigError(`${path} is the policy of ${policy.origin}; this log is ${origin}`);
    return receiptsOf(policy, key, includeWithin);
  } catch (error) {
    if (error instanceof AttestError) throw new ConfigError(`${path} is no policy: ${error.message}`);
    throw error instanceof KeyFileError ? new ConfigError(error.message) : error;
  }
}

/** For senders that prefer to wait. */
export function whenAttested(attested: AttestedLog): WhenAttested {
  return async (given, timeoutMs, signal) => {
    const position = parsePosition(given);
    if (!(await attested.whenReleasedAt(position, timeoutMs, signal))) return null;
    const index = attested.indexOf(position);
    return index === undefined ? null : { index, size: attested.size };
  };
}
