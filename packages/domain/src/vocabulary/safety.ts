import type * as z from 'zod';
import { coded } from './coded.ts';

/** NCI CTCAE v5.0 grades. A string, so that it is never averaged. */
export const CtcaeGrade = coded({
  '1': { zh: '1 级 轻度', en: 'grade 1, mild' },
  '2': { zh: '2 级 中度', en: 'grade 2, moderate' },
  '3': { zh: '3 级 重度', en: 'grade 3, severe' },
  '4': { zh: '4 级 危及生命', en: 'grade 4, life-threatening' },
  '5': { zh: '5 级 死亡', en: 'grade 5, death' },
});
export type CtcaeGrade = z.infer<typeof CtcaeGrade>;

/** ICH E2A §II.B: the criteria that make an event serious; one of them is enough. `non-serious` when none holds. */
export const Seriousness = coded({
  'non-serious': { zh: '非严重', en: 'not serious' },
  death: { zh: '导致死亡', en: 'results in death' },
  'life-threatening': { zh: '危及生命', en: 'life-threatening' },
  hospitalisation: { zh: '导致住院或住院时间延长', en: 'hospitalisation or its prolongation' },
  disability: { zh: '永久或显著残疾', en: 'persistent or significant disability' },
  'congenital-anomaly': { zh: '先天性异常', en: 'congenital anomaly or birth defect' },
  'medically-important': { zh: '其他重要医学事件', en: 'medically important' },
});
export type Seriousness = z.infer<typeof Seriousness>;

/** Causality as the WHO–UMC system grades it. */
export const Relatedness = coded({
  certain: { zh: '肯定有关', en: 'certain' },
  probable: { zh: '很可能有关', en: 'probable' },
  possible: { zh: '可能有关', en: 'possible' },
  unlikely: { zh: '可能无关', en: 'unlikely' },
  unrelated: { zh: '无关', en: 'unrelated' },
  unclassified: { zh: '待评价', en: 'not yet classified' },
  unassessable: { zh: '无法评价', en: 'unassessable' },
});
export type Relatedness = z.infer<typeof Relatedness>;

/** ICH E2A §II.C: against the reference safety information. */
export const Expectedness = coded({
  expected: { zh: '预期', en: 'expected' },
  unexpected: { zh: '非预期', en: 'unexpected' },
});
export type Expectedness = z.infer<typeof Expectedness>;

/** ICH E2B(R3) E.i.7: outcome of the event at the time of the last observation. */
export const EventOutcome = coded({
  recovered: { zh: '痊愈', en: 'recovered' },
  recovering: { zh: '好转', en: 'recovering' },
  'not-recovered': { zh: '未痊愈', en: 'not recovered' },
  'recovered-with-sequelae': { zh: '痊愈有后遗症', en: 'recovered with sequelae' },
  fatal: { zh: '死亡', en: 'fatal' },
  unknown: { zh: '未知', en: 'unknown' },
});
export type EventOutcome = z.infer<typeof EventOutcome>;
