import { rule } from '../kernel/index.ts';

export const correctionRules = {
  unknownEvent: rule('correction.unknown-event', {
    severity: 'impossible',
    en: 'There is no event {event} in this record to correct.',
    zh: '本记录中没有可更正的事件 {event}。',
  }),
  notCorrigible: rule('correction.not-corrigible', {
    severity: 'impossible',
    en: 'In {type}, "{member}" cannot be corrected; it is reversed by a fact of its own.',
    zh: '{type} 的“{member}”不可更正，须以单独的事实冲销。',
  }),
  notVoidable: rule('correction.not-voidable', {
    severity: 'impossible',
    en: 'An entry of type {type} is not taken back; it is reversed by a fact of its own.',
    zh: '{type} 类型的记录不可撤销，须以单独的事实冲销。',
  }),
  typeDiffers: rule('correction.type-differs', {
    severity: 'impossible',
    en: 'The entry to be taken back is of type {type}, not {said}.',
    zh: '拟撤销的记录类型为 {type}，而非 {said}。',
  }),
  withholdingTakenBack: rule('correction.withholding-taken-back', {
    severity: 'finding',
    en: 'An entry that kept cells from patients ({type}) was taken back: what may be given since has to be assessed.',
    zh: '一条曾限制细胞使用的记录（{type}）已撤销：须评估由此恢复使用的单元。',
    citation: 'EU GMP Part IV (ATMP) §14; 药品生产质量管理规范（2010年修订）第二百四十七条',
    confirmed: false,
    deviation: 'critical',
  }),
  malformed: rule('correction.malformed', {
    severity: 'impossible',
    en: 'The corrected data is not valid for {type}: {problem}',
    zh: '更正后的数据不符合 {type} 的格式：{problem}',
  }),
} as const;
