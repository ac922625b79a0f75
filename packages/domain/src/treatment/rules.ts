import { rule } from '../kernel/index.ts';

export const treatmentRules = {
  studyUnknown: rule('treatment.study-unknown', {
    severity: 'finding',
    en: 'Study {study} is not filed.',
    zh: '研究 {study} 未备案。',
    citation: '生物医学新技术临床研究和临床转化应用管理条例（国务院令第818号）; 干细胞临床研究管理办法（试行）2015',
    confirmed: false,
    jurisdiction: 'CN',
  }),
  studyMissing: rule('treatment.study-missing', {
    severity: 'warn',
    en: 'The treatment names no study or filing, so its regime is not known: the rules of all regimes apply.',
    zh: '治疗未注明研究或备案，适用制度未知：按所有制度的规则判断。',
  }),
  siteNotInStudy: rule('treatment.site-not-in-study', {
    severity: 'finding',
    en: '{site} does not take part in study {study}.',
    zh: '{site} 不是研究 {study} 的参与机构。',
  }),
  studySuspended: rule('treatment.study-suspended', {
    severity: 'finding',
    en: 'A treatment is planned in study {study}, which is suspended.',
    zh: '研究 {study} 已暂停，仍计划治疗。',
    citation: '涉及人的生命科学和医学研究伦理审查办法（国卫科教发〔2023〕4号）; 药物临床试验质量管理规范（2020）',
    confirmed: false,
    jurisdiction: 'CN',
  }),
  siteNotApproved: rule('treatment.site-not-approved', {
    severity: 'finding',
    en: '{site} had no approval for study {study} that held on {day}.',
    zh: '{day} 时 {site} 没有研究 {study} 的有效批准。',
    citation: '涉及人的生命科学和医学研究伦理审查办法（国卫科教发〔2023〕4号）; 药物临床试验质量管理规范（2020）第十二条',
    confirmed: false,
    jurisdiction: 'CN',
    regimes: ['cn-818-clinical-research', 'cn-828-drug-trial', 'cn-2015-iit'],
  }),
  productUnknown: rule('treatment.product-unknown', {
    severity: 'finding',
    en: 'Product {product} is not specified.',
    zh: '产品 {product} 没有质量标准。',
  }),
  coiMissing: rule('treatment.coi-missing', {
    severity: 'finding',
    en: 'An autologous product is planned without a chain of identity.',
    zh: '计划使用自体产品，但未登记同一性链标识。',
    citation: 'ISBT 128 ST-001 §2.4.40; FACT-JACIE 8th ed. B7',
    confirmed: false,
    deviation: 'critical',
  }),
  patientUnregistered: rule('treatment.patient-not-registered', {
    severity: 'warn',
    en: 'Patient {patient} is not registered.',
    zh: '患者 {patient} 尚未登记。',
  }),
  patientDiffers: rule('treatment.patient-differs', {
    severity: 'finding',
    en: 'This treatment is of {planned}; the entry is about {patient}.',
    zh: '本治疗的患者为 {planned}，而记录所指为 {patient}。',
    deviation: 'critical',
  }),
  consentedLate: rule('treatment.consent-after-infusion', {
    severity: 'finding',
    en: 'Consent was given at {consented}, after the first infusion at {infused}.',
    zh: '知情同意于 {consented} 签署，晚于首次输注 {infused}。',
    citation: '民法典 第一千二百一十九条; 药物临床试验质量管理规范（2020）第二十三条',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'critical',
  }),
  closed: rule('treatment.closed', {
    severity: 'warn',
    en: 'The treatment was closed before this was recorded.',
    zh: '本记录录入前治疗已结束。',
  }),

  needUnsigned: rule('treatment.need-unsigned', {
    severity: 'gate',
    en: 'The statement needs the signature of the physician {physician}.',
    zh: '该说明须由医师 {physician} 签名。',
    citation: '21 CFR 1271.65(b)(3), 1271.60(d)(3)',
    jurisdiction: 'US',
  }),
  needWithAlternative: rule('treatment.need-with-alternative', {
    severity: 'finding',
    en: 'Urgent medical need is stated, but not that no comparable product is available.',
    zh: '声明紧急医疗需要，但未说明没有可替代的产品。',
    citation: '21 CFR 1271.3(u)',
    jurisdiction: 'US',
  }),
  patientNotInformed: rule('treatment.risk-notice-open', {
    severity: 'warn',
    en: 'The patient was not yet told of the risk: until then the gate stays shut.',
    zh: '尚未告知患者风险：告知前不得输注。',
    citation: '21 CFR 1271.65(b)(2)',
    jurisdiction: 'US',
  }),

  infusionNotInBatch: rule('treatment.infusion-not-in-batch', {
    severity: 'finding',
    en: 'The batch does not know that unit {unit} was infused in this treatment.',
    zh: '批次中没有单元 {unit} 在本治疗中输注的记录。',
  }),
  infusionUnconsented: rule('treatment.infused-without-consent', {
    severity: 'finding',
    en: 'The patient had not consented when unit {unit} was infused.',
    zh: '输注单元 {unit} 时患者尚未签署知情同意。',
    citation: '民法典 第一千二百一十九条; 药物临床试验质量管理规范（2020）第二十三条',
    confirmed: false,
    jurisdiction: 'CN',
    deviation: 'critical',
  }),
  infusionAgain: rule('treatment.infusion-recorded-before', {
    severity: 'warn',
    en: 'The infusion of unit {unit} was recorded before; the newest entry holds.',
    zh: '单元 {unit} 的输注此前已有记录；以最新记录为准。',
  }),
  infusionUnplanned: rule('treatment.infusion-after-closing', {
    severity: 'finding',
    en: 'Unit {unit} was infused although the treatment was closed.',
    zh: '治疗已结束，仍输注了单元 {unit}。',
  }),
  thawTooLong: rule('treatment.thaw-too-long', {
    severity: 'finding',
    en: 'Unit {unit} was infused {minutes} minutes after thawing; the specification allows {limit}.',
    zh: '单元 {unit} 复苏后 {minutes} 分钟输注，质量标准允许 {limit} 分钟。',
    citation: 'the specification version that the batch is bound to',
  }),
  reactionUnreported: rule('treatment.reaction-without-adverse-event', {
    severity: 'warn',
    en: 'A reaction of grade {grade} is recorded; report it as an adverse event too.',
    zh: '记录了 {grade} 级输注反应；请同时报告不良事件。',
  }),

  visitWindow: rule('treatment.visit-outside-window', {
    severity: 'finding',
    en: 'Visit {name} took place on {date}; its window is {from} to {to}.',
    zh: '访视 {name} 于 {date} 进行，时间窗为 {from} 至 {to}。',
    citation: 'the study protocol',
    deviation: 'minor',
  }),
  visitUnscheduled: rule('treatment.visit-not-scheduled', {
    severity: 'warn',
    en: 'This visit was not scheduled.',
    zh: '该访视未列入计划。',
  }),
  visitAgain: rule('treatment.visit-recorded-before', {
    severity: 'warn',
    en: 'Visit {name} was recorded before.',
    zh: '访视 {name} 此前已有记录。',
  }),
  visitReversed: rule('treatment.visit-window-reversed', {
    severity: 'finding',
    en: 'The window of visit {name} ends on {to}, before it begins on {from}.',
    zh: '访视 {name} 的时间窗结束日 {to} 早于开始日 {from}。',
    deviation: 'minor',
  }),
  visitUndated: rule('treatment.visit-undated', {
    severity: 'warn',
    en: 'The day of the visit is unknown, so its window could not be checked.',
    zh: '访视日期未知，无法核对时间窗。',
  }),

  eventUnknown: rule('treatment.adverse-event-unknown', {
    severity: 'impossible',
    en: 'There is no adverse event {adverseEvent} in this treatment.',
    zh: '本治疗中没有不良事件 {adverseEvent}。',
  }),
  eventAgain: rule('treatment.adverse-event-reported-before', {
    severity: 'warn',
    en: 'Adverse event {adverseEvent} was reported before; the newest report holds.',
    zh: '不良事件 {adverseEvent} 此前已报告；以最新报告为准。',
  }),
  eventFatal: rule('treatment.adverse-event-fatal-inconsistent', {
    severity: 'finding',
    en: 'Grade 5, the criterion “results in death” and a fatal outcome belong together; only some are stated.',
    zh: '5 级、“导致死亡”与结局“死亡”应一致，目前仅部分填写。',
    citation: 'NCI CTCAE v5.0; ICH E2A §II.B',
    deviation: 'minor',
  }),
  eventLifeThreatening: rule('treatment.adverse-event-grade-inconsistent', {
    severity: 'warn',
    en: 'Grade 4 is life-threatening by definition, but the event is not said to be serious.',
    zh: '4 级即危及生命，但未判为严重不良事件。',
    citation: 'NCI CTCAE v5.0; ICH E2A §II.B',
  }),
  eventOverdue: rule('treatment.adverse-event-report-overdue', {
    severity: 'finding',
    en: 'Adverse event {adverseEvent} was to be reported to the authority within {days} days, by {due}.',
    zh: '不良事件 {adverseEvent} 应在 {days} 日内（{due} 前）向监管部门报告。',
    citation: 'the report clocks of the regime (ICH E2A §III.B; 药物临床试验期间安全性数据快速报告标准和程序 2018)',
  }),
  eventBeforeInfusion: rule('treatment.adverse-event-before-infusion', {
    severity: 'warn',
    en: 'The event began at {onset}, before any infusion, and is said to be related.',
    zh: '事件于 {onset} 发生，早于任何输注，却判为相关。',
  }),
  eventSerious: rule('treatment.serious-related-event', {
    severity: 'warn',
    en: 'Serious, unexpected and possibly related: the report to the authority is due by {due}.',
    zh: '严重、非预期且可能相关：须于 {due} 前向监管部门报告。',
  }),

  reportTermUnknown: rule('treatment.adverse-event-report-term-unknown', {
    severity: 'warn',
    en: 'Serious, unexpected and possibly related: tell the authority. By when, under {regime}, is to be looked up.',
    zh: '严重、非预期且可能相关：须向监管部门报告；{zh}的报告时限须另行核对。',
    citation: 'ICH E2A §III; the text of the regime',
    confirmed: false,
  }),
  closedWithVisits: rule('treatment.closed-with-open-visits', {
    severity: 'warn',
    en: 'The treatment is closed as completed; {count} visits are not recorded.',
    zh: '治疗以“完成”结束，但有 {count} 次访视未记录。',
  }),
  closedWithEvents: rule('treatment.closed-with-open-events', {
    severity: 'finding',
    en: 'The treatment is closed while serious adverse event {adverseEvent} has not come to an end.',
    zh: '严重不良事件 {adverseEvent} 尚未转归，治疗已结束。',
  }),
  closedUntreated: rule('treatment.closed-not-treated-but-infused', {
    severity: 'finding',
    en: 'Closed as never treated, but {count} infusions are recorded.',
    zh: '以“未治疗”结束，但已有 {count} 次输注记录。',
  }),
} as const;
