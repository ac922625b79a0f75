import { AttestError } from '@cytoledger/attest';
import { CommandError, type CommandErrorCode } from '@cytoledger/commands';
import { EventStoreError } from '@cytoledger/event-store';
import { VaultError, type VaultErrorCode } from '@cytoledger/vault';
import { type Problem, Refusal } from './problem.ts';
import { inWords, TITLES } from './titles.ts';

const COMMANDS: Readonly<Record<CommandErrorCode, string>> = {
  overloaded: '系统繁忙，等待处理的内容过多',
  contention: '他人正在修改本次判断所依据的记录',
  'outcome-unknown': '尚无法得知是否已经记录',
  unavailable: '当前不能写入',
  'clock-behind': '本机时钟晚于最新记录，暂停写入',
};

/** What the vault refuses for what was sent: trying again helps nobody. */
const SENDERS_FAULT: ReadonlySet<VaultErrorCode> = new Set(['digest-mismatch', 'digest-conflict', 'invalid-entry']);

/** What an exception means to the caller; undefined for what nobody foresaw. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof CommandError) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new Refusal(
      {
        status: 503,
        code: error.code,
        title: TITLES.notNow,
        detail: {
          en: `${error.message}. Sending the same event again is safe.`,
          zh: `${COMMANDS[error.code]}。重复发送同一事件是安全的。`,
        },
      },
      { 'retry-after': String(seconds) },
    );
  }
  if (error instanceof VaultError) {
    if (error.code === 'subject-erased') {
      return new Refusal({
        status: 409,
        code: 'subject-erased',
        title: { en: 'Erased', zh: '已删除' },
        detail: {
          en: 'The personal data of this subject has been erased: nothing personal is taken any more.',
          zh: '该主体的个人信息已被删除：不再接收其任何个人信息。',
        },
      });
    }
    if (SENDERS_FAULT.has(error.code)) {
      return new Refusal({
        status: 400,
        code: `vault-${error.code}`,
        title: TITLES.unreadable,
        detail: inWords('个人信息库未接收', error.message),
      });
    }
    return new Refusal(
      {
        status: 503,
        code: 'vault-unavailable',
        title: TITLES.notNow,
        detail: { en: 'The vault of personal data does not answer.', zh: '个人信息库没有应答。' },
      },
      { 'retry-after': '2' },
    );
  }
  if (error instanceof EventStoreError && error.code === 'invalid-position') {
    return new Refusal({
      status: 400,
      code: 'invalid-position',
      title: { en: 'No such position', zh: '没有这个日志位置' },
      detail: inWords('日志位置无效', error.message),
    });
  }
  if (error instanceof EventStoreError) {
    return new Refusal(
      { status: 503, code: `store-${error.code}`, title: TITLES.notNow, detail: inWords('事件存储暂不可用', error.message) },
      { 'retry-after': '5' },
    );
  }
  if (error instanceof AttestError) {
    return new Refusal({
      status: 400,
      code: 'invalid',
      title: TITLES.unreadable,
      detail: inWords('内容无法识别', error.message),
    });
  }
  return fastifyRefusal(error);
}

const FASTIFY: Readonly<Record<string, Pick<Problem, 'status' | 'code' | 'title'>>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, code: 'unsupported-media-type', title: TITLES.unsupportedMediaType },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'body-too-large', title: { en: 'The body is too large', zh: '请求正文过大' } },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'empty-body', title: { en: 'The body is empty', zh: '请求正文为空' } },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'content-length',
    title: { en: 'The body is not as long as announced', zh: '请求正文的长度与所声明的不符' },
  },
  FST_ERR_BAD_URL: { status: 400, code: 'bad-url', title: { en: 'The URL cannot be read', zh: '无法识别网址' } },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    code: 'parameter-too-long',
    title: { en: 'A path parameter is too long', zh: '路径参数过长' },
  },
};

function fastifyRefusal(error: unknown): Refusal | undefined {
  const { code, statusCode, message } = (error ?? {}) as { code?: string; statusCode?: number; message?: string };
  const known = code === undefined ? undefined : FASTIFY[code];
  if (known) return new Refusal({ ...known, ...(message !== undefined && { detail: inWords(known.title.zh, message) }) });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Refusal({
      status: statusCode,
      code: 'bad-request',
      title: { en: 'Bad request', zh: '请求有误' },
      ...(message !== undefined && { detail: inWords('请求有误', message) }),
    });
  }
  return undefined;
}
