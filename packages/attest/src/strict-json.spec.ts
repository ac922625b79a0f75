import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttestError, parseStrictJson } from './index.ts';
import { findJsonFault } from './json-fault.ts';

const refusal = (input: string | Uint8Array, limits?: Parameters<typeof parseStrictJson>[1]) => {
  try {
    parseStrictJson(input, limits);
  } catch (error) {
    if (error instanceof AttestError) return { code: error.code, pointer: error.pointer, offset: error.offset };
    throw error;
  }
  return undefined;
};

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads, from text and from bytes, however it is spaced', () => {
    const value = fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme', noUnicodeString: false } as object);
    fc.assert(
      fc.property(value, fc.nat(3), (any, spaces) => {
        const text = JSON.stringify(any, null, spaces);
        // Numbers that I-JSON does not allow, and prototypes, are refused and not read otherwise.
        const code = refusal(text)?.code;
        if (code !== undefined) expect(['number-out-of-range', 'forbidden-key']).toContain(code);
        else {
          expect(parseStrictJson(text)).toEqual(JSON.parse(text));
          expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('finds a member that stands twice, at any depth and under any spelling of its name', () => {
    expect(refusal('{"a":1,"a":1}')).toEqual({ code: 'duplicate-key', pointer: '/a', offset: 7 });
    expect(refusal('[{"x":{"k/1":[{}],"y":0,"k/1":{"z":1}}}]')).toEqual({
      code: 'duplicate-key',
      pointer: '/0/x/k~11',
      offset: 24,
    });
    expect(refusal('{"a":1,"\\u0061":2}')?.code).toBe('duplicate-key');
    expect(refusal('{"":1,"":2}')?.pointer).toBe('/');
  });

  it('finds any doubled member', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 });
    fc.assert(
      fc.property(object, fc.nat(), (members, pick) => {
        const pairs = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
        const twice = [...pairs, pairs[pick % pairs.length]];
        expect(['duplicate-key', 'forbidden-key', 'number-out-of-range']).toContain(refusal(`{${twice.join(',')}}`)?.code);
      }),
    );
  });

  it('is not deceived by colons, braces, quotes and numbers inside strings', () => {
    const text = '{"a:b":"{\\"x\\":1,\\"x\\":2}","c\\\\":":::[[[","n":"12345678901234567890"}';
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    '95.0',
    '1E3',
    '0.1',
    '-0',
    '0e99',
    '9007199254740991',
    '-9007199254740991',
    '1.5e-7',
    '123456789.123456',
    '5e-324',
    '0.30000000000000004',
  ])('accepts the number %s', (text) => expect(parseStrictJson(`[${text}]`)).toEqual([Number(text)]));

  it.each([
    ['9007199254740992', 'number-out-of-range'],
    ['-9007199254740993', 'number-out-of-range'],
    ['9007199254740993.0', 'number-out-of-range'],
    ['1e16', 'number-out-of-range'],
    ['1e400', 'number-out-of-range'],
    ['1e-400', 'number-not-exact'],
    ['0.10000000000000000001', 'number-not-exact'],
    ['333333333.33333329', 'number-not-exact'],
    ['1.0000000000000000001', 'number-not-exact'],
  ])('refuses the number %s: %s', (text, code) => {
    expect(refusal(`{"q":{"v":[0,${text}]}}`)).toEqual({ code, pointer: '/q/v/1', offset: 13 });
  });

  it('refuses escaped lone surrogates, and reads escaped pairs', () => {
    expect(parseStrictJson('["\\ud83d\\ude00"]')).toEqual(['😀']);
    expect(refusal('{"a":["\\ud83d"]}')).toEqual({ code: 'lone-surrogate', pointer: '/a/0', offset: 6 });
    expect(refusal('{"\\uDE00":1}')?.code).toBe('lone-surrogate');
    expect(refusal('["\ud800"]')?.code).toBe('lone-surrogate');
  });

  it('refuses a byte order mark and bytes that are not UTF-8, and says where', () => {
    expect(refusal(Buffer.from('\ufeff{}'))?.code).toBe('byte-order-mark');
    expect(refusal('\ufeff{}')?.code).toBe('byte-order-mark');
    expect(refusal(Buffer.from([0x22, 0xe4, 0xb8, 0xad, 0xff, 0x22]))).toEqual({
      code: 'invalid-utf8',
      pointer: undefined,
      offset: 4,
    });
    expect(refusal(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))?.code).toBe('invalid-utf8');
    expect(refusal(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))?.code).toBe('invalid-utf8');
  });

  it('counts offsets in bytes where bytes were given', () => {
    expect(refusal('{"名":1,"名":2}')?.offset).toBe(7);
    expect(refusal(Buffer.from('{"名":1,"名":2}'))?.offset).toBe(9);
  });

  it('allows 64 levels, and not 65', () => {
    expect(parseStrictJson('['.repeat(64) + ']'.repeat(64))).toBeDefined();
    expect(refusal('['.repeat(65) + ']'.repeat(65))).toMatchObject({ code: 'too-deep', offset: 64 });
    expect(refusal('[[[]]]', { maxDepth: 2 })?.code).toBe('too-deep');
    expect(refusal('['.repeat(500_000))?.code).toBe('too-deep');
  });

  it('refuses what is larger than allowed, counted in bytes', () => {
    expect(refusal('"中中"', { maxBytes: 8 })).toBeUndefined();
    expect(refusal('"中中"', { maxBytes: 7 })?.code).toBe('too-large');
    expect(refusal(Buffer.from('"中中"'), { maxBytes: 7 })?.code).toBe('too-large');
  });

  it.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '01',
    '1.',
    '.5',
    '+1',
    'NaN',
    '"\t"',
    '"\\x"',
    '[1] 2',
    'nul',
    '{"a" 1}',
    '"abc',
  ])('refuses %j as no JSON, with an offset', (text) =>
    expect(refusal(text)).toMatchObject({ code: 'invalid-json', offset: expect.any(Number) }),
  );

  it('refuses a member named __proto__, which would change an object that copies it', () => {
    expect(refusal('{"a":{"__proto__":{"admin":true}}}')).toMatchObject({ code: 'forbidden-key', pointer: '/a/__proto__' });
  });

  it('accepts exactly what the slow, exact look accepts, whatever is done to a text', () => {
    const snippet = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '"a":1',
      '-',
      '0',
      '1e5',
      '.',
      '12345678901234567',
      '\\ud800',
      ' ',
      'true',
      '\n',
    );
    const edit = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: snippet });
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.array(edit, { maxLength: 3 }), (json, edits) => {
        let text = json;
        for (const { at, remove, insert } of edits) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + insert + text.slice(start + remove);
        }
        const fault = findJsonFault(text, 64);
        expect(refusal(text)?.code).toBe(fault?.code);
        let parses = true;
        try {
          JSON.parse(text);
        } catch {
          parses = false;
        }
        if (!parses) expect(fault).toBeDefined();
        if (fault?.code === 'invalid-json') expect(parses).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
