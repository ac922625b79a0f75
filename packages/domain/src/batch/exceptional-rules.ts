import { rule } from '../kernel/index.ts';

const OUT_OF_SPECIFICATION = 'EU GMP Part IV (ATMP) §11.5';

/** Tests whose failure can harm whoever gets the cells, by what they are called in the laboratory. */
const SAFETY_TEST = /steril|无菌|mycoplasma|支原体|endotoxin|内毒素|pyrogen|热原|adventitious|外源|\brcl\b|\brcr\b|replication/i;

/** Such a line may be excepted too, and is warned of wherever the unit is looked at. */
export function isSafetyTest(test: string): boolean {
  return SAFETY_TEST.test(test);
}

/** What must hold before cells that failed are given to one patient who has nothing else. */
export const exceptionalRules = {
  notFailed: rule('exceptional.line-not-failed', {
    severity: 'gate',
    en: 'Line {line} is listed as failed, and it is {status}: an exception is made for what failed.',
    zh: '第 {line} 项被列为不合格，实际为“{zh}”：例外放行仅针对不合格项。',
    citation: OUT_OF_SPECIFICATION,
    confirmed: false,
    jurisdiction: 'EU',
  }),
  resultNotListed: rule('exceptional.result-not-listed', {
    severity: 'gate',
    en: 'The signers do not list all failed results of line {line} ({test}), or list others.',
    zh: '第 {line} 项（{test}）的不合格结果未如实全部列明。',
    citation: OUT_OF_SPECIFICATION,
    confirmed: false,
    jurisdiction: 'EU',
  }),
  safetyTest: rule('exceptional.safety-test', {
    severity: 'warn',
    en: '{test} failed: the cells themselves may harm this patient.',
    zh: '{test} 不合格：细胞本身可能对患者造成伤害。',
    citation: OUT_OF_SPECIFICATION,
    confirmed: false,
    jurisdiction: 'EU',
  }),
  investigationOpen: rule('exceptional.investigation-open', {
    severity: 'warn',
    en: '{test} failed, and its investigation is {investigation}. It goes on after the release.',
    zh: '{test} 不合格，其调查{zh}，放行后须继续。',
    citation: '药品生产质量管理规范（2010年修订）第224条',
  }),
  treatmentUnknown: rule('exceptional.treatment-unknown', {
    severity: 'gate',
    en: 'Treatment {treatment} is not planned anywhere: an exception is made for one treatment.',
    zh: '治疗 {treatment} 尚未登记计划：例外放行须针对一次治疗。',
    citation: OUT_OF_SPECIFICATION,
    confirmed: false,
    jurisdiction: 'EU',
  }),
  patientDiffers: rule('exceptional.patient-differs', {
    severity: 'gate',
    en: 'Treatment {treatment} was planned for another patient.',
    zh: '治疗 {treatment} 的计划患者不是所列患者。',
    deviation: 'critical',
  }),
  physicianDiffers: rule('exceptional.physician-differs', {
    severity: 'warn',
    en: 'The request is by {physician}, who is not the physician of treatment {treatment}.',
    zh: '提出请求的 {physician} 不是治疗 {treatment} 的主管医师。',
  }),
  coiDiffers: rule('exceptional.coi-differs', {
    severity: 'gate',
    en: 'The batch belongs to the chain of identity {batch}, the treatment to {treatment}.',
    zh: '批次的身份链为 {batch}，治疗的身份链为 {treatment}。',
    deviation: 'critical',
  }),
  allocatedElsewhere: rule('exceptional.allocated-elsewhere', {
    severity: 'gate',
    en: 'Unit {unit} is allocated to another treatment, {treatment}.',
    zh: '单元 {unit} 已分配给另一治疗 {treatment}。',
  }),
} as const;
