import type { z } from 'zod';
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

export const CrossingKind = coded({
  province: { zh: '跨省', en: 'to another province' },
  'hong-kong-macao': { zh: '往来港澳', en: 'to or from Hong Kong or Macao' },
  abroad: { zh: '出境', en: 'abroad' },
});
export type CrossingKind = z.infer<typeof CrossingKind>;

/** What is seen before cells cross a border. */
export const PermitKind = coded({
  'human-genetic-resources-export': {
    zh: '人类遗传资源材料出境证明',
    en: 'certificate for the export of human genetic resources',
  },
  'special-articles-quarantine': { zh: '出入境特殊物品卫生检疫审批单', en: 'health quarantine approval for special articles' },
  'import-permit': { zh: '目的地进口许可', en: 'import permit of the destination' },
  'provincial-approval': { zh: '省级主管部门批复', en: 'approval of the province' },
  'ethics-approval': { zh: '伦理审查批件', en: 'ethics approval' },
  other: { zh: '其他', en: 'other' },
});
export type PermitKind = z.infer<typeof PermitKind>;
