import { rule } from '../kernel/index.ts';

/** What must hold of units that were damaged, and of those that come back. */
export const damageRules = {
  damaged: rule('damage.container-not-intact', {
    severity: 'finding',
    en: 'The container of unit {unit} was found {integrity} {stage}.',
    zh: '单元 {unit} 的容器在“{stage}”时发现{zh}。',
    deviation: 'critical',
  }),
  stageDisagrees: rule('damage.stage-disagrees', {
    severity: 'finding',
    en: 'The damage of unit {unit} is said to be {stage}, which its thawing does not bear out.',
    zh: '单元 {unit} 的破损阶段（{stage}）与其复苏记录不符。',
    deviation: 'minor',
  }),
  lostUnwitnessed: rule('damage.loss-without-witness', {
    severity: 'finding',
    en: 'The content of unit {unit} was lost, and nobody is named who saw it.',
    zh: '单元 {unit} 内容物已损失，但未注明见证人。',
    citation: '药品生产质量管理规范（2010年修订）第134条',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'minor',
  }),
  byOther: rule('damage.not-custodian', {
    severity: 'warn',
    en: 'Unit {unit} is in the custody of {custodian}, and {org} reports it damaged.',
    zh: '单元 {unit} 由 {custodian} 保管，破损由 {org} 报告。',
  }),
} as const;

export const returnRules = {
  fromOther: rule('return.not-from-custodian', {
    severity: 'finding',
    en: 'Unit {unit} is said to come back from {from}; {custodian} answers for it.',
    zh: '单元 {unit} 声明由 {from} 退回，但其保管方为 {custodian}。',
  }),
  ended: rule('return.unit-ended', {
    severity: 'finding',
    en: 'Unit {unit} came back although it is recorded as {end}.',
    zh: '单元 {unit} 记录为已{zh}，却被退回。',
    deviation: 'critical',
  }),
  unexplained: rule('return.reasons-missing', {
    severity: 'finding',
    en: 'Unit {unit} came back as {condition} without a reason.',
    zh: '单元 {unit} 的退回结论为“{condition}”，但未写明原因。',
    deviation: 'minor',
  }),
  notRestocked: rule('return.not-restocked', {
    severity: 'finding',
    en: 'Unit {unit} does not go back to stock by {procedure}: {why}. It is quarantined.',
    zh: '单元 {unit} 不能按 {procedure} 直接退回库存：{zh}。已予隔离。',
    citation: 'EU GMP Part IV (ATMP) §14; 药品生产质量管理规范（2010年修订）第136条',
    confirmed: false,
  }),
  temperatureMissing: rule('return.transport-not-documented', {
    severity: 'finding',
    en: 'At what temperature the units came back is not documented.',
    zh: '未记录退回途中的温度。',
    citation: 'EU GDP 2013/C 343/01 §6.3',
    confirmed: false,
    deviation: 'minor',
  }),
} as const;
