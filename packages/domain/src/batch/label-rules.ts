import { rule } from '../kernel/index.ts';

/** Printed labels are counted like banknotes: each is on a unit, destroyed, or handed back. */
export const labelRules = {
  countDiffers: rule('label.issued-count-differs', {
    severity: 'finding',
    en: '{stated} labels are said to have been issued, and {listed} are listed.',
    zh: '声明签发 {stated} 张标签，实际列出 {listed} 张。',
  }),
  issuedBefore: rule('label.issued-before', {
    severity: 'finding',
    en: 'Label {label} was issued before.',
    zh: '标签 {label} 此前已签发。',
    citation: '21 CFR 211.125(c)',
    jurisdiction: 'US',
  }),
  notIssued: rule('label.not-issued', {
    severity: 'finding',
    en: 'Label {label} was put on a unit, and no issue of this batch lists it.',
    zh: '标签 {label} 已贴用，但本批次的签发记录中没有该标签。',
    citation: '21 CFR 211.125(c)',
    jurisdiction: 'US',
  }),
  oldDiffers: rule('label.old-label-differs', {
    severity: 'finding',
    en: 'Label {old} is said to have been taken off unit {unit}, which carried {carried}.',
    zh: '声明从单元 {unit} 取下标签 {old}，但该单元原贴标签为 {carried}。',
    citation: '21 CFR 1271.250; 2006/86/EC Annex II E',
  }),
  oldOfOther: rule('label.old-label-of-other-unit', {
    severity: 'finding',
    en: 'Label {old}, said to have been taken off unit {unit}, is the label of unit {other}: two units may be exchanged.',
    zh: '声明从单元 {unit} 取下的标签 {old} 属于单元 {other}：两个单元可能混淆。',
    citation: '21 CFR 1271.250; 2006/86/EC Annex II E',
    deviation: 'critical',
  }),
  oldNotDestroyed: rule('label.old-label-not-destroyed', {
    severity: 'finding',
    en: '{count} old labels were not destroyed: they can be scanned again.',
    zh: '{count} 张旧标签未销毁，仍可能被扫描。',
    citation: '21 CFR 1271.250; 2006/86/EC Annex II E',
  }),
  witnessMissing: rule('label.relabelling-without-witness', {
    severity: 'finding',
    en: 'Nobody witnessed the relabelling.',
    zh: '更换标签无见证人。',
    citation: '21 CFR 1271.250; 2006/86/EC Annex II E',
  }),
  witnessIsOperator: rule('label.witness-is-operator', {
    severity: 'finding',
    en: 'The witness of the relabelling is the one who relabelled.',
    zh: '更换标签的见证人与操作人为同一人。',
    citation: '药品生产质量管理规范（2010年修订）第171条、第175条; EU GMP Part IV (ATMP) §6',
    confirmed: false,
  }),
  relabelledAfterInfusion: rule('label.relabelled-after-infusion', {
    severity: 'finding',
    en: 'Unit {unit} was relabelled after it had been infused at {occurredAt}: what was given carried the old label.',
    zh: '单元 {unit} 已于 {occurredAt} 输注，此后又更换标签：输注时使用的是旧标签。',
    deviation: 'critical',
  }),
  doNotAddUp: rule('label.reconciliation-does-not-add-up', {
    severity: 'finding',
    en: '{issued} labels issued, but {sum} applied, spoiled, returned and unaccounted for in all.',
    zh: '签发标签 {issued} 张，而贴用、损毁、退回与去向不明合计 {sum} 张。',
    citation: '21 CFR 211.125(c)',
    jurisdiction: 'US',
  }),
  unaccounted: rule('label.unaccounted-for', {
    severity: 'finding',
    en: '{count} labels are not accounted for.',
    zh: '{count} 张标签去向不明。',
    citation: '21 CFR 211.125(c)',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
  issuedDiffers: rule('label.issued-differs-from-records', {
    severity: 'finding',
    en: 'The reconciliation states {stated} labels issued; {recorded} are recorded.',
    zh: '核对表写明签发 {stated} 张标签，记录为 {recorded} 张。',
  }),
  appliedDiffers: rule('label.applied-differs-from-records', {
    severity: 'finding',
    en: 'The reconciliation states {stated} labels applied; {recorded} are recorded.',
    zh: '核对表写明贴用 {stated} 张标签，记录为 {recorded} 张。',
  }),
  oldScanned: rule('gate.old-label', {
    severity: 'gate',
    en: 'An old label of unit {unit} was scanned: it was replaced by label {label}. Scan the label on the bag; if this is it, do not give the bag and call the laboratory.',
    zh: '扫描到的是单元 {unit} 的旧标签，该标签已由 {label} 替换。请扫描袋上现用标签；若袋上仍为此标签，不得输注并联系制备机构。',
    citation: '21 CFR 1271.250; 2006/86/EC Annex II E',
    deviation: 'critical',
  }),
  otherScanned: rule('gate.label-of-other-unit', {
    severity: 'gate',
    en: 'The label that was scanned is that of unit {other}, not of unit {unit}.',
    zh: '扫描到的是单元 {other} 的标签，而不是单元 {unit} 的标签。',
    citation: '21 CFR 1271.250; 2006/86/EC Annex II E',
    deviation: 'critical',
  }),
} as const;
