import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** What a complete record of a batch speaks of. */
export const LegacyTopic = coded({
  'donor-identity': { zh: '供者身份', en: 'identity of the donor' },
  'donor-consent': { zh: '供者知情同意', en: 'consent of the donor' },
  'donor-screening': { zh: '供者筛查与检测', en: 'screening and testing of the donor' },
  'donor-eligibility': { zh: '供者合格性判定', en: 'eligibility of the donor' },
  collection: { zh: '采集', en: 'collection' },
  processing: { zh: '制备过程', en: 'processing' },
  passages: { zh: '传代史', en: 'passage history' },
  materials: { zh: '所用物料', en: 'materials used' },
  testing: { zh: '检验', en: 'testing' },
  storage: { zh: '储存史', en: 'storage history' },
  labelling: { zh: '标签', en: 'labelling' },
  units: { zh: '单元数量与去向', en: 'number and whereabouts of units' },
  other: { zh: '其他', en: 'other' },
});
export type LegacyTopic = z.infer<typeof LegacyTopic>;

/** What is neither declared nor listed as a gap among these is a gap all the same. */
export const EXPECTED_TOPICS: readonly LegacyTopic[] = [
  'donor-identity',
  'donor-consent',
  'donor-screening',
  'donor-eligibility',
  'processing',
  'materials',
  'testing',
  'storage',
];

/** Answered by the donors' own records, where those are named. */
export const DONOR_TOPICS: readonly LegacyTopic[] = [
  'donor-identity',
  'donor-consent',
  'donor-screening',
  'donor-eligibility',
  'collection',
];

/** How well a declared fact is founded, best first (PIC/S PI 041-1 §5.2: original, true copy, transcript). */
export const EvidenceGrade = coded({
  original: { zh: '原始签名记录', en: 'original signed record seen' },
  'true-copy': { zh: '经核对的副本', en: 'verified true copy' },
  'electronic-export': { zh: '原系统导出', en: 'export of the source system' },
  transcript: { zh: '转录，未见原件', en: 'transcript, original not seen' },
  statement: { zh: '当事人陈述', en: 'statement of a person who knew' },
});
export type EvidenceGrade = z.infer<typeof EvidenceGrade>;

/** Why it is not known. */
export const GapReason = coded({
  'never-recorded': { zh: '当时未记录', en: 'never recorded' },
  lost: { zh: '记录遗失', en: 'record lost' },
  illegible: { zh: '记录无法辨认', en: 'record illegible' },
  'held-elsewhere': { zh: '记录在他处，未取得', en: 'record held elsewhere and not obtained' },
  'not-transferred': { zh: '旧系统未导出', en: 'not exported from the source system' },
  'not-stated': { zh: '导入时未作说明', en: 'not stated at the import' },
  other: { zh: '其他', en: 'other' },
});

export const LegacySource = coded({
  system: { zh: '旧系统', en: 'former system' },
  binder: { zh: '纸质档案', en: 'binder' },
  spreadsheet: { zh: '电子表格', en: 'spreadsheet' },
});
