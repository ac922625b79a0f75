import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import type { JsonValue } from '@cytoledger/attest';
import { CLOCK_TOLERANCE_MS, type Commands, type Outcome, type Problem as Unread } from '@cytoledger/commands';
import type { Bilingual } from '@cytoledger/domain';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { type Logger, pino } from 'pino';
import { type AttestedAt, attestedOutcomes, type WhenAttested, waitPreference } from './attested.ts';
import { captureLines } from './bulk.ts';
import type { Authenticate, Caller } from './caller.ts';
import { type CaptureMany, capture, onBehalfOf } from './capture.ts';
import { dryRun, isDryRun } from './dry-run.ts';
import { refusalOf } from './failure.ts';
import { formatName } from './format-name.ts';
import type { Metrics } from './metrics.ts';
import {
  bulkSchema,
  factSchema,
  openApiInfo,
  openSchema,
  pairSchema,
  querySchema,
  transcriptionSchema,
  transformSchema,
} from './openapi.ts';
import { type HttpOutcome, httpOutcome } from './outcome.ts';
import { type Language, languageOf, PROBLEM_TYPE, problemDocument, Refusal } from './problem.ts';
import { FIELD_NOT_KNOWN, problemsOf, readJson } from './reading.ts';
import type { Answer, FactRoute, OpenRoute, PairRoute, QueryRoute, Service } from './service.ts';
import { inWords, TITLES } from './titles.ts';
import { transcribe } from './transcription.ts';
import { refuseConnection, refuseExpectation } from './unreadable-request.ts';

export type AppOptions = {
  readonly services: readonly Service[];
  readonly commands: Commands;
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  readonly logger?: Logger;
  readonly version: string;
  /** Further reasons not to be ready, e.g. the store's. */
  readonly notReady?: () => Promise<readonly string[]> | readonly string[];
  /** For senders that prefer to wait (`Prefer: wait=N`); without it nobody waits. */
  readonly whenAttested?: WhenAttested;
  /** Largest body of one request, bytes; bulk is read as a stream and not bound by it. */
  readonly bodyLimit?: number;
};

const DEFAULT_BODY_LIMIT = 512 * 1024;
const MAX_PARAMETER_LENGTH = 256;
const MAX_ID_HEADER = 128;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
    correlation: string;
  }
}

/** The Fastify app that every service is built with; the host owns `/healthz`, `/readyz`, `/metrics` and `/openapi.json`. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { services, commands, authenticate, metrics, bodyLimit = DEFAULT_BODY_LIMIT } = options;
  const logger = options.logger ?? pino({ enabled: false });
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // What is logged of a request names it; a logger of its own for each would never be used.
    childLoggerFactory: (own) => own,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    genReqId: requestIds(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors: (error, request, reply) => void fail(error, request as FastifyRequest, reply as FastifyReply, logger),
    clientErrorHandler: refuseConnection,
  });
  app.server.on('checkExpectation', refuseExpectation);
  app.decorateRequest('caller', null);
  app.decorateRequest('correlation', '');
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, new PlainText(body as Buffer)),
  );
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));

  await app.register(fastifySwagger, { openapi: openApiInfo(options.version, services), transform: transformSchema as never });

  await app.register(fastifySwaggerUi, {
    routePrefix: REFERENCE,
    uiConfig: { docExpansion: 'none', filter: true },
    theme: { title: 'Cytoledger API', css: [{ filename: 'plain.css', content: '.topbar { display: none; }' }] },
  });

  const stopping = new AbortController();
  app.addHook('onRequest', (request, reply, done) => {
    // A connection that is kept open for more would keep the process from ending.
    if (stopping.signal.aborted) reply.header('connection', 'close');
    request.correlation = headerId(request.headers['x-correlation-id']) ?? request.id;
    if (isOpen(request)) return done();
    const person = headerId(request.headers['x-on-behalf-of']);
    const caller = authenticate(request.headers.authorization);
    // A token that was verified before costs no turn of the event loop.
    if (person === undefined && !(caller instanceof Promise)) {
      request.caller = caller;
      return done();
    }
    Promise.resolve(caller)
      .then((known) => onBehalfOf(commands, known, person))
      .then((known) => {
        request.caller = known;
        done();
      }, done);
  });
  app.addHook('preClose', (done) => {
    stopping.abort();
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (stopping.signal.aborted) setImmediate(() => app.server.closeIdleConnections());
    const route = request.routeOptions.url ?? 'none';
    metrics.requests.observe({ route, method: request.method, status: reply.statusCode }, reply.elapsedTime / 1000);
    logResponse(logger, request, reply, route);
    done();
  });
  app.setErrorHandler((error, request, reply) => fail(error, request, reply, logger));
  app.setNotFoundHandler((request, reply) =>
    fail(
      new Refusal({
        status: 404,
        code: 'no-such-route',
        title: TITLES.notFound,
        detail: inWords('没有此路径', `${request.method} ${request.url.split('?')[0]}`),
      }),
      request,
      reply,
      logger,
    ),
  );

  const routes = new Map<string, FactRoute>();
  for (const service of services) {
    for (const route of service.facts) {
      routes.set(route.fact.type, route);
      mountFact(app, service, route, options);
    }
    for (const route of service.pairs) {
      routes.set(route.first.fact.type, route.first);
      routes.set(route.second.fact.type, { ...route.first, fact: route.second.fact, permission: route.second.permission });
      mountPair(app, service, route, options);
    }
    for (const route of service.queries) mountQuery(app, service, route, options, stopping.signal);
    for (const route of service.open ?? []) mountOpen(app, service, route);
  }
  mountBulk(app, routes, options);
  mountTranscriptions(app, routes, options);
  mountHost(app, options);
  return app;
}

function mountFact(app: FastifyInstance, service: Service, route: FactRoute, options: AppOptions): void {
  const { commands, metrics, whenAttested } = options;
  app.post(route.path, { schema: factSchema(service, route) as never }, async (request, reply) => {
    const params = request.params as Record<string, string>;
    const json = jsonBody(request);
    const language = languageOf(request.headers['accept-language']);
    const asked = {
      route,
      target: params[route.target]!,
      fill: fillOf(route, params),
      sent: json,
      caller: callerOf(request),
      correlation: request.correlation,
    };
    if (isDryRun(request.query)) {
      const { status, body } = await dryRun(commands, commands.rehearse(), asked, language);
      return reply
        .code(status)
        .type(status >= 400 ? PROBLEM_TYPE : 'application/json')
        .send(body);
    }
    const outcome = await capture(commands, asked);
    metrics.outcomes.inc({ type: route.fact.type, outcome: outcome.kind });
    const seconds = whenAttested && waitPreference(request.headers['prefer']);
    if (!whenAttested || seconds === undefined) return answer(reply, outcome, language);
    const [attested] = await attestedOutcomes(whenAttested, seconds, [outcome], reply);
    return answer(reply, outcome, language, attested);
  });
}

function mountPair(app: FastifyInstance, service: Service, route: PairRoute, options: AppOptions): void {
  const { commands, metrics, whenAttested } = options;
  app.post(route.path, { schema: pairSchema(service, route) as never }, async (request, reply) => {
    const language = languageOf(request.headers['accept-language']);
    const params = request.params as Record<string, string>;
    if (isDryRun(request.query)) {
      throw new Refusal({
        status: 400,
        code: 'dry-run',
        title: TITLES.notRehearsed,
        detail: {
          en: 'Two contents in one request are not rehearsed: send their lines to /v1/events?dryRun=1.',
          zh: '一次请求中的两项内容不能试算：请逐行提交到 /v1/events?dryRun=1。',
        },
      });
    }
    const { first: sentFirst, second: sentSecond } = pairOf(jsonBody(request), route);
    const caller = callerOf(request);
    const { correlation } = request;
    const first = await capture(commands, {
      route: route.first,
      target: params[route.first.target]!,
      fill: fillOf(route.first, params),
      sent: sentFirst,
      caller,
      correlation,
    });
    metrics.outcomes.inc({ type: route.first.fact.type, outcome: first.kind });
    const seconds = whenAttested && waitPreference(request.headers['prefer']);
    const attestedOf = async (...outcomes: Outcome[]) =>
      whenAttested && seconds !== undefined ? attestedOutcomes(whenAttested, seconds, outcomes, reply) : [];
    const head = httpOutcome(first, language);
    const target = dataMember(sentFirst, route.second.targetIn);
    if (sentSecond === undefined || target === undefined || !isStored(first)) {
      const [attested] = await attestedOf(first);
      const body = withAttested(head.body, first, attested);
      return reply
        .code(head.status)
        .type(head.status >= 400 ? PROBLEM_TYPE : 'application/json')
        .send({ ...body, [route.first.member]: body });
    }
    let second: Outcome | undefined;
    const tail = await secondOfPair(
      capture(commands, {
        route: { fact: route.second.fact, permission: route.second.permission },
        target,
        fill: {},
        sent: sentSecond,
        caller,
        correlation,
      }).then((outcome) => {
        second = outcome;
        metrics.outcomes.inc({ type: route.second.fact.type, outcome: outcome.kind });
        return httpOutcome(outcome, language);
      }),
      language,
    );
    const attested = await attestedOf(first, ...(second ? [second] : []));
    const status = tail.status >= 400 ? 207 : head.status;
    return reply
      .code(status)
      .type('application/json')
      .send({
        [route.first.member]: { status: head.status, ...withAttested(head.body, first, attested[0]) },
        [route.second.member]: { status: tail.status, ...withAttested(tail.body, second, attested[1]) },
      });
  });
}

/** The first is recorded, whatever becomes of the second: that is told beside it, not instead of it. */
async function secondOfPair(second: Promise<HttpOutcome>, language: Language): Promise<HttpOutcome> {
  try {
    return await second;
  } catch (error) {
    const problem = refusalOf(error)?.problem;
    if (!problem) throw error;
    return { status: problem.status, body: problemDocument(problem, language) };
  }
}

function isStored(outcome: Outcome): boolean {
  return outcome.kind === 'recorded' || outcome.kind === 'unreconciled';
}

function pairOf(json: JsonValue, route: PairRoute): { first: JsonValue; second: JsonValue | undefined } {
  const { member: first } = route.first;
  const { member: second } = route.second;
  if (
    typeof json !== 'object' ||
    json === null ||
    Array.isArray(json) ||
    (json as Record<string, JsonValue>)[first] === undefined
  ) {
    const message = { en: `an object with ${first} and ${second} is expected`, zh: `应为含有 ${first} 和 ${second} 的对象` };
    throw invalidBody([{ rule: 'schema.invalid_type', pointer: `/${first}`, message }]);
  }
  const sent = json as Record<string, JsonValue>;
  const unknown = Object.keys(sent).filter((name) => name !== first && name !== second);
  if (unknown.length > 0) {
    throw invalidBody(
      unknown.map((name) => ({ rule: 'schema.unrecognized_keys', pointer: `/${name}`, message: FIELD_NOT_KNOWN })),
    );
  }
  return { first: sent[first]!, second: sent[second] };
}

function dataMember(sent: JsonValue, name: string): string | undefined {
  const held = sent as { data?: Record<string, JsonValue>; content?: string } | null;
  if (typeof held?.content === 'string') {
    const content = readJson(held.content, 65_535);
    return content.ok ? dataMember(content.value, name) : undefined;
  }
  const value = held?.data?.[name];
  return typeof value === 'string' ? value : undefined;
}

function mountQuery(
  app: FastifyInstance,
  service: Service,
  route: QueryRoute,
  { commands }: AppOptions,
  stopping: AbortSignal,
): void {
  app.route({
    method: route.method,
    url: route.path,
    schema: querySchema(service, route) as never,
    handler: async (request, reply) => {
      const caller = callerOf(request);
      if (!caller.roles.some((role) => route.permission.by.includes(role))) {
        throw new Refusal({
          status: 403,
          code: 'forbidden',
          title: TITLES.notAllowed,
          detail: {
            en: `This is for ${route.permission.by.join(', ')}.`,
            zh: `仅供以下角色使用：${route.permission.by.join('、')}。`,
          },
        });
      }
      const abort = new AbortController();
      reply.raw.on('close', () => abort.abort());
      const given = await route.handle({
        caller,
        language: languageOf(request.headers['accept-language']),
        params: checked(route.params, request.params, 'path') as Record<string, string>,
        query: checked(route.query, withoutFormat(request.query), 'query') as Record<string, unknown>,
        body: route.body ? checked(route.body, jsonBody(request), 'body') : route.takesLines ? linesOf(request) : undefined,
        commands,
        accepts: negotiated(route, request),
        correlation: request.correlation,
        lastEventId: headerId(request.headers['last-event-id']),
        signal: abort.signal,
        stopping,
      });
      return send(reply, given);
    },
  });
}

function linesOf(request: FastifyRequest): Readable {
  if (request.body instanceof Readable) return request.body;
  throw new Refusal({
    status: 415,
    code: 'unsupported-media-type',
    title: TITLES.unsupportedMediaType,
    detail: { en: 'Send application/x-ndjson.', zh: '请发送 application/x-ndjson。' },
  });
}

function mountOpen(app: FastifyInstance, service: Service, route: OpenRoute): void {
  app.route({
    method: route.method,
    url: route.path,
    config: { open: true } as never,
    schema: openSchema(service, route) as never,
    handler: async (request, reply) => {
      const abort = new AbortController();
      reply.raw.on('close', () => abort.abort());
      const params = request.params as Record<string, string>;
      return send(reply, await route.handle({ params, text: textBody(request), signal: abort.signal }));
    },
  });
}

/** Not a buffer, so that no route takes it for JSON. */
class PlainText {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

function textBody(request: FastifyRequest): Buffer {
  if (request.method === 'GET' || request.method === 'HEAD') return Buffer.alloc(0);
  if (request.body instanceof PlainText) return request.body.bytes;
  throw new Refusal({
    status: 415,
    code: 'unsupported-media-type',
    title: TITLES.unsupportedMediaType,
    detail: { en: 'Send text/plain.', zh: '请发送 text/plain。' },
  });
}

/** `?format=` chooses among media types, here and for every question: it is no question's own. */
function withoutFormat(query: unknown): object {
  const { format: _, ...asked } = (query ?? {}) as Record<string, unknown>;
  return asked;
}

function checked(schema: QueryRoute['query'], value: unknown, where: string): unknown {
  if (!schema) return value ?? {};
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw invalidBody(problemsOf(parsed.error, value), { en: `the ${where} cannot be read`, zh: `无法识别 ${where}` });
}

function negotiated(route: QueryRoute, request: FastifyRequest): string {
  const produces = route.produces ?? ['application/json'];
  const wanted = (request.query as Record<string, unknown>)['format'];
  if (typeof wanted === 'string') {
    const found = produces.find((type) => type === wanted || formatName(type) === wanted || type.endsWith(`-${wanted}`));
    if (!found)
      throw new Refusal({
        status: 406,
        code: 'format',
        title: { en: 'No such format', zh: '没有这种格式' },
        detail: { en: `This comes as ${produces.join(', ')}.`, zh: `可选格式：${produces.join('、')}。` },
      });
    return found;
  }
  const accept = request.headers.accept ?? '*/*';
  return produces.find((type) => accept.includes(type)) ?? produces[0]!;
}

function send(reply: FastifyReply, given: Answer): FastifyReply {
  const { status = 200, type = 'application/json', headers = {}, body } = given;
  return reply.code(status).headers(headers).type(type).send(body);
}

function mountBulk(app: FastifyInstance, routes: ReadonlyMap<string, FactRoute>, options: AppOptions): void {
  app.post('/v1/events', { schema: bulkSchema([...routes.keys()]) as never }, (request, reply) => {
    if (!(request.body instanceof Readable)) {
      throw new Refusal({
        status: 415,
        code: 'unsupported-media-type',
        title: TITLES.unsupportedMediaType,
        detail: { en: 'Send application/x-ndjson.', zh: '请发送 application/x-ndjson。' },
      });
    }
    const outcomes = captureLines(request.body, {
      ...manyOf(request, routes, options),
      ...(isDryRun(request.query) && { rehearsal: options.commands.rehearse() }),
    });
    return reply
      .code(200)
      .type('application/x-ndjson')
      .send(Readable.from(outcomes, { objectMode: false }));
  });
}

function mountTranscriptions(app: FastifyInstance, routes: ReadonlyMap<string, FactRoute>, options: AppOptions): void {
  app.post('/v1/transcriptions', { schema: transcriptionSchema([...routes.keys()]) as never }, async (request, reply) => {
    const { status, body } = await transcribe(jsonBody(request), manyOf(request, routes, options), () =>
      secondCaller(request, options),
    );
    return reply.code(status).type('application/json').send(body);
  });
}

/** Another person beside who asks, by a token of their own. @throws Refusal 401 */
function secondCaller(request: FastifyRequest, { authenticate }: AppOptions): Caller | undefined | Promise<Caller> {
  const { 'second-authorization': token } = request.headers;
  return token === undefined ? undefined : authenticate(String(token));
}

function manyOf(request: FastifyRequest, routes: ReadonlyMap<string, FactRoute>, { commands, metrics }: AppOptions): CaptureMany {
  return {
    commands,
    routes,
    caller: callerOf(request),
    language: languageOf(request.headers['accept-language']),
    correlation: request.correlation,
    onOutcome: (type, outcome) => metrics.outcomes.inc({ type, outcome: outcome.kind }),
  };
}

function mountHost(app: FastifyInstance, { services, metrics, commands, notReady }: AppOptions): void {
  app.get('/', { schema: { hide: true } as never }, (_request, reply) => reply.redirect(REFERENCE));
  app.get('/healthz', { schema: { hide: true } as never }, () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } as never }, async (_request, reply) => {
    const reasons = [
      ...(commands.clock.behind() > CLOCK_TOLERANCE_MS ? ["the computer's clock is behind the newest recorded event"] : []),
      ...((await notReady?.()) ?? []),
      ...(await Promise.all(services.map(async (service) => (await service.notReady?.()) ?? []))).flat(),
    ];
    return reply.code(reasons.length === 0 ? 200 : 503).send({ status: reasons.length === 0 ? 'ready' : 'not-ready', reasons });
  });
  app.get('/metrics', { schema: { hide: true } as never }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  app.get('/openapi.json', { schema: { hide: true } as never }, () => app.swagger());
}

/** Where a person reads and tries the API. */
const REFERENCE = '/docs';

const OPEN_PATHS = new Set(['/', '/healthz', '/readyz', '/metrics', '/openapi.json']);

/** Only the host's own pages are for everybody. */
function isOpen(request: FastifyRequest): boolean {
  const { url = '' } = request.routeOptions;
  return (
    OPEN_PATHS.has(url) ||
    url === REFERENCE ||
    url.startsWith(`${REFERENCE}/`) ||
    (request.routeOptions.config as { open?: boolean } | undefined)?.open === true
  );
}

function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Refusal({ status: 401, code: 'unauthenticated', title: TITLES.unauthenticated });
  return request.caller;
}

function jsonBody(request: FastifyRequest): JsonValue {
  const { body } = request;
  if (!Buffer.isBuffer(body)) {
    throw new Refusal({
      status: 415,
      code: 'unsupported-media-type',
      title: TITLES.unsupportedMediaType,
      detail: { en: 'Send application/json.', zh: '请发送 application/json。' },
    });
  }
  const json = readJson(body, DEFAULT_BODY_LIMIT);
  if (!json.ok) throw invalidBody(json.problems);
  return json.value;
}

function invalidBody(violations: readonly Unread[], detail?: Bilingual): Refusal {
  return new Refusal({
    status: 400,
    code: 'invalid',
    title: TITLES.unreadable,
    ...(detail !== undefined && { detail }),
    violations,
  });
}

function fillOf(route: FactRoute, params: Readonly<Record<string, string>>): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const member in route.fill) filled[member] = params[route.fill[member]!]!;
  return filled;
}

/** Beside a receipt: where the event stands in the attested log, where its sender preferred to wait for that. */
function withAttested(body: object, outcome: Outcome | undefined, attested: AttestedAt | null | undefined): object {
  return attested === undefined || !outcome || !('receipt' in outcome) ? body : { ...body, attested };
}

function answer(reply: FastifyReply, outcome: Outcome, language: Language, attested?: AttestedAt | null): FastifyReply {
  const { status, body: told, location } = httpOutcome(outcome, language);
  const body = withAttested(told, outcome, attested);
  if (location !== undefined) reply.header('location', location);
  return reply
    .code(status)
    .type(status >= 400 ? PROBLEM_TYPE : 'application/json; charset=utf-8')
    .send(body);
}

function fail(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
  const refusal = refusalOf(error);
  if (!refusal) logger.error({ err: error, request: request.id, correlation: request.correlation }, 'unforeseen failure');
  const problem = refusal?.problem ?? {
    status: 500,
    code: 'internal',
    title: TITLES.unforeseen,
    detail: { en: `It is in the log as ${request.id}.`, zh: `已记入运行日志：${request.id}。` },
  };
  return reply
    .code(problem.status)
    .headers(refusal?.headers ?? {})
    .type(PROBLEM_TYPE)
    .send(problemDocument(problem, languageOf(request.headers['accept-language']), `urn:cytoledger:request:${request.id}`));
}

/** What is recorded stands in the ledger: a success is logged at debug level, what was not done at info. Never a body, a token or a query. */
function logResponse(logger: Logger, request: FastifyRequest, reply: FastifyReply, route: string): void {
  const level = reply.statusCode >= 500 ? 'warn' : reply.statusCode >= 400 ? 'info' : 'debug';
  if (!logger.isLevelEnabled(level)) return;
  logger[level](
    {
      request: request.id,
      correlation: request.correlation,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      org: request.caller?.org,
      client: request.caller?.client,
    },
    'answered',
  );
}

/** Unique across processes and cheap: a random number for the process, and a count. */
function requestIds(): () => string {
  const process = randomBytes(8).toString('hex');
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}

/** A header that is put into logs and bodies: short, printable, else ignored. */
function headerId(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value.length <= MAX_ID_HEADER && /^[\w.:-]+$/.test(value) ? value : undefined;
}

/** `npm start` listens on loopback only; anything else is said aloud by who configures it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
