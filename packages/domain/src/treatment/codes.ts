import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** Why cells of an ineligible or undetermined donor are used all the same (21 CFR 1271.65(b)(1), 1271.60(d)). */
export const ExceptionGround = coded({
  'urgent-medical-need': { zh: '紧急医疗需要', en: 'urgent medical need' },
  relative: { zh: '一、二级血亲供者', en: 'donor is a first- or second-degree blood relative' },
});
export type ExceptionGround = z.infer<typeof ExceptionGround>;

export const TreatmentConsentGiver = coded({
  self: { zh: '患者本人', en: 'the patient' },
  guardian: { zh: '监护人', en: 'guardian' },
  relative: { zh: '近亲属', en: 'close relative' },
});

export const AdministrationRoute = coded({
  intravenous: { zh: '静脉输注', en: 'intravenous' },
  'intra-articular': { zh: '关节腔注射', en: 'intra-articular' },
  intrathecal: { zh: '鞘内注射', en: 'intrathecal' },
  intramuscular: { zh: '肌内注射', en: 'intramuscular' },
  subcutaneous: { zh: '皮下注射', en: 'subcutaneous' },
  intracoronary: { zh: '冠脉内', en: 'intracoronary' },
  'intra-arterial': { zh: '动脉内', en: 'intra-arterial' },
  intralesional: { zh: '病灶内', en: 'intralesional' },
  subretinal: { zh: '视网膜下', en: 'subretinal' },
  topical: { zh: '局部', en: 'topical' },
  implanted: { zh: '植入', en: 'implanted' },
  other: { zh: '其他', en: 'other' },
});

export const VitalSignKind = coded({
  temperature: { zh: '体温', en: 'body temperature' },
  pulse: { zh: '脉搏', en: 'pulse' },
  respiration: { zh: '呼吸', en: 'respiratory rate' },
  'systolic-pressure': { zh: '收缩压', en: 'systolic blood pressure' },
  'diastolic-pressure': { zh: '舒张压', en: 'diastolic blood pressure' },
  'oxygen-saturation': { zh: '血氧饱和度', en: 'oxygen saturation' },
});

export const VitalSignPhase = coded({
  before: { zh: '输注前', en: 'before' },
  during: { zh: '输注中', en: 'during' },
  after: { zh: '输注后', en: 'after' },
});

export const ReactionKind = coded({
  none: { zh: '无', en: 'none' },
  fever: { zh: '发热', en: 'fever' },
  chills: { zh: '寒战', en: 'chills' },
  allergic: { zh: '过敏反应', en: 'allergic reaction' },
  anaphylaxis: { zh: '严重过敏反应', en: 'anaphylaxis' },
  'cryoprotectant-related': { zh: '冻存保护剂相关反应', en: 'reaction to the cryoprotectant' },
  hypotension: { zh: '低血压', en: 'hypotension' },
  hypertension: { zh: '高血压', en: 'hypertension' },
  dyspnoea: { zh: '呼吸困难', en: 'dyspnoea' },
  pain: { zh: '疼痛', en: 'pain' },
  thromboembolism: { zh: '血栓栓塞', en: 'thromboembolism' },
  other: { zh: '其他', en: 'other' },
});

/** What is measured at a visit; the unit stands beside the value. */
export const MeasureKind = coded({
  'womac-total': { zh: 'WOMAC 总分', en: 'WOMAC total' },
  'womac-pain': { zh: 'WOMAC 疼痛', en: 'WOMAC pain' },
  'womac-stiffness': { zh: 'WOMAC 僵硬', en: 'WOMAC stiffness' },
  'womac-function': { zh: 'WOMAC 功能', en: 'WOMAC function' },
  'vas-pain': { zh: '疼痛视觉模拟评分', en: 'VAS pain' },
  mrs: { zh: '改良 Rankin 量表', en: 'modified Rankin scale' },
  nihss: { zh: 'NIHSS', en: 'NIHSS' },
  meld: { zh: 'MELD 评分', en: 'MELD' },
  'child-pugh': { zh: 'Child-Pugh 评分', en: 'Child–Pugh' },
  haemoglobin: { zh: '血红蛋白', en: 'haemoglobin' },
  'transfusion-units': { zh: '输血单位数', en: 'units transfused' },
  'neutrophil-count': { zh: '中性粒细胞计数', en: 'absolute neutrophil count' },
  'platelet-count': { zh: '血小板计数', en: 'platelet count' },
  bilirubin: { zh: '总胆红素', en: 'total bilirubin' },
  creatinine: { zh: '肌酐', en: 'creatinine' },
  ferritin: { zh: '铁蛋白', en: 'ferritin' },
  'c-reactive-protein': { zh: 'C 反应蛋白', en: 'C-reactive protein' },
  weight: { zh: '体重', en: 'body weight' },
  other: { zh: '其他', en: 'other' },
});

export const EndpointResult = coded({
  'complete-response': { zh: '完全缓解', en: 'complete response' },
  'partial-response': { zh: '部分缓解', en: 'partial response' },
  improved: { zh: '改善', en: 'improved' },
  stable: { zh: '稳定', en: 'stable' },
  'no-response': { zh: '无效', en: 'no response' },
  progressed: { zh: '进展', en: 'progressed' },
  'not-evaluable': { zh: '无法评价', en: 'not evaluable' },
});

export const ClosingReason = coded({
  completed: { zh: '完成随访', en: 'follow-up completed' },
  'consent-withdrawn': { zh: '患者撤回同意', en: 'patient withdrew' },
  died: { zh: '患者死亡', en: 'patient died' },
  'not-treated': { zh: '未治疗', en: 'never treated' },
  'study-ended': { zh: '研究终止', en: 'study ended' },
  transferred: { zh: '转出', en: 'transferred to another site' },
  'physician-decision': { zh: '医师决定', en: 'by the physician' },
  other: { zh: '其他', en: 'other' },
});
