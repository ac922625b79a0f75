import { base64url } from './base64url.ts';
import { AttestError } from './errors.ts';
import { hmacSha256, sha256Hex } from './node-crypto.ts';

const UUID_V7_OR_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether the text is a UUID of version 7 or 8 (RFC 9562 §5.7, §5.8) in lower case: the ids that sort by time. */
export function isUuidV7OrV8(text: unknown): text is string {
  return typeof text === 'string' && UUID_V7_OR_V8.test(text);
}

/** @throws AttestError `invalid-event-id` */
export function checkEventId(id: unknown, pointer = '/id'): asserts id is string {
  if (!isUuidV7OrV8(id))
    throw new AttestError('invalid-event-id', 'an event id is a lower-case UUID of version 7 or 8', { pointer });
}

/** @throws AttestError `invalid-stream` */
export function checkStream(stream: unknown, pointer = '/stream'): asserts stream is string {
  if (typeof stream !== 'string' || stream === '' || stream.length > MAX_STREAM_LENGTH || UNFIT_FOR_STREAM.test(stream)) {
    throw new AttestError(
      'invalid-stream',
      `a stream name is 1 to ${MAX_STREAM_LENGTH} characters of printable ASCII without spaces`,
      { pointer },
    );
  }
}

const MAX_STREAM_LENGTH = 256;
const UNFIT_FOR_STREAM = /[^!-~]/;

/**
 * The nonce that the platform gives to an unsigned content: the first 128 bits of HMAC-SHA-256(key, stream ‖ 00 ‖ id), base64url. Neither a
 * stream name nor an id can hold the separator. The same key, stream and id always make the same nonce, so that a retry makes the same bytes.
 *
 * @throws AttestError `invalid-stream`, `invalid-event-id`
 */
export function contentNonce(key: Uint8Array, stream: string, id: string): string {
  checkStream(stream);
  checkEventId(id);
  return nonceOf(key, stream, id);
}

/** {@link contentNonce} of what is checked elsewhere. */
export function nonceOf(key: Uint8Array, stream: string, id: string): string {
  return base64url(hmacSha256(key, `${stream}\0${id}`).subarray(0, 16));
}

export type Derivation = {
  /** Id of the event whose effect this is; its first 48 bits are a time in ms. */
  readonly triggerId: string;
  /** What is derived, or the policy that derives it; without the character U+0000. */
  readonly purpose: string;
  /** Stream that the derived event goes to. */
  readonly stream: string;
  /** 0, 1, … where one purpose makes several events for one stream. */
  readonly n: number;
};

/**
 * Id of a derived event, a UUIDv8 (RFC 9562 §5.8): the 48 time bits of the trigger's id, then the first bits of
 * SHA-256(trigger id ‖ 00 ‖ purpose ‖ 00 ‖ stream ‖ 00 ‖ n in decimal) around version and variant. Whoever derives it again gets the same
 * id, and ids stay in time order.
 *
 * @throws AttestError `invalid-event-id`, `invalid-stream`, `invalid-purpose` (also for an n that is no whole number ≥ 0)
 */
export function derivedEventId({ triggerId, purpose, stream, n }: Derivation): string {
  checkEventId(triggerId, '/triggerId');
  checkStream(stream);
  if (purpose === '' || purpose.includes('\0'))
    throw new AttestError('invalid-purpose', 'a purpose is a text without U+0000', { pointer: '/purpose' });
  if (!Number.isSafeInteger(n) || n < 0)
    throw new AttestError('invalid-purpose', 'n is a whole number from 0', { pointer: '/n' });
  const h = sha256Hex(`${triggerId}\0${purpose}\0${stream}\0${n}`);
  const variant = '89ab'[Number.parseInt(h[4]!, 16) & 3]!;
  return `${triggerId.slice(0, 13)}-8${h.slice(1, 4)}-${variant}${h.slice(5, 8)}-${h.slice(8, 20)}`;
}
