import { readFile } from 'node:fs/promises';
import { isLoopback, type Service, service } from '@cytoledger/service-kit';
import { type Vault, vaultServer } from '@cytoledger/vault';
import Fastify from 'fastify';
import { type Config, ConfigError, mounts } from './config.ts';

/**
 * Lends the vault that this process owns to the others, on a listener of its own: it is nothing for the public one. Undefined where this process
 * is not asked to.
 *
 * @throws ConfigError
 */
export async function lendVault(config: Config, vault: Vault): Promise<Service | undefined> {
  const { vaultListen, vaultToken: token } = config;
  if (!vaultListen) {
    if (config.services.includes('vault')) throw new ConfigError('SERVICES: vault needs VAULT_LISTEN=host:port');
    return undefined;
  }
  if (!mounts(config, 'vault')) return undefined;
  if (/^https?:/.test(config.vault))
    throw new ConfigError('VAULT_LISTEN is for the process that owns the vault: its VAULT is no URL');
  if (!token) throw new ConfigError('VAULT_TOKEN is needed with VAULT_LISTEN');
  const { host, port, tls } = vaultListen;
  if (!tls && !isLoopback(host))
    throw new ConfigError(
      `VAULT_LISTEN=${host}:${port}: keys must not cross a network in clear, set VAULT_TLS_CERT and VAULT_TLS_KEY`,
    );
  const app = Fastify({
    https: tls ? { cert: await fileOf('VAULT_TLS_CERT', tls.cert), key: await fileOf('VAULT_TLS_KEY', tls.key) } : null,
  });
  await app.register(vaultServer, { vault, token });
  return service(
    'vault',
    { en: 'Vault of personal data, for other processes', zh: '个人数据保险库（供其他进程）' },
    () => undefined,
    {
      start: async () => {
        await app.listen({ host, port });
      },
      stop: () => app.close(),
    },
  );
}

function fileOf(variable: string, path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new ConfigError(`${variable}: ${path} cannot be read`, { cause });
  });
}
