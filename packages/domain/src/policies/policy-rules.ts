import { rule } from '../kernel/index.ts';

/** What policies raise as deviations. */
export const policyRules = {
  donorIneligible: rule('policy.recipient-of-ineligible-donor', {
    severity: 'finding',
    en: 'This patient received cells that descend from a donor who was found ineligible later.',
    zh: '该患者所输注的细胞来源于事后被判定为不合格的供者。',
    citation: '21 CFR 1271.350(a); 2006/86/EC Art 6 and Annex III',
    confirmed: false,
    deviation: 'critical',
  }),
  failedAfterInfusion: rule('policy.result-failed-after-infusion', {
    severity: 'finding',
    en: 'A release test failed, and units of this batch have been infused.',
    zh: '放行检验不合格，而本批次已有单元输注。',
    citation: 'EU GMP Part IV (ATMP) §11.5, §14; 药品生产质量管理规范（2010年修订）第二百九十八条',
    confirmed: false,
    deviation: 'critical',
  }),
  receivedFailed: rule('policy.recipient-of-failed-batch', {
    severity: 'finding',
    en: 'This patient received a unit of a batch of which a release test failed. The treating physician has to be told.',
    zh: '该患者输注了放行检验不合格批次的单元，须通知主管医师。',
    citation: 'EU GMP Part IV (ATMP) §11.5, §14',
    confirmed: false,
    deviation: 'critical',
  }),
} as const;
