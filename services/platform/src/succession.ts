import { readFile } from 'node:fs/promises';
import {
  AttestError,
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  readPolicy,
  type Succession,
  verifySuccession,
} from '@cytoledger/attest';
import { type Config, ConfigError } from './config.ts';

export type SignedSuccession = { readonly succession: Succession; readonly signatures: readonly string[] };

/**
 * What `cytoledger recover seal` wrote: which lost log the new one succeeds, signed by the operator's root key and another organisation's, both
 * pinned in the policy of the new log.
 *
 * @throws ConfigError
 */
export async function readSignedSuccession(
  path: string,
  { operator, origin, attestation }: Pick<Config, 'operator' | 'origin' | 'attestation'>,
): Promise<SignedSuccession> {
  if (!attestation.policy) throw new ConfigError('SUCCESSION needs POLICY: it pins the root keys that have signed it');
  const file = await objectIn(path, 'SUCCESSION');
  const { succession, signatures } = file as { succession: Succession; signatures: unknown };
  if (!Array.isArray(signatures) || !signatures.every((each) => typeof each === 'string'))
    throw new ConfigError(`SUCCESSION: ${path} carries no signatures`);
  try {
    const policy = readPolicy(await textOf(attestation.policy, 'POLICY'));
    const signers = verifySuccession(succession, signatures, policy);
    if (!signers.includes(operator))
      throw new ConfigError(`SUCCESSION: ${signers.join(', ')} signed, and the operator ${operator} did not`);
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new ConfigError(`SUCCESSION: ${error.code}: ${error.message}`);
  }
  if (origin !== undefined && origin !== succession.origin)
    throw new ConfigError(`SUCCESSION is of ${succession.origin}, and ORIGIN says ${origin}`);
  return { succession, signatures };
}

async function objectIn(path: string, variable: string): Promise<JsonObject> {
  try {
    const value = parseStrictJson(await textOf(path, variable));
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new ConfigError(`${variable}: ${path} is no JSON: ${error.message}`);
  }
  throw new ConfigError(`${variable}: ${path} is no JSON object`);
}

async function textOf(path: string, variable: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${variable}: ${path} cannot be read (${error.code})`);
  });
}
