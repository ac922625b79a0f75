import { isDigest } from './base64url.ts';
import { quoted } from './canonical-json.ts';
import { type Content, checkContent } from './content.ts';
import { AttestError } from './errors.ts';
import { checkStream } from './event-id.ts';
import type { JsonValue } from './json.ts';
import { checkMember, countMember, exactly, textMember, textOrNullMember } from './members.ts';

/** C2SP tlog-tiles: an entry's length is two bytes. */
export const MAX_ENTRY_BYTES = 65_535;

/** A content is at most 64 deep; the body around it adds one. */
export const BODY_MAX_DEPTH = 65;

/** Who said it, as authenticated by the platform. */
export type Actor = {
  readonly org: string;
  readonly person: string | null;
  readonly role: string;
  readonly client: string | null;
};

/** An event of another stream, its newest when the decision read it. */
export type BasisEntry = { readonly stream: string; readonly seq: number; readonly leaf: string };

/** The content and what the platform knows about it. */
export type Body = {
  readonly actor: Actor;
  readonly basis: readonly BasisEntry[];
  /** Id of the event that this one is an effect of. */
  readonly causation: string | null;
  readonly content: Content;
  readonly correlation: string;
};

export type BodyParts = Omit<Body, 'content'> & {
  /** As {@link contentText} or {@link readContent} made or accepted it: spliced in verbatim and not read again. */
  readonly contentText: string;
};

/**
 * RFC 8785 bytes of a body.
 *
 * @throws AttestError `body-too-large` (above 65,535 bytes), `lone-surrogate`, `invalid-member` (a basis entry)
 */
export function sealBody({ actor, basis, causation, contentText, correlation }: BodyParts): Buffer {
  const body = Buffer.from(
    `{"actor":{"client":${text(actor.client, '/actor/client')},"org":${text(actor.org, '/actor/org')},"person":${text(actor.person, '/actor/person')},"role":${text(actor.role, '/actor/role')}},"basis":${basisText(basis)},"causation":${text(causation, '/causation')},"content":${contentText},"correlation":${text(correlation, '/correlation')}}`,
    'utf8',
  );
  if (body.length > MAX_ENTRY_BYTES) throw bodyTooLarge(body.length);
  return body;
}

export function bodyTooLarge(length: number): AttestError {
  return new AttestError('body-too-large', `the body is ${length} bytes; at most ${MAX_ENTRY_BYTES} are allowed`);
}

function basisText(basis: readonly BasisEntry[]): string {
  if (basis.length === 0) return '[]';
  let out = '';
  for (let i = 0; i < basis.length; i++) {
    const { leaf, seq, stream } = basis[i]!;
    const at = `/basis/${i}`;
    checkMember(isDigest(leaf), `${at}/leaf`, 'a leaf hash');
    checkMember(Number.isSafeInteger(seq) && seq >= 0, `${at}/seq`, 'a whole number from 0 to 2^53−1');
    out += `${i === 0 ? '[' : ','}{"leaf":"${leaf}","seq":${seq},"stream":${text(stream, `${at}/stream`)}}`;
  }
  return `${out}]`;
}

function text(value: string | null, pointer: string): string {
  if (value === null) return 'null';
  checkMember(typeof value === 'string', pointer, 'a string');
  const json = quoted(value);
  if (json === undefined) throw new AttestError('lone-surrogate', `lone surrogate at ${pointer}`, { pointer });
  return json;
}

/**
 * The body behind stored bytes. It trusts that they are what was sealed: {@link checkSealed} is what verifies.
 *
 * @throws AttestError `missing-member`, `unknown-member`, `invalid-member`, `invalid-json`
 */
export function readBody(bytes: Uint8Array): Body {
  return checkBody(parseStored(bytes));
}

/** JSON that this platform sealed itself. */
export function parseStored(bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw new AttestError('invalid-json', 'the stored bytes are not JSON', {}, { cause });
  }
}

export function checkBody(value: JsonValue): Body {
  const body = exactly(value, ['actor', 'basis', 'causation', 'content', 'correlation'], '');
  const actor = exactly(body['actor'], ['client', 'org', 'person', 'role'], '/actor');
  textMember(actor, 'org', '/actor');
  textMember(actor, 'role', '/actor');
  textOrNullMember(actor, 'person', '/actor');
  textOrNullMember(actor, 'client', '/actor');
  const basis = body['basis'];
  checkMember(Array.isArray(basis), '/basis', 'an array');
  (basis as readonly JsonValue[]).forEach((item, i) => {
    const entry = exactly(item, ['leaf', 'seq', 'stream'], `/basis/${i}`);
    checkMember(isDigest(entry['leaf']), `/basis/${i}/leaf`, 'a leaf hash');
    countMember(entry, 'seq', `/basis/${i}`);
    checkStream(entry['stream'], `/basis/${i}/stream`);
  });
  textOrNullMember(body, 'causation', '');
  checkContent(body['content']!, '/content');
  textMember(body, 'correlation', '');
  return value as unknown as Body;
}

/**
 * The content's canonical text, cut out of a body verbatim; its digest is what signatures name. In canonical bytes neither mark can stand
 * earlier or later: quotes inside strings are escaped, and what precedes the content has no such member.
 *
 * @throws AttestError `body-not-canonical`
 */
export function contentTextOf(bodyBytes: Uint8Array): string {
  const text = Buffer.from(bodyBytes.buffer, bodyBytes.byteOffset, bodyBytes.byteLength).toString('utf8');
  const start = text.indexOf(CONTENT_MARK);
  const end = text.lastIndexOf(CORRELATION_MARK);
  if (start < 0 || end < start) throw new AttestError('body-not-canonical', 'no content stands in these bytes');
  return text.slice(start + CONTENT_MARK.length, end);
}

const CONTENT_MARK = ',"content":';
const CORRELATION_MARK = ',"correlation":"';
