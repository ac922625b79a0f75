import type { AttestError, AttestErrorCode } from '@cytoledger/attest';
import type { Bilingual } from '@cytoledger/domain';

/** Of what can be wrong with JSON, a content, its disclosures or its signatures. `more`: which of several reasons, only the English says. */
const CHINESE: Readonly<Partial<Record<AttestErrorCode, string | { readonly more: string }>>> = {
  'invalid-utf8': '文本不是有效的 UTF-8（RFC 8259 §8.1）',
  'byte-order-mark': 'JSON 文本前有字节顺序标记（BOM）',
  'invalid-json': '文本不是有效的 JSON',
  'duplicate-key': '同一成员出现了两次',
  'forbidden-key': '成员不得命名为 __proto__',
  'lone-surrogate': '字符串含有孤立的代理码元，不是有效的 Unicode 文本（RFC 7493 §2.1）',
  'number-out-of-range': '数值超出 ±(2^53−1)（RFC 7493 §2.2）：请写成文本',
  'number-not-exact': '数值的位数超过双精度浮点数所能保留的：请写成文本',
  'too-deep': '嵌套过深',
  'too-large': '文本过大',
  'not-json': '此值不能写成 JSON',
  'missing-member': '缺少此成员',
  'unknown-member': '此处没有这个成员',
  'invalid-member': { more: '此成员的值不符合要求' },
  'content-not-canonical': '内容不是其 RFC 8785 规范形式',
  'body-not-canonical': '正文不是其 RFC 8785 规范形式',
  'header-not-canonical': '首部不是其 RFC 8785 规范形式',
  'body-too-large': '记录正文过大：最多 65,535 字节',
  'header-too-large': '记录首部过大',
  'invalid-event-id': '事件编号不是小写的 UUIDv7 或 UUIDv8',
  'invalid-stream': '流的名称无效',
  'invalid-disclosure': { more: '披露项（RFC 9901）无效' },
  'invalid-base64url': '不是规范的、不带填充的 base64url（RFC 4648 §5）',
  'invalid-key': { more: '密钥无效' },
  'low-order-key': '密钥为低阶点，不予接受',
  'non-canonical-key': '密钥不是规范编码',
  'invalid-jws': { more: 'JWS 无效' },
  'unexpected-typ': { more: 'JWS 的 typ 与预期不符' },
  'unexpected-kid': { more: 'JWS 的 kid 与预期不符' },
  'signature-mismatch': '签名与内容不符',
  'enrolment-mismatch': { more: '密钥登记声明不一致' },
};

/** What cannot be read, in both languages; the English is the error's own. Its place is in its pointer, and its offset told where known. */
export function attestSentence({ code, message, offset }: Pick<AttestError, 'code' | 'message' | 'offset'>): Bilingual {
  const told = CHINESE[code] ?? { more: '内容无法识别' };
  if (typeof told !== 'string') return { en: message, zh: `${told.more}：${message}` };
  return { en: message, zh: offset === undefined ? told : `${told}（偏移 ${offset}）` };
}
