import { rule } from '../kernel/index.ts';

/** What one person at the bedside may pass over, and what follows (docs/decisions/0039-break-glass.md). */
export const breakGlassRules = {
  used: rule('break-glass.used', {
    severity: 'finding',
    en: 'Break-glass for unit {unit}: {holder} alone, without a signature ({reason}). The second signature is due by {due}.',
    zh: '单元 {unit} 启用紧急通道：仅 {holder} 一人、无签名（{reason}）。第二签名须于 {due} 前补签。',
    citation: '医疗事故处理条例（2002）第八条: 抢救结束后6小时内据实补记',
    confirmed: false,
    jurisdiction: 'CN',
  }),
  passedOver: rule('break-glass.passed-over', {
    severity: 'finding',
    en: 'Break-glass passes over {rule}: {said}',
    zh: '紧急通道越过规则 {rule}：{zh}',
  }),
  nobody: rule('break-glass.nobody', {
    severity: 'gate',
    en: 'Break-glass needs the badge and PIN of a person: the token names none.',
    zh: '紧急通道须由个人刷卡并输入密码：令牌未指明人员。',
    citation: '21 CFR 11.200(a)(1)',
    jurisdiction: 'US',
  }),
  otherBadge: rule('break-glass.other-badge', {
    severity: 'gate',
    en: 'The badge is that of {holder}, but {person} asks.',
    zh: '刷卡人为 {holder}，而请求人为 {person}。',
    citation: '21 CFR 11.200(a)(2)',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
  notUsed: rule('break-glass.not-used', {
    severity: 'impossible',
    en: 'Event {event} is no break-glass of this batch.',
    zh: '事件 {event} 不是本批次的紧急通道记录。',
  }),
  countersignedUnsigned: rule('break-glass.countersigned-unsigned', {
    severity: 'gate',
    en: 'The second signature of a break-glass is a signature: none came with it.',
    zh: '紧急通道的第二签名须附签名。',
    citation: '21 CFR 11.50, 11.70',
    jurisdiction: 'US',
  }),
  countersignedBySame: rule('break-glass.same-person', {
    severity: 'gate',
    en: 'The second signature is that of {person}, whose badge it was: another person signs.',
    zh: '第二签名人 {person} 即刷卡人本人：须由另一人签名。',
    citation: '21 CFR 11.200(a)(2)',
    jurisdiction: 'US',
  }),
  countersignedBefore: rule('break-glass.countersigned-before', {
    severity: 'warn',
    en: 'Break-glass {event} has its second signature already.',
    zh: '紧急通道 {event} 此前已补签。',
  }),
  countersignedLate: rule('break-glass.countersigned-late', {
    severity: 'finding',
    en: 'The second signature was due by {due}.',
    zh: '第二签名的期限为 {due}，现已逾期。',
    citation: '医疗事故处理条例（2002）第八条: 抢救结束后6小时内据实补记',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'minor',
  }),
  notJustified: rule('break-glass.not-justified', {
    severity: 'finding',
    en: 'The second signer does not find break-glass {event} justified.',
    zh: '第二签名人认为启用紧急通道 {event} 理由不成立。',
    deviation: 'critical',
  }),
} as const;
