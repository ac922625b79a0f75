import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ED25519, formatVkey, generateKey, type PrivateJwk, type PublicJwk, type Vkey, vkeyOf } from '@cytoledger/attest';
import { readIfThere, writeDurably } from '@cytoledger/attest/durable';

/** A private key and the public one as notes name it. */
export type SigningKey = { readonly privateKey: KeyObject; readonly vkey: Vkey };

export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/**
 * Reads an Ed25519 key: a private JWK (RFC 8037), or PKCS#8 in PEM.
 *
 * @throws KeyFileError; AttestError as vkeyOf
 */
export async function readSigningKey(path: string, name: string): Promise<SigningKey | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    const privateKey = text.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text) as PrivateJwk, format: 'jwk' })
      : createPrivateKey(text);
    const { kty, crv, x } = createPublicKey(privateKey).export({ format: 'jwk' });
    return { privateKey, vkey: vkeyOf(name, { kty, crv, x } as PublicJwk, ED25519) };
  } catch (cause) {
    throw new KeyFileError(`${path} holds no Ed25519 key as JWK or PKCS#8`, { cause });
  }
}

/** Makes a key in a file of its own, readable by its owner only, and beside it (`.vkey`) the public one as policies name it. */
export async function makeSigningKey(path: string, name: string): Promise<SigningKey> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeDurably(path, `${JSON.stringify(generateKey().privateJwk)}\n`, 0o600);
  return (await readSigningKey(path, name))!;
}

/** Where who writes the policy finds the public key. */
export async function showVkey(path: string, { vkey }: SigningKey): Promise<void> {
  await writeDurably(path, `${formatVkey(vkey)}\n`, 0o644);
}
