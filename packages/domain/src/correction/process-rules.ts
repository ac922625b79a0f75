import { rule } from '../kernel/index.ts';

export const correctionProcessRules = {
  infusionTakenBack: rule('correction.infusion-taken-back', {
    severity: 'finding',
    en: 'This takes back the record of an infusion ({type}). What was given to whom has to be assessed; the record being right does not close it.',
    zh: '本更正撤销一条输注记录（{type}）。须评估实际给予何人何物；记录更正后该偏差仍不关闭。',
    citation: 'EU GMP Part IV (ATMP) §14; 21 CFR 1271.350',
    confirmed: false,
    deviation: 'critical',
  }),
  notOpen: rule('correction.not-open', {
    severity: 'gate',
    en: 'This correction was decided before: {status}.',
    zh: '该更正此前已有结论：{status}。',
  }),
  sameApprover: rule('correction.approved-by-proposer', {
    severity: 'gate',
    en: '{person} proposed this correction and cannot approve it.',
    zh: '{person} 为更正提出人，不得自行批准。',
    citation: 'EU GMP Part IV (ATMP) §6.13; 药品记录与数据管理要求（试行）2020 第十二条',
    confirmed: false,
  }),
  unsigned: rule('correction.approved-unsigned', {
    severity: 'gate',
    en: 'Approving a correction needs the signature of quality assurance.',
    zh: '批准更正须经质量保证人员签名。',
    citation: '21 CFR 11.10(e), 11.50, 11.70',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
  notQuality: rule('correction.needs-own-quality', {
    severity: 'gate',
    en: 'This takes back an entry of {stream} that can keep cells from patients ({type}): quality assurance of whose record it is approves it.',
    zh: '本更正撤销 {stream} 中一条可限制细胞使用的记录（{type}）：须由该记录所属机构的质量保证人员批准。',
    citation: 'EU GMP Part IV (ATMP) §11.1; 药品生产质量管理规范（2010年修订）第25条',
    confirmed: false,
    deviation: 'critical',
  }),
  recordUnknown: rule('correction.record-unknown', {
    severity: 'gate',
    en: 'There is no record {stream}.',
    zh: '没有记录 {stream}。',
  }),
  notTheirs: rule('correction.not-theirs', {
    severity: 'gate',
    en: '{stream} belongs neither to who proposed the correction nor to who approves it.',
    zh: '{stream} 既不属于更正提出机构，也不属于批准机构。',
    deviation: 'critical',
  }),
  strangerApproves: rule('correction.approved-by-stranger', {
    severity: 'gate',
    en: 'None of the records that this correction changes belongs to {org}: quality assurance of an organisation whose records it changes approves it.',
    zh: '本更正涉及的记录均不属于 {org}：须由被更正记录所属机构的质量保证人员批准。',
    citation: 'EU GMP Part IV (ATMP) §6.13; 药品记录与数据管理要求（试行）2020 第十二条',
    confirmed: false,
    deviation: 'critical',
  }),
  assessedEarly: rule('correction.assessed-before-applied', {
    severity: 'warn',
    en: 'The impact is assessed before the correction is applied.',
    zh: '更正尚未执行即已评估影响。',
  }),
} as const;
