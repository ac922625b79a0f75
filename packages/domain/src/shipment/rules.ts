import { rule } from '../kernel/index.ts';

export const shipmentRules = {
  packedLate: rule('shipment.packed-after-departure', {
    severity: 'finding',
    en: 'Units were packed into a shipment that had departed or was closed.',
    zh: '运单已发出或已关闭后仍有单元装箱。',
  }),
  batchUnknown: rule('shipment.batch-unknown', {
    severity: 'finding',
    en: 'A unit of batch {batch} was packed; there is no such batch.',
    zh: '装入了批次 {batch} 的单元，但没有该批次。',
  }),
  consigneeChanged: rule('shipment.consignee-differs', {
    severity: 'finding',
    en: 'The shipment goes to {consignee}; units for {other} were packed into it.',
    zh: '运单的收货方为 {consignee}，却装入了发往 {other} 的单元。',
    deviation: 'critical',
  }),
  shipperUnqualified: rule('shipment.shipper-not-qualified', {
    severity: 'finding',
    en: 'The qualification of shipper {container} ended on {until}.',
    zh: '运输容器 {container} 的验证有效期至 {until}，已过期。',
    citation: 'EU GDP 2013/C 343/01 §9.4; 药品经营质量管理规范 附录 验证管理',
    confirmed: false,
  }),
  shipperQualificationUnknown: rule('shipment.shipper-qualification-unknown', {
    severity: 'warn',
    en: 'It is not said by which qualification shipper {container} is used.',
    zh: '未注明运输容器 {container} 的验证依据。',
  }),
  limitsMissing: rule('shipment.limits-missing', {
    severity: 'warn',
    en: 'No transport limits are known for these units: excursions cannot be detected.',
    zh: '这些单元没有运输温度限度，无法判定温度偏离。',
  }),
  limitsWider: rule('shipment.limits-wider', {
    severity: 'finding',
    en: 'The limits stated ({stated}) are wider than the product allows ({allowed}); the product’s hold.',
    zh: '所填限度（{stated}）宽于产品规定（{allowed}）；以产品规定为准。',
  }),
  loggerMissing: rule('shipment.logger-missing', {
    severity: 'warn',
    en: 'The shipment travels without a temperature logger.',
    zh: '运单未配温度记录仪。',
  }),
  departedTwice: rule('shipment.departed-before', {
    severity: 'finding',
    en: 'The departure of this shipment was recorded before.',
    zh: '该运单此前已有发运记录。',
    deviation: 'minor',
  }),
  departedEmpty: rule('shipment.departed-empty', {
    severity: 'finding',
    en: 'The shipment departed, but no batch confirmed a unit in it.',
    zh: '运单已发出，但没有任何批次确认其中有单元。',
  }),
  departedUnlisted: rule('shipment.unit-not-on-manifest', {
    severity: 'finding',
    en: 'Unit {unit} of batch {batch} left in the shipment and is not on its manifest.',
    zh: '批次 {batch} 的单元 {unit} 随运单发出，但不在装箱清单上。',
  }),
  leftBehind: rule('shipment.unit-left-behind', {
    severity: 'warn',
    en: 'Unit {unit} of batch {batch} is on the manifest and stayed behind.',
    zh: '批次 {batch} 的单元 {unit} 在装箱清单上，但未随运单发出。',
  }),
  readingsUnordered: rule('shipment.readings-not-ascending', {
    severity: 'warn',
    en: 'The readings are not in the order of their times; they are judged in it.',
    zh: '读数未按时间排序；按时间先后判定。',
  }),
  excursion: rule('shipment.excursion', {
    severity: 'finding',
    en: 'Outside {limits} for {minutes} minutes in all, down to {minimum} and up to {maximum} °C; {allowed} minutes are allowed.',
    zh: '超出 {limits} 共 {minutes} 分钟，最低 {minimum} °C、最高 {maximum} °C；允许 {allowed} 分钟。',
    citation: 'EU GDP 2013/C 343/01 §9.2; 药品经营质量管理规范 附录 冷藏、冷冻药品的储存与运输管理',
    confirmed: false,
  }),
  excursionUnderstated: rule('shipment.excursion-understated', {
    severity: 'finding',
    en: 'Said to be within the limit, but {minutes} minutes outside are more than the {allowed} allowed.',
    zh: '记为未超限，但超出限度 {minutes} 分钟，多于允许的 {allowed} 分钟。',
  }),
  excursionUnknown: rule('shipment.excursion-unknown', {
    severity: 'impossible',
    en: 'There is no excursion {excursion} in this shipment.',
    zh: '该运单没有温度偏离 {excursion}。',
  }),
  assessedBefore: rule('shipment.excursion-assessed-before', {
    severity: 'warn',
    en: 'Excursion {excursion} was assessed before, as {outcome}.',
    zh: '温度偏离 {excursion} 此前已评估为“{outcome}”。',
  }),
  assessmentUnsigned: rule('shipment.assessment-unsigned', {
    severity: 'warn',
    en: 'The assessment of the excursion is not signed.',
    zh: '温度偏离评估未签名。',
  }),
  acceptedUnsigned: rule('shipment.acceptance-unsigned', {
    severity: 'gate',
    en: 'That the excursion is acceptable needs the signature of quality assurance of the shipper.',
    zh: '温度偏离判为可接受，须经发运方质量保证人员签名。',
    citation: '药品生产质量管理规范（2010年修订）第230条; EU GDP 2013/C 343/01 §9.2',
    confirmed: false,
  }),
  handoverUnsigned: rule('shipment.handover-not-signed-by-both', {
    severity: 'finding',
    en: 'The handover from {from} to {to} is not signed by two persons.',
    zh: '{from} 向 {to} 的交接未由双方两人签名。',
    citation: 'EU GDP 2013/C 343/01 §9.2; 2006/86/EC Annex I',
    confirmed: false,
    deviation: 'minor',
  }),
  handedByOther: rule('shipment.handed-over-by-other', {
    severity: 'finding',
    en: '{from} handed the shipment over; {holder} answered for it.',
    zh: '由 {from} 交出运单，但当时负责方为 {holder}。',
  }),
  sealBroken: rule('shipment.seal-broken', {
    severity: 'finding',
    en: 'The seal of the shipment was broken at {place}.',
    zh: '运单封签在 {place} 处已破损。',
  }),
  receivedUndeparted: rule('shipment.received-without-departure', {
    severity: 'finding',
    en: 'The shipment was received, but its departure is not recorded.',
    zh: '运单已接收，但没有发运记录。',
    deviation: 'minor',
  }),
  receivedTwice: rule('shipment.received-before', {
    severity: 'warn',
    en: 'The receipt of this shipment was recorded before.',
    zh: '该运单此前已有接收记录。',
  }),
  receivedByOther: rule('shipment.received-by-other', {
    severity: 'finding',
    en: 'The shipment was sent to {consignee} and received by {org}.',
    zh: '运单发往 {consignee}，却由 {org} 接收。',
    deviation: 'critical',
  }),
  unitMissing: rule('shipment.unit-missing', {
    severity: 'finding',
    en: 'Unit {unit} of batch {batch} is on the manifest and did not arrive.',
    zh: '批次 {batch} 的单元 {unit} 在装箱清单上，但未到货。',
    deviation: 'critical',
  }),
  unitUnexpected: rule('shipment.unit-unexpected', {
    severity: 'finding',
    en: 'Unit {unit} of batch {batch} arrived and is not on the manifest.',
    zh: '到货的单元 {unit}（批次 {batch}）不在装箱清单上。',
  }),
  acceptedWithExcursion: rule('shipment.accepted-with-open-excursion', {
    severity: 'finding',
    en: 'Units were accepted while an excursion beyond the limit is not assessed.',
    zh: '超限温度偏离尚未评估，单元已被接收为合格。',
  }),
  closedUnreceived: rule('shipment.closed-without-receipt', {
    severity: 'finding',
    en: 'The shipment is closed as completed, but nobody received it.',
    zh: '运单以“完成”关闭，但没有接收记录。',
  }),
  closedWithExcursion: rule('shipment.closed-with-open-excursion', {
    severity: 'finding',
    en: 'The shipment is closed while excursion {excursion} is not assessed.',
    zh: '温度偏离 {excursion} 尚未评估，运单已关闭。',
  }),
  cancelledAfterDeparture: rule('shipment.cancelled-after-departure', {
    severity: 'finding',
    en: 'The shipment is cancelled, but it had departed.',
    zh: '运单以“取消”关闭，但已发出。',
  }),
  lost: rule('shipment.lost', {
    severity: 'finding',
    en: 'The shipment with {count} units is lost.',
    zh: '运单丢失，涉及 {count} 个单元。',
    deviation: 'critical',
  }),
} as const;
