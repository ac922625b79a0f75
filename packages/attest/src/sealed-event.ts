import { BODY_MAX_DEPTH, type Body, bodyTooLarge, checkBody, MAX_ENTRY_BYTES } from './body.ts';
import { canonicalText } from './canonical-json.ts';
import { AttestError, type AttestErrorCode } from './errors.ts';
import { checkHeader, type Header, headerTooLarge } from './header.ts';
import type { JsonValue } from './json.ts';
import { digestOf } from './node-crypto.ts';
import { parseStrictJson } from './strict-json.ts';

export type SealedEvent = {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  /** The event before it in its stream, as verified; null where it must be the first; absent where the chain is not being checked. */
  readonly previous?: { readonly seq: number; readonly leaf: string; readonly recordedAt?: string } | null;
};

/**
 * Checks that header and body are what {@link sealHeader} and {@link sealBody} write, and belong together and behind `previous`. Verifiers
 * agree code for code, so the order is fixed, and the first failure is the one reported:
 *
 * 1. header: `header-too-large`, the codes of {@link parseStrictJson}, `unsupported-version`, `missing-member`, `unknown-member`,
 *    `invalid-member`, `invalid-event-id`, `invalid-stream`, `header-not-canonical`
 * 2. `body-too-large`, `body-digest-mismatch`
 * 3. body: as for the header, with `body-not-canonical`
 * 4. `id-mismatch`, `stream-mismatch`
 * 5. `seq-mismatch`, `prev-mismatch`, `recorded-at-decreases` (where `previous` tells its time)
 *
 * Signatures are not checked here: which key held, and when, is a matter of its own.
 *
 * @throws AttestError
 */
export function checkSealed({ header: headerBytes, body: bodyBytes, previous }: SealedEvent): { header: Header; body: Body } {
  if (headerBytes.length > MAX_ENTRY_BYTES) throw headerTooLarge(headerBytes.length);
  const header = checkCanonical(headerBytes, checkHeader, 'header-not-canonical');
  if (bodyBytes.length > MAX_ENTRY_BYTES) throw bodyTooLarge(bodyBytes.length);
  check(digestOf(bodyBytes) === header.body, 'body-digest-mismatch', 'the body is not the one that the header names');
  const body = checkCanonical(bodyBytes, checkBody, 'body-not-canonical');
  check(body.content.id === header.id, 'id-mismatch', 'header and content name different ids');
  check(body.content.stream === header.stream, 'stream-mismatch', 'header and content name different streams');
  if (previous !== undefined) checkChain(header, previous);
  return { header, body };
}

function checkCanonical<T>(bytes: Uint8Array, read: (value: JsonValue) => T, code: AttestErrorCode): T {
  const value = parseStrictJson(bytes, { maxBytes: MAX_ENTRY_BYTES, maxDepth: BODY_MAX_DEPTH });
  const result = read(value);
  const canonical = Buffer.from(canonicalText(value), 'utf8');
  check(canonical.equals(bytes), code, 'the bytes are not their own RFC 8785 form');
  return result;
}

function checkChain(header: Header, previous: NonNullable<SealedEvent['previous']> | null): void {
  check(header.seq === (previous === null ? 0 : previous.seq + 1), 'seq-mismatch', `seq ${header.seq} does not follow`);
  check(
    header.prev === (previous === null ? null : previous.leaf),
    'prev-mismatch',
    'prev is not the leaf hash of the event before',
  );
  const before = previous?.recordedAt;
  check(before === undefined || before <= header.recordedAt, 'recorded-at-decreases', 'recorded before the event before it');
}

function check(holds: boolean, code: AttestErrorCode, message: string): void {
  if (!holds) throw new AttestError(code, message);
}
