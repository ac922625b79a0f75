import { rule } from '../kernel/index.ts';

export const registryRules = {
  filingNumberStrange: rule('study.filing-number-strange', {
    severity: 'warn',
    en: 'The filing number {number} does not look like one of this regime; it is kept as given.',
    zh: '备案号 {number} 与该监管路径常见格式不符，按原文保存。',
  }),
  siteUnknown: rule('study.site-unknown', {
    severity: 'warn',
    en: 'The site {site} of this study is not registered yet.',
    zh: '本研究的机构 {site} 尚未登记。',
  }),
  versionNotNext: rule('product.version-not-next', {
    severity: 'impossible',
    en: 'Version {version} cannot follow: the next version of this specification is {next}.',
    zh: '版本 {version} 不连续：该质量标准的下一版本应为 {next}。',
  }),
  ownerChanged: rule('product.owner-changed', {
    severity: 'impossible',
    en: 'The product belongs to {owner}; only its owner specifies a further version.',
    zh: '该产品属于 {owner}，只有其所有者可以制定新版本。',
  }),
  lineRepeated: rule('product.line-repeated', {
    severity: 'impossible',
    en: 'The line {line} stands twice in the specification.',
    zh: '质量标准中条目 {line} 重复。',
  }),
  transportOrder: rule('product.transport-limits-reversed', {
    severity: 'impossible',
    en: 'The lowest transport temperature, {minimum} °C, is above the highest, {maximum} °C.',
    zh: '运输下限 {minimum} °C 高于上限 {maximum} °C。',
  }),
  noMandatoryLine: rule('product.no-mandatory-release-test', {
    severity: 'finding',
    en: 'The specification has no mandatory release test: nothing would have to pass.',
    zh: '质量标准没有必检放行项目。',
    citation: 'EU GMP Part IV (ATMP) §11.2; 中国药典 2020 年版三部',
    confirmed: false,
  }),
  staffMoved: rule('staff.other-organisation', {
    severity: 'impossible',
    en: 'This member of staff is enrolled at {org}; another organisation gives a pseudonym of its own.',
    zh: '该人员已由 {org} 登记，其他机构须另用代号。',
  }),
} as const;
