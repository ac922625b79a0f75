import { rule } from '../kernel/index.ts';

const RELEASE = '药品生产质量管理规范（2010年修订）第230条; EU GMP Part IV (ATMP) §11.3';

/** What must hold before a unit leaves the laboratory as a product. */
export const releaseRules = {
  signatureMissing: rule('release.signature-missing', {
    severity: 'gate',
    en: 'The signature of {en} ({role}) is missing.',
    zh: '缺少{zh}（{role}）签名。',
    citation: '药品生产质量管理规范（2010年修订）第25条、第230条; EU GMP Part IV (ATMP) §11.1',
  }),
  fourEyes: rule('release.four-eyes', {
    severity: 'gate',
    en: 'One person signed for several roles; two persons are needed.',
    zh: '同一人以多个角色签名；须由两名不同人员签名。',
    citation: '药品生产质量管理规范（2010年修订）第25条; EU GMP Part IV (ATMP) §11.1',
  }),
  foreignSigner: rule('release.foreign-signer', {
    severity: 'gate',
    en: 'A signer of {org} cannot release a batch of {owner}.',
    zh: '{org} 的人员不能放行 {owner} 的批次。',
  }),
  headMoved: rule('release.head-moved', {
    severity: 'gate',
    en: 'The record went on after entry {seq}, which is what the signers reviewed.',
    zh: '签名人审核至第 {seq} 条记录，此后记录又有新增。',
  }),
  specificationUnknown: rule('release.specification-unknown', {
    severity: 'gate',
    en: 'The specification version that the batch is bound to is not registered.',
    zh: '批次所适用的质量标准版本未登记。',
    citation: RELEASE,
  }),
  lineNotPassed: rule('release.line-not-passed', {
    severity: 'gate',
    en: 'Line {line} ({test}) is {status}.',
    zh: '质量标准第 {line} 项（{test}）{zh}。',
    citation: RELEASE,
  }),
  pendingDiffers: rule('release.pending-differs', {
    severity: 'gate',
    en: 'A conditional release lists exactly the pending tests. Not listed: {missing}. Listed and not pending: {extra}.',
    zh: '有条件放行须如实列出全部待出结果的项目。漏列：{missing}；多列：{extra}。',
    citation: 'EU GMP Part IV (ATMP) §11.4',
    confirmed: false,
    jurisdiction: 'EU',
  }),
  nothingPending: rule('release.nothing-pending', {
    severity: 'gate',
    en: 'No test is pending: this is a release without condition.',
    zh: '没有待出结果的项目，应作无条件放行。',
  }),
  failureUninvestigated: rule('release.failure-uninvestigated', {
    severity: 'gate',
    en: '{test} failed, and its investigation is {investigation}.',
    zh: '{test} 不合格，其调查{zh}。',
    citation: '药品生产质量管理规范（2010年修订）第224条; FDA OOS guidance 2022',
  }),
  materialExpired: rule('release.material-expired', {
    severity: 'gate',
    en: 'Lot {lot} of {material} (expiry {expiry}) was not shown to be unexpired when it was used.',
    zh: '{material} 批号 {lot}（有效期至 {expiry}）无法证明使用时未过期。',
    citation: RELEASE,
  }),
  criticalDeviation: rule('release.critical-deviation-open', {
    severity: 'gate',
    en: 'A critical deviation is open ({rule}).',
    zh: '存在未关闭的重大偏差（{rule}）。',
    citation: RELEASE,
  }),
  deviationOpen: rule('release.deviation-open', {
    severity: 'warn',
    en: '{count} minor or major deviations are open.',
    zh: '有 {count} 项一般或主要偏差未关闭。',
    citation: RELEASE,
  }),
  restricted: rule('release.restricted', {
    severity: 'gate',
    en: 'Units in this scope are {restriction} ({reason}).',
    zh: '放行范围内有单元{zh}（{reason}）。',
    citation: RELEASE,
  }),
  rejected: rule('release.rejected-before', {
    severity: 'gate',
    en: 'Units in this scope were rejected.',
    zh: '放行范围内有单元已判不合格。',
    citation: RELEASE,
  }),
  withdrawn: rule('release.withdrawn', {
    severity: 'gate',
    en: 'The prepared release was withdrawn before its second signature.',
    zh: '该放行准备在第二人签名前已撤回。',
  }),
  gapsNotListed: rule('release.gaps-not-listed', {
    severity: 'gate',
    en: 'The record of the imported batch {batch} has gaps that the signers have not listed: {en}.',
    zh: '导入的历史批次 {batch} 存在缺项，签名人未列明：{zh}。',
    citation: 'EU GMP Part IV (ATMP) §11.3; PIC/S PI 041-1 §9.4',
    confirmed: false,
  }),
  gapUnknown: rule('release.gap-unknown', {
    severity: 'gate',
    en: '{about} is listed as a gap of batch {batch}, and is none.',
    zh: '将 {about} 列为批次 {batch} 的缺项，但该项并非缺项。',
  }),
  gapsAccepted: rule('release.gaps-accepted', {
    severity: 'warn',
    en: 'This rests on imported records with {count} gaps, which the signers have listed.',
    zh: '本放行依据的历史记录存在 {count} 处缺项，签名人已列明。',
  }),
  splitNotClosed: rule('release.split-not-closed', {
    severity: 'warn',
    en: 'The number of units made is not stated: containers cannot be balanced.',
    zh: '尚未声明分装总数，无法核对容器数量平衡。',
  }),
  unlabelled: rule('release.unlabelled', {
    severity: 'warn',
    en: '{count} units in this scope carry no recorded label.',
    zh: '放行范围内有 {count} 个单元未见贴签记录。',
  }),
} as const;
