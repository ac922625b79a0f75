import { is128Bits } from './base64url.ts';
import { canonicalText } from './canonical-json.ts';
import { AttestError } from './errors.ts';
import { checkEventId, checkStream, nonceOf } from './event-id.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { checkMember, exactly } from './members.ts';
import { digestOf } from './node-crypto.ts';
import { DEFAULT_MAX_DEPTH, parseStrictJson } from './strict-json.ts';
import { isTimestamp } from './timestamp.ts';

/** How a fact came in: mode, precision, form or SOP version, source record, transcriber, reason when late. The domain says which. */
export type Capture = JsonObject;

/** What the sender says, and what a person signs. */
export type Content = {
  /** 128 bits, unpadded base64url: makes the digest unguessable. */
  readonly nonce: string;
  /** UUIDv7 of the sender's, or UUIDv8 where derived; lower case; unique within the stream. */
  readonly id: string;
  /** e.g. `batch.harvested.v1`. */
  readonly type: string;
  /** e.g. `batch-<uuid>`: printable ASCII without spaces. */
  readonly stream: string;
  /** Start of the stated interval, RFC 3339 with offset; null when unknown. */
  readonly occurredAt: string | null;
  readonly capture: Capture;
  /** Personal fields stand in it as digests in `_sd` only. */
  readonly data: JsonObject;
};

const MEMBERS = ['capture', 'data', 'id', 'nonce', 'occurredAt', 'stream', 'type'] as const;
const TYPE = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\.v[1-9]\d*$/;

/**
 * RFC 8785 text of a content.
 *
 * @throws AttestError `missing-member`, `unknown-member`, `invalid-member`, `invalid-event-id`, `invalid-stream`, and those of
 *   {@link canonicalText}; nesting above 64 is `too-deep`.
 */
export function contentText(content: Content): string {
  checkContent(content);
  const { capture, data, id, nonce, occurredAt, stream, type } = content;
  // Member names in order; all but the stream's text are ASCII without anything to escape once checked.
  return `{"capture":${inside(capture, '/capture')},"data":${inside(data, '/data')},"id":"${id}","nonce":"${nonce}","occurredAt":${
    occurredAt === null ? 'null' : `"${occurredAt}"`
  },"stream":${canonicalText(stream)},"type":"${type}"}`;
}

/**
 * {@link contentText} with the nonce that the platform gives (`contentNonce`); what is said is checked once for both.
 *
 * @throws AttestError as {@link contentText}
 */
export function noncedContentText(key: Uint8Array, said: Omit<Content, 'nonce'>): string {
  const { stream, id } = said;
  return contentText({ ...said, nonce: nonceOf(key, stream, id) });
}

/** Unpadded base64url SHA-256 of a content's canonical text: what a person's signature names. */
export function contentDigest(text: string): string {
  return digestOf(text);
}

/**
 * The content that a sender gives as a canonical string.
 *
 * @throws AttestError `content-not-canonical` and those of {@link parseStrictJson} and {@link contentText}
 */
export function readContent(text: string): Content {
  const content = checkContent(parseStrictJson(text));
  if (canonicalText(content) !== text) throw new AttestError('content-not-canonical', 'the content is not its own RFC 8785 form');
  return content;
}

/** A value as a content, checked member by member; pointers begin with `at`. */
export function checkContent(value: JsonValue, at = ''): Content {
  const content = exactly(value, MEMBERS, at) as Content;
  checkEventId(content.id, `${at}/id`);
  checkStream(content.stream, `${at}/stream`);
  checkMember(is128Bits(content.nonce), `${at}/nonce`, '128 bits in unpadded base64url');
  checkMember(
    typeof content.type === 'string' && TYPE.test(content.type),
    `${at}/type`,
    'an event type such as batch.harvested.v1',
  );
  checkMember(
    content.occurredAt === null || isTimestamp(content.occurredAt),
    `${at}/occurredAt`,
    'an RFC 3339 time with offset, or null',
  );
  exactObject(content.capture, `${at}/capture`);
  exactObject(content.data, `${at}/data`);
  return content;
}

function exactObject(value: JsonValue, pointer: string): void {
  checkMember(typeof value === 'object' && value !== null && !Array.isArray(value), pointer, 'an object');
}

/** One level is the content itself. */
function inside(value: JsonObject, pointer: string): string {
  try {
    return canonicalText(value, DEFAULT_MAX_DEPTH - 1);
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    throw new AttestError(error.code, error.message, { pointer: pointer + (error.pointer ?? '') });
  }
}
