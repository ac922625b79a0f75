import { isDigest } from '../base64url.ts';
import { quoted } from '../canonical-json.ts';
import { checkEventId, checkStream } from '../event-id.ts';
import type { SignaturePath } from '../header.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { checkMember, countMember, exactly, textMember } from '../members.ts';
import { isRecordedAt } from '../timestamp.ts';

/** What the platform answers once an event is durable. */
export type Receipt = {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly seq: number;
  /** Log position; as `minPosition` it makes a later reading include this event. */
  readonly position: string;
  /** Leaf hash of the event's header (RFC 6962 §2.1), unpadded base64url. */
  readonly leaf: string;
  readonly recordedAt: string;
  /** Where its inclusion proof will be. */
  readonly proof: string;
  /** Absent where the platform signs no receipts. */
  readonly signed?: ReceiptSignature;
};

/** The platform's word, under its receipt key, that the event will be in the log in time. */
export type ReceiptSignature = {
  /** The log. */
  readonly origin: string;
  /** UTC with milliseconds: until then a quorum of witnesses has cosigned a checkpoint with the event. */
  readonly includeBy: string;
  /** Where this receipt's entry stands under the root that the note names. */
  readonly path: SignaturePath;
  /** Signed note over the root of all receipts that were given together. */
  readonly note: string;
};

/** What of a receipt is signed. */
export type ReceiptEntry = Pick<Receipt, 'id' | 'stream' | 'seq' | 'leaf' | 'recordedAt'> &
  Pick<ReceiptSignature, 'origin' | 'includeBy'>;

/** RFC 8785 text of an entry, whose members have been checked. */
export function receiptEntryText({ id, includeBy, leaf, origin, recordedAt, seq, stream }: ReceiptEntry): string {
  return `{"id":"${id}","includeBy":"${includeBy}","leaf":"${leaf}","origin":${quoted(origin)},"recordedAt":"${recordedAt}","seq":${seq},"stream":${quoted(stream)}}`;
}

/**
 * A receipt out of JSON that somebody else has kept or sent. Members that are not signed are passed on as they are.
 *
 * @throws AttestError `missing-member`, `unknown-member` (in `signed`), `invalid-member`, `invalid-event-id`, `invalid-stream`
 */
export function readReceipt(value: JsonValue | undefined): Receipt {
  const isObject = checkMember(isJsonObject(value), '', 'an object');
  const receipt = (isObject ? value : {}) as { readonly [name: string]: JsonValue };
  checkEventId(receipt['id']);
  checkStream(receipt['stream']);
  countMember(receipt, 'seq', '');
  checkMember(isDigest(receipt['leaf']), '/leaf', 'a leaf hash');
  checkMember(isRecordedAt(receipt['recordedAt']), '/recordedAt', 'a UTC time with milliseconds');
  if (receipt['signed'] !== undefined) checkSigned(receipt['signed'], receipt['recordedAt'] as string);
  return receipt as unknown as Receipt;
}

function checkSigned(value: JsonValue, recordedAt: string): void {
  const signed = exactly(value, ['includeBy', 'note', 'origin', 'path'], '/signed');
  checkMember(isRecordedAt(signed['includeBy']), '/signed/includeBy', 'a UTC time with milliseconds');
  checkMember((signed['includeBy'] as string) >= recordedAt, '/signed/includeBy', 'no earlier than recordedAt');
  checkMember(textMember(signed, 'origin', '/signed').isWellFormed(), '/signed/origin', 'Unicode text');
  textMember(signed, 'note', '/signed');
  const path = exactly(signed['path'], ['hashes', 'index', 'size'], '/signed/path');
  const size = countMember(path, 'size', '/signed/path');
  checkMember(countMember(path, 'index', '/signed/path') < size, '/signed/path/index', 'below the size');
  const hashes = path['hashes'];
  checkMember(Array.isArray(hashes) && hashes.every(isDigest), '/signed/path/hashes', 'an array of hashes');
}
