import { existsSync, readdirSync, readFileSync } from 'node:fs';
import reference from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, canonicalText, type JsonValue } from './index.ts';

const VECTORS = new URL('../../../../shared/vectors/jcs/', import.meta.url);
const present = existsSync(VECTORS);
if (!present) console.warn('skipped: the RFC 8785 vectors (../shared/vectors/jcs) are not on this machine');

const jsonValue = () => fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;

describe('canonicalText', () => {
  it.skipIf(!present).each(present ? readdirSync(new URL('input/', VECTORS)) : [])('writes the published form of %s', (file) => {
    const value = JSON.parse(readFileSync(new URL(`input/${file}`, VECTORS), 'utf8'));
    const hex = readFileSync(new URL(`outhex/${file.replace('.json', '.txt')}`, VECTORS), 'utf8').replaceAll(/\s/g, '');
    expect(canonicalText(value)).toBe(readFileSync(new URL(`output/${file}`, VECTORS), 'utf8').trim());
    expect(canonicalBytes(value).toString('hex')).toBe(hex);
  });

  it('agrees with another implementation on any JSON value', () => {
    fc.assert(
      fc.property(jsonValue(), (value) => {
        expect(canonicalText(value)).toBe(reference(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees on objects of many members, in whatever order they were written', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(names, (given) => {
        const object = Object.fromEntries(given.map((name, i) => [name, i]));
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalText(object)).toBe(reference(object));
        expect(canonicalText(reversed)).toBe(reference(object));
      }),
    );
  });

  it('says the same value when parsed again, and is its own canonical form', () => {
    fc.assert(
      fc.property(jsonValue(), (value) => {
        const text = canonicalText(value);
        expect(canonicalText(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('keeps a __proto__ member as a member', () => {
    expect(canonicalText(JSON.parse('{"b":1,"__proto__":{"x":2}}'))).toBe('{"__proto__":{"x":2},"b":1}');
  });

  it('leaves U+2028, U+007F and characters beyond the basic plane as they are', () => {
    expect(canonicalText('\u2028\u007f𠮷')).toBe('"\u2028\u007f𠮷"');
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['an instance of a class', new (class Thing {})()],
    // biome-ignore lint/suspicious/noSparseArray: that is the point
    ['a hole in an array', [1, , 3]],
  ])('refuses %s, and names the place', (_, bad) => {
    const pointer = Array.isArray(bad) ? '/a~1b/0/1' : '/a~1b/0';
    expect(() => canonicalText({ 'a/b': [bad as JsonValue] })).toThrow(expect.objectContaining({ code: 'not-json', pointer }));
  });

  it('refuses lone surrogates in values and in names', () => {
    expect(() => canonicalText({ a: ['ok', 'x\ud800'] })).toThrow(
      expect.objectContaining({ code: 'lone-surrogate', pointer: '/a/1' }),
    );
    expect(() => canonicalText({ '\udc00': 1 })).toThrow(expect.objectContaining({ code: 'lone-surrogate' }));
  });

  it('refuses a cycle instead of exhausting the stack', () => {
    const cycle: Record<string, JsonValue> = {};
    cycle['self'] = cycle;
    expect(() => canonicalText(cycle)).toThrow(expect.objectContaining({ code: 'too-deep' }));
  });
});
