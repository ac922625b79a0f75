import type { JsonObject } from '@cytoledger/attest';

export type Answered = { readonly status: number; readonly body: JsonObject; readonly text: string };

/** What the demo needs of HTTP: the platform's own public interface, with a token for each part in the cast. */
export class DemoHttp {
  readonly #url: string;
  readonly #token: (as: string) => Promise<string>;
  readonly #tokens = new Map<string, Promise<string>>();
  readonly #signal: AbortSignal | undefined;

  constructor(url: string, token: (as: string) => Promise<string>, signal?: AbortSignal) {
    this.#url = url;
    this.#token = token;
    this.#signal = signal;
  }

  get(as: string, path: string): Promise<Answered> {
    return this.#ask(as, path, { method: 'GET' });
  }

  post(as: string, path: string, body: object): Promise<Answered> {
    return this.#ask(as, path, { method: 'POST', body: JSON.stringify(body) }, 'application/json');
  }

  /** One answer for each line, in order. */
  async bulk(as: string, lines: readonly object[]): Promise<readonly JsonObject[]> {
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { status, text } = await this.#ask(as, '/v1/events', { method: 'POST', body }, 'application/x-ndjson');
    if (status !== 200) throw new Error(`POST /v1/events: ${status} ${text}`);
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as JsonObject);
  }

  async #ask(as: string, path: string, init: RequestInit, type?: string): Promise<Answered> {
    const token = this.#tokens.get(as) ?? this.#token(as);
    this.#tokens.set(as, token);
    const headers = { authorization: `Bearer ${await token}`, ...(type && { 'content-type': type }) };
    for (;;) {
      const response = await fetch(this.#url + path, { ...init, headers, ...(this.#signal && { signal: this.#signal }) });
      const text = await response.text();
      const wait = Number(response.headers.get('retry-after'));
      if (response.status !== 503 || !(wait > 0)) return { status: response.status, body: parsed(text), text };
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }
}

function parsed(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
