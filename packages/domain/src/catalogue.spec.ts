import { describe, expect, it } from 'vitest';
import { aggregates, facts, ruleById, rules, upcast } from './catalogue.ts';
import { STREAM_KINDS } from './vocabulary/index.ts';

const parameters = (sentence: string) => [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort();

/**
 * Parameters of a sentence. `{zh}` is the Chinese for an English word: where the Chinese sentence has it, one parameter that only the English one has
 * is its counterpart.
 */
function withoutWord(sentence: string, word: string | null, other: string): string[] {
  const own = parameters(sentence);
  if (word !== null) return own.filter((each) => each !== word);
  const others = parameters(other);
  const counterpart = others.includes('{zh}') ? own.find((each) => !others.includes(each)) : undefined;
  return own.filter((each) => each !== counterpart);
}

describe('the catalogue', () => {
  it('has every aggregate, under the prefix of its streams', () => {
    expect([...aggregates.keys()].sort()).toEqual([
      'batch',
      'correction',
      'deviation',
      'donation',
      'equipment',
      'fact',
      'inspection',
      'key',
      'log',
      'material',
      'person',
      'product',
      'query',
      'recall',
      'release',
      'room',
      'sample',
      'shipment',
      'site',
      'staff',
      'study',
      'treatment',
    ]);
    for (const name of aggregates.keys()) if (name !== 'log') expect(STREAM_KINDS).toContain(name);
  });

  it('leaves a type of the newest version as it is', () => {
    for (const type of facts.keys()) expect(upcast(type, 1)).toEqual({ type, data: 1 });
  });
});

describe.each([...facts.values()].map((fact) => [fact.type, fact] as const))('%s', (type, fact) => {
  it('is named for its aggregate and its version', () => {
    expect(type).toMatch(new RegExp(`^${fact.aggregate.name}\\.[a-z]+(?:-[a-z]+)*\\.v[1-9]\\d*$`));
  });

  it('has a title in both languages', () => {
    expect(fact.title.en).toMatch(/^[A-Z][\x20-\x7e’–]*[^.\s]$/);
    expect(fact.title.zh).toMatch(/\p{Script=Han}/u);
  });

  it('says which of its own members a correction may change', () => {
    const members = Object.keys((fact.schema as unknown as { shape?: object }).shape ?? {});
    if (members.length > 0) expect([...members, 'occurredAt']).toEqual(expect.arrayContaining([...fact.corrects]));
  });
});

describe('every rule', () => {
  it('has an id of its own', () => {
    const ids = rules.map((rule) => rule.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ruleById.size).toBe(rules.length);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s says in both languages the same, and where it comes from',
    (id, rule) => {
      expect(id).toMatch(/^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+$/);
      expect(rule.en).toMatch(/^[\P{Script=Han}]+[.?!}]$/u);
      expect(rule.zh).toMatch(/\p{Script=Han}/u);
      expect(withoutWord(rule.zh, '{zh}', rule.en)).toEqual(withoutWord(rule.en, null, rule.zh));
      expect(rule.citation).toMatch(/\S/);
    },
  );
});
