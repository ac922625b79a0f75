import type { AnyFact } from '@cytoledger/domain';
import { z } from 'zod';
import { MAX_WAIT_S } from './attested.ts';
import { formatName } from './format-name.ts';
import { PROBLEM_TYPE } from './problem.ts';
import { plainSchema, SignedSubmission } from './reading.ts';
import type { FactRoute, OpenRoute, PairRoute, QueryRoute, Service } from './service.ts';
import { Transcription } from './transcription.ts';

/** JSON Schema of a zod schema as OpenAPI 3.1 takes it (draft 2020-12); made once per schema. */
const made = new WeakMap<z.ZodType, object>();

export function jsonSchemaOf(schema: z.ZodType): object {
  let json = made.get(schema);
  if (!json) {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, {
      unrepresentable: 'any',
      io: 'input',
      target: 'draft-2020-12',
    }) as Record<string, unknown>;
    json = withoutDefinitions(rest);
    made.set(schema, json);
  }
  return json;
}

type Json = { readonly [name: string]: unknown };

/**
 * Definitions in their places: inside a document, `#/$defs/…` would lead to the document's root. One that holds itself, as any JSON value
 * does, allows anything where it comes round again.
 */
function withoutDefinitions({ $defs = {}, ...schema }: Json): object {
  const definitions = $defs as Json;
  const place = (value: unknown, within: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item) => place(item, within));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as Json;
    const name = typeof $ref === 'string' ? /^#\/\$defs\/(.+)$/.exec($ref)?.[1] : undefined;
    const members = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, place(member, within)]));
    if (name === undefined) return $ref === undefined ? members : { $ref, ...members };
    if (within.includes(name)) return members;
    return { ...(place(definitions[name], [...within, name]) as object), ...members };
  };
  return place(schema, []) as object;
}

/** Described routes already carry JSON Schema: the plugin passes them on as they are. */
export function transformSchema({ schema, url }: { schema: unknown; url: string }): { schema: unknown; url: string } {
  return { schema, url: url.replace('*', `:${REST}`) };
}

/** What the end of a path is called whose number of segments is not fixed. */
const REST = 'rest';

export function openApiInfo(version: string, services: readonly Pick<Service, 'name' | 'title'>[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cytoledger',
      version,
      description:
        'The open data platform for the full life of therapeutic cells: every step captured as an immutable event, attested, and traced ' +
        'in both directions between donor and patient. 干细胞与体细胞全生命周期数据：采集、存证、追溯。',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: services.map(({ name, title }) => ({ name, description: `${title.en} · ${title.zh}` })),
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    security: [{ bearer: [] }],
  };
}

const Problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: {
      type: 'string',
      description: 'In Chinese or English, as `Accept-Language` asks; so are `detail` and each `message`',
    },
    status: { type: 'integer' },
    code: { type: 'string', description: 'The same in every language, as each `rule` is' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    violations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['rule', 'severity', 'pointer', 'message'],
        properties: {
          rule: { type: 'string' },
          severity: { type: 'string', enum: ['gate', 'finding', 'warn', 'impossible'] },
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901) into what was sent' },
          message: { type: 'string', description: 'What is wrong there, also where a schema, JSON or a signed content says so' },
          citation: { type: 'string' },
          jurisdiction: { type: 'string' },
        },
      },
    },
  },
};

const Receipt = {
  type: 'object',
  required: ['id', 'type', 'stream', 'seq', 'position', 'leaf', 'recordedAt', 'proof'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    type: { type: 'string' },
    stream: { type: 'string' },
    seq: { type: 'integer', minimum: 0 },
    position: { type: 'string', description: 'Log position; give it as minPosition to read your own write' },
    leaf: { type: 'string', description: 'Leaf hash of the header (RFC 6962 §2.1), unpadded base64url' },
    recordedAt: { type: 'string', format: 'date-time' },
    proof: { type: 'string', description: 'Where the inclusion proof will be' },
    signed: {
      type: 'object',
      description:
        'The platform’s word, under its receipt key, that the event will be in the log by `includeBy`: docs/formats/receipt.md. Keep it until the ' +
        'proof is there. Absent where this platform signs no receipts.',
      required: ['origin', 'includeBy', 'path', 'note'],
      properties: {
        origin: { type: 'string', description: 'The log' },
        includeBy: { type: 'string', format: 'date-time' },
        path: {
          type: 'object',
          description: 'RFC 9162 inclusion path of this receipt under the root that the note names',
          required: ['index', 'size', 'hashes'],
          properties: {
            index: { type: 'integer', minimum: 0 },
            size: { type: 'integer', minimum: 1 },
            hashes: { type: 'array', items: { type: 'string' } },
          },
        },
        note: { type: 'string', description: 'Signed note (C2SP) over all receipts that were given together' },
      },
    },
  },
};

const Attested = {
  description:
    'Only where `Prefer: wait=N` was applied: which leaf of the log the event is, and the size of a checkpoint with it that a quorum of ' +
    'witnesses has cosigned; null when the time ran out before',
  anyOf: [
    {
      type: 'object',
      required: ['index', 'size'],
      properties: { index: { type: 'integer', minimum: 0 }, size: { type: 'integer', minimum: 1 } },
    },
    { type: 'null' },
  ],
};

/** What a sender may ask instead of sending. */
const DryRun = {
  type: 'object',
  properties: {
    dryRun: {
      type: 'string',
      enum: ['1'],
      description:
        'Nothing is recorded: the answer (200) says what would be, `would-be-recorded`, `would-be-refused`, `would-be-unreconciled`, ' +
        '`would-wait-for-second-signature` or `recorded-before`, with every finding. Of many lines, each is judged on what those before it would leave',
    },
  },
};

/** What a sender of events may ask for in a header. */
const Preferences = {
  type: 'object',
  properties: {
    prefer: {
      type: 'string',
      description:
        '`wait=N` (RFC 7240): the answer comes when a quorum of witnesses has cosigned a checkpoint with the event, or after N seconds ' +
        `(at most ${MAX_WAIT_S}). \`Preference-Applied\` says that it was heeded`,
    },
  },
};

const Violations = Problem.properties.violations;

const Recorded = {
  type: 'object',
  required: ['outcome', 'receipt'],
  properties: {
    outcome: { type: 'string', enum: ['recorded', 'prepared', 'unreconciled'] },
    receipt: Receipt,
    findings: Violations,
    warnings: Violations,
    reasons: Violations,
    missing: Violations,
    attested: Attested,
    release: { type: 'string', description: 'Where the second signature is expected: /v1/releases/{release}/signatures' },
  },
};

function json(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}

function problem(description: string): object {
  return { description, content: { [PROBLEM_TYPE]: { schema: Problem } } };
}

const FAILURES = {
  400: problem('Unreadable: every place and rule is named'),
  401: problem('No valid token'),
  403: problem('May know of it, may not do this'),
  404: problem('Not found, or not to be known'),
  409: problem('The same id stands for another content, or the opening was given up'),
  413: problem('Too large'),
  415: problem('Wrong content type'),
  503: problem('Not now: Retry-After says when; sending the same event again is safe'),
};

export function factSchema(service: Service, route: FactRoute): object {
  const { fact } = route;
  return {
    tags: [service.name],
    operationId: `${fact.type.replaceAll(/[.-]/g, '_')}__${service.name.replaceAll('-', '_')}`,
    summary: `${fact.title.en} · ${fact.title.zh}`,
    description: describe(fact, route),
    ...extensions(route),
    params: paramsSchema(route.path),
    querystring: DryRun,
    headers: Preferences,
    body: { oneOf: [filledSchema(route), jsonSchemaOf(SignedSubmission)] },
    response: {
      200: json('Recorded before: the same receipt', Recorded),
      201: json('Recorded and durable', Recorded),
      202: json('Kept, but not applied: waits for a second signature, or is unreconciled', Recorded),
      ...(fact.kind === 'authorisation' && { 422: problem('Refused, with every rule that is broken') }),
      ...FAILURES,
    },
  };
}

function describe(fact: AnyFact, route: FactRoute): string {
  const kind =
    fact.kind === 'authorisation'
      ? 'An authorisation: refused (422) while a gate rule is broken.'
      : 'A fact: recorded even when it should not have happened; broken rules open deviations.';
  const signed = fact.signatures ? ` Signed: ${fact.signatures.count} signature(s), meaning "${fact.signatures.meaning}".` : '';
  return `${kind}${signed} By ${route.permission.by.join(', ')}.`;
}

/** So that any client can build what it signs. */
function extensions({ fact, path, target, fill }: FactRoute): object {
  return {
    'x-event-type': fact.type,
    'x-stream': `${fact.aggregate.name}-{${target}}`,
    'x-personal': fact.personal.map((field) => ({ pointer: `/data/${field.path.join('/')}`, subject: field.subject })),
    'x-path': path,
    'x-fill': fill,
  };
}

/** What the path already says need not be said in `data`. */
function filledSchema(route: FactRoute): object {
  const schema = structuredClone(jsonSchemaOf(plainSchema(route.fact))) as { properties: { data: { required?: string[] } } };
  const filled = Object.keys(route.fill);
  const { data } = schema.properties;
  if (data.required && filled.length > 0) data.required = data.required.filter((name) => !filled.includes(name));
  return schema;
}

export function pairSchema(service: Service, route: PairRoute): object {
  const { first, second } = route;
  return {
    tags: [service.name],
    operationId: `${first.fact.type.replaceAll(/[.-]/g, '_')}__pair`,
    summary: `${route.title.en} · ${route.title.zh}`,
    description: `${describe(first.fact, first)} Two contents in one request, stored in this order.`,
    ...extensions(first),
    params: paramsSchema(route.path),
    headers: Preferences,
    body: {
      type: 'object',
      additionalProperties: false,
      required: [first.member],
      properties: {
        [first.member]: { oneOf: [filledSchema(first), jsonSchemaOf(SignedSubmission)] },
        [second.member]: { oneOf: [jsonSchemaOf(plainSchema(second.fact)), jsonSchemaOf(SignedSubmission)] },
      },
    },
    response: {
      200: json('Recorded before', { type: 'object' }),
      201: json('Both recorded', { type: 'object' }),
      207: json('The first is recorded, the second is not', { type: 'object' }),
      ...FAILURES,
    },
  };
}

export function querySchema(service: Service, route: Omit<QueryRoute, 'permission' | 'handle'>): object {
  return {
    tags: [service.name],
    operationId: `${route.method.toLowerCase()}_${route.path.slice(1).replaceAll(/[^\w]+/g, '_')}`,
    summary: `${route.title.en} · ${route.title.zh}`,
    ...(route.description !== undefined && { description: route.description }),
    params: route.params ? jsonSchemaOf(route.params) : paramsSchema(route.path),
    ...querystring(route),
    ...(route.body && { body: jsonSchemaOf(route.body) }),
    ...(route.takesLines && { consumes: ['application/x-ndjson'], body: { type: 'string' } }),
    response: {
      200: {
        description: 'The answer',
        content: Object.fromEntries(
          (route.produces ?? ['application/json']).map((type) => [
            type,
            { schema: type.endsWith('json') ? {} : { type: 'string', ...(formatName(type) === 'xlsx' && { format: 'binary' }) } },
          ]),
        ),
      },
      ...FAILURES,
    },
  };
}

export function openSchema(service: Service, route: OpenRoute): object {
  return {
    ...querySchema(service, route),
    security: [],
    ...(route.method === 'POST' && { consumes: ['text/plain'], body: { type: 'string' } }),
  };
}

/** Where a question has answers of several types, `?format=` chooses one. */
function querystring({ query, produces = [] }: Pick<QueryRoute, 'query' | 'produces'>): object {
  if (produces.length < 2) return query ? { querystring: jsonSchemaOf(query) } : {};
  const asked = (query ? structuredClone(jsonSchemaOf(query)) : { type: 'object' }) as { properties?: object };
  const formats = produces.map(formatName);
  return { querystring: { ...asked, properties: { ...asked.properties, format: { type: 'string', enum: formats } } } };
}

export function bulkSchema(types: readonly string[]): object {
  return {
    tags: ['bulk'],
    operationId: 'capture_many',
    summary: 'Capture many events · 批量采集',
    description:
      'NDJSON lines `{stream, type, id, occurredAt, capture, data}` or `{content, disclosures, signatures}`. One line of outcome for each, ' +
      'in input order, only after it is durable. A bad line fails alone; sending the whole file again stores nothing twice. `Prefer: wait` is not heeded here.',
    consumes: ['application/x-ndjson'],
    querystring: DryRun,
    'x-event-types': types,
    response: {
      200: { description: 'An outcome for each line', content: { 'application/x-ndjson': { schema: { type: 'string' } } } },
      401: FAILURES[401],
      415: FAILURES[415],
    },
  };
}

export function transcriptionSchema(types: readonly string[]): object {
  return {
    tags: ['bulk'],
    operationId: 'transcribe_page',
    summary: 'Copy a page of paper · 转录纸质记录',
    description:
      'Everything that stands on a page at once. Where a second person has copied it too (`again`), the two copies are compared first: if they differ, ' +
      'nothing is recorded and every difference is told with its place. The second copy comes with the token of the checker in `Second-Authorization`: one ' +
      'person cannot send both. Each entry keeps both times: when it happened and when it was recorded.',
    headers: {
      type: 'object',
      properties: {
        'second-authorization': {
          type: 'string',
          description: '`Bearer` and the token of who made the second copy; needed with `again`',
        },
      },
    },
    body: jsonSchemaOf(Transcription),
    'x-event-types': types,
    response: {
      201: { description: 'Recorded: an outcome for each entry' },
      200: { description: 'Recorded before' },
      207: { description: 'Some entries were not recorded' },
      400: FAILURES[400],
      401: FAILURES[401],
      403: FAILURES[403],
      409: FAILURES[409],
    },
  };
}

/** Ids in paths: what a stream's name may hold. */
function paramsSchema(path: string): object {
  const names = [...path.replace('*', `:${REST}`).matchAll(/:(\w+)/g)].map((match) => match[1]!);
  return {
    type: 'object',
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string', maxLength: 256 }])),
  };
}
