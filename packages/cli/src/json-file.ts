import { readFile } from 'node:fs/promises';
import { AttestError, isJsonObject, type JsonObject, type PrivateJwk, parseStrictJson, thumbprint } from '@cytoledger/attest';
import { CliError } from './exit.ts';
import type { Io } from './io.ts';

const MAX_INPUT_BYTES = 1024 * 1024;

/** A JSON object from a file, or from standard input where the name is `-` or left out. @throws CliError */
export async function readJsonObject(path: string | undefined, io: Io): Promise<JsonObject> {
  const name = path === undefined || path === '-' ? 'standard input' : path;
  const text = path === undefined || path === '-' ? await inputOf(io) : await fileText(path);
  try {
    const value = parseStrictJson(text, { maxBytes: MAX_INPUT_BYTES });
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new CliError(`${name} is not JSON: ${error.message}`, 'Give one JSON object.');
  }
  throw new CliError(`${name} is not a JSON object`, 'Give one JSON object.');
}

/** @throws CliError */
export async function readPrivateKey(path: string): Promise<PrivateJwk> {
  let key: Partial<PrivateJwk>;
  try {
    key = JSON.parse(await fileText(path)) as typeof key;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${path} is not JSON`, 'Give the file that cytoledger keygen wrote.');
  }
  const { kty, crv, x, d } = key;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') {
    throw new CliError(`${path} holds no private Ed25519 key (RFC 8037)`, 'Give the file that cytoledger keygen wrote.');
  }
  return { kty, crv, x, d };
}

export function kidOf(key: PrivateJwk): string {
  return thumbprint(key);
}

/** @throws CliError */
export async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, 'Check the name of the file.');
  }
}

async function inputOf({ stdin }: Io): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
