import type { Bilingual } from '../vocabulary/index.ts';

export type RetentionReasonId = keyof typeof REASONS;

/** Why personal values must be kept, or why they need not be. */
export type RetentionReason = {
  readonly id: RetentionReasonId;
  readonly text: Bilingual;
  readonly citation: string;
  /** False: citation to be confirmed. */
  readonly confirmed: boolean;
};

const ERASURE = 'PIPL Art 47';

const REASONS = {
  'retention.nothing-to-look-back-to': {
    en: 'The person neither gave cells that are recorded here nor received any: nothing has to be looked back to.',
    zh: '该人员既未提供本平台记录的细胞，也未接受过细胞：无需追溯。',
  },
  'retention.term-over': { en: 'The retention term is over.', zh: '保存期限已满。' },
  'retention.term-runs': { en: 'The retention term has not ended.', zh: '保存期限未满。' },
  'retention.offspring': {
    en: 'Offspring are involved: the records are kept without end.',
    zh: '涉及子代：永久保存。',
  },
  'retention.treatment-open': {
    en: 'A treatment is not closed: the term has not begun.',
    zh: '治疗尚未结束：保存期限尚未起算。',
  },
  'retention.units-on-hand': {
    en: 'Units that came of the donations are still there and may be given: the term has not begun.',
    zh: '来源于该捐献的单元仍有留存、可能使用：保存期限尚未起算。',
  },
  'retention.linked': {
    en: 'Pseudonyms that are linked to this one as the same person are counted with it.',
    zh: '与本假名关联为同一人的其他假名一并计入。',
  },
  'retention.study-end-unknown': {
    en: 'The term runs from the end of the study, which no record tells and nobody has stated.',
    zh: '保存期限自研究结束起算，而研究结束日期无记录、亦未说明。',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;

export function reason(
  id: RetentionReasonId,
  { citation, confirmed }: { citation: string; confirmed: boolean } = { citation: ERASURE, confirmed: true },
): RetentionReason {
  return { id, text: REASONS[id], citation, confirmed };
}
