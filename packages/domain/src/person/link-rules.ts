import { rule } from '../kernel/index.ts';

/** Two pseudonyms of one person. */
export const linkRules = {
  itself: rule('link.to-itself', {
    severity: 'impossible',
    en: 'A person is not linked to the same pseudonym.',
    zh: '不能将同一假名与其自身关联。',
  }),
  idTaken: rule('link.id-taken', {
    severity: 'impossible',
    en: 'The link {link} exists and leads to {other}.',
    zh: '关联 {link} 已存在，指向 {other}。',
  }),
  motherAndChild: rule('link.mother-and-child', {
    severity: 'gate',
    en: '{person} is registered as the birth mother of {child}: they are two persons.',
    zh: '{person} 登记为 {child} 的生母，二者并非同一人。',
  }),
  approversSame: rule('link.approvers-same', {
    severity: 'gate',
    en: 'Two different persons approve a link or its undoing.',
    zh: '关联或解除关联须由两名不同人员批准。',
    citation: 'EU GMP Part IV (ATMP) §6.4; FACT-JACIE 8th ed. B9',
    confirmed: false,
  }),
  otherSilent: rule('link.other-organisation-silent', {
    severity: 'gate',
    en: 'The pseudonym {other} was registered by another organisation: one of the two who approve is of it.',
    zh: '假名 {other} 由其他机构登记：两名批准人中须有一名属于该机构。',
  }),
  unsigned: rule('link.approver-unsigned', {
    severity: 'gate',
    en: 'The signature of {approver} is missing.',
    zh: '缺少 {approver} 的签名。',
    citation: '21 CFR 11.50, 11.70',
  }),
  weak: rule('link.own-statement-only', {
    severity: 'warn',
    en: 'Nothing but a statement of the person speaks for the link.',
    zh: '仅有本人声明作为关联依据。',
  }),
  again: rule('link.exists', {
    severity: 'warn',
    en: 'The two pseudonyms were linked before.',
    zh: '两个假名此前已关联。',
  }),
  unknown: rule('link.unknown', {
    severity: 'impossible',
    en: 'There is no link {link} here.',
    zh: '此处没有关联 {link}。',
  }),
  undone: rule('link.undone-before', {
    severity: 'impossible',
    en: 'The link {link} was undone before.',
    zh: '关联 {link} 此前已解除。',
  }),
} as const;
