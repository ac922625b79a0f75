import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KeyFileError, makeSigningKey, readSigningKey, type SigningKey, showVkey } from '@cytoledger/attestation';
import { ConfigError } from '../config.ts';

export type AttestationKeys = { readonly log: SigningKey; readonly receipts: SigningKey };

export const logKeyFile = (folder: string) => join(folder, 'log.key');
export const receiptsKeyFile = (folder: string) => join(folder, 'receipts.key');

/**
 * The keys with which a log signs, made where nothing has been signed yet. Beside each stands its public key (`.vkey`), for whoever writes the policy.
 *
 * @throws ConfigError where one has gone, or cannot be read
 */
export async function attestationKeys(folder: string, origin: string): Promise<AttestationKeys> {
  const isNew = !existsSync(join(folder, 'signed'));
  const [log, receipts] = [
    await keyOf(logKeyFile(folder), origin, isNew),
    // Signs nothing that the log's key does: a log without one gets one.
    await keyOf(receiptsKeyFile(folder), `${origin}/receipts`, true),
  ];
  return { log, receipts };
}

async function keyOf(path: string, name: string, mayMake: boolean): Promise<SigningKey> {
  try {
    const known = await readSigningKey(path, name);
    if (!known && !mayMake)
      throw new ConfigError(`${path} is missing, and checkpoints have been signed with it: bring it back from the backup`);
    const key = known ?? (await makeSigningKey(path, name));
    const vkey = `${path.replace(/\.key$/, '')}.vkey`;
    if (!existsSync(vkey)) await showVkey(vkey, key);
    return key;
  } catch (error) {
    throw error instanceof KeyFileError ? new ConfigError(error.message) : error;
  }
}
