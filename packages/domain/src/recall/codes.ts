import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** What set a recall off. */
export const RecallTrigger = coded({
  'donor-information': { zh: '供者信息', en: 'information about a donor' },
  'failed-result': { zh: '检验不合格', en: 'failed result' },
  'material-recalled': { zh: '物料召回', en: 'recall of a material' },
  'adverse-event': { zh: '不良事件', en: 'adverse event' },
  complaint: { zh: '投诉', en: 'complaint' },
  deviation: { zh: '偏差', en: 'deviation' },
  'authority-order': { zh: '监管部门责令', en: 'order of an authority' },
  exercise: { zh: '模拟演练', en: 'exercise' },
  other: { zh: '其他', en: 'other' },
});

/** What the list was traced from. */
export const RecallOrigin = coded({
  donor: { zh: '供者', en: 'donor' },
  donation: { zh: '捐献', en: 'donation' },
  batch: { zh: '批次', en: 'batch' },
  unit: { zh: '单元', en: 'unit' },
  lot: { zh: '物料批号', en: 'lot of a material' },
  material: { zh: '物料记录', en: 'record of a lot' },
});

/** What became of a unit that is called back. */
export const RecallFate = coded({
  'on-hand': { zh: '在库', en: 'on hand' },
  used: { zh: '已使用', en: 'used' },
  quarantined: { zh: '已隔离', en: 'quarantined' },
  destroyed: { zh: '已销毁', en: 'destroyed' },
});
export type RecallFate = z.infer<typeof RecallFate>;
export const RECALL_FATES: readonly RecallFate[] = RecallFate.options;

export const CheckMethod = coded({
  visit: { zh: '现场核查', en: 'visit' },
  telephone: { zh: '电话核实', en: 'telephone' },
  records: { zh: '记录核对', en: 'comparison of records' },
  count: { zh: '实物盘点', en: 'count of stock' },
});

export const RecallEnd = coded({
  completed: { zh: '完成', en: 'completed' },
  terminated: { zh: '终止', en: 'terminated before its end' },
  'raised-in-error': { zh: '误启动', en: 'raised in error' },
});
