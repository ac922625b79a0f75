import { rule } from '../kernel/index.ts';

const IDENTITY = 'ISBT 128 ST-001 §2.4.40; FACT-JACIE 8th ed. B7';
const PREPARATIVE = 'FACT-JACIE 8th ed. B7.6';

/** Around a transplant: chain of identity, mobilisation, conditioning, rescue, engraftment. */
export const transplantRules = {
  coiMalformed: rule('coi.malformed', {
    severity: 'finding',
    en: 'The chain of identity {coi} cannot be right: {problem}.',
    zh: '同一性链标识 {coi} 有误：{problem}。',
    citation: 'ISBT 128 ST-001 §2.4.40',
    confirmed: false,
    deviation: 'minor',
  }),
  coiDiffers: rule('coi.differs', {
    severity: 'finding',
    en: 'The chain of identity {coi} is issued, but {where} says {other}.',
    zh: '签发的同一性链标识为 {coi}，而{where}为 {other}。',
    citation: IDENTITY,
    confirmed: false,
    deviation: 'critical',
  }),
  coiOfOther: rule('coi.donation-of-other', {
    severity: 'finding',
    en: 'Donation {donation} is of {donor}, not of this patient.',
    zh: '捐献 {donation} 的供者为 {donor}，并非本患者。',
    citation: IDENTITY,
    confirmed: false,
    deviation: 'critical',
  }),
  coiLate: rule('coi.issued-after-collection', {
    severity: 'finding',
    en: 'The chain of identity was issued after the cells of donation {donation} were collected at {collected}.',
    zh: '捐献 {donation} 的细胞于 {collected} 采集之后才签发同一性链标识。',
    citation: IDENTITY,
    confirmed: false,
  }),
  coiAgain: rule('coi.issued-before', {
    severity: 'warn',
    en: 'This chain of identity was issued before.',
    zh: '该同一性链标识此前已签发。',
  }),
  mobilisedWithoutCoi: rule('mobilisation.coi-missing', {
    severity: 'warn',
    en: 'The patient is mobilised, and no chain of identity is known: it is issued before the collection.',
    zh: '患者已动员，但尚无同一性链标识；应在采集前签发。',
    citation: IDENTITY,
    confirmed: false,
  }),

  conditioningUnsigned: rule('conditioning.unsigned', {
    severity: 'gate',
    en: 'The authorisation needs the signature of the physician {physician} of {site}.',
    zh: '该授权须由 {site} 的医师 {physician} 签名。',
    citation: PREPARATIVE,
    confirmed: false,
  }),
  conditioningUnplanned: rule('conditioning.treatment-unknown', {
    severity: 'gate',
    en: 'Treatment {treatment} is not planned.',
    zh: '治疗 {treatment} 尚未登记计划。',
    deviation: 'critical',
  }),
  conditioningBatchUnknown: rule('conditioning.batch-unknown', {
    severity: 'gate',
    en: 'There is no batch {batch}: the product is not there.',
    zh: '没有批次 {batch}：产品未就位。',
    citation: PREPARATIVE,
    confirmed: false,
    deviation: 'critical',
  }),
  conditioningProductAway: rule('conditioning.allogeneic-not-there', {
    severity: 'warn',
    en: 'Unit {unit} of another donor is not ready yet: {reason}.',
    zh: '异体单元 {unit} 尚未就绪：{reason}。',
  }),
  rescueMissing: rule('conditioning.rescue-missing', {
    severity: 'gate',
    en: 'The protocol asks for rescue cells, and none are named.',
    zh: '方案要求备有挽救性细胞，但未列明。',
    citation: PREPARATIVE,
    confirmed: false,
    deviation: 'critical',
  }),
  rescueAway: rule('conditioning.rescue-not-there', {
    severity: 'gate',
    en: 'The rescue unit {unit} is not at {site} and fit for use: {reason}.',
    zh: '挽救性单元 {unit} 不在 {site} 或不可用：{reason}。',
    citation: PREPARATIVE,
    confirmed: false,
    deviation: 'critical',
  }),
  rescueOfOther: rule('conditioning.rescue-of-other', {
    severity: 'gate',
    en: 'The rescue unit {unit} belongs to the chain of identity {coi}, the patient’s is {patient}.',
    zh: '挽救性单元 {unit} 的同一性链为 {coi}，患者的为 {patient}。',
    citation: IDENTITY,
    confirmed: false,
    deviation: 'critical',
  }),
  rescueIsProduct: rule('conditioning.rescue-is-the-product', {
    severity: 'gate',
    en: 'Unit {unit} cannot be the product and its rescue at once.',
    zh: '单元 {unit} 不能既是产品又是挽救性细胞。',
    deviation: 'critical',
  }),
  conditioningUnauthorised: rule('conditioning.started-unauthorised', {
    severity: 'finding',
    en: 'The conditioning of the patient was started without authorisation.',
    zh: '未经授权即开始对患者预处理。',
    citation: PREPARATIVE,
    confirmed: false,
    deviation: 'critical',
  }),
  conditioningStartedBefore: rule('conditioning.started-before', {
    severity: 'warn',
    en: 'The start of the conditioning was recorded before; the first holds.',
    zh: '预处理开始此前已有记录；以首次为准。',
  }),

  rescueUnlisted: rule('rescue.not-listed', {
    severity: 'finding',
    en: 'The rescue unit {unit} is none of those that the conditioning was authorised with.',
    zh: '挽救性单元 {unit} 未列入预处理授权。',
    citation: PREPARATIVE,
    confirmed: false,
  }),
  rescueNotInBatch: rule('rescue.not-in-batch', {
    severity: 'finding',
    en: 'The batch does not know that unit {unit} was infused in this treatment.',
    zh: '批次中没有单元 {unit} 在本治疗中输注的记录。',
  }),
  rescueUnconditioned: rule('rescue.without-conditioning', {
    severity: 'warn',
    en: 'Rescue cells were given, and no conditioning is recorded.',
    zh: '已输注挽救性细胞，但无预处理记录。',
  }),
  engraftedUninfused: rule('engraftment.without-infusion', {
    severity: 'finding',
    en: 'Engraftment is recorded, and no infusion is.',
    zh: '有植入记录，但无输注记录。',
    deviation: 'minor',
  }),
  engraftedBefore: rule('engraftment.before-infusion', {
    severity: 'finding',
    en: '{lineage} are said to have engrafted on {date}, before the first infusion on {infused}.',
    zh: '{lineage} 植入日期 {date} 早于首次输注日期 {infused}。',
    deviation: 'minor',
  }),
  engraftedInconsistent: rule('engraftment.inconsistent', {
    severity: 'finding',
    en: 'The outcome is “engrafted”, and no day of neutrophil engraftment is stated.',
    zh: '结果为“已植入”，但未填写中性粒细胞植入日期。',
    citation: 'CIBMTR Forms Manual, form 2100 (ANC recovery)',
    confirmed: false,
    deviation: 'minor',
  }),
  graftFailed: rule('engraftment.failed', {
    severity: 'warn',
    en: 'The graft failed: report it as an adverse event too, and look to the rescue cells.',
    zh: '植入失败：请同时报告不良事件，并评估挽救性细胞的使用。',
  }),
} as const;
