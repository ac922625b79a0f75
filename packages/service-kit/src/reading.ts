import {
  AttestError,
  disclosureDigest,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  pointerTo,
  readContent,
  type Signature,
} from '@cytoledger/attest';
import { attestSentence, type Problem, type Statement } from '@cytoledger/commands';
import { type AnyFact, type Bilingual, Capture, checkStated, facts, issueSentence, OccurredAt } from '@cytoledger/domain';
import { z } from 'zod';

/** What was sent, read; or every reason why it could not be. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

const NO_EVENT_ID = 'an event id is a UUID of version 7 in lower case';

/** What is said beside the domain's schemas: those of the services in their query strings among it. */
const SENTENCES: ReadonlyMap<string, string> = new Map([[NO_EVENT_ID, '事件编号为小写的第 7 版 UUID']]);

/** Ids are chosen by the sender: UUIDv7 (RFC 9562 §5.7) in lower case, so that they sort by time. */
const EventId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, NO_EVENT_ID)
  .describe('UUIDv7 (RFC 9562 §5.7), lower case, chosen by the sender; sending it again stores nothing twice');

const SignaturePath = z.strictObject({
  index: z.int().min(0),
  size: z.int().min(1),
  hashes: z.array(z.string().length(43)).max(64),
});

const SignatureSchema = z.strictObject({ jws: z.string().min(1).max(4096), path: SignaturePath.optional() });

/** Signed: `content` is the canonical text that the signatures are over. */
export const SignedSubmission = z.strictObject({
  content: z.string().min(2).max(65_535).describe('RFC 8785 text of {capture, data, id, nonce, occurredAt, stream, type}'),
  disclosures: z.array(z.string().max(16_384)).max(64).default([]).describe('RFC 9901 disclosures of the personal fields'),
  signatures: z.array(SignatureSchema).max(8).default([]),
});

const schemas = new WeakMap<AnyFact, z.ZodType>();

/** What is posted for a fact, unsigned. */
export function plainSchema(fact: AnyFact): z.ZodType {
  let schema = schemas.get(fact);
  if (!schema) {
    schema = z.strictObject({ id: EventId, occurredAt: OccurredAt, capture: Capture, data: fact.schema });
    schemas.set(fact, schema);
  }
  return schema;
}

/** @throws nothing: unreadable JSON is a problem like any other */
export function readJson(bytes: Uint8Array | string, maxBytes: number): Read<JsonValue> {
  try {
    return { ok: true, value: parseStrictJson(bytes, { maxBytes }) };
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return {
      ok: false,
      problems: [{ rule: `json.${error.code}`, pointer: error.pointer ?? '', message: attestSentence(error) }],
    };
  }
}

/** Reads what was posted for a fact whose stream the path has named. `fill` puts values of the path where `data` leaves them out. */
export function readStatement(
  fact: AnyFact,
  stream: string,
  sent: JsonValue,
  fill: Readonly<Record<string, string>> = {},
): Read<Statement> {
  if (!isJsonObject(sent)) return refused('schema.invalid_type', '', { en: 'an object is expected', zh: '应为对象' });
  if (typeof sent['content'] === 'string') return readSigned(fact, stream, sent, fill);
  const given = filled(sent, fill);
  if (!given.ok) return given;
  return readPlain(fact, given.value);
}

function readPlain(fact: AnyFact, sent: JsonObject): Read<Statement> {
  const parsed = plainSchema(fact).safeParse(sent);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error, sent) };
  const statement = sent as unknown as Statement;
  if (statement.capture.mode === 'derived')
    return refused('schema.derived-mode', '/capture/mode', {
      en: 'only the platform derives events',
      zh: '只有平台可以派生事件',
    });
  const held = placeOfDigests(statement.data);
  if (held) {
    return refused('schema.unsigned-digests', held, {
      en: 'digests in _sd are for signed contents: send the field itself',
      zh: '_sd 摘要只用于已签名内容：请直接提交该字段',
    });
  }
  const stated = checkStated({ occurredAt: statement.occurredAt, precision: statement.capture.precision });
  if (!stated.ok) return refused(stated.problem.code, '/occurredAt', stated.problem.message);
  return { ok: true, value: statement };
}

function readSigned(fact: AnyFact, stream: string, sent: JsonObject, fill: Readonly<Record<string, string>>): Read<Statement> {
  const parsed = SignedSubmission.safeParse(sent);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error, sent) };
  const { content: contentText, disclosures, signatures } = parsed.data;
  try {
    const content = readContent(contentText);
    if (content.type !== fact.type)
      return refused('content.type', '/content', {
        en: `this route takes ${fact.type}, the content says ${content.type}`,
        zh: `此路径接收 ${fact.type}，而内容所写为 ${content.type}`,
      });
    if (content.stream !== stream)
      return refused('content.stream', '/content', {
        en: `this path is about ${stream}, the content says ${content.stream}`,
        zh: `此路径对应 ${stream}，而内容所写为 ${content.stream}`,
      });
    const { id, occurredAt, capture, data } = content;
    const named = filled({ data }, fill);
    if (!named.ok) return named;
    const plain = plainSchema(fact).safeParse({ id, occurredAt, capture, data });
    if (!plain.success) return { ok: false, problems: problemsOf(plain.error, { id, occurredAt, capture, data }, '/content') };
    const unproven = checkDisclosures(fact, data, disclosures);
    if (unproven) return unproven;
    return {
      ok: true,
      value: { id, occurredAt, capture: capture as never, data, contentText, disclosures, signatures: signatures as Signature[] },
    };
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return refused(`content.${error.code}`, `/content${error.pointer ?? ''}`, attestSentence(error));
  }
}

/** Personal fields never stand in clear in a content that is stored as it was signed; every disclosure answers one digest. */
function checkDisclosures(fact: AnyFact, data: JsonObject, disclosures: readonly string[]): Read<never> | undefined {
  for (const field of fact.personal) {
    const clear = placeOf(data, field.path);
    if (clear === undefined) continue;
    return refused('content.personal-in-clear', `/content/data${clear}`, {
      en: 'a signed content carries personal fields as digests in _sd',
      zh: '已签名内容中的个人信息须以 _sd 摘要形式给出',
    });
  }
  const digests = new Set(digestsIn(data));
  for (const [n, disclosure] of disclosures.entries()) {
    if (!digests.delete(disclosureDigest(disclosure))) {
      return refused('content.disclosure-unknown', `/disclosures/${n}`, {
        en: 'no digest in the content answers this disclosure',
        zh: '内容中没有与此披露项对应的摘要',
      });
    }
  }
  return undefined;
}

/** JSON pointer of the first place where the path leads to something. */
function placeOf(value: JsonValue | undefined, [segment, ...rest]: readonly string[], at = ''): string | undefined {
  if (segment === undefined) return value === undefined ? undefined : at;
  if (segment === '*') {
    if (!Array.isArray(value)) return undefined;
    for (const [n, item] of value.entries()) {
      const found = placeOf(item, rest, `${at}/${n}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (value === undefined || !isJsonObject(value) || !Object.hasOwn(value, segment)) return undefined;
  return placeOf(value[segment], rest, `${at}/${segment}`);
}

function digestsIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(digestsIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '_sd' ? (member as string[]) : digestsIn(member as JsonValue),
  );
}

/** Where `_sd` stands. The common case has none, and needs no pointers. */
function placeOfDigests(value: JsonValue, pointer = '/data'): string | undefined {
  if (!holdsDigests(value)) return undefined;
  if ('_sd' in (value as object)) return `${pointer}/_sd`;
  const [name, member] = Object.entries(value as object).find(([, each]) => holdsDigests(each))!;
  return placeOfDigests(member, `${pointer}/${name}`);
}

function holdsDigests(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsDigests);
  for (const name in value as JsonObject) {
    if (name === '_sd') return true;
    const member = (value as JsonObject)[name] as JsonValue;
    if (typeof member === 'object' && member !== null && holdsDigests(member)) return true;
  }
  return false;
}

/** What the path says may be left out of `data`, and may not be contradicted there. */
function filled(sent: JsonObject, fill: Readonly<Record<string, string>>): Read<JsonObject> {
  const names = Object.keys(fill);
  if (names.length === 0) return { ok: true, value: sent };
  const data = sent['data'];
  if (!isJsonObject(data as JsonValue)) return { ok: true, value: sent };
  const given = data as JsonObject;
  for (const name of names) {
    if (given[name] !== undefined && given[name] !== fill[name]) {
      return refused('path.mismatch', `/data/${name}`, { en: `the path says ${fill[name]}`, zh: `路径所写为 ${fill[name]}` });
    }
  }
  return { ok: true, value: { ...sent, data: { ...given, ...fill } } };
}

function refused(rule: string, pointer: string, message: Bilingual): { ok: false; problems: readonly Problem[] } {
  return { ok: false, problems: [{ rule, pointer, message }] };
}

export const FIELD_NOT_KNOWN: Bilingual = { en: 'this field is not known here', zh: '此处没有这个字段' };

/** Every issue of a schema with what was sent, with a JSON pointer to its place. */
export function problemsOf(error: z.ZodError, sent: unknown, at = ''): Problem[] {
  return error.issues.slice(0, 100).flatMap((issue) => issueProblems(issue, sent, at));
}

/** Of a line or an entry that names its type itself. */
export function notTaken(type: string): Bilingual {
  return facts.has(type)
    ? { en: `${type} is not taken by this process`, zh: `本进程不接收 ${type}` }
    : { en: `no fact is called ${type}`, zh: `没有名为 ${type} 的事实` };
}

/** Of a line or an entry that names its stream itself. */
export function elsewhere({ type, aggregate: { name } }: AnyFact): Bilingual {
  return { en: `${type} belongs into a stream ${name}-…`, zh: `${type} 应记入名为 ${name}-… 的流` };
}

function issueProblems(issue: z.core.$ZodIssue, sent: unknown, at: string): Problem[] {
  const pointer = issue.path.reduce<string>((parent, segment) => pointerTo(parent, String(segment)), at);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      rule: 'schema.unrecognized_keys',
      pointer: pointerTo(pointer, key),
      message: FIELD_NOT_KNOWN,
    }));
  }
  const code =
    issue.code === 'custom' && typeof issue.params?.['code'] === 'string' ? issue.params['code'] : `schema.${issue.code}`;
  return [{ rule: code, pointer, message: issueSentence(issue, sent, SENTENCES) }];
}
