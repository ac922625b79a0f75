import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from '../errors.ts';
import { ApiProblem, problemIn } from '../problem.ts';
import { mayRetry, type RetryPolicy, retryAfterMs, waitBefore } from './retry.ts';

export type Token = string | (() => Promise<string>);

export type TransportOptions = {
  readonly url: string;
  readonly token: Token;
  readonly language?: 'zh' | 'en';
  /** Name and version of the program, told as User-Agent. */
  readonly client?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly retry: RetryPolicy;
  /** Longest wait for an answer, ms; for one that is read as a stream, for its head. */
  readonly timeoutMs: number;
};

export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  /** From the root, e.g. `/v1/events`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly onBehalfOf?: string;
  /** Token of a second person, for what needs two. */
  readonly secondToken?: string;
  /** Seconds that the answer may wait for witnesses (RFC 7240). */
  readonly waitSeconds?: number;
  /** One attempt and no more. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
};

/** Sends one request until it is answered, as patiently as the policy says. */
export type Transport = {
  /** @throws ApiProblem for an answer of 4xx or 5xx; ClientError `unreachable`, `aborted` */
  send(request: HttpRequest): Promise<Response>;
  /** {@link send} and the whole body read, as one attempt: an answer that is cut short is asked for again. */
  read<T>(request: HttpRequest, reading: (response: Response) => Promise<T>): Promise<T>;
};

export function createTransport(options: TransportOptions): Transport {
  const { fetch = globalThis.fetch, retry, timeoutMs } = options;
  const base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`);

  async function attempt<T>(request: HttpRequest, reading: (response: Response) => Promise<T>): Promise<T | Failure> {
    const headers = await headersOf(request);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, late.signal]) : late.signal;
    try {
      const response = await fetch(urlOf(request), {
        method: request.method,
        headers,
        signal,
        redirect: 'error',
        ...(request.body !== undefined && { body: request.body }),
      });
      if (response.ok) return await reading(response);
      const problem = new ApiProblem(problemIn(await jsonOf(response), response.status));
      return new Failure(problem, mayRetry(response.status), retryAfterMs(response.headers.get('retry-after'), Date.now()));
    } catch (cause) {
      if (cause instanceof ApiProblem) throw cause;
      if (request.signal?.aborted) throw new ClientError('aborted', 'ended by the caller', { cause });
      if (cause instanceof ClientError && cause.code !== 'unreadable-answer') throw cause;
      if (cause instanceof ClientError) return new Failure(cause, true, undefined);
      return new Failure(
        new ClientError('unreachable', `${base.origin} does not answer: ${reasonOf(cause)}`, { cause }),
        true,
        undefined,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async function persist<T>(request: HttpRequest, reading: (response: Response) => Promise<T>): Promise<T> {
    for (let n = 1; ; n++) {
      const result = await attempt(request, reading);
      if (!(result instanceof Failure)) return result;
      if (!result.again || request.once || n >= retry.attempts) throw result.error;
      await pause(waitBefore(n, retry, result.afterMs, Math.random()), request.signal);
    }
  }

  async function headersOf({
    body,
    contentType = 'application/json',
    accept,
    onBehalfOf,
    secondToken,
    waitSeconds,
  }: HttpRequest) {
    const token = typeof options.token === 'string' ? options.token : await options.token();
    return {
      authorization: `Bearer ${token}`,
      accept: accept ?? 'application/json',
      ...(options.language && { 'accept-language': options.language }),
      ...(options.client !== undefined && { 'user-agent': options.client }),
      ...(body !== undefined && { 'content-type': contentType }),
      ...(onBehalfOf !== undefined && { 'x-on-behalf-of': onBehalfOf }),
      ...(secondToken !== undefined && { 'second-authorization': `Bearer ${secondToken}` }),
      ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }),
    };
  }

  function urlOf({ path, query = {} }: HttpRequest): URL {
    const url = new URL(path.replace(/^\//, ''), base);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  return {
    send: (request) => persist(request, async (response) => response),
    read: (request, reading) => persist(request, reading),
  };
}

class Failure {
  readonly error: Error;
  readonly again: boolean;
  readonly afterMs: number | undefined;

  constructor(error: Error, again: boolean, afterMs: number | undefined) {
    this.error = error;
    this.again = again;
    this.afterMs = afterMs;
  }
}

/** @throws ClientError `aborted` */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    throw new ClientError('aborted', 'ended by the caller', { cause });
  }
}

export function textAnswer(response: Response): Promise<string> {
  return response.text();
}

/** @throws ClientError `unreadable-answer` */
export async function jsonAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClientError('unreadable-answer', `${response.url} answered with something that is not JSON`, { cause });
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return undefined;
  }
}

/** fetch hides the system's reason in `cause`. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}
