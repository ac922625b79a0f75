import { status } from '@grpc/grpc-js';
import { EventStoreError } from '../port.ts';
import { NotSent } from './not-sent.ts';

/** What a failed call tells about the log. */
export type Failure =
  /** The request did not get as far as the log; it may be sent again. */
  | 'not-done'
  | 'wrong-expected-revision'
  | 'stream-deleted'
  | 'denied'
  | 'too-large'
  | 'invalid'
  /** The link broke or no answer came: it may have been done. */
  | 'unknown';

const byException: Readonly<Record<string, Failure>> = {
  'not-leader': 'not-done',
  'wrong-expected-version': 'wrong-expected-revision',
  'stream-deleted': 'stream-deleted',
  'access-denied': 'denied',
  'maximum-append-size-exceeded': 'too-large',
};

/** The server's "Too Busy" and "Not Ready". */
const serverRefused = /^Server Is /;
/** grpc-js, when it could not connect at all or the channel was given up first. */
const neverLeft = /^(No connection established|Channel closed before call started)/;

/** By the server's `exception` trailer first, then by the status of gRPC. */
export function failureOf(error: unknown): Failure {
  if (error instanceof NotSent) return 'not-done';
  if (!(error instanceof Error) || !('code' in error)) return 'unknown';
  const details = 'details' in error ? String(error.details) : '';
  const known = byException[exceptionOf(error)];
  if (known) return known;
  switch (error.code) {
    case status.UNAVAILABLE:
      return serverRefused.test(details) || neverLeft.test(details) ? 'not-done' : 'unknown';
    case status.PERMISSION_DENIED:
    case status.UNAUTHENTICATED:
      return 'denied';
    case status.INVALID_ARGUMENT:
      return 'invalid';
    default:
      return 'unknown';
  }
}

/** Whether the link to the server is gone, or leads to one that does not lead. */
export function needsNewChannel(error: Error): boolean {
  if (exceptionOf(error) === 'not-leader') return true;
  const { code, details } = error as Error & { code?: unknown; details?: unknown };
  return code === status.CANCELLED || (code === status.UNAVAILABLE && !serverRefused.test(String(details)));
}

function exceptionOf(error: Error): string {
  const metadata = 'metadata' in error ? error.metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('get' in metadata) || typeof metadata.get !== 'function') return '';
  return String(metadata.get('exception')[0] ?? '');
}

/** Whether reading again may help. */
export function mayPass(error: unknown): boolean {
  if (error instanceof EventStoreError) return error.code === 'overloaded';
  const failure = failureOf(error);
  return failure === 'not-done' || failure === 'unknown';
}

export function readError(error: unknown): EventStoreError {
  if (error instanceof EventStoreError) return error;
  switch (failureOf(error)) {
    case 'stream-deleted':
      return new EventStoreError('unsafe-configuration', 'a stream of the log was deleted on the server', { cause: error });
    case 'denied':
      return new EventStoreError('unsafe-configuration', 'the server does not let these credentials read the log', {
        cause: error,
      });
    default:
      return new EventStoreError('overloaded', `the event store server does not answer: ${messageOf(error)}`, {
        retryAfterMs: 1000,
        cause: error,
      });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
