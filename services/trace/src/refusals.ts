import { EventStoreError } from '@cytoledger/event-store';
import { ReadModelError, type ReadModelErrorCode } from '@cytoledger/read-models';
import { inWords, type Problem, Refusal } from '@cytoledger/service-kit';
import { TraceError, type TraceErrorCode } from './errors.ts';

const OF_QUESTIONS: Readonly<Record<TraceErrorCode, Pick<Problem, 'status' | 'title'>>> = {
  'not-found': { status: 404, title: { en: 'Nothing is known of it', zh: '对此一无所知' } },
};

const OF_MOMENTS: Readonly<Record<ReadModelErrorCode, Pick<Problem, 'status' | 'title'>>> = {
  'position-beyond-head': { status: 400, title: { en: 'The log does not reach so far', zh: '日志尚未到达该位置' } },
  'before-the-log': { status: 400, title: { en: 'Nothing was recorded yet', zh: '当时尚无记录' } },
  'invalid-moment': { status: 400, title: { en: 'Neither a log position nor a time', zh: '既不是日志位置，也不是时间' } },
  'not-yet': { status: 503, title: { en: 'Not projected yet', zh: '读模型尚未跟上' } },
  failed: { status: 503, title: { en: 'The read model has stopped', zh: '读模型已停止' } },
  closed: { status: 503, title: { en: 'The service is stopping', zh: '服务正在停止' } },
};

/** The answer to a question that could not be answered; other errors stay what they are. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof TraceError) {
    return refusalAs(OF_QUESTIONS[error.code], error);
  }
  if (error instanceof ReadModelError) {
    const headers: Record<string, string> =
      error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) };
    return refusalAs(OF_MOMENTS[error.code], error, headers);
  }
  if (error instanceof EventStoreError && error.code === 'invalid-position') {
    return refusalAs(OF_MOMENTS['invalid-moment'], error);
  }
  return error;
}

function refusalAs(
  told: Pick<Problem, 'status' | 'title'>,
  { code, message }: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal({ ...told, code, detail: inWords(told.title.zh, message) }, headers);
}
