import { EventStoreError, type EventStoreErrorCode, type EventStoreErrorDetails } from '../port.ts';

/** An error on its way between threads. */
export type Failure = { readonly code: EventStoreErrorCode; readonly message: string; readonly details: EventStoreErrorDetails };

export function failureOf(error: unknown, path: string): Failure {
  if (error instanceof EventStoreError) return { code: error.code, message: error.message, details: error.details };
  const { code, sentence } = diagnose(error);
  return { code, message: `${path}: ${sentence} (${messageOf(error)})`, details: {} };
}

export function errorOf({ code, message, details }: Failure): EventStoreError {
  return new EventStoreError(code, message, details);
}

// Primary result codes, https://www.sqlite.org/rescode.html
const FULL = 13;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const BUSY = 5;

/** The primary result code of an SQLite error, undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  const errcode = (error as { errcode?: unknown } | null)?.errcode;
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

export const isBusy = (error: unknown): boolean => resultCode(error) === BUSY;
export const isFull = (error: unknown): boolean => resultCode(error) === FULL;

function diagnose(error: unknown): { code: EventStoreErrorCode; sentence: string } {
  switch (resultCode(error)) {
    case CORRUPT:
      return {
        code: 'corrupt',
        sentence: 'the event log is damaged or truncated; nothing was changed in it. Restore it from a copy',
      };
    case NOT_A_DATABASE:
      return { code: 'corrupt', sentence: 'this is not an event log, or its beginning is damaged; nothing was changed in it' };
    case BUSY:
      return { code: 'locked', sentence: 'another process is using the event log' };
    case FULL:
      return { code: 'read-only', sentence: 'there is no room left for the event log; make room and open it again' };
    default:
      return { code: 'read-only', sentence: 'the event log cannot be used' };
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
