import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttestError, ED25519, formatVkey, POLICY_HEADER, readPolicy, vkeyOf } from '@cytoledger/attest';
import { attestationFiles } from '@cytoledger/attest/disk';
import { type Config, ConfigError } from '../config.ts';
import { readCast } from '../demo/cast.ts';
import { DemoKeys } from '../demo/keys.ts';
import { SCENARIOS } from '../demo/reading.ts';
import type { AttestationKeys } from './keys.ts';

export const demoPolicyFile = (folder: string) => attestationFiles(folder).policy;

/**
 * The policy that is pinned by the readers of this log; null while there is none.
 *
 * @throws ConfigError where it is not this log's
 */
export async function policyOf(config: Config, origin: string, keys: AttestationKeys): Promise<string | null> {
  const { folder, policy: given } = config.attestation;
  if (given === undefined && config.mode === 'demo') await makeDemoPolicy(config, origin, keys);
  const path = given ?? demoPolicyFile(folder);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && given === undefined) return null;
    throw new ConfigError(`POLICY=${path} cannot be read: ${error.message}`);
  });
  if (text !== null) check(text, path, origin, keys);
  return text;
}

function check(text: string, path: string, origin: string, { log }: AttestationKeys): void {
  try {
    const policy = readPolicy(text);
    if (policy.origin !== origin) throw new ConfigError(`${path} is the policy of ${policy.origin}; this log is ${origin}`);
    if (!policy.log.some(({ publicJwk }) => publicJwk.x === log.vkey.publicJwk.x))
      throw new ConfigError(`${path} does not pin this log's key, ${formatVkey(log.vkey)}`);
  } catch (error) {
    throw error instanceof AttestError ? new ConfigError(`${path} is no policy: ${error.message}`) : error;
  }
}

/** Pins the witnesses and monitors whose keys stand beside the log's, and the root keys of everybody who plays in the demo. Written once. */
async function makeDemoPolicy(config: Config, origin: string, { log, receipts }: AttestationKeys): Promise<void> {
  const { folder } = config.attestation;
  const witnesses = await vkeysIn(join(folder, 'witnesses'));
  if (witnesses.length === 0) return;
  const monitors = await vkeysIn(join(folder, 'monitors'));
  const text = [
    POLICY_HEADER,
    '# Made for a demonstration, by the operator alone: in earnest the readers of a log agree on its policy.',
    'version 1',
    `origin ${origin}`,
    `log ${formatVkey(log.vkey)}`,
    `receipts ${formatVkey(receipts.vkey)}`,
    ...witnesses.map((vkey) => `witness ${vkey}`),
    ...monitors.map((vkey) => `monitor ${vkey}`),
    ...(config.scenarios ? await organisations(config) : []),
    // 3 of 4: one may lie or be down.
    `quorum ${Math.floor((2 * witnesses.length) / 3) + 1}`,
    `monitors ${Math.min(1, monitors.length)}`,
    '',
  ].join('\n');
  await writeFile(demoPolicyFile(folder), text, { flag: 'wx', flush: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function organisations(config: Config): Promise<string[]> {
  const cast = await readCast(SCENARIOS);
  const keys = await DemoKeys.open(join(config.dataDir, 'demo', 'keys'));
  return Promise.all(
    cast.organisations.map(
      async ({ id }) => `organisation ${formatVkey(vkeyOf(id, (await keys.key(`root@${id}`)).publicJwk, ED25519))}`,
    ),
  );
}

/** `<folder>/<name>/vkey`, by name. */
async function vkeysIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const vkeys = await Promise.all(names.sort().map((name) => readFile(join(folder, name, 'vkey'), 'utf8').catch(() => '')));
  return vkeys.map((vkey) => vkey.trim()).filter(Boolean);
}
