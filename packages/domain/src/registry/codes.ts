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
