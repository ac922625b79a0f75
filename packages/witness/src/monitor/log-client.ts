import { readEntryBundle, TILE_WIDTH, tilePath } from '@cytoledger/attest';
import { WitnessError } from '../errors.ts';

export type LogClientOptions = {
  /** Of the platform; the log is at `<url>/log/…`. */
  readonly url: string;
  /** Bearer token for entries, asked for with each request, since tokens end. */
  readonly token?: () => Promise<string | undefined>;
  readonly signal?: AbortSignal;
};

const TIMEOUT_MS = 20_000;
const MAX_NOTE_BYTES = 1_000_000;
/** 256 entries of 65,535 bytes, each after its length. */
const MAX_BUNDLE_BYTES = TILE_WIDTH * (65_535 + 2);
const HASH_LENGTH = 32;
/** Bundles asked for ahead, so that a distant log is not waited for one by one. */
const AHEAD = 4;

/** Reads a log as it is served (C2SP tlog-tiles). */
export class LogClient {
  readonly url: string;
  readonly #options: LogClientOptions;

  constructor(options: LogClientOptions) {
    this.url = options.url.replace(/\/+$/, '');
    this.#options = options;
  }

  /** The newest released checkpoint, still to be verified; undefined where there is none yet. */
  checkpoint(): Promise<string | undefined> {
    return this.#note('checkpoint');
  }

  /** The newest heads note, still to be verified; undefined where there is none yet. */
  heads(): Promise<string | undefined> {
    return this.#note('heads');
  }

  /** Hands a monitor's cosignature in: the heads note's text with that signature alone. */
  async postCosignature(note: string): Promise<void> {
    const response = await this.#fetch('heads/cosignatures', {
      method: 'POST',
      body: note,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    const said = (await this.#bytes(response, MAX_NOTE_BYTES)).toString('utf8');
    if (!response.ok) throw new WitnessError('refused', `the log took no cosignature: ${response.status} ${said.slice(0, 500)}`);
  }

  /** Entries [from, to) of a log that is at least of size `to`, a bundle at a time. */
  async *entries(from: number, to: number): AsyncGenerator<{ readonly first: number; readonly entries: readonly Buffer[] }> {
    const asked: Promise<{ first: number; entries: Buffer[] }>[] = [];
    let next = Math.floor(from / TILE_WIDTH);
    const last = Math.ceil(to / TILE_WIDTH);
    try {
      while (next < last || asked.length > 0) {
        while (next < last && asked.length < AHEAD) {
          const bundle = this.#bundle(next++, from, to);
          bundle.catch(() => undefined);
          asked.push(bundle);
        }
        yield await asked.shift()!;
      }
    } finally {
      await Promise.allSettled(asked);
    }
  }

  /** The hashes of a tile, or fewer where `width` is. @throws WitnessError `unreachable`, `refused`, `unverifiable` */
  async tile(level: number, index: number, width: number): Promise<Buffer> {
    const path = tilePath({ level, index, width });
    const bytes = await this.#get(path, width * HASH_LENGTH);
    if (bytes.length !== width * HASH_LENGTH)
      throw new WitnessError('unverifiable', `${path} has ${bytes.length} bytes, not ${width * HASH_LENGTH}`);
    return bytes;
  }

  async #bundle(index: number, from: number, to: number): Promise<{ first: number; entries: Buffer[] }> {
    const start = index * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, to - start);
    const bytes = await this.#get(tilePath({ level: 'entries', index, width }), MAX_BUNDLE_BYTES, true);
    const skipped = Math.max(0, from - start);
    return { first: start + skipped, entries: readEntryBundle(bytes, width).slice(skipped) };
  }

  async #note(path: string): Promise<string | undefined> {
    const response = await this.#fetch(path, { headers: { 'cache-control': 'no-cache' } });
    const bytes = await this.#bytes(response, MAX_NOTE_BYTES);
    if (response.status === 404) return undefined;
    if (!response.ok) throw refused(response, path);
    return bytes.toString('utf8');
  }

  async #get(path: string, max: number, withToken = false): Promise<Buffer> {
    const token = withToken ? await this.#options.token?.() : undefined;
    const response = await this.#fetch(path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    const bytes = await this.#bytes(response, max);
    if (!response.ok) throw refused(response, path);
    return bytes;
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const { signal } = this.#options;
    try {
      return await fetch(`${this.url}/log/${path}`, {
        ...init,
        redirect: 'error',
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      });
    } catch (cause) {
      throw unreachable(this.url, cause);
    }
  }

  async #bytes(response: Response, max: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of response.body ?? []) {
        length += chunk.length;
        if (length > max) throw new WitnessError('unverifiable', `${response.url} answers more than ${max} bytes`);
        chunks.push(chunk);
      }
    } catch (cause) {
      throw cause instanceof WitnessError ? cause : unreachable(this.url, cause);
    }
    return Buffer.concat(chunks);
  }
}

function refused({ status }: Response, path: string): WitnessError {
  if (status >= 500 || status === 429) return new WitnessError('unreachable', `the log answers ${status} for ${path}`);
  const advice = status === 401 || status === 403 ? ': entries need a token of the role log.monitor' : '';
  return new WitnessError('refused', `the log answers ${status} for ${path}${advice}`);
}

function unreachable(url: string, cause: unknown): WitnessError {
  const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String((cause as Error).message);
  return new WitnessError('unreachable', `${url} does not answer: ${why}`, { cause });
}
