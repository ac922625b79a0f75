import { rule } from '../kernel/index.ts';

export const spanningRules = {
  recordUnknown: rule('spanning-deviation.record-unknown', {
    severity: 'warn',
    en: 'There is no record {stream}.',
    zh: '没有记录 {stream}。',
  }),
  causeWithoutPhase: rule('spanning-deviation.oos-error-without-phase-one', {
    severity: 'finding',
    en: 'A laboratory error is shown in phase I of an investigation, not in phase {phase}.',
    zh: '实验室差错须在第一阶段调查中证实，而非第 {phase} 阶段。',
    citation: 'FDA guidance: Investigating Out-of-Specification Test Results (2022) §III–IV',
    jurisdiction: 'US',
    deviation: 'minor',
  }),
  notOos: rule('spanning-deviation.not-out-of-specification', {
    severity: 'warn',
    en: 'This deviation is not about a result out of specification.',
    zh: '该偏差与检验超标无关。',
  }),
  actionUnknown: rule('spanning-deviation.action-unknown', {
    severity: 'finding',
    en: 'Action {action} was not planned here.',
    zh: '措施 {action} 未在此计划。',
    deviation: 'minor',
  }),
  actionLate: rule('spanning-deviation.action-late', {
    severity: 'finding',
    en: 'Action {action} was due on {due}.',
    zh: '措施 {action} 应于 {due} 完成。',
    deviation: 'minor',
  }),
  closedWithoutCause: rule('spanning-deviation.closed-without-root-cause', {
    severity: 'finding',
    en: 'The deviation is closed without a root cause.',
    zh: '偏差关闭时未确定根本原因。',
    citation: '药品生产质量管理规范（2010年修订）第二百五十条; EU GMP Part IV (ATMP) §12.4',
    confirmed: false,
  }),
  closedWithActions: rule('spanning-deviation.closed-with-open-actions', {
    severity: 'warn',
    en: '{count} actions are still open; they are followed on their own.',
    zh: '尚有 {count} 项措施未完成，另行跟踪。',
  }),
  closedWithoutConclusion: rule('spanning-deviation.closed-without-oos-conclusion', {
    severity: 'finding',
    en: 'A result out of specification is closed without the conclusion of its investigation.',
    zh: '检验超标偏差关闭时尚无调查结论。',
    citation: 'FDA guidance: Investigating Out-of-Specification Test Results (2022) §V; EU GMP Part IV (ATMP) §12.4',
    confirmed: false,
  }),
  closedUnsigned: rule('spanning-deviation.closed-unsigned', {
    severity: 'gate',
    en: 'Closing a deviation needs the signature of quality assurance.',
    zh: '关闭偏差须经质量保证人员签名。',
    citation: 'EU GMP Part IV (ATMP) §12.4; 21 CFR 11.50, 11.70',
    jurisdiction: 'EU',
  }),
  closed: rule('spanning-deviation.closed', {
    severity: 'warn',
    en: 'The deviation was closed before this was recorded.',
    zh: '本记录录入前偏差已关闭。',
  }),
} as const;
