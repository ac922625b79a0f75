import { rule } from '../kernel/index.ts';

/** What recipients are told, and a pregnancy. */
export const noticeRules = {
  deviationUnknown: rule('notice.deviation-unknown', {
    severity: 'finding',
    en: 'The recipient was told because of deviation {deviation}, which this treatment does not have.',
    zh: '通知所依据的偏差 {deviation} 不属于本治疗。',
    deviation: 'minor',
  }),
  notReached: rule('notice.nobody-reached', {
    severity: 'warn',
    en: 'Nobody was reached: the notice stays due.',
    zh: '未联系到任何人：通知仍待完成。',
  }),
  declinedNothing: rule('notice.declined-without-offer', {
    severity: 'finding',
    en: 'Tests are said to be declined, and none were offered.',
    zh: '记录为拒绝检测，但未提供任何检测。',
    deviation: 'minor',
  }),
  adviceMissing: rule('notice.advice-missing', {
    severity: 'warn',
    en: 'It is not said what was advised.',
    zh: '未注明所给建议。',
    citation: '21 CFR 1271.350(a); 2006/86/EC Annex III',
    confirmed: false,
  }),
  contactRefused: rule('notice.contact-not-consented', {
    severity: 'warn',
    en: 'The patient has not consented to being contacted, or withdrew that; say why it was done all the same.',
    zh: '患者未同意或已撤回联系同意；请说明仍予联系的理由。',
    citation: '个人信息保护法 第十三条、第十五条',
    confirmed: false,
    jurisdiction: 'CN',
  }),
  pregnancyAgain: rule('pregnancy.reported-before', {
    severity: 'warn',
    en: 'Pregnancy {pregnancy} was reported before; the newest report holds.',
    zh: '妊娠 {pregnancy} 此前已报告；以最新报告为准。',
  }),
  pregnancyKeepsRecords: rule('pregnancy.records-permanent', {
    severity: 'warn',
    en: 'Offspring may be involved: the records of this treatment are kept without end from now on.',
    zh: '可能涉及子代：本治疗记录自此永久保存。',
    citation: '生物医学新技术临床研究和临床转化应用管理条例（国务院令第818号）',
    confirmed: false,
    jurisdiction: 'CN',
  }),
} as const;
