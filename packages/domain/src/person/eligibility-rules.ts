import { rule } from '../kernel/index.ts';

export const eligibilityRules = {
  reactive: rule('eligibility.reactive-marker', {
    severity: 'finding',
    en: 'Found eligible although {marker} of {subject} is {result} (sample of {sampledAt}).',
    zh: '{subject} 的 {marker} 结果为 {result}（采样 {sampledAt}），却被判定为合格。',
    citation: '2006/17/EC Annex II 1.1–1.3; 21 CFR 1271.50(b), 1271.80(d)',
    jurisdiction: 'EU',
    deviation: 'critical',
  }),
  missingTest: rule('eligibility.mandatory-test-missing', {
    severity: 'finding',
    en: 'Found eligible although there is no valid result of {marker} for {subject}.',
    zh: '{subject} 缺少 {marker} 的有效结果，却被判定为合格。',
    citation: '2006/17/EC Annex II 1.1',
    jurisdiction: 'EU',
    deviation: 'critical',
  }),
  riskAssessment: rule('eligibility.hepatitis-b-risk-assessment', {
    severity: 'warn',
    en: 'Anti-HBc of {subject} is positive and HBsAg negative: a risk assessment decides whether the material may be used.',
    zh: '{subject} 抗-HBc 阳性而 HBsAg 阴性：须经风险评估决定材料可否使用。',
    citation: '2006/17/EC Annex II 1.3',
    jurisdiction: 'EU',
  }),
  historyMissing: rule('eligibility.history-missing', {
    severity: 'finding',
    en: 'Found eligible although the medical and behavioural history has not been taken.',
    zh: '尚未采集病史和行为史，却被判定为合格。',
    citation: '2006/17/EC Annex IV 1.2; 21 CFR 1271.75',
    jurisdiction: 'EU',
  }),
  historyRisk: rule('eligibility.history-risk', {
    severity: 'warn',
    en: 'The history identified a risk; the reasons of the determination should answer it.',
    zh: '病史筛查发现风险因素，判定理由中应予说明。',
    citation: '21 CFR 1271.75(d)',
    jurisdiction: 'US',
  }),
  reasonsMissing: rule('eligibility.reasons-missing', {
    severity: 'finding',
    en: 'The donor is found {status} without a reason.',
    zh: '判定为“{status}”但未写明理由。',
    citation: '21 CFR 1271.55(a)(1), 1271.55(b)(3)',
    jurisdiction: 'US',
    deviation: 'minor',
  }),
} as const;
