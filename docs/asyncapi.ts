import { type AnyFact, facts, type PersonalField } from '@cytoledger/domain';
import { TOPICS, topicOf } from '@cytoledger/messaging';
import { ReceiptMessage } from '@cytoledger/relay';
import { jsonSchemaOf, SignedSubmission } from '@cytoledger/service-kit';
import { Document, isCollection, visit } from 'yaml';
import { z } from 'zod';
import { SharedSchemas } from './shared-schemas.ts';

type Json = { readonly [name: string]: unknown };

const NOTICE = '# Made from the schemas of the domain and the relay by `pnpm docs`. Edit the code, not this file.\n';
const CLOUD_EVENT = 'application/cloudevents+json; charset=UTF-8';

/** What every event's message has beside its data (CloudEvents 1.0.2, and extensions). */
const Envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().describe('Of the event; with `source` it is unique'),
  source: z.string().describe('`urn:cytoledger:<origin of the log>:<stream>`'),
  type: z.string(),
  subject: z.string().describe('The stream'),
  time: z.string().optional().describe('When it happened, as reported; left out when unknown'),
  datacontenttype: z.literal('application/json'),
  sequence: z
    .string()
    .regex(/^\d{16}$/)
    .describe('Place in its stream, from 0'),
  partitionkey: z.string().describe('The stream: the events of one stream are in one partition, in their order'),
  correlationid: z.string(),
  causationid: z.string().optional().describe('Id of the event that this one is an effect of'),
  recordedtime: z.string().describe('When the platform recorded it'),
  leafhash: z.string().length(43).describe('SHA-256(00 ‖ header), base64url: the leaf of the log’s tree'),
  logposition: z.string().describe('Place in the log; `GET /v1/feed?after=` goes on from there'),
  header: z.string().describe('The log’s entry, RFC 8785 text: what the leaf is the hash of'),
});

const Digest = { type: 'string', minLength: 43, maxLength: 43 };

/** Characters: what is shorter stands on one line. */
const ONE_LINE = 110;

/** AsyncAPI 3.0 of everything that is said over Kafka, as YAML. */
export function asyncApi(): string {
  const document = new Document(asyncApiDocument(), { aliasDuplicateObjects: false });
  visit(document, (_, node) => {
    if (isCollection(node)) node.flow = JSON.stringify(node.toJS(document)).length < ONE_LINE;
  });
  return NOTICE + document.toString({ lineWidth: 0, indentSeq: false });
}

export function asyncApiDocument(): Json {
  const byTopic = Map.groupBy([...facts.values()].sort(byType), ({ aggregate }) => topicOf(`${aggregate.name}-`));
  const data = new Map([...facts.values()].sort(byType).map((fact) => [fact.type, dataSchema(fact)]));
  const shared = new SharedSchemas(data.values());
  const messages = [...facts.values()]
    .sort(byType)
    .map((fact) => [fact.type, eventMessage(fact, shared.placed(data.get(fact.type)!))]);
  const topics = [...byTopic].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Cytoledger over Kafka',
      version: '1.0.0',
      description:
        'Every recorded event as a CloudEvent, in one topic for each kind of record, with the stream as key: exactly once and in order for ' +
        'consumers that read committed messages only (`isolation.level=read_committed`). Testing laboratories say results by message, too. ' +
        '干细胞与体细胞全生命周期事件流。',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: 'kafka.example.org:9093',
        protocol: 'kafka-secure',
        security: [{ $ref: '#/components/securitySchemes/scram' }],
      },
    },
    channels: {
      ...Object.fromEntries(topics.map(([topic, own]) => [channelName(topic), eventChannel(topic, own)])),
      ...Object.fromEntries(TALK.map(({ name, address, description }) => [name, talkChannel(name, address, description)])),
    },
    operations: {
      ...Object.fromEntries(
        topics.map(([topic]) => [`send-${channelName(topic)}`, operation('send', channelName(topic), 'What was recorded')]),
      ),
      ...Object.fromEntries(TALK.map(({ name, action, summary }) => [`${action}-${name}`, operation(action, name, summary)])),
    },
    components: {
      securitySchemes: { scram: { type: 'scramSha512' } },
      messages: {
        ...Object.fromEntries(messages),
        'qc-result': {
          name: 'qc-result',
          title: 'Result of a testing laboratory, signed · 已签名的检验结果',
          contentType: 'application/json',
          payload: jsonSchemaOf(SignedSubmission),
        },
        'oversight-query': {
          name: 'oversight-query',
          title: 'Query of a quality-control centre, signed · 已签名的质询',
          contentType: 'application/json',
          payload: jsonSchemaOf(SignedSubmission),
        },
        'qc-receipt': {
          name: 'qc-receipt',
          title: 'What became of a result or query · 受理回执',
          contentType: 'application/json',
          payload: jsonSchemaOf(ReceiptMessage),
        },
        'dead-letter': {
          name: 'dead-letter',
          title: 'A message that has nobody to be answered to: its own bytes · 无法处理的消息',
          contentType: 'application/octet-stream',
          headers: {
            type: 'object',
            required: ['reason', 'detail', 'source-topic', 'source-partition', 'source-offset'],
            properties: {
              reason: {
                type: 'string',
                enum: [
                  'empty',
                  'too-large',
                  'unparsable',
                  'unsigned',
                  'unknown-key',
                  'revoked-key',
                  'invalid-signature',
                  'internal',
                ],
              },
              detail: { type: 'string', description: 'In English' },
              'detail-zh': { type: 'string', description: 'The same in Chinese' },
              'source-topic': { type: 'string' },
              'source-partition': { type: 'string' },
              'source-offset': { type: 'string' },
              'source-key': { type: 'string' },
              'source-bytes': { type: 'string', description: 'Length of the whole, where it was cut' },
              'source-sha256': { type: 'string', description: 'Of the whole, where it was cut' },
            },
          },
          payload: { type: 'string', format: 'binary' },
        },
      },
      schemas: { CloudEvent: jsonSchemaOf(Envelope), EventActor: ACTOR, EventBasis: BASIS, EventCapture: CAPTURE, ...shared.all },
    },
  };
}

const TALK = [
  {
    name: 'qc-results',
    address: TOPICS.qcResults,
    message: 'qc-result',
    action: 'receive',
    summary: 'Results of testing laboratories',
    description:
      'The content is that of `batch.test-recorded.v1` or `batch.deviation-raised.v1`. One signature of typ `cytoledger-submission` under an ' +
      'enrolled key, with its path, says who speaks. Use the stream as key, so that what is said of one batch keeps its order.',
  },
  {
    name: 'oversight-queries',
    address: TOPICS.oversightQueries,
    message: 'oversight-query',
    action: 'receive',
    summary: 'Queries of quality-control centres',
    description:
      'The content is that of `query.raised.v1` or `query.closed.v1`, signed as results are. A program of an organisation that is registered as a ' +
      'quality-control centre may ask; a person, where oversight is one of their roles.',
  },
  {
    name: 'qc-receipts',
    address: TOPICS.qcReceipts,
    message: 'qc-receipt',
    action: 'send',
    summary: 'Answers to results and queries',
    description: 'One for each message of a known sender. It can come twice, with the same receipt: tell by `answers`.',
  },
  {
    name: 'dead-letters',
    address: TOPICS.deadLetters,
    message: 'dead-letter',
    action: 'send',
    summary: 'What could not be answered',
    description: 'The bytes of messages that nobody can be answered for, with the reason in headers.',
  },
] as const;

function byType(a: AnyFact, b: AnyFact): number {
  return a.type < b.type ? -1 : 1;
}

function channelName(topic: string): string {
  return topic.split('.')[1]!;
}

function eventChannel(topic: string, own: readonly AnyFact[]): Json {
  return {
    address: topic,
    description: `Events of ${channelName(topic)} records.`,
    messages: Object.fromEntries(own.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }])),
  };
}

function talkChannel(name: string, address: string, description: string): Json {
  const { message } = TALK.find((each) => each.name === name)!;
  return { address, description, messages: { [message]: { $ref: `#/components/messages/${message}` } } };
}

function operation(action: 'send' | 'receive', channel: string, summary: string): Json {
  return { action, channel: { $ref: `#/channels/${channel}` }, summary };
}

function eventMessage(fact: AnyFact, data: Json): Json {
  return {
    name: fact.type,
    title: `${fact.title.en} · ${fact.title.zh}`,
    contentType: CLOUD_EVENT,
    headers: {
      type: 'object',
      properties: {
        'content-type': { type: 'string', const: CLOUD_EVENT },
        type: { type: 'string', const: fact.type },
        traceparent: { type: 'string', description: 'W3C trace context: one trace for each correlation' },
      },
    },
    bindings: { kafka: { key: { type: 'string', description: 'The stream' } } },
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        {
          type: 'object',
          required: ['data'],
          properties: { type: { const: fact.type }, data: bodySchema(fact, data) },
        },
      ],
    },
  };
}

const ACTOR = {
  type: 'object',
  description: 'Who said it, as authenticated by the platform',
  required: ['org', 'person', 'role', 'client'],
  properties: {
    org: { type: 'string' },
    person: { type: ['string', 'null'] },
    role: { type: 'string' },
    client: { type: ['string', 'null'] },
  },
};
const BASIS = {
  type: 'array',
  description: 'What was read of other streams to decide',
  items: {
    type: 'object',
    required: ['stream', 'seq', 'leaf'],
    properties: { stream: { type: 'string' }, seq: { type: 'integer' }, leaf: Digest },
  },
};
const CAPTURE = {
  type: 'object',
  description: 'How it came in',
  required: ['mode', 'precision'],
  properties: { mode: { type: 'string' }, precision: { type: 'string' } },
};

function bodySchema(fact: AnyFact, data: Json): Json {
  return {
    type: 'object',
    required: ['actor', 'basis', 'causation', 'content', 'correlation'],
    properties: {
      actor: { $ref: '#/components/schemas/EventActor' },
      basis: { $ref: '#/components/schemas/EventBasis' },
      causation: { type: ['string', 'null'] },
      correlation: { type: 'string' },
      content: {
        type: 'object',
        required: ['capture', 'data', 'id', 'nonce', 'occurredAt', 'stream', 'type'],
        properties: {
          id: { type: 'string' },
          type: { const: fact.type },
          stream: { type: 'string' },
          occurredAt: { type: ['string', 'null'] },
          nonce: { type: 'string', description: '128 bits, base64url' },
          capture: { $ref: '#/components/schemas/EventCapture' },
          data,
        },
      },
    },
  };
}

/** Of what the sender says, as it stands in the log. */
function dataSchema(fact: AnyFact): Json {
  return fact.personal.reduce(withDigests, jsonSchemaOf(fact.schema) as Json);
}

/** Personal fields never stand in an event: in the place of each is its salted digest, in `_sd` of what held it (RFC 9901 §4.2.4.1). */
function withDigests(schema: Json, { path }: Pick<PersonalField, 'path'>): Json {
  const [name, ...rest] = path;
  if (name === undefined) return schema;
  const variants = Object.fromEntries(
    ['anyOf', 'oneOf', 'allOf'].flatMap((kind) =>
      Array.isArray(schema[kind]) ? [[kind, (schema[kind] as Json[]).map((each) => withDigests(each, { path }))]] : [],
    ),
  );
  if (name === '*') {
    if (typeof schema['items'] !== 'object') return { ...schema, ...variants };
    return { ...schema, ...variants, items: withDigests(schema['items'] as Json, { path: rest }) };
  }
  const properties = schema['properties'] as { readonly [member: string]: Json } | undefined;
  const own = properties?.[name];
  if (!own) return { ...schema, ...variants };
  if (rest.length > 0) return { ...schema, ...variants, properties: { ...properties, [name]: withDigests(own, { path: rest }) } };
  const { [name]: _, ...others } = properties;
  const required = (schema['required'] as readonly string[] | undefined)?.filter((member) => member !== name);
  return {
    ...schema,
    ...variants,
    properties: {
      ...others,
      _sd: { type: 'array', items: Digest, description: 'Salted digests of what is personal; the values are in the vault' },
    },
    ...(required && { required }),
  };
}
