import { rule } from '../kernel/index.ts';

const CALIBRATION = '药品生产质量管理规范（2010年修订）第90条、第94条; EU GMP Part IV (ATMP) §5; 21 CFR 1271.200(c)';
const QUALIFICATION = '药品生产质量管理规范（2010年修订）第140条; EU GMP Annex 15 §3';

/** What must hold of a device, whoever used it. What speaks against its use in a step stands with the batch's rules. */
export const equipmentRules = {
  qualificationFailed: rule('equipment.qualification-failed', {
    severity: 'finding',
    en: 'The {stage} failed: {code} is not fit for use.',
    zh: '{zh}未通过，{code} 不得使用。',
    citation: QUALIFICATION,
    confirmed: false,
  }),
  foundOutside: rule('equipment.found-out-of-tolerance', {
    severity: 'finding',
    en: '{code} was found out of tolerance: what it measured since {since} is in doubt.',
    zh: '{code} 校准前超出允差：自 {since} 以来的测量结果存疑。',
    citation: CALIBRATION,
    confirmed: false,
  }),
  leftOutside: rule('equipment.left-out-of-tolerance', {
    severity: 'finding',
    en: '{code} was left out of tolerance: it is not to be used until it is calibrated again.',
    zh: '{code} 校准后仍超出允差，重新校准前不得使用。',
    citation: CALIBRATION,
    confirmed: false,
  }),
  calibratedLate: rule('equipment.calibrated-late', {
    severity: 'finding',
    en: 'The calibration of {code} was due by {due} and was done on {done}.',
    zh: '{code} 应于 {due} 前校准，实际于 {done} 校准。',
    citation: CALIBRATION,
    confirmed: false,
    deviation: 'minor',
  }),
  dueReversed: rule('equipment.calibration-due-before-done', {
    severity: 'finding',
    en: 'The next calibration is due on {due}, before this one was done.',
    zh: '下次校准日期 {due} 早于本次校准日期。',
    deviation: 'minor',
  }),
  failed: rule('equipment.failed', {
    severity: 'finding',
    en: '{code} is not to be relied on since {since}: whatever it touched since then is to be assessed.',
    zh: '{code} 自 {since} 起不可靠：此后涉及的批次与单元须评估。',
    citation: '药品生产质量管理规范（2010年修订）第250条; EU GMP Part IV (ATMP) §12',
    confirmed: false,
  }),
  failureAgain: rule('equipment.failure-known', {
    severity: 'warn',
    en: 'Failure {failure} was reported before; from when it is to be doubted is now {since}.',
    zh: '故障 {failure} 此前已报告；不可靠起始时间现为 {since}。',
  }),
  failureAhead: rule('equipment.failure-in-future', {
    severity: 'warn',
    en: 'It is said to fail from {since} on, which is after this was observed.',
    zh: '所述不可靠起始时间 {since} 晚于发现时间。',
  }),
  alarmStanding: rule('equipment.alarm', {
    severity: 'finding',
    en: '{code} gave an alarm ({kind}).',
    zh: '{code} 报警（{zh}）。',
    citation: 'EU GMP Part IV (ATMP) §5; FACT-JACIE 8th ed. D2',
    confirmed: false,
    deviation: 'minor',
  }),
  intervalReversed: rule('equipment.interval-reversed', {
    severity: 'finding',
    en: 'It ends ({until}) before it begins ({since}).',
    zh: '结束时间（{until}）早于开始时间（{since}）。',
    deviation: 'minor',
  }),
  failureUnknown: rule('equipment.failure-unknown', {
    severity: 'finding',
    en: 'Failure {failure}, of which it is said to be rid, is not recorded.',
    zh: '所称已排除的故障 {failure} 未见记录。',
    deviation: 'minor',
  }),
  nothingStands: rule('equipment.was-in-service', {
    severity: 'warn',
    en: 'Nothing stood against {code}: it is returned to service all the same.',
    zh: '{code} 无未关闭的故障，仍登记为恢复使用。',
  }),
  verifierIsOperator: rule('equipment.verifier-is-operator', {
    severity: 'finding',
    en: '{verifier} verified work of their own.',
    zh: '{verifier} 复核了自己的操作。',
    citation: '药品生产质量管理规范（2010年修订）第175条',
    confirmed: false,
    deviation: 'minor',
  }),
} as const;
