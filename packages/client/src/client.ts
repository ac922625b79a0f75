import { type BulkOptions, captureMany, type Line, type LineResult } from './bulk.ts';
import type { EventType, Statement } from './captured.ts';
import { ClientError } from './errors.ts';
import { newEventId } from './event-id.ts';
import { type Evidence, evidenceFrom } from './evidence.ts';
import { linesOf } from './http/ndjson.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './http/retry.ts';
import { createTransport, type HttpRequest, jsonAnswer, type Token, textAnswer } from './http/transport.ts';
import { ApiProblem, problemIn } from './problem.ts';
import { type Queries, queriesOf } from './queries.ts';
import { type Captured, capturedIn } from './receipt.ts';
import { type RehearsedLine, rehearseMany } from './rehearse.ts';
import { pathOf, type Route, routesIn } from './routes.ts';
import { type SignWith, Voucher } from './signing/sign-with.ts';
import type { SignedBody } from './signing/signed-body.ts';

export type ClientOptions = {
  /** Where the platform is, e.g. `https://cells.example.org`. */
  readonly url: string;
  /** Bearer token (RFC 6750), or what gives a fresh one. */
  readonly token: Token;
  /** Of problems and titles. Default: the platform's, en. */
  readonly language?: 'zh' | 'en';
  /** Name and version of the program. */
  readonly client?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly retry?: Partial<RetryPolicy>;
  /** Longest wait for an answer, ms. Default: 60,000. */
  readonly timeoutMs?: number;
  /** Signs whatever is captured and was not signed by a person. */
  readonly signWith?: SignWith;
};

export type CallOptions = {
  /** Staff pseudonym of the person who acted, where the caller is a system. */
  readonly onBehalfOf?: string;
  /** Token of a second person, for what needs two: a page that was copied twice. */
  readonly secondToken?: string;
  /** Seconds (at most 30) that the answer may wait until a quorum of witnesses has cosigned the event; not for many at once. */
  readonly waitSeconds?: number;
  /** One attempt and no more. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
};

/** What a query is given, beside its path. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export type Client = Queries &
  Evidence & {
    /**
     * Captures one event, or authorises. Sending the same id again returns the same receipt.
     *
     * @param target id of the thing, without the prefix of its stream
     * @throws ApiProblem (422: every rule that is broken; 409: that id stands for another content); ClientError
     */
    capture<T extends EventType>(type: T, target: string, statement: Statement<T>, options?: CallOptions): Promise<Captured>;
    /** Captures what a person has signed. @throws as {@link Client.capture} */
    submit(signed: SignedBody, options?: CallOptions): Promise<Captured>;
    /** Two contents in one request, stored in this order (an infusion: batch first, then treatment). The second may fail where the first holds. */
    capturePair<A extends EventType, B extends EventType>(
      first: { readonly type: A; readonly target: string; readonly statement: Statement<A> | SignedBody },
      second: { readonly type: B; readonly statement: Statement<B> | SignedBody },
      options?: CallOptions,
    ): Promise<{ readonly first: Captured; readonly second: Captured | ApiProblem }>;
    /** See {@link captureMany}. */
    captureMany(lines: Iterable<Line> | AsyncIterable<Line>, options?: BulkOptions): AsyncGenerator<LineResult>;
    /** See {@link rehearseMany}. */
    rehearseMany(lines: readonly string[], signal?: AbortSignal): Promise<readonly RehearsedLine[]>;
    /** Any path, by its parameters; for what has no name of its own here. */
    query<A = unknown>(path: string, query?: Query, options?: CallOptions): Promise<A>;
    /** Any path that answers with text, such as `/log/checkpoint`. */
    queryText(path: string, options?: CallOptions): Promise<string>;
    /** Any path in one of its formats (`csv`, `xlsx`), as the bytes come. */
    queryFile(path: string, format: string, query?: Query, options?: CallOptions): Promise<AsyncIterable<Uint8Array>>;
    /** Any path that answers with NDJSON, line by line. */
    queryLines<A = unknown>(path: string, query?: Query, options?: CallOptions): AsyncGenerator<A>;
    post<A = unknown>(path: string, body: unknown, options?: CallOptions): Promise<A>;
  };

const DEFAULT_TIMEOUT_MS = 60_000;

export function createClient(options: ClientOptions): Client {
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const transport = createTransport({ timeoutMs: DEFAULT_TIMEOUT_MS, ...options, retry });
  const voucher = options.signWith ? new Voucher(options.signWith) : null;
  let known: Promise<ReadonlyMap<string, Route>> | undefined;

  /** Asked for once; a failure is not kept. */
  function routes(signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Route>> {
    known ??= transport
      .read({ method: 'GET', path: '/openapi.json', ...(signal && { signal }) }, jsonAnswer)
      .then(routesIn)
      .catch((error: unknown) => {
        known = undefined;
        throw error;
      });
    return known;
  }

  async function post(path: string, body: unknown, options: CallOptions): Promise<{ status: number; body: unknown }> {
    return transport.read({ method: 'POST', path, body: JSON.stringify(body), ...options }, async (response) => ({
      status: response.status,
      body: await jsonAnswer(response),
    }));
  }

  async function route(type: string, signal: AbortSignal | undefined): Promise<Route> {
    const found = (await routes(signal)).get(type);
    if (!found) throw new ClientError('no-route', `${options.url} takes no ${type}`);
    return found;
  }

  async function postOne(type: string, target: string, data: unknown, body: object, call: CallOptions = {}): Promise<Captured> {
    const { [type]: found } = Object.fromEntries(await routes(call.signal));
    if (!found) return alone(type, target, body, call);
    const wrapped = found.pair ? { [found.pair.first]: body } : body;
    const { status, body: answer } = await post(pathOf(found, target, data), wrapped, call);
    return outcomeOf(answer, status);
  }

  /** What has no path of its own goes as the only line of many. */
  async function alone(type: string, target: string, body: object, call: CallOptions): Promise<Captured> {
    const stream = streamOf(type, target);
    const line = 'content' in body ? (body as SignedBody) : JSON.stringify({ type, stream, ...body });
    for await (const result of captureMany(transport, retry, voucher, [line], call)) {
      if (result.ok) return result.captured;
      throw result.problem;
    }
    throw new ClientError('unreadable-answer', 'no outcome came back');
  }

  async function query<A>(path: string, given: Query = {}, call: CallOptions = {}): Promise<A> {
    return (await transport.read({ method: 'GET', path, query: given, ...call }, jsonAnswer)) as A;
  }

  function queryText(path: string, call: CallOptions = {}): Promise<string> {
    return transport.read({ method: 'GET', path, accept: 'text/plain', ...call }, textAnswer);
  }

  const queryFile = (path: string, format: string, given: Query = {}, call: CallOptions = {}) =>
    bytesOf(path, { ...given, format }, call);

  async function bytesOf(path: string, query: Query, call: CallOptions): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await transport.send({ method: 'GET', path, query, accept: '*/*', ...call });
    if (!body) throw new ClientError('unreadable-answer', `${path} answered with nothing`);
    return body;
  }

  /** What is posted for a statement: signed, where this client signs. */
  function written<T extends EventType>(type: T, target: string, statement: Statement<T>): Statement<T> | SignedBody {
    const identified = { id: newEventId(), ...statement };
    if (!voucher) return identified;
    return voucher.content({ ...identified, type, stream: streamOf(type, target) } as never);
  }

  function vouched<B extends object>(bodies: readonly B[]): readonly B[] {
    if (!voucher) return bodies;
    const contents = (bodies as readonly object[]).filter(isUnsigned);
    const signed = [...voucher.sign(contents)];
    return bodies.map((body) => (isUnsigned(body) ? (signed.shift() as object as B) : body));
  }

  async function* queryLines<A>(path: string, given: Query = {}, call: CallOptions = {}): AsyncGenerator<A> {
    const request: HttpRequest = { method: 'GET', path, query: given, accept: 'application/x-ndjson', ...call };
    const response = await transport.send(request);
    if (!response.body) return;
    for await (const line of linesOf(response.body)) yield JSON.parse(line) as A;
  }

  return {
    ...queriesOf(query, queryLines),
    ...evidenceFrom(bytesOf),
    query,
    queryLines,
    post: async <A>(path: string, body: unknown, call: CallOptions = {}) => (await post(path, body, call)).body as A,
    queryText,
    queryFile,
    capture: async (type, target, statement, call) =>
      postOne(type, target, statement.data, vouched([written(type, target, statement)])[0]!, call),
    submit: (signed, call) => {
      const { type, stream, data } = JSON.parse(signed.content) as { type: string; stream: string; data: unknown };
      return postOne(type, stream.slice(stream.indexOf('-') + 1), data, signed, call);
    },
    capturePair: async (first, second, call = {}) => {
      const { pair, ...found } = await route(first.type, call.signal);
      if (!pair) throw new ClientError('no-route', `${first.type} is not sent together with ${second.type}`);
      const data = 'content' in first.statement ? contentData(first.statement) : first.statement.data;
      const [one, two] = vouched([
        'content' in first.statement ? first.statement : written(first.type, first.target, first.statement),
        'content' in second.statement
          ? second.statement
          : written(second.type, voucher ? pairedTarget(data, second.type) : '', second.statement),
      ]);
      const { body, status } = await post(
        pathOf({ ...found, pair }, first.target, data),
        { [pair.first]: one, [pair.second]: two },
        call,
      );
      const { [pair.first]: head, [pair.second]: tail } = body as Record<string, { status?: number } | undefined>;
      const captured = tail === undefined ? undefined : capturedIn(tail, tail.status ?? status);
      return {
        first: outcomeOf(head ?? body, head?.status ?? status),
        second: captured ?? new ApiProblem(problemIn(tail, tail?.status ?? status)),
      };
    },
    captureMany: (lines, call) => captureMany(transport, retry, voucher, lines, call),
    rehearseMany: (lines, signal) => rehearseMany(transport, lines, signal),
  };
}

function streamOf(type: string, target: string): string {
  return `${type.slice(0, type.indexOf('.'))}-${target}`;
}

/** A content of this client's own that awaits its signature. */
function isUnsigned(body: object): body is SignedBody {
  const { content, signatures } = body as Partial<SignedBody>;
  return content !== undefined && signatures?.length === 0;
}

/** The second content of a pair is about what the first names: an infusion its treatment. */
function pairedTarget(data: unknown, type: string): string {
  const named = (data as Record<string, unknown> | null)?.[type.slice(0, type.indexOf('.'))];
  if (typeof named === 'string') return named;
  throw new ClientError('unsignable', `the first content does not name what ${type} is about`);
}

function contentData({ content }: SignedBody): unknown {
  return (JSON.parse(content) as { data: unknown }).data;
}

/** @throws ClientError `unreadable-answer` */
function outcomeOf(body: unknown, status: number): Captured {
  const captured = capturedIn(body, status);
  if (!captured) throw new ClientError('unreadable-answer', `HTTP ${status} without an outcome`);
  return captured;
}
