import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { writeDurably } from '@cytoledger/attest/durable';
import { logKeyFile, receiptsKeyFile } from './attestation/keys.ts';
import { type Config, ConfigError, mounts } from './config.ts';
import { vaultFiles } from './vault.ts';

/** Remembers which files a log was begun with: beside the keys, because it is restored with them. */
const LIST = join('keys', 'files.json');

/**
 * Refuses to start where a file has gone that was there before: an empty one made in its place would look as if nothing had ever been
 * recorded, or as if every name had been erased.
 *
 * @throws ConfigError that names the file
 */
export async function refuseLostParts(config: Config): Promise<void> {
  const known = await listed(config);
  for (const file of filesOf(config)) {
    if (!known.includes(relative(config.dataDir, file)) || (await exists(file))) continue;
    throw new ConfigError(
      `${file} was there before and is missing: bring it back from the backup, or begin anew in an empty DATA_DIR. Nothing was changed`,
    );
  }
}

/** To be called once all of them hold something. */
export async function rememberParts(config: Config): Promise<void> {
  const known = await listed(config);
  const all = [...new Set([...known, ...filesOf(config).map((file) => relative(config.dataDir, file))])];
  if (all.length === known.length) return;
  const path = join(config.dataDir, LIST);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeDurably(path, JSON.stringify(all));
}

async function listed({ dataDir }: Config): Promise<readonly string[]> {
  try {
    const list: unknown = JSON.parse(await readFile(join(dataDir, LIST), 'utf8'));
    return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === 'string') : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ConfigError(`${join(dataDir, LIST)} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

function filesOf(config: Config): string[] {
  const { eventStore, vault, attestation } = config;
  const log = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(eventStore)?.[1];
  const folder = /^https?:/.test(vault) ? undefined : vault.replace(/^sqlite:/, '');
  return [
    ...(log === undefined ? [] : [log]),
    ...(folder === undefined ? [] : Object.values(vaultFiles(folder))),
    ...(mounts(config, 'attestation') ? [logKeyFile(attestation.folder), receiptsKeyFile(attestation.folder)] : []),
  ].map((file) => resolve(file));
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    ({ size }) => size > 0,
    () => false,
  );
}
