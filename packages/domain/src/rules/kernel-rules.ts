import { rule } from '../kernel/index.ts';

/** What the command handler itself checks of every fact, whatever its aggregate. */
export const kernelRules = {
  streamUnknown: rule('stream.unknown', {
    severity: 'impossible',
    en: 'There is no record {stream} yet.',
    zh: '尚无记录 {stream}。',
  }),
  streamAlreadyOpen: rule('stream.already-open', {
    severity: 'impossible',
    en: 'The record {stream} exists already and cannot be opened again.',
    zh: '记录 {stream} 已存在，不能再次建立。',
  }),
  openingAbandoned: rule('stream.opening-abandoned', {
    severity: 'impossible',
    en: 'The opening of {stream} was abandoned; what it would have used went back. Open a new one.',
    zh: '{stream} 的建立已放弃，所领材料已退回；请新建。',
  }),
  observationFromFuture: rule('observation.from-future', {
    severity: 'finding',
    en: 'It is said to have happened at {occurredAt}, which is still to come.',
    zh: '所述发生时间 {occurredAt} 尚未到来。',
    citation: '21 CFR 11.10(e); 药品记录与数据管理要求（试行）2020 第六条',
    jurisdiction: 'US',
    confirmed: false,
    deviation: 'minor',
  }),
  lateWithoutReason: rule('observation.late-without-reason', {
    severity: 'warn',
    en: 'This is recorded {hours} hours after it happened, without saying why.',
    zh: '该记录晚于发生时间 {hours} 小时，未说明原因。',
    citation: 'MHRA GXP Data Integrity 2018 §5.1 (contemporaneous); 药品记录与数据管理要求（试行）2020 第六条',
    confirmed: false,
  }),
  signatureUnknownKey: rule('signature.unknown-key', {
    severity: 'gate',
    en: 'The key {kid} that signed is not enrolled.',
    zh: '签名所用密钥 {kid} 未登记。',
    citation: '21 CFR 11.100(b)',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
  signatureRevokedKey: rule('signature.revoked-key', {
    severity: 'gate',
    en: 'The key {kid} that signed is revoked.',
    zh: '签名所用密钥 {kid} 已吊销。',
    citation: '21 CFR 11.300(c)',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
  signatureWrongOrganisation: rule('signature.wrong-organisation', {
    severity: 'gate',
    en: 'The key {kid} belongs to {org}, but {reporting} reports.',
    zh: '密钥 {kid} 属于 {org}，而报告机构为 {reporting}。',
    citation: '21 CFR 11.100(a)',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
  signatureInvalid: rule('signature.invalid', {
    severity: 'gate',
    en: 'The signature does not hold: {problem}',
    zh: '签名无效：{problem}',
    citation: '21 CFR 11.70',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
  signatureFromFuture: rule('signature.from-future', {
    severity: 'gate',
    en: 'The signature is dated {signedAt}, which is still to come.',
    zh: '签名时间 {signedAt} 尚未到来。',
    citation: '21 CFR 11.50(a)(2)',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
} as const;
