import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COSIGNATURE, formatVkey, generateKey, vkeyOf } from '@cytoledger/attest';
import { createDurably, writeDurably } from '@cytoledger/attest/durable';
import { type CosignerKey, type Role, readCosignerKey } from './cosigner.ts';
import { WitnessError } from './errors.ts';
import { privateFolder } from './private-folder.ts';

/** In each folder: the private key (mode 0600), and the line that others pin. */
const [KEY, VKEY] = ['key.json', 'vkey'];

/**
 * Makes a key in a folder of its own. `prepare` writes what else has to be there before the key is; a key that is there is never overwritten.
 *
 * @param name unique among the witnesses or monitors of a log, for instance `witness.example.org`
 * @returns the vkey that logs and policies pin
 * @throws WitnessError `exists`; AttestError `invalid-vkey` for a name with white space or a plus sign
 */
export async function makeFolder(
  role: Role,
  { folder, name }: { readonly folder: string; readonly name: string },
  prepare: () => Promise<void> = async () => {},
): Promise<string> {
  const { privateJwk, publicJwk } = generateKey();
  const vkey = formatVkey(vkeyOf(name, publicJwk, COSIGNATURE));
  await privateFolder(folder);
  if ((await keyText(folder)) !== undefined) throw keyExists(folder);
  await prepare();
  await writeDurably(join(folder, VKEY), `${vkey}\n`, 0o644);
  try {
    await createDurably(join(folder, KEY), `${JSON.stringify({ role, name, privateKey: privateJwk })}\n`);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? keyExists(folder) : error;
  }
  return vkey;
}

/** The vkey of a folder, or undefined where it has no key. @throws WitnessError `invalid-key-file` */
export async function vkeyOfFolder(role: Role, folder: string): Promise<string | undefined> {
  const content = await keyText(folder);
  if (content === undefined) return undefined;
  const { name, privateKey } = readCosignerKey(content, role, join(folder, KEY));
  const { kty, crv, x } = privateKey;
  return formatVkey(vkeyOf(name, { kty, crv, x }, COSIGNATURE));
}

/** @throws WitnessError `invalid-key-file` */
export async function keyOfFolder(role: Role, folder: string): Promise<CosignerKey> {
  const content = await keyText(folder);
  if (content === undefined)
    throw new WitnessError('invalid-key-file', `${join(folder, KEY)} is missing: make a key with cytoledger ${role} init`);
  return readCosignerKey(content, role, join(folder, KEY));
}

async function keyText(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, KEY), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function keyExists(folder: string): WitnessError {
  return new WitnessError('exists', `${folder} has a key already, and a key is never overwritten`);
}
