import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

export const SiteKind = coded({
  laboratory: { zh: '制备机构', en: 'preparation laboratory' },
  hospital: { zh: '医疗机构', en: 'hospital' },
  'qc-laboratory': { zh: '检验机构', en: 'testing laboratory' },
  oversight: { zh: '质量控制中心', en: 'quality-control centre' },
  carrier: { zh: '承运人', en: 'carrier' },
  operator: { zh: '平台运营者', en: 'operator of the platform' },
});
export type SiteKind = z.infer<typeof SiteKind>;

/** Regimes are registry data: rule sets, clocks and signer roles hang on them. */
export const Regime = coded({
  'cn-818-clinical-research': { zh: '818 号令临床研究', en: 'Decree 818, clinical research' },
  'cn-818-clinical-application': { zh: '818 号令临床转化应用', en: 'Decree 818, clinical application' },
  'cn-828-drug-trial': { zh: '药物临床试验（828 号令）', en: 'Decree 828, drug trial' },
  'cn-2015-iit': { zh: '2015 年干细胞临床研究备案', en: 'stem-cell clinical research filing of 2015' },
  'cn-nansha-restricted': {
    zh: '南沙细胞移植限定备案（发改体改〔2023〕1786号）',
    en: 'Nansha restricted cell-transplantation filing',
  },
  'compassionate-use': { zh: '同情使用', en: 'compassionate use' },
});

export const TestStage = coded({
  'in-process': { zh: '过程控制', en: 'in process' },
  'drug-substance': { zh: '原液', en: 'drug substance' },
  release: { zh: '放行', en: 'release' },
  'at-infusion': { zh: '输注前', en: 'at infusion' },
});
export type TestStage = z.infer<typeof TestStage>;

export const RevocationReason = coded({
  compromised: { zh: '私钥泄露', en: 'the private key is compromised' },
  lost: { zh: '私钥丢失', en: 'the private key is lost' },
  replaced: { zh: '已更换', en: 'replaced by another key' },
  'left-organisation': { zh: '人员离职', en: 'the person left the organisation' },
  'role-ended': { zh: '岗位变动', en: 'the role ended' },
});
