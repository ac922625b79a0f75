import { EventStoreError } from '@cytoledger/event-store';
import { ReadModelError, type ReadModelErrorCode } from '@cytoledger/read-models';
import { Refusal } from '@cytoledger/service-kit';
import { TraceError, type TraceErrorCode } from './errors.ts';

const OF_QUESTIONS: Readonly<Record<TraceErrorCode, { status: number; title: string }>> = {
  'not-found': { status: 404, title: 'Nothing is known of it' },
};

const OF_MOMENTS: Readonly<Record<ReadModelErrorCode, { status: number; title: string }>> = {
  'position-beyond-head': { status: 400, title: 'The log does not reach so far' },
  'before-the-log': { status: 400, title: 'Nothing was recorded yet' },
  'invalid-moment': { status: 400, title: 'Neither a log position nor a time' },
  'not-yet': { status: 503, title: 'Not projected yet' },
  failed: { status: 503, title: 'The read model has stopped' },
  closed: { status: 503, title: 'The service is stopping' },
};

/** The answer to a question that could not be answered; other errors stay what they are. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof TraceError) {
    return new Refusal({ ...OF_QUESTIONS[error.code], code: error.code, detail: error.message });
  }
  if (error instanceof ReadModelError) {
    const headers: Record<string, string> =
      error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) };
    return new Refusal({ ...OF_MOMENTS[error.code], code: error.code, detail: error.message }, headers);
  }
  if (error instanceof EventStoreError && error.code === 'invalid-position') {
    return new Refusal({ ...OF_MOMENTS['invalid-moment'], code: error.code, detail: error.message });
  }
  return error;
}
