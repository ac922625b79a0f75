import { rule } from '../kernel/index.ts';

/** What must hold for a unit between its allocation and its end. */
export const hospitalRules = {
  unitsUnknown: rule('hospital.units-unknown', {
    severity: 'impossible',
    en: 'This batch has no unit {unit}.',
    zh: '本批次没有单元 {unit}。',
  }),
  someUnitUnknown: rule('hospital.some-unit-unknown', {
    severity: 'finding',
    en: 'Among others, unit {unit} was named, which this batch does not have.',
    zh: '所列单元中的 {unit} 不属于本批次。',
    deviation: 'critical',
  }),
  unitEnded: rule('hospital.unit-ended', {
    severity: 'gate',
    en: 'Unit {unit} is {end} already.',
    zh: '单元 {unit} 已终结（{end}）。',
    deviation: 'critical',
  }),

  treatmentUnknown: rule('allocation.treatment-unknown', {
    severity: 'gate',
    en: 'Treatment {treatment} is not planned anywhere.',
    zh: '治疗 {treatment} 尚未登记计划。',
  }),
  allocationPatientDiffers: rule('allocation.patient-differs', {
    severity: 'gate',
    en: 'Treatment {treatment} was planned for another patient than {patient}.',
    zh: '治疗 {treatment} 的计划患者不是 {patient}。',
    deviation: 'critical',
  }),
  allocationSiteDiffers: rule('allocation.site-differs', {
    severity: 'gate',
    en: 'Treatment {treatment} is planned at {planned}, not at {site}.',
    zh: '治疗 {treatment} 计划在 {planned} 进行，而不是 {site}。',
  }),
  allocationCoi: rule('allocation.coi-differs', {
    severity: 'gate',
    en: 'The batch belongs to the chain of identity {batch}, the treatment to {treatment}.',
    zh: '批次的同一性链为 {batch}，治疗的同一性链为 {treatment}。',
    citation: 'EU GMP Part IV (ATMP) §9.5; ISBT 128 ST-001 §2.4.40',
    confirmed: false,
    deviation: 'critical',
  }),
  allocationProduct: rule('allocation.product-differs', {
    severity: 'gate',
    en: 'The batch is of another product than treatment {treatment} plans.',
    zh: '批次的产品与治疗 {treatment} 计划的产品不同。',
  }),
  allocationNotReleased: rule('allocation.not-released', {
    severity: 'gate',
    en: 'Unit {unit} is not released.',
    zh: '单元 {unit} 尚未放行。',
    citation: 'EU GMP Part IV (ATMP) §11.1; 药品生产质量管理规范（2010年修订）第230条',
  }),
  allocationRescue: rule('allocation.rescue', {
    severity: 'warn',
    en: 'Unit {unit} is reserved as the rescue of this treatment: it is not its product.',
    zh: '单元 {unit} 作为本次治疗的挽救性细胞保留，并非其产品。',
    citation: 'FACT-JACIE 8th ed. B7.6',
    confirmed: false,
  }),
  allocationExceptional: rule('allocation.exceptional-other-treatment', {
    severity: 'gate',
    en: 'Unit {unit} failed its specification and was released exceptionally for treatment {treatment} only.',
    zh: '单元 {unit} 不符合质量标准，仅为治疗 {treatment} 例外放行。',
    citation: 'EU GMP Part IV (ATMP) §11.5',
    confirmed: false,
    jurisdiction: 'EU',
  }),
  allocationRestricted: rule('allocation.restricted', {
    severity: 'gate',
    en: 'Unit {unit} is {restriction} ({reason}).',
    zh: '单元 {unit} 处于限制状态：{restriction}（{reason}）。',
  }),
  allocatedElsewhere: rule('allocation.allocated-elsewhere', {
    severity: 'gate',
    en: 'Unit {unit} is allocated to another treatment, {treatment}.',
    zh: '单元 {unit} 已分配给另一治疗 {treatment}。',
  }),
  allocationClosed: rule('allocation.treatment-closed', {
    severity: 'gate',
    en: 'Treatment {treatment} is closed.',
    zh: '治疗 {treatment} 已结束。',
  }),

  notOnHand: rule('packing.not-on-hand', {
    severity: 'gate',
    en: 'Unit {unit} is not on hand at {shipper}: {why}.',
    zh: '单元 {unit} 不在 {shipper} 手中：{why}。',
  }),
  packedRestricted: rule('packing.restricted', {
    severity: 'gate',
    en: 'Unit {unit} is {restriction} ({reason}) and is not packed.',
    zh: '单元 {unit} 处于限制状态：{restriction}（{reason}），不得装箱。',
  }),
  packedRejected: rule('packing.rejected', {
    severity: 'gate',
    en: 'Unit {unit} was rejected and is not packed.',
    zh: '单元 {unit} 已判不合格，不得装箱。',
    citation: '药品生产质量管理规范（2010年修订）第131条',
    confirmed: false,
  }),
  packedExpired: rule('packing.expired', {
    severity: 'gate',
    en: 'Unit {unit} expired at {expiry} and is not packed.',
    zh: '单元 {unit} 已于 {expiry} 过期，不得装箱。',
  }),

  shippedUnpacked: rule('shipping.not-packed', {
    severity: 'finding',
    en: 'Unit {unit} left with shipment {shipment}, in which it was not packed.',
    zh: '单元 {unit} 随运单 {shipment} 发出，但未在该运单装箱。',
  }),
  shippedRestricted: rule('shipping.restricted', {
    severity: 'gate',
    en: 'Unit {unit} left while it was {restriction} ({reason}).',
    zh: '单元 {unit} 在限制状态下发出：{restriction}（{reason}）。',
    deviation: 'critical',
  }),
  receivedUnsent: rule('receipt.not-sent', {
    severity: 'finding',
    en: 'Unit {unit} was received by {to} although no departure is recorded.',
    zh: '{to} 接收了单元 {unit}，但没有发运记录。',
  }),
  receivedElsewhere: rule('receipt.other-site', {
    severity: 'finding',
    en: 'Unit {unit} was received by {to}; it is allocated to a treatment at {site}.',
    zh: '单元 {unit} 由 {to} 接收，但它分配给 {site} 的治疗。',
  }),
  receivedOtherShipment: rule('receipt.other-shipment', {
    severity: 'finding',
    en: 'Unit {unit} was received with shipment {shipment}; it travelled in {travelled}.',
    zh: '单元 {unit} 随运单 {shipment} 接收，但它装在运单 {travelled} 中。',
  }),
  receivedUnexplained: rule('receipt.reasons-missing', {
    severity: 'finding',
    en: 'Unit {unit} was received as {condition} without a reason.',
    zh: '单元 {unit} 的接收结论为“{condition}”，但未写明原因。',
    deviation: 'minor',
  }),
  receivedRestricted: rule('receipt.restricted', {
    severity: 'warn',
    en: 'Unit {unit} is {restriction} ({reason}): keep it apart.',
    zh: '单元 {unit} 处于限制状态：{restriction}（{reason}），请隔离存放。',
  }),

  checkUnsigned: rule('bedside.check-unsigned', {
    severity: 'gate',
    en: 'The bedside check is not signed.',
    zh: '床旁核对未签名。',
    citation: '21 CFR 11.50, 11.70; 医疗机构临床用血管理办法 第二十八条',
    confirmed: false,
  }),
  checkMismatch: rule('bedside.mismatch', {
    severity: 'gate',
    en: 'The {what} in hand is not the right one for unit {unit} and this treatment.',
    zh: '床旁核对不符（{what}）：与单元 {unit} 及本次治疗不一致。',
    citation: '医疗质量安全核心制度要点（2018）查对制度',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'critical',
  }),
  checkMissing: rule('bedside.not-checked', {
    severity: 'gate',
    en: 'The {what} was not checked at the bedside for unit {unit}.',
    zh: '床旁未核对 {what}（单元 {unit}）。',
    citation: '医疗质量安全核心制度要点（2018）查对制度',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'critical',
  }),
  checkByOne: rule('bedside.checked-by-one', {
    severity: 'finding',
    en: 'Only one person checked unit {unit} at the bedside.',
    zh: '单元 {unit} 的床旁核对仅由一人完成。',
    citation: '医疗质量安全核心制度要点（2018）查对制度',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'minor',
  }),
  checkerRepeated: rule('bedside.checker-repeated', {
    severity: 'finding',
    en: 'The second checker is the one who signed: two different persons check.',
    zh: '第二核对人与签名人为同一人：须由两名不同人员核对。',
  }),
  brokenGlass: rule('bedside.emergency', {
    severity: 'warn',
    en: 'Checked by one person in an emergency ({reason}): the second signature is due.',
    zh: '紧急情况（{reason}）下由一人核对：须补第二人签名。',
  }),

  infusedUnauthorised: rule('infusion.without-authorisation', {
    severity: 'finding',
    en: 'Unit {unit} was infused in treatment {treatment} without an authorisation.',
    zh: '单元 {unit} 未经授权即在治疗 {treatment} 中输注。',
    deviation: 'critical',
  }),
  infusedTwice: rule('infusion.unit-infused-before', {
    severity: 'impossible',
    en: 'Unit {unit} was infused before, at {occurredAt}; a unit is infused once.',
    zh: '单元 {unit} 此前已于 {occurredAt} 输注；同一单元只能输注一次。',
  }),
  infusedSame: rule('infusion.recorded-before', {
    severity: 'warn',
    en: 'The infusion of unit {unit} in this treatment was recorded before.',
    zh: '单元 {unit} 在本次治疗中的输注此前已有记录。',
  }),
  infusedConsumed: rule('infusion.unit-consumed', {
    severity: 'impossible',
    en: 'Unit {unit} was used up as the input of batch {into}.',
    zh: '单元 {unit} 已作为批次 {into} 的起始材料用尽。',
  }),
  infusionOrder: rule('infusion.stop-before-start', {
    severity: 'finding',
    en: 'The infusion of unit {unit} stops at {stop}, before it starts at {start}.',
    zh: '单元 {unit} 的输注结束时间 {stop} 早于开始时间 {start}。',
    deviation: 'minor',
  }),
  restrictedSince: rule('infusion.restricted-since', {
    severity: 'warn',
    en: 'Unit {unit} is {restriction} since it was infused ({reason}): the recipient is exposed.',
    zh: '单元 {unit} 输注后被限制：{restriction}（{reason}），受者已暴露。',
  }),

  witnessDiscarded: rule('discard.witness-is-discarder', {
    severity: 'finding',
    en: 'The witness of the destruction is the one who discarded.',
    zh: '销毁见证人与销毁人为同一人。',
    citation: '药品生产质量管理规范（2010年修订）第134条',
    confirmed: false,
    jurisdiction: 'CN',
  }),
  witnessMissing: rule('discard.witness-missing', {
    severity: 'finding',
    en: 'The destruction was not witnessed.',
    zh: '销毁无见证人。',
    citation: '药品生产质量管理规范（2010年修订）第134条',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'minor',
  }),
  discardUnsigned: rule('discard.unsigned', {
    severity: 'gate',
    en: 'The destruction is not signed.',
    zh: '销毁记录未签名。',
    citation: '21 CFR 11.50, 11.70',
    jurisdiction: 'US',
    deviation: 'minor',
  }),
  discardedBefore: rule('discard.discarded-before', {
    severity: 'warn',
    en: 'Unit {unit} was discarded before.',
    zh: '单元 {unit} 此前已销毁。',
  }),
  discardedAfterUse: rule('discard.unit-ended', {
    severity: 'finding',
    en: 'Unit {unit} is {end}; only a remainder of it can be discarded.',
    zh: '单元 {unit} 已终结（{end}），只能销毁其余量。',
  }),
  discardedByOther: rule('discard.not-custodian', {
    severity: 'finding',
    en: 'Unit {unit} is in the custody of {custodian}, not of {org} who discarded it.',
    zh: '单元 {unit} 由 {custodian} 保管，而销毁方为 {org}。',
  }),
  manifestMissing: rule('discard.waste-manifest-missing', {
    severity: 'finding',
    en: 'Handed to the waste contractor without the number of the waste manifest.',
    zh: '交医疗废物处置单位，但未填写转移联单编号。',
    citation: '医疗废物管理条例（2003，国务院令第380号）',
    jurisdiction: 'CN',
    deviation: 'minor',
  }),

  recallUnitsUnknown: rule('recall.units-unknown', {
    severity: 'finding',
    en: 'The recall names {unit}, which this batch does not have.',
    zh: '召回范围中的 {unit} 不属于本批次。',
  }),
  recallNotTheirs: rule('recall.no-part-in-batch', {
    severity: 'impossible',
    en: 'The organisation of recall {recall} has no part in this batch.',
    zh: '召回 {recall} 的发起机构与本批次无关。',
  }),
  recallReaches: rule('recall.units-infused', {
    severity: 'warn',
    en: '{count} units in the scope of the recall were infused already.',
    zh: '召回范围内已有 {count} 个单元输注。',
  }),

  countersignedUnknown: rule('countersigning.unknown-event', {
    severity: 'impossible',
    en: 'There is no event {event} in this batch to countersign.',
    zh: '本批次没有可补签的事件 {event}。',
  }),
  countersignedUnsigned: rule('countersigning.unsigned', {
    severity: 'gate',
    en: 'A countersignature is a signature: none came with it.',
    zh: '补签须附签名。',
    citation: '21 CFR 11.50, 11.70',
    jurisdiction: 'US',
  }),
  countersignedBySame: rule('countersigning.same-person', {
    severity: 'gate',
    en: 'The second signature is that of the person who reported event {event}.',
    zh: '第二签名人与事件 {event} 的报告人为同一人。',
  }),
} as const;
