import { AttestError } from '@cytoledger/attest';
import { CommandError } from '@cytoledger/commands';
import { EventStoreError } from '@cytoledger/event-store';
import { VaultError, type VaultErrorCode } from '@cytoledger/vault';
import { Refusal } from './problem.ts';

/** What the vault refuses for what was sent: trying again helps nobody. */
const SENDERS_FAULT: ReadonlySet<VaultErrorCode> = new Set(['digest-mismatch', 'digest-conflict', 'invalid-entry']);

/** What an exception means to the caller; undefined for what nobody foresaw. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof CommandError) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new Refusal(
      { status: 503, code: error.code, title: 'Not now', detail: `${error.message}. Sending the same event again is safe.` },
      { 'retry-after': String(seconds) },
    );
  }
  if (error instanceof VaultError) {
    if (error.code === 'subject-erased') {
      return new Refusal({
        status: 409,
        code: 'subject-erased',
        title: 'Erased',
        detail: 'The personal data of this subject has been erased: nothing personal is taken any more.',
      });
    }
    if (SENDERS_FAULT.has(error.code)) {
      return new Refusal({ status: 400, code: `vault-${error.code}`, title: 'This could not be read', detail: error.message });
    }
    return new Refusal(
      { status: 503, code: 'vault-unavailable', title: 'Not now', detail: 'The vault of personal data does not answer.' },
      { 'retry-after': '2' },
    );
  }
  if (error instanceof EventStoreError && error.code === 'invalid-position') {
    return new Refusal({ status: 400, code: 'invalid-position', title: 'No such position', detail: error.message });
  }
  if (error instanceof EventStoreError) {
    return new Refusal(
      { status: 503, code: `store-${error.code}`, title: 'Not now', detail: error.message },
      { 'retry-after': '5' },
    );
  }
  if (error instanceof AttestError) {
    return new Refusal({ status: 400, code: 'invalid', title: 'This could not be read', detail: error.message });
  }
  return fastifyRefusal(error);
}

const FASTIFY: Readonly<Record<string, { status: number; code: string; title: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: 'unsupported-media-type', title: 'Unsupported media type' },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'body-too-large', title: 'The body is too large' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'empty-body', title: 'The body is empty' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, code: 'content-length', title: 'The body is not as long as announced' },
  FST_ERR_BAD_URL: { status: 400, code: 'bad-url', title: 'The URL cannot be read' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'parameter-too-long', title: 'A path parameter is too long' },
};

function fastifyRefusal(error: unknown): Refusal | undefined {
  const { code, statusCode, message } = (error ?? {}) as { code?: string; statusCode?: number; message?: string };
  const known = code === undefined ? undefined : FASTIFY[code];
  if (known) return new Refusal({ ...known, ...(message !== undefined && { detail: message }) });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Refusal({
      status: statusCode,
      code: 'bad-request',
      title: 'Bad request',
      ...(message !== undefined && { detail: message }),
    });
  }
  return undefined;
}
