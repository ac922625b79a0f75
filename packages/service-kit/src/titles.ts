import type { Bilingual } from '@cytoledger/domain';

/** What several refusals are called. */
export const TITLES = {
  notFound: { en: 'Not found', zh: '未找到' },
  notAllowed: { en: 'Not allowed', zh: '不允许' },
  unauthenticated: { en: 'Who is asking is not known', zh: '提问者身份不明' },
  notNow: { en: 'Not now', zh: '暂时无法处理' },
  unreadable: { en: 'This could not be read', zh: '无法识别所提交的内容' },
  unsupportedMediaType: { en: 'Unsupported media type', zh: '不支持的内容类型' },
  unforeseen: { en: 'This should not have happened', zh: '发生了不应发生的错误' },
  notRehearsed: { en: 'Not in a dry run', zh: '不能试算' },
} as const satisfies Record<string, Bilingual>;

/** A message that comes from a parser or a store has one language; who reads Chinese is told what it is about. */
export function inWords(zh: string, message: string): Bilingual {
  return { en: message, zh: `${zh}：${message}` };
}
