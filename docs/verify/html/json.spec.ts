import { AttestError, canonicalText as canonicalOfNode, parseStrictJson } from '@cytoledger/attest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, parseJson } from './core.js';

const NUMBERS = [
  ...[
    '0',
    '-0',
    '01',
    '+1',
    '1.',
    '.5',
    '1.0',
    '1e3',
    '1E-7',
    '1e-07',
    '9007199254740991',
    '9007199254740992',
    '9007199254740991.5',
  ],
  ...[
    '1e20',
    '1e21',
    '1e400',
    '1e-400',
    '0e999999999',
    '5e-324',
    '2e-324',
    '0.10000000000000001',
    '0.30000000000000004',
    '95.50',
  ],
  ...['1e-999999999999999999999', `1e${'0'.repeat(2000)}1`, `0.${'0'.repeat(400)}1e401`, 'NaN', 'Infinity', '0x10', '-', '1e'],
];
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const TEXTS = [
  ...NUMBERS,
  ...[
    '',
    ' ',
    'null',
    'nul',
    'nulll',
    'true',
    '"a',
    '{"a":1,}',
    '[1,]',
    '{a:1}',
    "{'a':1}",
    '{}{}',
    ' { "b" : [ ] , "a" : {} } ',
    '[1 2]',
  ],
  ...[
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"__proto__":1}',
    '{"a":{"\\u005f_proto__":{}}}',
    '["__proto__"]',
    '{"constructor":1}',
  ],
  ...[
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"😀"',
    '"\\/"',
    '"\\u001F"',
    '"\\x41"',
    '"\t"',
    '"\u007f"',
    '"\\u12"',
  ],
  ...['\ufeff{}', '\u00a0{}', '{"\ue000":1,"😀":2}', '{"10":1,"9":2}', nested(64), nested(65), nested(90_000)],
];

const STRICT_DEPTH = 64;

function own(text: string): string | undefined {
  const value = parseJson(text, STRICT_DEPTH);
  return value === undefined ? undefined : canonicalText(value);
}

function ofNode(text: string): string | undefined {
  try {
    return canonicalOfNode(parseStrictJson(text));
  } catch (error) {
    if (error instanceof AttestError) return undefined;
    throw error;
  }
}

describe('JSON as the page reads it', () => {
  it.each(TEXTS.map((text) => [text.slice(0, 60), text] as const))('is as Node reads it: %s', (_, text) => {
    expect(own(text)).toBe(ofNode(text));
  });

  it('is so for any value, also where a character of it was exchanged', () => {
    const texts = fc.json({ maxDepth: 3 });
    fc.assert(
      fc.property(texts, fc.nat(), fc.constantFrom(...'{}[]",:\\0e-.u '), (text, place, other) => {
        expect(own(text)).toBe(ofNode(text));
        const at = place % text.length;
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        expect(own(changed)).toBe(ofNode(changed));
      }),
    );
  });

  it('and so for any double, however it is spelt', () => {
    const spelt = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .chain((x) => fc.constantFrom(`${x}`, x.toExponential(), x.toPrecision(17), x.toPrecision(16), `${x}0`, x.toFixed(9)));
    fc.assert(
      fc.property(spelt, (text) => {
        expect(own(text)).toBe(ofNode(text));
      }),
    );
  });
});
