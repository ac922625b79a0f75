import { coded } from '../vocabulary/index.ts';

/** What keeps the units cold. */
export const ShipperKind = coded({
  'dry-vapour': { zh: '气相液氮干式运输罐', en: 'dry vapour shipper' },
  'dry-ice': { zh: '干冰箱', en: 'dry ice' },
  'phase-change': { zh: '相变材料保温箱', en: 'phase-change box' },
  ambient: { zh: '常温箱', en: 'ambient box' },
  other: { zh: '其他', en: 'other' },
});

export const AssessmentOutcome = coded({
  acceptable: { zh: '可接受', en: 'acceptable' },
  'not-acceptable': { zh: '不可接受', en: 'not acceptable' },
});

/** What an assessment of an excursion rests on. */
export const AssessmentBasis = coded({
  'stability-data': { zh: '稳定性数据', en: 'stability data' },
  'logger-fault': { zh: '记录仪故障', en: 'fault of the logger' },
  retest: { zh: '复检结果', en: 'result of a retest' },
  'expert-judgement': { zh: '专家判断', en: 'expert judgement' },
  other: { zh: '其他', en: 'other' },
});

export const ClosingReason = coded({
  completed: { zh: '完成', en: 'completed' },
  cancelled: { zh: '取消', en: 'cancelled before departure' },
  returned: { zh: '退回', en: 'returned to the shipper' },
  lost: { zh: '丢失', en: 'lost' },
});
