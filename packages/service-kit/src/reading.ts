import {
  AttestError,
  disclosureDigest,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  readContent,
  type Signature,
} from '@cytoledger/attest';
import type { Problem, Statement } from '@cytoledger/commands';
import { type AnyFact, Capture, checkStated, OccurredAt } from '@cytoledger/domain';
import { z } from 'zod';

/** What was sent, read; or every reason why it could not be. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Ids are chosen by the sender: UUIDv7 (RFC 9562 §5.7) in lower case, so that they sort by time. */
const EventId = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'an event id is a UUID of version 7 in lower case',
  )
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
      problems: [{ rule: `json.${error.code}`, pointer: error.pointer ?? '', message: error.message }],
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
  if (!isJsonObject(sent)) return refused('schema.invalid_type', '', 'an object is expected');
  if (typeof sent['content'] === 'string') return readSigned(fact, stream, sent, fill);
  const given = filled(sent, fill);
  if (!given.ok) return given;
  return readPlain(fact, given.value);
}

function readPlain(fact: AnyFact, sent: JsonObject): Read<Statement> {
  const parsed = plainSchema(fact).safeParse(sent);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const statement = sent as unknown as Statement;
  if (statement.capture.mode === 'derived')
    return refused('schema.derived-mode', '/capture/mode', 'only the platform derives events');
  const held = placeOfDigests(statement.data);
  if (held) return refused('schema.unsigned-digests', held, 'digests in _sd are for signed contents: send the field itself');
  const stated = checkStated({ occurredAt: statement.occurredAt, precision: statement.capture.precision });
  if (!stated.ok) return refused(stated.problem.code, '/occurredAt', stated.problem.message.en);
  return { ok: true, value: statement };
}

function readSigned(fact: AnyFact, stream: string, sent: JsonObject, fill: Readonly<Record<string, string>>): Read<Statement> {
  const parsed = SignedSubmission.safeParse(sent);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const { content: contentText, disclosures, signatures } = parsed.data;
  try {
    const content = readContent(contentText);
    if (content.type !== fact.type)
      return refused('content.type', '/content', `this route takes ${fact.type}, the content says ${content.type}`);
    if (content.stream !== stream)
      return refused('content.stream', '/content', `this path is about ${stream}, the content says ${content.stream}`);
    const { id, occurredAt, capture, data } = content;
    const named = filled({ data }, fill);
    if (!named.ok) return named;
    const plain = plainSchema(fact).safeParse({ id, occurredAt, capture, data });
    if (!plain.success) return { ok: false, problems: problemsOf(plain.error, '/content') };
    const unproven = checkDisclosures(fact, data, disclosures);
    if (unproven) return unproven;
    return {
      ok: true,
      value: { id, occurredAt, capture: capture as never, data, contentText, disclosures, signatures: signatures as Signature[] },
    };
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return refused(`content.${error.code}`, `/content${error.pointer ?? ''}`, error.message);
  }
}

/** Personal fields never stand in clear in a content that is stored as it was signed; every disclosure answers one digest. */
function checkDisclosures(fact: AnyFact, data: JsonObject, disclosures: readonly string[]): Read<never> | undefined {
  for (const field of fact.personal) {
    const clear = placeOf(data, field.path);
    if (clear === undefined) continue;
    return refused(
      'content.personal-in-clear',
      `/content/data${clear}`,
      'a signed content carries personal fields as digests in _sd',
    );
  }
  const digests = new Set(digestsIn(data));
  for (const [n, disclosure] of disclosures.entries()) {
    if (!digests.delete(disclosureDigest(disclosure))) {
      return refused('content.disclosure-unknown', `/disclosures/${n}`, 'no digest in the content answers this disclosure');
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
      return refused('path.mismatch', `/data/${name}`, `the path says ${fill[name]}`);
    }
  }
  return { ok: true, value: { ...sent, data: { ...given, ...fill } } };
}

function refused(rule: string, pointer: string, message: string): { ok: false; problems: readonly Problem[] } {
  return { ok: false, problems: [{ rule, pointer, message }] };
}

/** Every issue of a schema, with a JSON pointer to its place. */
export function problemsOf(error: z.ZodError, at = ''): Problem[] {
  return error.issues.slice(0, 100).flatMap((issue) => issueProblems(issue, at));
}

function issueProblems(issue: z.core.$ZodIssue, at: string): Problem[] {
  const pointer = at + issue.path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      rule: 'schema.unrecognized_keys',
      pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      message: 'this field is not known here',
    }));
  }
  const code =
    issue.code === 'custom' && typeof issue.params?.['code'] === 'string' ? issue.params['code'] : `schema.${issue.code}`;
  return [{ rule: code, pointer, message: issue.message }];
}
