import { broken, type Rule, rules } from '@cytoledger/domain';
import { describe, expect, it } from 'vitest';
import { describeViolation } from './problem.ts';

const cited = (rule: Rule, language: 'en' | 'zh') => describeViolation(broken(rule), language).citation;

describe('what an answer says of a broken rule', () => {
  it.each(rules.filter(({ confirmed }) => !confirmed).map((rule) => [rule.id, rule] as const))(
    '%s: its citation is to be confirmed, in both languages',
    (_, rule) => {
      expect(cited(rule, 'en')).toBe(`${rule.citation} (citation to be confirmed)`);
      expect(cited(rule, 'zh')).toBe(`${rule.citation} (引文待确认)`);
    },
  );

  it('says nothing of the kind where the text was read', () => {
    for (const rule of rules.filter(({ confirmed }) => confirmed)) {
      expect([cited(rule, 'en'), cited(rule, 'zh')]).toEqual([rule.citation, rule.citation]);
    }
  });
});
