import { rule } from '../kernel/index.ts';

const CLEARANCE = '药品生产质量管理规范（2010年修订）第194条、第199条; EU GMP Part IV (ATMP) §9.4';
const MONITORING = '药品生产质量管理规范（2010年修订）附录1 无菌药品 第10条至第12条; EU GMP Annex 1 §9; 21 CFR 1271.195(c)';

export const roomRules = {
  clearanceFailed: rule('room.clearance-failed', {
    severity: 'finding',
    en: 'Line clearance of {place} failed.',
    zh: '{place} 清场不合格。',
    citation: CLEARANCE,
    confirmed: false,
  }),
  clearanceUnverified: rule('room.clearance-unverified', {
    severity: 'finding',
    en: 'Nobody but {operator} looked at the line clearance.',
    zh: '清场仅由 {operator} 一人完成，未经复核。',
    citation: CLEARANCE,
    confirmed: false,
    deviation: 'minor',
  }),
  verifierIsOperator: rule('room.verifier-is-operator', {
    severity: 'finding',
    en: '{verifier} verified work of their own.',
    zh: '{verifier} 复核了自己的操作。',
    citation: '药品生产质量管理规范（2010年修订）第175条',
    confirmed: false,
    deviation: 'minor',
  }),
  clearedWhileOpen: rule('room.cleared-while-session-open', {
    severity: 'finding',
    en: 'Session {session} in {cabinet} is open while the line is said to be cleared.',
    zh: '{cabinet} 的操作场次 {session} 尚未结束即登记清场。',
    citation: CLEARANCE,
    confirmed: false,
    deviation: 'minor',
  }),
  beyondAction: rule('room.beyond-action-limit', {
    severity: 'finding',
    en: '{kind} at {point}: {value} is beyond the action limit of {limit}.',
    zh: '{point} {zh}：{value}，超过行动限 {limit}。',
    citation: MONITORING,
    confirmed: false,
  }),
  beyondAlert: rule('room.beyond-alert-limit', {
    severity: 'warn',
    en: '{kind} at {point}: {value} is beyond the alert limit of {limit}.',
    zh: '{point} {zh}：{value}，超过警戒限 {limit}。',
    citation: MONITORING,
    confirmed: false,
  }),
  limitsReversed: rule('room.limits-reversed', {
    severity: 'finding',
    en: 'The alert limit {alert} is above the action limit {action}.',
    zh: '警戒限 {alert} 高于行动限 {action}。',
    deviation: 'minor',
  }),
  sampledAfterRead: rule('room.sampled-after-read', {
    severity: 'finding',
    en: 'The sample is said to be taken at {sampled}, after it was read.',
    zh: '采样时间 {sampled} 晚于读取结果的时间。',
    deviation: 'minor',
  }),
  sessionUnknown: rule('room.session-unknown', {
    severity: 'finding',
    en: 'Session {session} is not recorded in this room.',
    zh: '本房间没有操作场次 {session} 的记录。',
    deviation: 'minor',
  }),
  sessionKnown: rule('room.session-known', {
    severity: 'impossible',
    en: 'Session {session} was opened before.',
    zh: '操作场次 {session} 此前已开始。',
  }),
  sessionClosedBefore: rule('room.session-closed-before', {
    severity: 'warn',
    en: 'Session {session} was closed before.',
    zh: '操作场次 {session} 此前已结束。',
  }),
  cabinetUnknown: rule('room.cabinet-unknown', {
    severity: 'warn',
    en: '{cabinet} is not among the cabinets of this room.',
    zh: '本房间登记的生物安全柜中没有 {cabinet}。',
  }),
  otherDonorOpen: rule('room.two-donors-open', {
    severity: 'finding',
    en: 'Material of another donor is open in {cabinet}: session {session} was not closed.',
    zh: '{cabinet} 内另有其他供者的物料处于开放状态：操作场次 {session} 未结束。',
    citation: 'EU GMP Part IV (ATMP) §9.4; 21 CFR 1271.220(b); 药品生产质量管理规范（2010年修订）第191条',
    confirmed: false,
    jurisdiction: 'EU',
    deviation: 'critical',
  }),
  notCleared: rule('room.not-cleared', {
    severity: 'finding',
    en: '{cabinet} was not cleared since other material was open there.',
    zh: '{cabinet} 在操作其他物料后尚未清场。',
    citation: CLEARANCE,
    confirmed: false,
  }),
  neverCleared: rule('room.never-cleared', {
    severity: 'finding',
    en: 'No line clearance that holds is recorded for {cabinet}.',
    zh: '{cabinet} 没有有效的清场记录。',
    citation: CLEARANCE,
    confirmed: false,
    deviation: 'minor',
  }),
  monitoringStands: rule('room.opened-beyond-action-limit', {
    severity: 'finding',
    en: 'The newest {kind} at {point} is beyond its action limit, and the room is used.',
    zh: '{point} 最近一次{zh}超过行动限，房间仍在使用。',
    citation: MONITORING,
    confirmed: false,
  }),
} as const;
