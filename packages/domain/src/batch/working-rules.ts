import { rule } from '../kernel/index.ts';

const CALIBRATION = '药品生产质量管理规范（2010年修订）第94条; EU GMP Part IV (ATMP) §5; 21 CFR 1271.200(c)';
const STAFF = '药品生产质量管理规范（2010年修订）第18条、第27条; EU GMP Part IV (ATMP) §3; 21 CFR 1271.170';

/** With what, where and by whom cells may be worked on: asked where a step names the records of device, room or staff. */
export const workingRules = {
  equipmentUnknown: rule('batch.equipment-unknown', {
    severity: 'finding',
    en: 'Nothing is recorded of equipment {equipment}.',
    zh: '设备 {equipment} 未见任何记录。',
    deviation: 'minor',
  }),
  equipmentUnqualified: rule('batch.equipment-not-qualified', {
    severity: 'finding',
    en: '{equipment} was used and had not passed its qualification.',
    zh: '使用了未通过确认的设备 {equipment}。',
    citation: '药品生产质量管理规范（2010年修订）第140条; EU GMP Annex 15 §3',
    confirmed: false,
  }),
  equipmentUncalibrated: rule('batch.equipment-not-calibrated', {
    severity: 'finding',
    en: '{equipment} measures what is relied on, and no calibration of it is recorded.',
    zh: '{equipment} 需要校准，但未见校准记录。',
    citation: CALIBRATION,
    confirmed: false,
  }),
  calibrationOverdue: rule('batch.equipment-calibration-overdue', {
    severity: 'finding',
    en: '{equipment} was used on {used}; its calibration was due by {due}.',
    zh: '{equipment} 应于 {due} 前校准，却于 {used} 使用。',
    citation: CALIBRATION,
    confirmed: false,
  }),
  outOfTolerance: rule('batch.equipment-out-of-tolerance', {
    severity: 'finding',
    en: '{equipment} was used though its calibration had left it out of tolerance.',
    zh: '{equipment} 校准后仍超出允差，却被使用。',
    citation: CALIBRATION,
    confirmed: false,
  }),
  equipmentFailed: rule('batch.equipment-failed', {
    severity: 'finding',
    en: '{equipment} was used though it is not to be relied on since {since}.',
    zh: '{equipment} 自 {since} 起不可靠，却被使用。',
    citation: '药品生产质量管理规范（2010年修订）第250条; EU GMP Part IV (ATMP) §12',
    confirmed: false,
    deviation: 'critical',
  }),
  equipmentAlarm: rule('batch.equipment-alarm', {
    severity: 'warn',
    en: '{equipment} was used while an alarm stood.',
    zh: '{equipment} 在报警未解除时被使用。',
  }),
  roomUnknown: rule('batch.room-unknown', {
    severity: 'finding',
    en: 'Nothing is recorded of room {room}.',
    zh: '房间 {room} 未见任何记录。',
    deviation: 'minor',
  }),
  roomBeyondLimit: rule('batch.room-beyond-action-limit', {
    severity: 'finding',
    en: 'Cells were open in {room}; the newest {kind} at {point} was beyond its action limit.',
    zh: '细胞在 {room} 内操作，而 {point} 最近一次{zh}超过行动限。',
    citation: '药品生产质量管理规范（2010年修订）附录1 无菌药品 第10条至第12条; EU GMP Annex 1 §9; 21 CFR 1271.195(c)',
    confirmed: false,
  }),
  sessionUnknown: rule('batch.session-unknown', {
    severity: 'finding',
    en: 'Session {session} is not recorded in {room}.',
    zh: '{room} 没有操作场次 {session} 的记录。',
    deviation: 'minor',
  }),
  sessionOfOther: rule('batch.session-of-other-material', {
    severity: 'finding',
    en: 'Session {session} in {room} was opened for other material.',
    zh: '{room} 的操作场次 {session} 是为其他物料开始的。',
    citation: 'EU GMP Part IV (ATMP) §9.4; 21 CFR 1271.220(b)',
    confirmed: false,
    jurisdiction: 'EU',
    deviation: 'critical',
  }),
  sessionNotOpen: rule('batch.session-not-open', {
    severity: 'finding',
    en: 'Session {session} in {room} was not open at that time.',
    zh: '当时 {room} 的操作场次 {session} 未处于进行中。',
    deviation: 'minor',
  }),
  studySuspended: rule('batch.study-suspended', {
    severity: 'finding',
    en: 'A batch is opened for study {study}, which is suspended.',
    zh: '研究 {study} 已暂停，仍为其开立批次。',
    citation: '涉及人的生命科学和医学研究伦理审查办法（国卫科教发〔2023〕4号）; 药物临床试验质量管理规范（2020）',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'minor',
  }),
  staffUnauthorised: rule('batch.staff-not-authorised', {
    severity: 'finding',
    en: '{operator} was not authorised for {task} on {day}.',
    zh: '{operator} 于 {day} 未获授权进行{zh}。',
    citation: STAFF,
    confirmed: false,
  }),
  staffOtherProcedure: rule('batch.staff-other-procedure', {
    severity: 'warn',
    en: '{operator} is authorised for {task} by {authorised}; the step followed {followed}.',
    zh: '{operator} 获授权按 {authorised} 进行{zh}，而本步骤依据的是 {followed}。',
    citation: STAFF,
    confirmed: false,
  }),
} as const;
