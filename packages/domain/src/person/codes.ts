import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

export const PersonRole = coded({
  donor: { zh: '供者', en: 'donor' },
  'birth-mother': { zh: '生母', en: 'birth mother' },
  patient: { zh: '患者', en: 'patient' },
});
export type PersonRole = z.infer<typeof PersonRole>;

/** GB/T 2261.1-2003. */
export const Sex = coded({
  male: { zh: '男', en: 'male' },
  female: { zh: '女', en: 'female' },
  unspecified: { zh: '未说明', en: 'not specified' },
  unknown: { zh: '未知', en: 'unknown' },
});

/** Outcome of the medical and behavioural history and the physical examination (21 CFR 1271.75). */
export const ScreeningRisk = coded({
  'none-identified': { zh: '未发现风险', en: 'no risk identified' },
  'risk-identified': { zh: '发现风险', en: 'risk identified' },
  'not-done': { zh: '未进行', en: 'not done' },
});
export type ScreeningRisk = z.infer<typeof ScreeningRisk>;

/** 21 CFR 1271.50 and 1271.90. */
export const EligibilityStatus = coded({
  eligible: { zh: '合格', en: 'eligible' },
  ineligible: { zh: '不合格', en: 'ineligible' },
  incomplete: { zh: '判定未完成', en: 'determination incomplete' },
  'not-required-autologous': { zh: '无需判定（自体）', en: 'not required (autologous)' },
});
export type EligibilityStatus = z.infer<typeof EligibilityStatus>;

export const EligibilityReason = coded({
  'reactive-marker': { zh: '传染病标志物有反应性', en: 'reactive infectious marker' },
  'reactive-after-donation': { zh: '采集后复检有反应性', en: 'reactive when tested again after the donation' },
  'risk-in-history': { zh: '病史或行为史存在风险', en: 'risk in medical or behavioural history' },
  'physical-evidence': { zh: '体格检查有阳性体征', en: 'evidence at physical examination' },
  'genetic-disease': { zh: '遗传性疾病', en: 'genetic disease' },
  malignancy: { zh: '恶性肿瘤', en: 'malignancy' },
  'post-donation-information': { zh: '采集后获知的信息', en: 'information received after the donation' },
  'test-missing': { zh: '检测缺项', en: 'test missing' },
  'sample-unsuitable': { zh: '样本不适用（血浆稀释或溶血）', en: 'sample unsuitable (plasma dilution, haemolysis)' },
  'history-missing': { zh: '病史缺失', en: 'history missing' },
  'risk-assessed': { zh: '经风险评估可接受', en: 'accepted after risk assessment' },
  'no-reason-against': { zh: '未见排除理由', en: 'nothing against' },
  autologous: { zh: '自体使用', en: 'autologous use' },
  'earlier-determination-wrong': { zh: '此前判定有误', en: 'the earlier determination was wrong' },
  other: { zh: '其他', en: 'other' },
});

export const ConsentPurpose = coded({
  therapy: { zh: '治疗', en: 'therapy' },
  research: { zh: '研究', en: 'research' },
  data: { zh: '数据使用', en: 'use of data' },
  contact: { zh: '联系', en: 'being contacted' },
});
export type ConsentPurpose = z.infer<typeof ConsentPurpose>;

export const ConsentGiver = coded({
  self: { zh: '本人', en: 'the person' },
  guardian: { zh: '监护人', en: 'guardian' },
  mother: { zh: '母亲', en: 'mother' },
});
export type ConsentGiver = z.infer<typeof ConsentGiver>;

/** What the form says shall happen with material that is not used. */
export const UnusedMaterial = coded({
  destroy: { zh: '销毁', en: 'destroyed' },
  research: { zh: '用于研究', en: 'used for research' },
  'return-to-donor': { zh: '归还供者', en: 'returned to the donor' },
  store: { zh: '继续储存', en: 'stored further' },
});

/** What the signed form says a withdrawal does to material. */
export const WithdrawalEffect = coded({
  'no-further-use': { zh: '不再使用', en: 'no further use' },
  'destroy-unused': { zh: '销毁未使用的材料', en: 'unused material is destroyed' },
  'none-on-material': { zh: '不影响已采集的材料', en: 'no effect on material that was given' },
});
export type WithdrawalEffect = z.infer<typeof WithdrawalEffect>;

/** What becomes of a batch after a consent was withdrawn. */
export const MaterialDecision = coded({
  keep: { zh: '保留使用', en: 'kept for use' },
  destroy: { zh: '销毁', en: 'destroyed' },
  'research-stopped': { zh: '停止研究使用', en: 'no longer used in research' },
});
export type MaterialDecision = z.infer<typeof MaterialDecision>;

/** What came out about a donor after the donation. */
export const InformationKind = coded({
  infection: { zh: '感染', en: 'infection' },
  'risk-exposure': { zh: '暴露或高危行为', en: 'exposure or risk behaviour' },
  travel: { zh: '旅居史', en: 'stay in an area of risk' },
  malignancy: { zh: '恶性肿瘤', en: 'malignancy' },
  'genetic-disease': { zh: '遗传性疾病', en: 'genetic disease' },
  'neurodegenerative-disease': { zh: '神经退行性疾病', en: 'neurodegenerative disease' },
  medication: { zh: '用药', en: 'medication' },
  'identity-doubtful': { zh: '身份存疑', en: 'doubt about the identity' },
  other: { zh: '其他', en: 'other' },
});
export type InformationKind = z.infer<typeof InformationKind>;

export const InformationSource = coded({
  donor: { zh: '供者本人', en: 'the donor' },
  family: { zh: '家属', en: 'family' },
  physician: { zh: '医师', en: 'physician' },
  laboratory: { zh: '检验机构', en: 'laboratory' },
  authority: { zh: '主管部门或疾控机构', en: 'authority' },
  'other-recipient': { zh: '其他受者', en: 'another recipient of the same donor' },
  other: { zh: '其他', en: 'other' },
});

export const LinkEvidence = coded({
  'identity-document': { zh: '身份证件', en: 'identity document' },
  'hospital-record': { zh: '医院病案', en: 'hospital record' },
  'str-typing': { zh: 'STR 分型', en: 'STR typing' },
  'hla-typing': { zh: 'HLA 分型', en: 'HLA typing' },
  'chain-of-identity': { zh: '同一性链', en: 'chain of identity' },
  'birth-record': { zh: '出生记录', en: 'birth record' },
  'own-statement': { zh: '本人声明', en: 'statement of the person' },
});

export const UnlinkReason = coded({
  'evidence-wrong': { zh: '依据有误', en: 'the evidence was wrong' },
  'entered-in-error': { zh: '录入错误', en: 'entered in error' },
  'typing-differs': { zh: '分型结果不符', en: 'typing tells two persons' },
  other: { zh: '其他', en: 'other' },
});

export const DeathSource = coded({
  hospital: { zh: '医疗机构', en: 'hospital' },
  family: { zh: '家属', en: 'family' },
  'death-certificate': { zh: '死亡医学证明', en: 'death certificate' },
  registry: { zh: '登记系统', en: 'registry' },
});
