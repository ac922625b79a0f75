import { rule } from '../kernel/index.ts';

export const consentRules = {
  renewalMissing: rule('consent.renewal-missing', {
    severity: 'finding',
    en: 'The consent was given for a child without the day from which it must be renewed by the donor.',
    zh: '由监护人或母亲代为同意，但未写明供者成年后须重新同意的日期。',
    citation: '中华人民共和国民法典第十七条、第十八条',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'minor',
  }),
  ethicsMissing: rule('consent.ethics-approval-missing', {
    severity: 'finding',
    en: 'Consent to research was taken without naming the ethics approval.',
    zh: '研究用途的同意未注明伦理审查批件。',
    citation: '涉及人的生命科学和医学研究伦理审查办法（2023）第三十三条',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'minor',
  }),
  givenBefore: rule('consent.given-before', {
    severity: 'warn',
    en: 'The form {consent} was recorded before; what is recorded now replaces it.',
    zh: '同意书 {consent} 此前已登记，现以本次记录为准。',
  }),
  withdrawnUnknown: rule('consent.withdrawn-unknown', {
    severity: 'finding',
    en: 'The consent {consent} that is withdrawn is not recorded here. The withdrawal takes effect all the same.',
    zh: '所撤回的同意书 {consent} 在此没有登记，但撤回仍然生效。',
    deviation: 'minor',
  }),
  withdrawnBefore: rule('consent.withdrawn-before', {
    severity: 'warn',
    en: 'The consent {consent} was withdrawn before.',
    zh: '同意书 {consent} 此前已撤回。',
  }),
} as const;
