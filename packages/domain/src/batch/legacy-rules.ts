import { rule } from '../kernel/index.ts';

const TRANSFER = 'PIC/S PI 041-1 §9.4; 药品生产质量管理规范（2010年修订）附录 计算机化系统 第14条';

/** What must hold of a record that is taken over from a former system or a binder. */
export const legacyRules = {
  oneVerifier: rule('legacy.one-verifier', {
    severity: 'finding',
    en: 'The transcription was verified by {verifier} alone; two persons are needed.',
    zh: '历史记录仅由 {verifier} 一人核对，须由两人核对。',
    citation: TRANSFER,
    confirmed: false,
  }),
  transcriberVerified: rule('legacy.transcriber-verified', {
    severity: 'finding',
    en: '{verifier} verified what they entered themselves.',
    zh: '{verifier} 核对了自己录入的历史记录。',
    citation: TRANSFER,
    confirmed: false,
  }),
  noGaps: rule('legacy.no-gaps', {
    severity: 'warn',
    en: 'No gap is declared. A record that was kept elsewhere hardly ever answers everything that is asked here.',
    zh: '未声明任何缺项。在别处保存的记录极少能回答此处的全部问题。',
  }),
  topicUnaddressed: rule('legacy.topic-unaddressed', {
    severity: 'warn',
    en: '{en} is neither declared nor listed as a gap: it counts as a gap.',
    zh: '“{zh}”既未声明事实也未列为缺项，按缺项处理。',
  }),
  contradictory: rule('legacy.declared-and-missing', {
    severity: 'finding',
    en: '{about} is declared and listed as a gap too.',
    zh: '{about} 既声明了事实，又列为缺项。',
    deviation: 'minor',
  }),
  sourceUnknown: rule('legacy.source-unknown', {
    severity: 'finding',
    en: '{input} is named as starting material and is not recorded here.',
    zh: '所列起始物料 {input} 在此未见记录。',
  }),
} as const;
