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

export const MobilisingAgent = coded({
  'g-csf': { zh: '粒细胞集落刺激因子', en: 'G-CSF' },
  'peg-g-csf': { zh: '聚乙二醇化粒细胞集落刺激因子', en: 'pegylated G-CSF' },
  plerixafor: { zh: '普乐沙福', en: 'plerixafor' },
  motixafortide: { zh: '莫替沙福肽', en: 'motixafortide' },
  cyclophosphamide: { zh: '环磷酰胺', en: 'cyclophosphamide' },
  other: { zh: '其他', en: 'other' },
});

/** Bacigalupo et al., Biol Blood Marrow Transplant 2009;15:1628; lymphodepletion before CAR-T cells stands beside. */
export const ConditioningIntensity = coded({
  myeloablative: { zh: '清髓性', en: 'myeloablative' },
  'reduced-intensity': { zh: '减低强度', en: 'reduced intensity' },
  'non-myeloablative': { zh: '非清髓性', en: 'non-myeloablative' },
  lymphodepleting: { zh: '清除淋巴细胞', en: 'lymphodepleting' },
});
export type ConditioningIntensity = z.infer<typeof ConditioningIntensity>;

export const ConditioningAgent = coded({
  busulfan: { zh: '白消安', en: 'busulfan' },
  melphalan: { zh: '美法仑', en: 'melphalan' },
  treosulfan: { zh: '曲奥舒凡', en: 'treosulfan' },
  cyclophosphamide: { zh: '环磷酰胺', en: 'cyclophosphamide' },
  fludarabine: { zh: '氟达拉滨', en: 'fludarabine' },
  thiotepa: { zh: '塞替派', en: 'thiotepa' },
  'anti-thymocyte-globulin': { zh: '抗胸腺细胞球蛋白', en: 'anti-thymocyte globulin' },
  alemtuzumab: { zh: '阿仑单抗', en: 'alemtuzumab' },
  'total-body-irradiation': { zh: '全身照射', en: 'total body irradiation' },
  other: { zh: '其他', en: 'other' },
});

export const RescueReason = coded({
  'graft-failure': { zh: '植入失败', en: 'graft failure' },
  'engraftment-delayed': { zh: '植入延迟', en: 'delayed engraftment' },
  'product-lost': { zh: '产品损失', en: 'the product was lost' },
  'product-unfit': { zh: '产品不可用', en: 'the product could not be used' },
  other: { zh: '其他', en: 'other' },
});

export const EngraftmentOutcome = coded({
  engrafted: { zh: '已植入', en: 'engrafted' },
  delayed: { zh: '植入延迟', en: 'delayed' },
  'primary-failure': { zh: '原发性植入失败', en: 'primary graft failure' },
  'secondary-failure': { zh: '继发性植入失败', en: 'secondary graft failure' },
});
export type EngraftmentOutcome = z.infer<typeof EngraftmentOutcome>;

export const NotifiedHow = coded({
  'in-person': { zh: '当面', en: 'in person' },
  telephone: { zh: '电话', en: 'by telephone' },
  video: { zh: '视频', en: 'by video' },
  letter: { zh: '书面', en: 'by letter' },
});

export const NotifiedWhom = coded({
  patient: { zh: '患者本人', en: 'the patient' },
  guardian: { zh: '监护人', en: 'guardian' },
  'next-of-kin': { zh: '近亲属', en: 'next of kin' },
  nobody: { zh: '未联系到', en: 'nobody was reached' },
});

export const RecipientAdvice = coded({
  testing: { zh: '检测', en: 'testing' },
  prophylaxis: { zh: '预防用药', en: 'prophylaxis' },
  treatment: { zh: '治疗', en: 'treatment' },
  'closer-follow-up': { zh: '加强随访', en: 'closer follow-up' },
  'protect-contacts': { zh: '保护密切接触者', en: 'protection of close contacts' },
  'no-action-needed': { zh: '无需处理', en: 'nothing needs to be done' },
});

export const PregnancyOf = coded({
  patient: { zh: '患者', en: 'the patient' },
  partner: { zh: '患者伴侣', en: 'the patient’s partner' },
});
export type PregnancyOf = z.infer<typeof PregnancyOf>;
