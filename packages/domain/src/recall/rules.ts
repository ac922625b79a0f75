import { rule } from '../kernel/index.ts';

const MEASURES = '药品召回管理办法（2022）';

export const recallRules = {
  listEmpty: rule('recall.list-empty', {
    severity: 'finding',
    en: 'The frozen list names no batch and no unit.',
    zh: '冻结清单中没有任何批次或单元。',
  }),
  batchNotTheirs: rule('recall.batch-not-theirs', {
    severity: 'finding',
    en: 'Batch {batch} is neither in the records of {org} nor made of a batch that is: nothing is marked there. Tell its laboratory.',
    zh: '批次 {batch} 不在 {org} 的记录中，亦非由其批次制成，故未作召回标记。请告知其所属机构。',
  }),
  lotNotTheirs: rule('recall.lot-not-theirs', {
    severity: 'finding',
    en: 'The record {material} of lot {lot} is none of {org}: nothing is marked there. Tell whoever received it.',
    zh: '批号 {lot} 的记录 {material} 不属于 {org}，故未作召回标记。请告知其接收方。',
  }),
  noPartInLot: rule('recall.no-part-in-lot', {
    severity: 'impossible',
    en: 'The organisation of recall {recall} has not received or prepared this lot.',
    zh: '召回 {recall} 的发起机构并非本批物料的接收或制备方。',
  }),
  siteNotConcerned: rule('recall.site-not-concerned', {
    severity: 'warn',
    en: '{site} has nothing on the frozen list of this recall.',
    zh: '{site} 不在本次召回的冻结清单中。',
  }),
  noticeLate: rule('recall.notice-late', {
    severity: 'finding',
    en: 'The notice to {site} went out at {sentAt}; in class {class} that was due within {days} days, by {due}.',
    zh: '发往 {site} 的通知于 {sentAt} 发出；{class} 级召回应在 {days} 日内，即 {due} 前发出。',
    citation: `${MEASURES}: 一级1日、二级3日、三级7日内通知`,
    confirmed: false,
    jurisdiction: 'CN',
  }),
  deadlineReversed: rule('recall.deadline-before-notice', {
    severity: 'finding',
    en: 'The notice asks {site} for an answer by {deadline}, which is before it was sent.',
    zh: '通知要求 {site} 在 {deadline} 前答复，而该时间早于发出时间。',
    deviation: 'minor',
  }),
  acknowledgedUnasked: rule('recall.acknowledged-without-notice', {
    severity: 'warn',
    en: '{site} answers, though no notice to it is recorded.',
    zh: '{site} 已答复，但没有向其发出通知的记录。',
  }),
  acknowledgedLate: rule('recall.acknowledged-late', {
    severity: 'finding',
    en: '{site} answered after its deadline of {deadline}.',
    zh: '{site} 的答复晚于期限 {deadline}。',
    citation: `${MEASURES}; EU GMP Chapter 8 §8.26–8.31`,
    confirmed: false,
    deviation: 'minor',
  }),
  acknowledgedByOther: rule('recall.acknowledged-by-other', {
    severity: 'finding',
    en: '{org} answers for {site}, which is neither itself nor recalled by it.',
    zh: '{org} 代 {site} 答复，而它既非该机构，也非召回方。',
  }),
  moreThanSent: rule('recall.more-than-sent', {
    severity: 'finding',
    en: '{site} accounts for {accounted} units, of {sent} that are on the list for it.',
    zh: '{site} 已交代 {accounted} 个单元，而清单所列为 {sent} 个。',
  }),
  escalatedEarly: rule('recall.escalated-early', {
    severity: 'warn',
    en: '{site} was given until {deadline}, or has answered.',
    zh: '{site} 的期限为 {deadline}，或已答复。',
  }),
  unitUnlisted: rule('recall.unit-not-listed', {
    severity: 'warn',
    en: 'Unit {unit} is not on the frozen list.',
    zh: '单元 {unit} 不在冻结清单中。',
  }),
  unitAgain: rule('recall.unit-accounted-before', {
    severity: 'warn',
    en: 'Unit {unit} was accounted for before; the newest word counts.',
    zh: '单元 {unit} 此前已交代，以最新记录为准。',
  }),
  notEffective: rule('recall.not-effective', {
    severity: 'finding',
    en: 'The check found the recall not effective: {confirmed} of {sampled} were as reported.',
    zh: '有效性检查认为召回无效：{sampled} 项中 {confirmed} 项与报告一致。',
    citation: `${MEASURES}; EU GMP Chapter 8 §8.31`,
    confirmed: false,
  }),
  checkedMoreThanSampled: rule('recall.confirmed-more-than-sampled', {
    severity: 'finding',
    en: 'The check confirms {confirmed} of only {sampled}.',
    zh: '检查确认 {confirmed} 项，而仅抽查 {sampled} 项。',
    deviation: 'minor',
  }),
  closedUnaccounted: rule('recall.closed-with-units-unaccounted', {
    severity: 'finding',
    en: 'The recall is closed while {count} units are not accounted for.',
    zh: '召回关闭时尚有 {count} 个单元去向不明。',
    citation: `${MEASURES}; EU GMP Chapter 8 §8.31`,
    confirmed: false,
    deviation: 'critical',
  }),
  closedSilent: rule('recall.closed-with-silent-sites', {
    severity: 'finding',
    en: 'The recall is closed while {site} has not answered.',
    zh: '召回关闭时 {site} 尚未答复。',
    citation: `${MEASURES}; EU GMP Chapter 8 §8.31`,
    confirmed: false,
  }),
  closedUnsigned: rule('recall.closed-unsigned', {
    severity: 'gate',
    en: 'Closing a recall needs the signature of quality assurance.',
    zh: '关闭召回须经质量保证人员签名。',
    citation: 'EU GMP Part IV (ATMP) §14; 21 CFR 11.50, 11.70',
    confirmed: false,
    jurisdiction: 'EU',
  }),
  closed: rule('recall.closed', {
    severity: 'warn',
    en: 'The recall was closed before this was recorded.',
    zh: '本记录录入前召回已关闭。',
  }),
} as const;
