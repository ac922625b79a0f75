import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { describeVault, disclosed } from '../describe-vault.ts';
import type { Vault } from '../port.ts';
import { openSqliteVault } from '../sqlite/open-sqlite-vault.ts';
import { openHttpVault } from './open-http-vault.ts';
import { vaultServer } from './vault-server.ts';
import { PATHS } from './wire.ts';

const TOKEN = 'a-shared-secret-of-the-platform-processes';
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(): Promise<{ url: string; app: FastifyInstance; owned: Vault }> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const owned = await openSqliteVault({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') });
  cleanUps.push(() => owned.close());
  const app = fastify();
  await app.register(vaultServer, { vault: owned, token: TOKEN });
  app.get('/elsewhere', async () => 'open to all');
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  cleanUps.push(() => app.close());
  return { url, app, owned };
}
const refused = (code: string) => expect.objectContaining({ name: 'VaultError', code });

describeVault('HTTP', async () => openHttpVault({ url: (await serve()).url, token: TOKEN }));

describe('the vault between processes', () => {
  it('gives every process the same keys and disclosures', async () => {
    const { url, owned } = await serve();
    const [one, two] = [openHttpVault({ url, token: TOKEN }), openHttpVault({ url: `${url}/`, token: TOKEN })];
    const entry = await disclosed(one, 'p-1', '陈小明');
    await one.put([entry]);
    expect(await two.saltKey('p-1')).toEqual(await owned.saltKey('p-1'));
    expect((await two.open([entry.digest])).get(entry.digest)).toMatchObject({ disclosure: entry.disclosure });
  });

  it('takes nothing from a process whose copy of a salt key outlived the erasure', async () => {
    const { url, owned } = await serve();
    const other = openHttpVault({ url, token: TOKEN });
    const entry = await disclosed(other, 'p-1', 'x');
    await owned.erase('p-1');
    await expect(other.put([entry])).rejects.toThrow(refused('subject-erased'));
  });

  it.each([
    ['another token', 'Bearer another-secret-of-the-platform-processes'],
    ['no token', undefined],
    ['the token under another scheme', `Basic ${TOKEN}`],
  ])('refuses %s on every path, and names no reason beyond that', async (_, authorization) => {
    const { app } = await serve();
    for (const path of Object.values(PATHS)) {
      const response = await app.inject({
        method: 'POST',
        url: path,
        payload: { subject: 'p-1' },
        ...(authorization && { headers: { authorization } }),
      });
      expect(response.statusCode).toBe(401);
      expect(response.headers['content-type']).toContain('application/problem+json');
      expect(response.json()).toMatchObject({ code: 'unauthorised' });
    }
  });

  it('guards its own paths only', async () => {
    const { app } = await serve();
    expect((await app.inject('/elsewhere')).body).toBe('open to all');
  });

  it('forbids caches, and refuses bodies of another shape', async () => {
    const { app } = await serve();
    const ask = (payload: object) =>
      app.inject({ method: 'POST', url: PATHS.saltKey, payload, headers: { authorization: `Bearer ${TOKEN}` } });
    expect((await ask({ subject: 'p-1' })).headers['cache-control']).toBe('no-store');
    expect((await ask({ topic: 'p-1' })).json()).toMatchObject({ status: 400, code: 'invalid-entry' });
  });

  it('opens more digests than one request holds', async () => {
    const { url } = await serve();
    const vault = openHttpVault({ url, token: TOKEN });
    const entries = await Promise.all(Array.from({ length: 1500 }, (_, i) => disclosed(vault, 'p-1', `value ${i}`)));
    await vault.put(entries.slice(0, 1000));
    await vault.put(entries.slice(1000));
    expect((await vault.open(entries.map(({ digest }) => digest))).size).toBe(1500);
    await expect(vault.put(entries)).rejects.toThrow(refused('invalid-entry'));
  });

  it('tells a client with a wrong token, and one that reaches nobody or somebody else', async () => {
    const { url, app } = await serve();
    await expect(openHttpVault({ url, token: 'x'.repeat(40) }).saltKey('p-1')).rejects.toThrow(refused('unauthorised'));
    await app.close();
    await expect(openHttpVault({ url, token: TOKEN }).saltKey('p-1')).rejects.toThrow(refused('vault-unreachable'));
    const stranger = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
    cleanUps.push(() => stranger.close());
    const { port } = stranger.address() as AddressInfo;
    await expect(openHttpVault({ url: `http://127.0.0.1:${port}`, token: TOKEN }).saltKey('p-1')).rejects.toThrow(
      refused('vault-unreachable'),
    );
  });

  it('gives up on a host that does not answer in time', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    cleanUps.push(
      () => silent.closeAllConnections(),
      () => silent.close(),
    );
    const { port } = silent.address() as AddressInfo;
    const vault = openHttpVault({ url: `http://127.0.0.1:${port}`, token: TOKEN, timeoutMs: 50 });
    await expect(vault.saltKey('p-1')).rejects.toThrow(refused('vault-unreachable'));
  });

  it('does not send keys in clear to another host unless told that something below encrypts', () => {
    expect(() => openHttpVault({ url: 'http://vault.internal:8080', token: TOKEN })).toThrow(refused('insecure-url'));
    openHttpVault({ url: 'http://vault.internal:8080', token: TOKEN, allowPlainHttp: true });
    openHttpVault({ url: 'https://vault.internal', token: TOKEN });
  });

  it('does not start with a token that could be guessed', async () => {
    const { owned } = await serve();
    const app = fastify();
    await expect(app.register(vaultServer, { vault: owned, token: 'short' }).ready()).rejects.toThrow(refused('invalid-entry'));
    expect(() => openHttpVault({ url: 'https://vault.internal', token: 'with a line\n'.repeat(4) })).toThrow(
      refused('invalid-entry'),
    );
  });
});
