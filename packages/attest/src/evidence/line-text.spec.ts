import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../canonical-json.ts';
import type { JsonValue } from '../json.ts';
import { readCanonicalLine } from './line-text.ts';

const read = (text: string | Uint8Array) => readCanonicalLine(typeof text === 'string' ? Buffer.from(text) : text);
const refused = (text: string | Uint8Array) =>
  expect(() => read(text), String(text)).toThrow(expect.objectContaining({ code: 'line-not-canonical' }));

describe('a line', () => {
  it('is taken where it is its own canonical form, with header and body as they stand in it', () => {
    const entry = '{"body":{"a":"ü\\n","b":[1,2.5]},"disclosures":[],"header":{"seq":1},"index":3,"kind":"entry"}';
    expect(read(entry)).toMatchObject({ parts: { body: '{"a":"ü\\n","b":[1,2.5]}', header: '{"seq":1}' } });
    expect(read('{"kind":"end"}')).toEqual({ value: { kind: 'end' } });
  });

  it('is refused in any other spelling', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const text = canonicalText(value as JsonValue);
        fc.pre(!text.includes('__proto__') && !/\d{16}|e\+/.test(text));
        expect(read(text).value).toEqual(JSON.parse(text));
        for (const other of [` ${text}`, `${text} `, `\ufeff${text}`, `${text}\r`, text.slice(0, -1), `${text}${text}`])
          refused(other);
      }),
    );
  });

  it.each([
    '{"a":1,"a":1}',
    '{"b":1,"a":2}',
    '{"a":1.0}',
    '{"a":1e3}',
    '{"a":-0}',
    '{"a":01}',
    '{"a":NaN}',
    '{"a":1E-7}',
    '{"a":1e-07}',
    '{"a":9007199254740992}',
    '{"a":-9007199254740992}',
    '{"a":1e+21}',
    '{"a":1e400}',
    '{"a":"\\u0041"}',
    '{"a":"\\/"}',
    '{"a":"\\u000a"}',
    '{"a":"\\u001F"}',
    '{"a":"\\ud800"}',
    '{"a":{"__proto__":1}}',
    '{"__proto__":{}}',
    `{"a":${'['.repeat(66)}${']'.repeat(66)}}`,
    `${'['.repeat(100_000)}`,
    '',
  ])('is refused: %s', (text) => refused(text));

  it.each([
    '{"a":9007199254740991}',
    '{"a":1e-7}',
    '{"a":0.000001}',
    '{"a":"9007199254740993 e+ __proto__"}',
    '{"a":{"":null}}',
    `{"a":${'['.repeat(65)}${']'.repeat(65)}}`,
  ])('is taken: %s', (text) => {
    expect(read(text).value).toEqual(JSON.parse(text));
  });

  it('is UTF-8', () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]])
      refused(Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]));
  });
});
