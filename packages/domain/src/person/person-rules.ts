import { rule } from '../kernel/index.ts';

export const personRules = {
  birthMotherMissing: rule('person.birth-mother-missing', {
    severity: 'finding',
    en: 'A donor of one month or less is registered without the birth mother, who has to be tested in the donor’s place.',
    zh: '供者年龄不超过一个月，但未登记生母；应以生母代替供者检测。',
    citation: '21 CFR 1271.80(a)',
    confirmed: false,
    jurisdiction: 'US',
  }),
  birthMotherDiffers: rule('person.birth-mother-differs', {
    severity: 'finding',
    en: 'The birth mother was registered as {registered}, and is now said to be {birthMother}; the first registration stands.',
    zh: '生母此前登记为 {registered}，现报为 {birthMother}；以首次登记为准。',
    deviation: 'critical',
  }),
  sampledAfterScreening: rule('person.sampled-after-report', {
    severity: 'finding',
    en: 'The sample for {marker} is said to have been taken at {sampledAt}, after the screening was recorded.',
    zh: '{marker} 的采样时间 {sampledAt} 晚于筛查记录时间。',
    deviation: 'minor',
  }),
  repeatedMarker: rule('person.result-repeated', {
    severity: 'warn',
    en: 'The report states {marker} twice for the same sample time.',
    zh: '报告中 {marker} 在同一采样时间出现两次。',
  }),
} as const;
