import { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** Air cleanliness of the room (EU GMP Annex 1 §4; 药品生产质量管理规范 无菌药品附录 第9条). */
export const CleanroomGrade = z.enum(['A', 'B', 'C', 'D', 'unclassified']);

/** Why units may not be used for now. */
export const RestrictionReason = coded({
  'donor-ineligible': { zh: '供者不合格', en: 'donor found ineligible' },
  'donor-information': { zh: '捐献后信息', en: 'post-donation information' },
  'consent-withdrawn': { zh: '撤回同意', en: 'consent withdrawn' },
  excursion: { zh: '温度偏离', en: 'temperature excursion' },
  'out-of-specification': { zh: '检验超标', en: 'out of specification' },
  deviation: { zh: '偏差', en: 'deviation' },
  'adverse-event': { zh: '不良事件', en: 'adverse event' },
  'material-recalled': { zh: '物料召回', en: 'material recalled' },
  'material-rejected': { zh: '物料不合格', en: 'material rejected' },
  'label-error': { zh: '标签差错', en: 'label error' },
  'container-damaged': { zh: '容器破损', en: 'container damaged' },
  returned: { zh: '退回待评估', en: 'returned, to be assessed' },
  'awaiting-release': { zh: '待放行', en: 'awaiting release' },
  precaution: { zh: '预防性', en: 'as a precaution' },
  other: { zh: '其他', en: 'other' },
});

/** Why they may be used again. */
export const LiftReason = coded({
  'investigation-closed': { zh: '调查已关闭', en: 'investigation closed' },
  'assessed-acceptable': { zh: '评估可接受', en: 'assessed as acceptable' },
  'results-available': { zh: '结果已出', en: 'results available' },
  'decided-after-withdrawal': { zh: '撤回同意后决定', en: 'decided after a withdrawal' },
  'raised-in-error': { zh: '误设', en: 'raised in error' },
  other: { zh: '其他', en: 'other' },
});

/** What a sample was taken from. */
export const SampledMaterial = coded({
  product: { zh: '成品', en: 'product' },
  cells: { zh: '细胞', en: 'cells' },
  supernatant: { zh: '培养上清', en: 'culture supernatant' },
  'wash-solution': { zh: '洗涤液', en: 'wash solution' },
  'starting-material': { zh: '起始物料', en: 'starting material' },
  retention: { zh: '留样', en: 'retention sample' },
  other: { zh: '其他', en: 'other' },
});

export const BagIntegrity = coded({
  intact: { zh: '完好', en: 'intact' },
  leaking: { zh: '渗漏', en: 'leaking' },
  broken: { zh: '破裂', en: 'broken' },
});

export const ScanBack = coded({
  match: { zh: '一致', en: 'match' },
  mismatch: { zh: '不一致', en: 'mismatch' },
  'not-done': { zh: '未做', en: 'not done' },
});

export const RejectionReason = coded({
  'failed-specification': { zh: '检验不合格', en: 'failed specification' },
  contaminated: { zh: '污染', en: 'contaminated' },
  'process-failure': { zh: '工艺失败', en: 'process failure' },
  'donor-ineligible': { zh: '供者不合格', en: 'donor ineligible' },
  'identity-doubt': { zh: '身份存疑', en: 'identity in doubt' },
  'storage-failure': { zh: '储存失效', en: 'storage failure' },
  other: { zh: '其他', en: 'other' },
});
