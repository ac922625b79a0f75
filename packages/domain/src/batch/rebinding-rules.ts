import { rule } from '../kernel/index.ts';

const CHANGE = '药品生产质量管理规范（2010年修订）第240条; EU GMP Part IV (ATMP) §12';

/** What must hold when a batch is judged by another version of its specification from now on. */
export const rebindingRules = {
  versionUnknown: rule('rebinding.version-unknown', {
    severity: 'gate',
    en: 'Version {version} of the specification of product {product} is not registered.',
    zh: '产品 {product} 的质量标准第 {version} 版未登记。',
  }),
  sameVersion: rule('rebinding.same-version', {
    severity: 'warn',
    en: 'The batch is bound to version {version} already.',
    zh: '本批次已适用第 {version} 版质量标准。',
  }),
  unsigned: rule('rebinding.unsigned', {
    severity: 'gate',
    en: 'Binding a batch to another specification version needs the signature of quality assurance ({roles}).',
    zh: '变更批次适用的质量标准版本须经质量保证人员（{roles}）签名。',
    citation: CHANGE,
    confirmed: false,
  }),
  afterRelease: rule('rebinding.after-release', {
    severity: 'finding',
    en: 'The batch was released by version {from} before; what was released is not judged anew by version {to}.',
    zh: '本批次此前已按第 {from} 版放行；已放行部分不得改按第 {to} 版重新判定。',
    citation: CHANGE,
    confirmed: false,
    deviation: 'critical',
  }),
  afterFailure: rule('rebinding.after-failure', {
    severity: 'finding',
    en: '{test} failed by version {from}, and the batch is bound to version {to} afterwards.',
    zh: '{test} 按第 {from} 版不合格之后，批次改为适用第 {to} 版。',
    citation: 'FDA OOS guidance 2022 §IV; 药品生产质量管理规范（2010年修订）第224条',
    confirmed: false,
  }),
} as const;
