import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHttpVault, openSqliteVault, type Vault } from '@cytoledger/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { ownOrShared } from './secrets.ts';
import { lendVault } from './vault-service.ts';

const TOKEN = 'a-secret-that-two-processes-share-01';

let folder: string;
let vault: Vault;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lent-'));
  vault = await openSqliteVault({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') });
});
afterEach(async () => {
  await vault.close();
  await rm(folder, { recursive: true });
});

const config = (env: Record<string, string>) => readConfig({ DATA_DIR: folder, ...env });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the vault of one process', () => {
  it('is lent to another that has the token, and to nobody else', async () => {
    const port = String(await freePort());
    const lent = await lendVault(config({ VAULT_LISTEN: `127.0.0.1:${port}`, VAULT_TOKEN: TOKEN }), vault);
    await lent!.start!();
    try {
      const url = `http://127.0.0.1:${port}`;
      const key = await openHttpVault({ url, token: TOKEN }).saltKey('person-donor-0001');
      expect(key).toEqual(await vault.saltKey('person-donor-0001'));
      const stranger = openHttpVault({ url, token: TOKEN.replace('01', '02') });
      await expect(stranger.saltKey('person-donor-0001')).rejects.toMatchObject({ code: 'unauthorised' });
    } finally {
      await lent!.stop!();
    }
  });

  it('is lent only where somebody asked for it', async () => {
    expect(await lendVault(config({}), vault)).toBeUndefined();
    const elsewhere = { VAULT_LISTEN: '127.0.0.1:1', VAULT_TOKEN: TOKEN, SERVICES: 'trace' };
    expect(await lendVault(config(elsewhere), vault)).toBeUndefined();
  });

  it.each([
    [{ VAULT_LISTEN: '10.0.0.1:8443', VAULT_TOKEN: TOKEN }, /must not cross a network in clear/],
    [{ VAULT_LISTEN: '127.0.0.1:1' }, /VAULT_TOKEN is needed/],
    [{ VAULT_LISTEN: '127.0.0.1:1', VAULT_TOKEN: TOKEN, VAULT: 'http://127.0.0.1:2' }, /owns the vault/],
    [{ SERVICES: 'vault' }, /needs VAULT_LISTEN/],
    [{ VAULT_LISTEN: '10.0.0.1:1', VAULT_TOKEN: TOKEN, VAULT_TLS_CERT: '/nowhere', VAULT_TLS_KEY: '/nowhere' }, /VAULT_TLS_CERT/],
  ])('is not lent by %j', async (env, why) => {
    const lending = lendVault(config(env as unknown as Record<string, string>), vault);
    await expect(lending).rejects.toThrow(ConfigError);
    await expect(lending).rejects.toThrow(why);
  });

  it('needs host and port, and a certificate with its key', () => {
    expect(() => config({ VAULT_LISTEN: '8443' })).toThrow(/VAULT_LISTEN/);
    expect(() => config({ VAULT_LISTEN: '127.0.0.1:8443', VAULT_TLS_CERT: 'c.pem' })).toThrow(/go together/);
  });
});

describe('a key that processes share', () => {
  it('is read from the file that is named, and made in none', async () => {
    const file = join(folder, 'nonce.key');
    await expect(ownOrShared(config({ NONCE_KEY_FILE: file }), 'nonce', true)).rejects.toThrow(/NONCE_KEY_FILE/);
    const key = randomBytes(32);
    await writeFile(file, key);
    expect(await ownOrShared(config({ NONCE_KEY_FILE: file }), 'nonce', false)).toEqual(key);
  });

  it('may come as a token in a file, which an environment does not show', async () => {
    const file = join(folder, 'token');
    await writeFile(file, `${TOKEN}\n`);
    expect(config({ VAULT_TOKEN_FILE: file }).vaultToken).toBe(TOKEN);
    expect(() => config({ VAULT_TOKEN_FILE: join(folder, 'none') })).toThrow(/VAULT_TOKEN_FILE/);
  });
});
