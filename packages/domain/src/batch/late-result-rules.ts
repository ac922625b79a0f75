import { rule } from '../kernel/index.ts';

const TELLING = 'EU GMP Part IV (ATMP) §11.4, §14';

/** What must hold when a physician is told that what they gave has failed a test since. */
export const lateResultRules = {
  resultUnknown: rule('late-result.result-unknown', {
    severity: 'finding',
    en: 'The result that was notified is not recorded here.',
    zh: '所通知的检验结果在此未见记录。',
    deviation: 'minor',
  }),
  notFailed: rule('late-result.not-failed', {
    severity: 'warn',
    en: 'The result of {test} that was notified has not failed.',
    zh: '所通知的 {test} 结果并非不合格。',
  }),
  unitsUnknown: rule('late-result.unit-unknown', {
    severity: 'finding',
    en: 'This batch has no unit {unit}.',
    zh: '本批次没有单元 {unit}。',
    deviation: 'minor',
  }),
  notInfused: rule('late-result.unit-not-infused', {
    severity: 'finding',
    en: 'Unit {unit} is not recorded as infused in treatment {treatment}.',
    zh: '单元 {unit} 未记录为在治疗 {treatment} 中输注。',
    deviation: 'minor',
  }),
  overdue: rule('late-result.overdue', {
    severity: 'finding',
    en: 'The physician of treatment {treatment} was told {hours} hours after the failure was recorded; {limit} are allowed.',
    zh: '不合格结果记录 {hours} 小时后才通知治疗 {treatment} 的医师，规定为 {limit} 小时内。',
    citation: TELLING,
    confirmed: false,
    jurisdiction: 'EU',
  }),
  otherPhysician: rule('late-result.other-physician', {
    severity: 'warn',
    en: '{physician} was told, who is not the physician of treatment {treatment}.',
    zh: '所通知的 {physician} 不是治疗 {treatment} 的主管医师。',
  }),
  noticeUnknown: rule('late-result.notice-unknown', {
    severity: 'impossible',
    en: 'There is no notice {notice} to acknowledge.',
    zh: '没有可确认的通知 {notice}。',
  }),
  acknowledgedBefore: rule('late-result.acknowledged-before', {
    severity: 'warn',
    en: 'This notice was acknowledged before.',
    zh: '该通知此前已确认。',
  }),
} as const;
