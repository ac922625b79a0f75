import { rule } from '../kernel/index.ts';

const LABORATORY = 'ISO/IEC 17025:2017';

/** What must hold of a sample on its way, and of what is reported on it. */
export const sampleRules = {
  identifierMalformed: rule('sample.identifier-malformed', {
    severity: 'finding',
    en: 'The number {value} is not a well-formed {scheme} ({problem}).',
    zh: '编号 {value} 不符合 {scheme} 的格式（{problem}）。',
    deviation: 'minor',
  }),
  sourceUnknown: rule('sample.source-unknown', {
    severity: 'finding',
    en: 'Nothing is recorded of {source}, of which the sample was taken.',
    zh: '取样来源 {source} 未见任何记录。',
    deviation: 'minor',
  }),
  sourceOfAnother: rule('sample.source-of-another', {
    severity: 'finding',
    en: '{org} has no part in {source}, of which the sample was taken.',
    zh: '{org} 与取样来源 {source} 无任何关联。',
  }),
  sourceSilent: rule('sample.source-silent', {
    severity: 'warn',
    en: 'The record of {source} does not say that this sample was taken.',
    zh: '{source} 的记录中没有该样品的取样记录。',
  }),
  laboratoryDiffers: rule('sample.laboratory-differs', {
    severity: 'finding',
    en: 'The sample is for {laboratory}, and the record of {source} names {named}.',
    zh: '样品送检机构为 {laboratory}，而 {source} 的记录写为 {named}。',
    deviation: 'minor',
  }),
  ended: rule('sample.ended', {
    severity: 'finding',
    en: 'The sample was {end} before.',
    zh: '该样品此前已{zh}。',
  }),
  wasRejected: rule('sample.was-rejected', {
    severity: 'finding',
    en: 'The sample was rejected by {laboratory} before.',
    zh: '该样品此前已被 {laboratory} 拒收。',
  }),
  receivedElsewhere: rule('sample.received-elsewhere', {
    severity: 'finding',
    en: 'The sample was meant for {laboratory} and arrived at {org}.',
    zh: '样品应送 {laboratory}，实际由 {org} 接收。',
  }),
  notDispatched: rule('sample.dispatch-missing', {
    severity: 'warn',
    en: 'The dispatch of this sample is not recorded.',
    zh: '该样品尚无发出记录。',
  }),
  temperatureOrder: rule('sample.temperature-order', {
    severity: 'finding',
    en: 'The lowest temperature of the transport, {minimum} °C, is above the highest, {maximum} °C.',
    zh: '运输最低温度 {minimum} °C 高于最高温度 {maximum} °C。',
    deviation: 'minor',
  }),
  reportByAnother: rule('sample.report-by-another', {
    severity: 'finding',
    en: '{org} reports on a sample that {laboratory} was to test.',
    zh: '样品应由 {laboratory} 检验，报告却由 {org} 出具。',
    citation: LABORATORY,
    confirmed: false,
  }),
  reportOnRejected: rule('sample.report-on-rejected', {
    severity: 'finding',
    en: 'A report is issued on a sample that {laboratory} rejected.',
    zh: '样品已被 {laboratory} 拒收，却出具了报告。',
    citation: `${LABORATORY} §7.4.3`,
    confirmed: false,
    deviation: 'critical',
  }),
  reportUnreceived: rule('sample.report-on-unreceived', {
    severity: 'finding',
    en: 'A report is issued on a sample whose receipt is not recorded.',
    zh: '样品尚无接收记录即已出具报告。',
    citation: `${LABORATORY} §7.4`,
    confirmed: false,
  }),
  numberTaken: rule('sample.report-number-taken', {
    severity: 'finding',
    en: 'Report number {number} was used for this sample before.',
    zh: '该样品此前已有编号为 {number} 的报告。',
    deviation: 'minor',
  }),
  reportUnknown: rule('sample.report-unknown', {
    severity: 'impossible',
    en: 'There is no report {report} on this sample.',
    zh: '该样品没有报告 {report}。',
  }),
  reportRevisedBefore: rule('sample.report-revised-before', {
    severity: 'finding',
    en: 'The report was revised before; a revision names the newest.',
    zh: '该报告此前已修订；修订应指明最新一版。',
  }),
  reportWithdrawnBefore: rule('sample.report-withdrawn-before', {
    severity: 'finding',
    en: 'The report was withdrawn before.',
    zh: '该报告此前已撤回。',
    deviation: 'minor',
  }),
  reportOfAnother: rule('sample.report-of-another', {
    severity: 'finding',
    en: '{org} changes a report of {laboratory}.',
    zh: '{org} 变更了 {laboratory} 出具的报告。',
    citation: `${LABORATORY} §7.8.8`,
    confirmed: false,
    deviation: 'critical',
  }),
  verdictDisagrees: rule('sample.verdict-disagrees', {
    severity: 'finding',
    en: '{test} is reported as {verdict}, and by its own limit it is {computed}.',
    zh: '{test} 报告结论为 {verdict}，按其限度应为 {computed}。',
    deviation: 'critical',
  }),
  verdictUndetermined: rule('sample.verdict-undetermined', {
    severity: 'finding',
    en: '{test} cannot be held against its limit: {problem}.',
    zh: '{test} 的结果无法与其限度比较：{problem}。',
  }),
  reviewerIsAnalyst: rule('sample.reviewer-is-analyst', {
    severity: 'finding',
    en: '{reviewer} reviewed a result of their own for {test}.',
    zh: '{reviewer} 复核了自己检验的 {test}。',
    citation: '药品生产质量管理规范（2010年修订）第223条',
  }),
  retainedAfterEnd: rule('sample.retained-after-end', {
    severity: 'finding',
    en: 'The sample was {end} and cannot be retained.',
    zh: '该样品已{zh}，不能留样。',
  }),
  destroyedEarly: rule('sample.destroyed-before-term', {
    severity: 'finding',
    en: 'The sample was to be kept until {until}.',
    zh: '该样品应保存至 {until}。',
    citation: '药品生产质量管理规范（2010年修订）第二百二十五条; EU GMP Annex 19',
    confirmed: false,
  }),
  witnessDestroyed: rule('sample.witness-destroyed', {
    severity: 'finding',
    en: '{witness} witnessed a destruction of their own.',
    zh: '{witness} 见证了本人实施的销毁。',
    deviation: 'minor',
  }),
  verifierIsOperator: rule('sample.verifier-is-operator', {
    severity: 'finding',
    en: '{verifier} verified their own work.',
    zh: '{verifier} 复核了本人的操作。',
    citation: '药品生产质量管理规范（2010年修订）第一百七十五条',
    confirmed: false,
  }),
} as const;
