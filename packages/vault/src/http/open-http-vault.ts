import { LRUCache } from 'lru-cache';
import { checkDigest, checkEntry, checkRestriction, checkSubject } from '../entry.ts';
import { VaultError } from '../errors.ts';
import type { DisclosureEntry, OpenedDisclosure, OpenOptions, Vault } from '../port.ts';
import { checkToken, isVaultErrorCode, MAX_BYTES, MAX_ITEMS, PATHS } from './wire.ts';

export type HttpVaultOptions = {
  /** Where {@link vaultServer} is mounted, e.g. `https://vault.internal:8443`. */
  readonly url: string;
  readonly token: string;
  /** Plain HTTP to another host, where something below (a mesh, a tunnel) encrypts. Loopback needs no leave. */
  readonly allowPlainHttp?: boolean;
  /** For one request. Default 10 s. */
  readonly timeoutMs?: number;
};

const CACHED_SALT_KEYS = 10_000;
/** How long a salt key may outlive its subject's erasure by another process. Nothing salted with it can be put any more. */
const SALT_KEY_LIFE_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * A vault that another process owns.
 *
 * @throws VaultError `insecure-url`, `invalid-entry` (the token); its calls throw `vault-unreachable` and `unauthorised` besides those of the port
 */
export function openHttpVault(options: HttpVaultOptions): Vault {
  checkToken(options.token);
  const url = new URL(options.url);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !loopback && options.allowPlainHttp !== true) {
    throw new VaultError('insecure-url', `keys must not cross a network in clear: ${url.origin} is not https`);
  }
  return new HttpVault(options);
}

class HttpVault implements Vault {
  private readonly options: HttpVaultOptions;
  private readonly saltKeys = new LRUCache<string, Buffer>({ max: CACHED_SALT_KEYS, ttl: SALT_KEY_LIFE_MS });
  private readonly underway = new Set<Promise<unknown>>();
  private closed = false;

  constructor(options: HttpVaultOptions) {
    this.options = options;
  }

  async saltKey(subject: string): Promise<Buffer> {
    checkSubject(subject);
    const cached = this.closed ? undefined : this.saltKeys.get(subject);
    if (cached !== undefined) return Buffer.from(cached);
    const { key } = await this.ask<{ key: string }>(PATHS.saltKey, { subject });
    const bytes = Buffer.from(key, 'base64url');
    this.saltKeys.set(subject, bytes);
    return Buffer.from(bytes);
  }

  async put(entries: readonly DisclosureEntry[]): Promise<void> {
    let bytes = 0;
    for (const entry of entries) {
      checkEntry(entry);
      bytes += entry.disclosure.length;
    }
    // All or none cannot hold over two requests.
    if (entries.length > MAX_ITEMS || bytes > MAX_BYTES) {
      throw new VaultError('invalid-entry', `one put holds at most ${MAX_ITEMS} disclosures and ${MAX_BYTES} bytes of them`);
    }
    if (entries.length > 0) await this.ask(PATHS.put, { entries });
  }

  async open(digests: readonly string[], { lookBack = false }: OpenOptions = {}): Promise<Map<string, OpenedDisclosure>> {
    for (const digest of digests) checkDigest(digest);
    const opened = new Map<string, OpenedDisclosure>();
    for (let from = 0; from < digests.length || from === 0; from += MAX_ITEMS) {
      const page = await this.ask<{ opened: [string, OpenedDisclosure][] }>(PATHS.open, {
        digests: digests.slice(from, from + MAX_ITEMS),
        lookBack,
      });
      for (const [digest, disclosure] of page.opened) opened.set(digest, disclosure);
    }
    return opened;
  }

  async erase(subject: string): Promise<void> {
    checkSubject(subject);
    await this.ask(PATHS.erase, { subject });
    this.saltKeys.get(subject)?.fill(0);
    this.saltKeys.delete(subject);
  }

  async restrict(subject: string, until: string | null, reason: string): Promise<void> {
    checkSubject(subject);
    checkRestriction(until, reason);
    await this.ask(PATHS.restrict, { subject, until, reason });
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.underway);
    this.saltKeys.clear();
  }

  private async ask<T>(path: string, body: object): Promise<T> {
    if (this.closed) throw new VaultError('closed', 'the vault is closed');
    const asked = this.post<T>(path, body);
    this.underway.add(asked);
    try {
      return await asked;
    } finally {
      this.underway.delete(asked);
    }
  }

  private async post<T>(path: string, body: object): Promise<T> {
    const response = await this.fetchText(path, body);
    if (response.status === 204) return undefined as T;
    const answer = parse(response.text);
    if (response.ok && answer !== undefined) return answer as T;
    const { code, title } = (answer ?? {}) as { code?: unknown; title?: unknown };
    if (isVaultErrorCode(code)) throw new VaultError(code, String(title));
    throw new VaultError('vault-unreachable', `the vault's host answered ${response.status}, not as a vault does`);
  }

  private async fetchText(path: string, body: object): Promise<{ ok: boolean; status: number; text: string }> {
    const { url, token, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    try {
      const response = await fetch(url.replace(/\/$/, '') + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { ok: response.ok, status: response.status, text: await response.text() };
    } catch (cause) {
      throw new VaultError('vault-unreachable', 'the vault did not answer', { cause });
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
