import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openHttpVault, openSqliteVault, type Vault } from '@cytoledger/vault';
import { type Config, ConfigError } from './config.ts';

const KEY_BYTES = 32;

/**
 * The vault that the configuration names: its files, or the process that owns them.
 *
 * @throws ConfigError, VaultError
 */
export async function openVault({
  vault,
  vaultToken,
  vaultKeys,
}: Pick<Config, 'vault' | 'vaultToken' | 'vaultKeys'>): Promise<Vault> {
  if (/^https?:/.test(vault)) {
    if (!vaultToken) throw new ConfigError('VAULT_TOKEN is needed with VAULT=http…');
    return openHttpVault({ url: vault, token: vaultToken });
  }
  const folder = vault.replace(/^sqlite:/, '');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const masterKey = await readKey('VAULT_MASTER_KEY_FILE', vaultKeys.master);
  const formerMasterKey = await readKey('VAULT_FORMER_MASTER_KEY_FILE', vaultKeys.former);
  if (masterKey === 'none') throw new ConfigError('VAULT_MASTER_KEY_FILE names a file; leave it out for no master key');
  return openSqliteVault({ ...vaultFiles(folder), masterKey, formerMasterKey });
}

/** Where the vault's files lie in its folder. */
export function vaultFiles(folder: string): { dataPath: string; keysPath: string; registerPath: string } {
  return {
    dataPath: join(folder, 'vault.db'),
    keysPath: join(folder, 'keys.db'),
    registerPath: join(folder, 'register.ndjson'),
  };
}

/** 32 bytes as they are, or 64 hexadecimal digits. */
async function readKey(variable: string, path: string | undefined): Promise<Buffer | 'none' | undefined> {
  if (path === undefined) return undefined;
  if (path === 'none') return 'none';
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ConfigError(`${variable}: ${path} cannot be read`, { cause });
  });
  if (bytes.length === KEY_BYTES) return bytes;
  const text = bytes.toString('latin1').trim();
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  throw new ConfigError(`${variable}: ${path} holds neither ${KEY_BYTES} bytes nor 64 hexadecimal digits`);
}
