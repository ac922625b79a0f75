import { rule } from '../kernel/index.ts';

/** What is learned of a donor, or decided about their cells, after the donation. */
export const lookBackRules = {
  withdrawalUnknown: rule('withdrawal.unknown', {
    severity: 'gate',
    en: 'There is no withdrawal {withdrawal} here to decide about.',
    zh: '此处没有撤回同意记录 {withdrawal}，无从决定。',
  }),
  withdrawalUnsigned: rule('withdrawal.decision-unsigned', {
    severity: 'gate',
    en: 'The decision needs the signature of {decider}: it lifts holds.',
    zh: '该决定须由 {decider} 签名：它将解除暂停。',
    citation: '21 CFR 11.50, 11.70; 2004/23/EC Art 13',
    confirmed: false,
  }),
  withdrawalDestroys: rule('withdrawal.destroys-for-conditioned', {
    severity: 'gate',
    en: 'Unit {unit} of batch {batch} is meant for a patient who was conditioned already: it is not destroyed.',
    zh: '批次 {batch} 的单元 {unit} 已分配给正在预处理的患者，不得销毁。',
    citation: '2004/23/EC Art 13; FACT-JACIE 8th ed. B7',
    confirmed: false,
    deviation: 'critical',
  }),
  withdrawalAgainstForm: rule('withdrawal.kept-against-form', {
    severity: 'finding',
    en: 'Batch {batch} is kept, and the signed form says that unused material is destroyed.',
    zh: '批次 {batch} 决定保留，但同意书约定销毁未使用的材料。',
    citation: '2004/23/EC Art 13; 民法典 第一千零六条',
    confirmed: false,
  }),
  withdrawalAgain: rule('withdrawal.decided-before', {
    severity: 'warn',
    en: 'Batch {batch} was decided about before ({decision}); the newest decision holds.',
    zh: '批次 {batch} 此前已有决定（{decision}）；以最新决定为准。',
  }),

  informationOpen: rule('information.needs-assessment', {
    severity: 'finding',
    en: 'What was learned of the donor after the donation ({kind}) has to be assessed: eligibility is determined anew.',
    zh: '采集后获知的供者信息（{kind}）须评估：应重新判定供者合格性。',
    citation: '2006/86/EC Annex III; 21 CFR 1271.350(a)',
    confirmed: false,
  }),
  informationFuture: rule('information.known-since-future', {
    severity: 'finding',
    en: 'It is said to be known since {since}, which is still to come.',
    zh: '所填获知日期 {since} 晚于当前日期。',
    deviation: 'minor',
  }),
  informationAgain: rule('information.received-before', {
    severity: 'warn',
    en: 'Information {information} was recorded before; the newest entry holds.',
    zh: '信息 {information} 此前已登记；以最新记录为准。',
  }),

  retestReactive: rule('retest.reactive', {
    severity: 'finding',
    en: '{marker} is {result} in the sample of {sampledAt}, taken after the donation: eligibility is determined anew.',
    zh: '采集后样本（{sampledAt}）{marker} 结果为 {result}：应重新判定供者合格性。',
    citation: '2006/17/EC Annex II 2.5; 21 CFR 1271.350(a)',
    confirmed: false,
    deviation: 'critical',
  }),
  retestEarly: rule('retest.within-window', {
    severity: 'finding',
    en: 'The sample of {sampledAt} was taken {days} days after donation {donation}; the window period closes after {needed}.',
    zh: '样本（{sampledAt}）采于捐献 {donation} 之后 {days} 日；窗口期须满 {needed} 日。',
    citation: '2006/17/EC Annex II 2.5(c)',
    confirmed: false,
    jurisdiction: 'EU',
  }),
  retestOfOther: rule('retest.donation-of-other', {
    severity: 'finding',
    en: 'Donation {donation} is not of this person.',
    zh: '捐献 {donation} 的供者不是此人。',
    deviation: 'critical',
  }),
  retestMissing: rule('retest.marker-missing', {
    severity: 'warn',
    en: 'The retest says nothing of {marker}: its window stays open.',
    zh: '复检未包括 {marker}：其窗口期仍未关闭。',
    citation: '2006/17/EC Annex II 1.1, 2.5',
    confirmed: false,
    jurisdiction: 'EU',
  }),

  diedBefore: rule('person.died-before', {
    severity: 'warn',
    en: 'The death was recorded before; the newest entry holds.',
    zh: '死亡此前已登记；以最新记录为准。',
  }),
} as const;
