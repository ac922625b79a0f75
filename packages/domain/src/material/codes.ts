import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** What a lot is. Whatever touches the cells, or is used up in making them, is one. */
export const MaterialKind = coded({
  medium: { zh: '培养基', en: 'culture medium' },
  serum: { zh: '血清', en: 'serum' },
  'platelet-lysate': { zh: '血小板裂解液', en: 'platelet lysate' },
  'serum-albumin': { zh: '白蛋白', en: 'serum albumin' },
  'growth-factor': { zh: '生长因子', en: 'growth factor or cytokine' },
  enzyme: { zh: '消化酶', en: 'enzyme' },
  vector: { zh: '载体', en: 'vector' },
  plasmid: { zh: '质粒', en: 'plasmid' },
  antibody: { zh: '抗体', en: 'antibody or selection reagent' },
  cryoprotectant: { zh: '冷冻保护剂', en: 'cryoprotectant' },
  buffer: { zh: '缓冲液', en: 'buffer or wash solution' },
  anticoagulant: { zh: '抗凝剂', en: 'anticoagulant' },
  'feeder-cells': { zh: '饲养层细胞', en: 'feeder cells' },
  consumable: { zh: '耗材', en: 'single-use consumable' },
  container: { zh: '包装容器', en: 'container' },
  label: { zh: '标签', en: 'label' },
  other: { zh: '其他', en: 'other' },
});
export type MaterialKind = z.infer<typeof MaterialKind>;

/** What it is made of, as far as safety from viruses and prions is concerned. */
export const LotOrigin = coded({
  human: { zh: '人源', en: 'human' },
  animal: { zh: '动物源', en: 'animal' },
  recombinant: { zh: '重组', en: 'recombinant' },
  synthetic: { zh: '合成', en: 'synthetic' },
  other: { zh: '其他', en: 'other' },
});
export type LotOrigin = z.infer<typeof LotOrigin>;

export const MaterialRejectionReason = coded({
  'failed-specification': { zh: '检验不合格', en: 'failed specification' },
  'certificate-missing': { zh: '缺检验报告书', en: 'certificate of analysis missing' },
  'certificate-differs': { zh: '报告书与实物不符', en: 'certificate does not match what arrived' },
  'damaged-at-receipt': { zh: '到货破损', en: 'damaged when it arrived' },
  'temperature-excursion': { zh: '温度偏离', en: 'temperature excursion' },
  expired: { zh: '过效期', en: 'expired' },
  contaminated: { zh: '污染', en: 'contaminated' },
  recalled: { zh: '供应商召回', en: 'recalled by its supplier' },
  'wrong-material': { zh: '物料错误', en: 'not what was ordered' },
  other: { zh: '其他', en: 'other' },
});
export type MaterialRejectionReason = z.infer<typeof MaterialRejectionReason>;

/** Why its supplier takes it back. */
export const SupplierRecallReason = coded({
  contamination: { zh: '污染或疑似污染', en: 'contamination, or suspicion of it' },
  'donor-information': { zh: '捐献后信息', en: 'information about a donor' },
  'failed-specification': { zh: '不符合质量标准', en: 'does not meet its specification' },
  labelling: { zh: '标签或说明错误', en: 'labelling or instructions' },
  stability: { zh: '稳定性', en: 'stability' },
  'regulatory-action': { zh: '监管措施', en: 'action of an authority' },
  other: { zh: '其他', en: 'other' },
});
export type SupplierRecallReason = z.infer<typeof SupplierRecallReason>;

export const SupplierRecallClass = coded({
  I: { zh: '一级召回', en: 'class I' },
  II: { zh: '二级召回', en: 'class II' },
  III: { zh: '三级召回', en: 'class III' },
});
