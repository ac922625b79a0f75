import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { facts } from '../catalogue.ts';
import { WellFormedIdentifier } from '../identifiers/index.ts';
import { Capture, OccurredAt } from '../time/index.ts';
import { issueSentence } from './issue-sentence.ts';
import { SCHEMA_SENTENCES } from './schema-sentences.ts';

const HAN = /\p{Script=Han}/u;

function toldOf(schema: z.ZodType, sent: unknown) {
  return issueSentence(schema.safeParse(sent).error!.issues[0]!, sent);
}

/** Every sentence that stands in a schema or in one of its checks. */
function ownSentences(roots: Iterable<unknown>): Set<string> {
  const seen = new Set<unknown>();
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const def = (value as { readonly _zod?: { readonly def?: Record<string, unknown> } })._zod?.def;
    if (!def) {
      if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) Object.values(value).forEach(look);
      return;
    }
    const { error, getter, ...parts } = def;
    if (typeof error === 'function') found.add(String(error({})));
    look(typeof getter === 'function' ? getter() : undefined);
    Object.values(parts).forEach(look);
  };
  for (const root of roots) look(root);
  return found;
}

describe('what a schema refuses', () => {
  const variants = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('bag') }),
    z.strictObject({ kind: z.literal('vial'), volume: z.number().min(1).max(5) }),
  ]);
  const shaped = z.strictObject({
    n: z.int().optional(),
    list: z.array(z.string().min(2).max(3)).min(1).max(2).optional(),
    pair: z.array(z.string()).length(2).optional(),
    at: z.iso.datetime().optional(),
    word: z.enum(['yes', 'no']).optional(),
    above: z.number().gt(3).lt(5).optional(),
    either: z.union([z.string(), z.int()]).optional(),
    code: z.string().regex(/^x$/).optional(),
    keyed: z.record(z.string().max(1), z.int()).optional(),
    even: z.number().multipleOf(2).optional(),
    variant: variants.optional(),
  });

  it.each([
    [{ n: 'x' }, '应为数值，所提交的是文本'],
    [{ n: 1.5 }, '应为整数，所提交的是数值'],
    [{ n: null }, '应为数值，所提交的是空值（null）'],
    [{ list: 'x' }, '应为列表，所提交的是文本'],
    [{ list: [] }, '过少：至少 1 项'],
    [{ list: ['a'] }, '过短：至少 2 个字符'],
    [{ list: ['abcd'] }, '过长：最多 3 个字符'],
    [{ pair: ['a'] }, '过少：应正好 2 项'],
    [{ word: 'maybe' }, '只能是以下之一："yes"、"no"'],
    [{ above: 1 }, '过小：应大于 3'],
    [{ above: 9 }, '过大：应小于 5'],
    [{ either: true }, '不符合任何一种允许的形式'],
    [{ variant: { kind: 'vial' } }, '缺少此项：应为数值'],
    [{ variant: { kind: 'vial', volume: 9 } }, '过大：不得大于 5'],
    [{ variant: { kind: 'box' } }, '只能是以下之一："bag"、"vial"'],
    [{ variant: {} }, '缺少此项：只能是以下之一："bag"、"vial"'],
  ])('%j is told in Chinese', (sent, zh) => {
    expect(toldOf(shaped, sent).zh).toBe(zh);
  });

  it.each([{ at: 'noon' }, { code: 'y' }, { keyed: { long: 1 } }, { even: 3 }])('%j is told in some Chinese words', (sent) => {
    expect(toldOf(shaped, sent).zh).toMatch(HAN);
  });

  it('is told in English as the schema says it', () => {
    const { error } = shaped.safeParse({ n: 'x' });
    expect(toldOf(shaped, { n: 'x' }).en).toBe(error!.issues[0]!.message);
  });

  it('in its own words is Chinese too, for every fact', () => {
    const roots = [...[...facts.values()].map(({ schema }) => schema), Capture, OccurredAt, WellFormedIdentifier];
    const said = ownSentences(roots);
    expect(said.size).toBeGreaterThan(30);
    expect([...said].filter((sentence) => !SCHEMA_SENTENCES.has(sentence))).toEqual([]);
  });

  it('in words of another package is Chinese where those are given', () => {
    const schema = z.string().refine(() => false, { error: 'never right' });
    const [issue] = schema.safeParse('x').error!.issues;
    expect(issueSentence(issue!, 'x', new Map([['never right', '永远不对']])).zh).toBe('永远不对');
    expect(issueSentence(issue!, 'x').zh).toBe('不符合要求：never right');
  });

  it('of a text that a parser reads is what the parser says', () => {
    expect(toldOf(OccurredAt, 'noon').zh).toBe('“noon”不是带秒和时区偏移的 RFC 3339 时间');
  });
});
