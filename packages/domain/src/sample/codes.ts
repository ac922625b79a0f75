import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** What is in the tube. */
export const SampleMatrix = coded({
  product: { zh: '成品', en: 'product' },
  cells: { zh: '细胞', en: 'cells' },
  supernatant: { zh: '培养上清', en: 'culture supernatant' },
  'wash-solution': { zh: '洗涤液', en: 'wash solution' },
  'donor-blood': { zh: '供者血样', en: 'blood of the donor' },
  tissue: { zh: '组织', en: 'tissue' },
  material: { zh: '物料', en: 'material' },
  air: { zh: '空气', en: 'air' },
  surface: { zh: '表面', en: 'surface' },
  water: { zh: '水', en: 'water' },
  other: { zh: '其他', en: 'other' },
});
export type SampleMatrix = z.infer<typeof SampleMatrix>;

/** Why a laboratory does not test what it got. */
export const SampleRejectionReason = coded({
  insufficient: { zh: '样品量不足', en: 'not enough of it' },
  'wrong-container': { zh: '容器错误', en: 'wrong container' },
  leaking: { zh: '渗漏', en: 'leaking' },
  unlabelled: { zh: '标签缺失或无法识读', en: 'label missing or unreadable' },
  'identity-doubt': { zh: '身份存疑', en: 'identity in doubt' },
  'temperature-excursion': { zh: '温度偏离', en: 'temperature excursion' },
  'too-old': { zh: '超过检测时限', en: 'too old to be tested' },
  haemolysed: { zh: '溶血', en: 'haemolysed' },
  contaminated: { zh: '污染', en: 'contaminated' },
  'documents-missing': { zh: '随附文件缺失', en: 'documents missing' },
  other: { zh: '其他', en: 'other' },
});

/** Why a report is not to be relied upon as it was. */
export const ReportChangeReason = coded({
  'clerical-error': { zh: '书写差错', en: 'clerical error' },
  'calculation-error': { zh: '计算差错', en: 'error in calculation' },
  'instrument-fault': { zh: '仪器故障', en: 'instrument fault' },
  'method-fault': { zh: '方法问题', en: 'fault of the method' },
  'wrong-sample': { zh: '样品混淆', en: 'another sample was tested' },
  'additional-results': { zh: '补充结果', en: 'further results' },
  retested: { zh: '复检', en: 'retested' },
  other: { zh: '其他', en: 'other' },
});
