import { isDigest } from './base64url.ts';
import { MAX_ENTRY_BYTES, parseStored } from './body.ts';
import { canonicalText } from './canonical-json.ts';
import { AttestError } from './errors.ts';
import { checkEventId, checkStream } from './event-id.ts';
import { isJsonObject, type JsonValue } from './json.ts';
import { checkMember, countMember, exactly } from './members.ts';
import { digestOf } from './node-crypto.ts';
import { isRecordedAt } from './timestamp.ts';

export const HEADER_VERSION = 1;

/** Where a content digest stands under a root that one signature names: an RFC 9162 inclusion path. */
export type SignaturePath = { readonly index: number; readonly size: number; readonly hashes: readonly string[] };

export type Signature = {
  /** Compact JWS over a content digest or, with a path, over a submission root. */
  readonly jws: string;
  readonly path?: SignaturePath;
};

/** The log's entry for one event. No medical content. */
export type Header = {
  readonly v: 1;
  readonly id: string;
  readonly stream: string;
  /** 0-based, without gaps within the stream. */
  readonly seq: number;
  /** Leaf hash of seq − 1; null for seq 0. */
  readonly prev: string | null;
  /** UTC with milliseconds. */
  readonly recordedAt: string;
  /** Unpadded base64url SHA-256 of the body's bytes. */
  readonly body: string;
  readonly signatures: readonly Signature[];
};

export type HeaderParts = Omit<Header, 'v' | 'body'> & { readonly body: Uint8Array };

export type SealedHeader = {
  readonly bytes: Buffer;
  /** See {@link leafHash}. */
  readonly leaf: string;
};

/**
 * RFC 8785 bytes of a header, and their leaf hash.
 *
 * @throws AttestError `invalid-event-id`, `invalid-stream`, `invalid-member`, `header-too-large` (above 65,535 bytes: too many signatures)
 */
export function sealHeader({ id, stream, seq, prev, recordedAt, body, signatures }: HeaderParts): SealedHeader {
  checkEventId(id);
  checkStream(stream);
  checkMember(Number.isSafeInteger(seq) && seq >= 0, '/seq', 'a whole number from 0 to 2^53−1');
  checkMember(seq === 0 ? prev === null : isDigest(prev), '/prev', 'null at seq 0, and otherwise a leaf hash');
  checkMember(isRecordedAt(recordedAt), '/recordedAt', 'a UTC time with milliseconds');
  // The first byte is the leaf prefix of RFC 6962 §2.1: one buffer serves the entry and its hash.
  const prefixed = Buffer.from(
    `\0{"body":"${digestOf(body)}","id":"${id}","prev":${prev === null ? 'null' : `"${prev}"`},"recordedAt":"${recordedAt}","seq":${seq},"signatures":${
      signatures.length === 0 ? '[]' : signaturesText(signatures)
    },"stream":${canonicalText(stream)},"v":${HEADER_VERSION}}`,
    'utf8',
  );
  if (prefixed.length > MAX_ENTRY_BYTES + 1) throw headerTooLarge(prefixed.length - 1);
  return { bytes: prefixed.subarray(1), leaf: digestOf(prefixed) };
}

export function headerTooLarge(length: number): AttestError {
  return new AttestError('header-too-large', `the header is ${length} bytes; at most ${MAX_ENTRY_BYTES} are allowed`);
}

function signaturesText(signatures: readonly Signature[]): string {
  checkSignatures(signatures);
  return canonicalText(signatures);
}

/** RFC 6962 §2.1 leaf hash of a log entry: base64url SHA-256(00 ‖ header bytes). */
export function leafHash(headerBytes: Uint8Array): string {
  const prefixed = Buffer.allocUnsafe(headerBytes.length + 1);
  prefixed[0] = 0;
  prefixed.set(headerBytes, 1);
  return digestOf(prefixed);
}

/**
 * The header behind stored bytes. It trusts that they are what was sealed: {@link checkSealed} is what verifies.
 *
 * @throws AttestError `unsupported-version`, `missing-member`, `unknown-member`, `invalid-member`, `invalid-event-id`, `invalid-stream`, `invalid-json`
 */
export function readHeader(bytes: Uint8Array): Header {
  return checkHeader(parseStored(bytes));
}

export function checkHeader(value: JsonValue): Header {
  if (isJsonObject(value) && Object.hasOwn(value, 'v') && value['v'] !== HEADER_VERSION) {
    throw new AttestError('unsupported-version', `this version reads headers of v ${HEADER_VERSION}`, { pointer: '/v' });
  }
  const header = exactly(value, ['body', 'id', 'prev', 'recordedAt', 'seq', 'signatures', 'stream', 'v'], '');
  checkEventId(header['id']);
  checkStream(header['stream']);
  const seq = countMember(header, 'seq', '');
  checkMember(
    seq === 0 ? header['prev'] === null : isDigest(header['prev']),
    '/prev',
    'null at seq 0, and otherwise a leaf hash',
  );
  checkMember(isRecordedAt(header['recordedAt']), '/recordedAt', 'a UTC time with milliseconds');
  checkMember(isDigest(header['body']), '/body', 'a SHA-256 digest');
  checkSignatures(header['signatures']!);
  return value as unknown as Header;
}

/** Shape only: whether a signature holds is for the keys' stream to say. */
function checkSignatures(signatures: JsonValue | readonly Signature[]): void {
  checkMember(Array.isArray(signatures), '/signatures', 'an array');
  (signatures as readonly JsonValue[]).forEach((item, i) => {
    const at = `/signatures/${i}`;
    const hasPath = isJsonObject(item) && Object.hasOwn(item, 'path');
    const signature = exactly(item, hasPath ? ['jws', 'path'] : ['jws'], at);
    checkMember(typeof signature['jws'] === 'string' && COMPACT_JWS.test(signature['jws']), `${at}/jws`, 'a compact JWS');
    if (!hasPath) return;
    const path = exactly(signature['path'], ['hashes', 'index', 'size'], `${at}/path`);
    const size = countMember(path, 'size', `${at}/path`);
    checkMember(countMember(path, 'index', `${at}/path`) < size, `${at}/path/index`, 'below the size');
    const hashes = path['hashes'];
    checkMember(Array.isArray(hashes) && hashes.every(isDigest), `${at}/path/hashes`, 'an array of hashes');
  });
}

const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
