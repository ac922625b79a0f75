import type * as z from 'zod';
import { coded } from './coded.ts';

/** What the donor gave (2006/17/EC Annex IV 1.4: tissues and cells procured). */
export const TissueSource = coded({
  'umbilical-cord': { zh: '脐带', en: 'umbilical cord' },
  'whartons-jelly': { zh: '脐带华通氏胶', en: "Wharton's jelly" },
  'cord-blood': { zh: '脐带血', en: 'umbilical cord blood' },
  placenta: { zh: '胎盘', en: 'placenta' },
  amnion: { zh: '羊膜', en: 'amniotic membrane' },
  'bone-marrow': { zh: '骨髓', en: 'bone marrow' },
  'apheresis-mobilised': { zh: '动员外周血单采物', en: 'mobilised peripheral blood apheresis' },
  'apheresis-unmobilised': { zh: '未动员外周血单采物', en: 'non-mobilised peripheral blood apheresis' },
  'peripheral-blood': { zh: '外周血', en: 'peripheral blood' },
  adipose: { zh: '脂肪组织', en: 'adipose tissue' },
  'dental-pulp': { zh: '牙髓', en: 'dental pulp' },
  'menstrual-blood': { zh: '经血', en: 'menstrual blood' },
  skin: { zh: '皮肤', en: 'skin' },
  cartilage: { zh: '软骨', en: 'cartilage' },
  limbus: { zh: '角膜缘', en: 'corneal limbus' },
  tumour: { zh: '肿瘤组织', en: 'tumour tissue' },
  embryo: { zh: '囊胚', en: 'blastocyst' },
  other: { zh: '其他', en: 'other' },
});
export type TissueSource = z.infer<typeof TissueSource>;

/** What the cells of a batch are. */
export const CellType = coded({
  msc: { zh: '间充质干细胞', en: 'mesenchymal stromal cells' },
  'hsc-cd34': { zh: 'CD34+ 造血干细胞', en: 'CD34+ haematopoietic stem cells' },
  'hsc-gene-modified': { zh: '基因修饰造血干细胞', en: 'gene-modified haematopoietic stem cells' },
  'car-t': { zh: 'CAR-T 细胞', en: 'CAR-T cells' },
  'car-nk': { zh: 'CAR-NK 细胞', en: 'CAR-NK cells' },
  til: { zh: '肿瘤浸润淋巴细胞', en: 'tumour-infiltrating lymphocytes' },
  treg: { zh: '调节性 T 细胞', en: 'regulatory T cells' },
  'nk-cells': { zh: 'NK 细胞', en: 'NK cells' },
  ipsc: { zh: '诱导多能干细胞', en: 'induced pluripotent stem cells' },
  'ipsc-derived': { zh: '诱导多能干细胞来源细胞', en: 'cells derived from induced pluripotent stem cells' },
  'esc-derived': { zh: '胚胎干细胞来源细胞', en: 'cells derived from embryonic stem cells' },
  mononuclear: { zh: '单个核细胞', en: 'mononuclear cells' },
  chondrocytes: { zh: '软骨细胞', en: 'chondrocytes' },
  keratinocytes: { zh: '角质形成细胞', en: 'keratinocytes' },
  fibroblasts: { zh: '成纤维细胞', en: 'fibroblasts' },
  other: { zh: '其他', en: 'other' },
});
export type CellType = z.infer<typeof CellType>;

/** The relation of the donor to the recipient, as 21 CFR 1271.3 uses the words. */
export const DonorRelation = coded({
  autologous: { zh: '自体', en: 'autologous' },
  'allogeneic-related': { zh: '异体（亲缘）', en: 'allogeneic, related' },
  'allogeneic-unrelated': { zh: '异体（非亲缘）', en: 'allogeneic, unrelated' },
});
export type DonorRelation = z.infer<typeof DonorRelation>;

/** ICH Q5D §2.3.1: banks between the source and the product. `none` where cells go straight to the product. */
export const BankTier = coded({
  none: { zh: '不建库', en: 'no bank' },
  seed: { zh: '种子库', en: 'seed bank' },
  master: { zh: '主细胞库', en: 'master cell bank' },
  working: { zh: '工作细胞库', en: 'working cell bank' },
});
export type BankTier = z.infer<typeof BankTier>;
