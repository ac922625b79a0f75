import type * as z from 'zod';
import { coded } from './coded.ts';

/** What a unit of cells is kept in. A segment is the sealed piece of a bag's own tubing, kept for tests. */
export const ContainerKind = coded({
  cryobag: { zh: '冻存袋', en: 'cryobag' },
  vial: { zh: '冻存管', en: 'vial' },
  syringe: { zh: '注射器', en: 'syringe' },
  segment: { zh: '留样管段', en: 'segment' },
});
export type ContainerKind = z.infer<typeof ContainerKind>;

/** Who holds a unit, as the trace says it. */
export const CustodyKind = coded({
  procurement: { zh: '采集机构', en: 'procurement site' },
  laboratory: { zh: '制备机构', en: 'preparation laboratory' },
  'testing-laboratory': { zh: '检验机构', en: 'testing laboratory' },
  storage: { zh: '储存机构', en: 'storage site' },
  carrier: { zh: '承运人', en: 'carrier' },
  'treating-site': { zh: '治疗机构', en: 'treating site' },
});
export type CustodyKind = z.infer<typeof CustodyKind>;

/** The state in which something was handed over. */
export const Condition = coded({
  accepted: { zh: '合格接收', en: 'accepted' },
  'accepted-with-remarks': { zh: '有条件接收', en: 'accepted with remarks' },
  quarantined: { zh: '待评估', en: 'quarantined for assessment' },
  rejected: { zh: '拒收', en: 'rejected' },
});
export type Condition = z.infer<typeof Condition>;

/** What was seen that speaks against a container. */
export const ConditionFinding = coded({
  'seal-broken': { zh: '封签破损', en: 'seal broken' },
  'container-damaged': { zh: '容器破损', en: 'container damaged' },
  leaking: { zh: '渗漏', en: 'leaking' },
  thawed: { zh: '已融化', en: 'thawed' },
  'temperature-excursion': { zh: '温度偏离', en: 'temperature excursion' },
  'identity-mismatch': { zh: '身份不符', en: 'identity does not match' },
  'label-missing': { zh: '标签缺失', en: 'label missing' },
  'label-unreadable': { zh: '标签无法识读', en: 'label unreadable' },
  'documents-missing': { zh: '随附文件缺失', en: 'documents missing' },
  'count-mismatch': { zh: '数量不符', en: 'count does not match' },
  expired: { zh: '已过效期', en: 'expired' },
  clumping: { zh: '细胞聚团', en: 'clumping' },
  other: { zh: '其他', en: 'other' },
});
export type ConditionFinding = z.infer<typeof ConditionFinding>;

/** Why material was thrown away. */
export const DiscardReason = coded({
  expired: { zh: '过效期', en: 'expired' },
  'failed-specification': { zh: '检验不合格', en: 'failed specification' },
  contaminated: { zh: '污染', en: 'contaminated' },
  'container-damaged': { zh: '容器破损', en: 'container damaged' },
  'temperature-excursion': { zh: '温度偏离', en: 'temperature excursion' },
  'donor-ineligible': { zh: '供者不合格', en: 'donor ineligible' },
  'consent-withdrawn': { zh: '撤回同意', en: 'consent withdrawn' },
  recalled: { zh: '召回', en: 'recalled' },
  'not-needed': { zh: '不再需要', en: 'no longer needed' },
  'recipient-died': { zh: '受者死亡', en: 'recipient died' },
  'infusion-stopped': { zh: '输注中止余量', en: 'remainder of a stopped infusion' },
  'thawed-unused': { zh: '复苏后未使用', en: 'thawed and not used' },
  'retention-ended': { zh: '留样期满', en: 'retention period ended' },
  'process-remainder': { zh: '工艺余料', en: 'process remainder' },
  other: { zh: '其他', en: 'other' },
});
export type DiscardReason = z.infer<typeof DiscardReason>;

/** How it was destroyed (医疗废物管理条例 2003 Art 19 asks for on-site inactivation or centralised disposal). */
export const DiscardMethod = coded({
  autoclaved: { zh: '高压灭菌', en: 'autoclaved' },
  incinerated: { zh: '焚烧', en: 'incinerated' },
  'chemically-inactivated': { zh: '化学灭活', en: 'chemically inactivated' },
  'handed-to-waste-contractor': { zh: '交医疗废物处置单位', en: 'handed to the medical-waste contractor' },
  other: { zh: '其他', en: 'other' },
});
export type DiscardMethod = z.infer<typeof DiscardMethod>;

/** Why a fact reaches the platform later than it happened. A code, because free text about a person cannot stand in the log. */
export const LateReason = coded({
  'paper-transcribed': { zh: '由纸质记录转录', en: 'transcribed from paper' },
  'network-outage': { zh: '网络中断', en: 'network outage' },
  'system-outage': { zh: '系统停用', en: 'system outage' },
  'device-synchronised': { zh: '设备稍后同步', en: 'device synchronised later' },
  'result-arrived-late': { zh: '结果延后送达', en: 'the result arrived late' },
  emergency: { zh: '抢救中补记', en: 'recorded after an emergency' },
  omitted: { zh: '漏记补录', en: 'left out at the time' },
  imported: { zh: '历史数据导入', en: 'imported from earlier records' },
  other: { zh: '其他', en: 'other' },
});
export type LateReason = z.infer<typeof LateReason>;
