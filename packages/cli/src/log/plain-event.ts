import { hash } from 'node:crypto';
import { isRecordedAt } from '@cytoledger/attest';

/** Canonical bytes of a header without signatures: what nearly every header is. Whatever else there is, is read in full. */
const HEADER =
  /^\{"body":"([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])","id":"([0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})","prev":(?:null|"([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])"),"recordedAt":"([0-9T:.Z-]{24})","seq":(0|[1-9]\d{0,14}),"signatures":\[\],"stream":"([!#-[\]-~]{1,256})","v":1\}$/;
/** Between the id and the stream of a content: a nonce and a time. */
const BETWEEN = /^[A-Za-z0-9_-]{21}[AQgw]","occurredAt":(?:null|"[0-9T:.Z+-]{19,40}")$/;
/** What may follow the content: the rest of a text without escapes. */
const END = /^[^"\\]{0,256}"\}$/;
const TAIL_BYTES = 1024;
const MAX_ENTRY = 65_535;
export const HASH_BYTES = 32;

/** What a header says. */
export type PlainHeader = {
  /** Of the body: SHA-256, base64url. */
  readonly digest: string;
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  /** base64url */
  readonly prev: string | null;
  readonly recordedAt: string;
};

/** Undefined where it has signatures, is too long, or is no header: whoever wants to know reads it in full. */
export function readPlainHeader(header: Uint8Array): PlainHeader | undefined {
  const found = header.length > MAX_ENTRY ? null : HEADER.exec(textOf(header));
  if (found === null || !isRecordedAt(found[4])) return undefined;
  const [, digest, id, prev, recordedAt, seq, stream] = found;
  return { digest: digest!, id: id!, stream: stream!, seq: Number(seq), prev: prev ?? null, recordedAt: recordedAt! };
}

export function isBodyOf({ digest }: Pick<PlainHeader, 'digest'>, body: Uint8Array): boolean {
  return hash('sha256', body, 'base64url') === digest;
}

/**
 * Whether the content at the end of a canonical body names this id, stream and type. Quotes inside texts are escaped, so the marks can
 * stand nowhere else; where it cannot be told cheaply the answer is no, and the body is read in full.
 */
export function agrees(body: Uint8Array, { id, stream }: Pick<PlainHeader, 'id' | 'stream'>, type: string): boolean {
  if (body.length > MAX_ENTRY) return false;
  const tail = textOf(body.subarray(Math.max(0, body.length - TAIL_BYTES)));
  const mark = `,"stream":"${stream}","type":"${type}"},"correlation":"`;
  const at = tail.lastIndexOf(mark);
  if (at < 0 || !END.test(tail.slice(at + mark.length))) return false;
  const idMark = `,"id":"${id}","nonce":"`;
  const idAt = tail.lastIndexOf(idMark, at);
  return idAt >= 0 && BETWEEN.test(tail.slice(idAt + idMark.length, at));
}

/** RFC 6962 §2.1, of one entry after the other. */
export class LeafHasher {
  readonly #entry = Buffer.alloc(MAX_ENTRY + 1);

  /** Writes 32 bytes. */
  into(leaf: Buffer, at: number, header: Uint8Array): void {
    const prefixed = header.length <= MAX_ENTRY ? this.#entry : Buffer.alloc(header.length + 1);
    prefixed.set(header, 1);
    leaf.write(hash('sha256', prefixed.subarray(0, header.length + 1), 'binary'), at, HASH_BYTES, 'latin1');
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
