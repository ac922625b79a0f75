import { broken, type Check, type Entry, rule } from '../kernel/index.ts';

export const countersignedContentRules = {
  other: rule('countersigning.other-content', {
    severity: 'gate',
    en: 'What was signed is not event {event} as it is recorded: the digest of its content is {recorded}, and {signed} was signed.',
    zh: '所签内容并非事件 {event} 的记录内容：其内容摘要为 {recorded}，而所签为 {signed}。',
    citation: '21 CFR 11.70',
    jurisdiction: 'US',
    deviation: 'critical',
  }),
} as const;

/** Who signs for the second time signs what is recorded, not what a screen showed instead. */
export function contentFault(entry: Entry | undefined, event: string, signed: string): Check {
  const recorded = entry?.contentDigest;
  if (recorded === undefined || recorded === signed) return undefined;
  return broken(countersignedContentRules.other, '/contentDigest', { event, recorded, signed });
}
