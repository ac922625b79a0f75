import { readFileSync } from 'node:fs';
import { AttestError, canonicalText, parseStrictJson, readPolicy } from '@cytoledger/attest';
import { verifyEvidence } from '@cytoledger/attest/evidence';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOLDEN, noPython, verdictsOn, withVerifier } from './python.fixture.ts';

const policy = readPolicy(readFileSync(GOLDEN.policy, 'utf8'));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const NUMBERS = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '01',
    '+1',
    '1.',
    '.5',
    '1.0',
    '-1.5',
    '1e3',
    '1E3',
    '1e+3',
    '0.1',
    '0.10',
    '1e',
    '- 1',
    '0x10',
    '１',
  ],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740991', '-9007199254740992', '9007199254740991.5'],
  ...[
    '1e15',
    '1e16',
    '1e20',
    '1e21',
    '1e+21',
    '1e22',
    '123456789012345680000',
    '9'.repeat(400),
    `1${'0'.repeat(5000)}`,
    '-1e400',
    '1e-400',
  ],
  ...[
    '0.000001',
    '1e-6',
    '1e-7',
    '1e-07',
    '1.25e-7',
    '0.0000001',
    '5e-324',
    '4e-324',
    '2e-324',
    '1.7976931348623157e308',
    '1e308',
  ],
  ...['1e5', '0.1000000000000000055511151231257827', '0.30000000000000004', '95.0', '95.5', '0e5', '0e999999999', '-0.0', '0.0'],
  ...[
    '1e-999999999999999999999',
    `1e${'0'.repeat(5000)}1`,
    `0.${'0'.repeat(400)}1e401`,
    '1E-7',
    '1e-7 ',
    'NaN',
    'Infinity',
    '-Infinity',
  ],
];

const TEXTS = [
  ...NUMBERS,
  ...[
    '',
    ' ',
    '{}',
    '[]',
    'null',
    'true',
    'True',
    'nul',
    '"a"',
    '{"a":1}',
    ' {}',
    '{} ',
    '{}{}',
    '{"a":1,}',
    '[1,]',
    "{'a':1}",
    '{a:1}',
  ],
  ...[
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"b":1,"a":1}',
    '{"__proto__":1}',
    '{"\\u005f_proto__":1}',
    '["__proto__"]',
    '{"a":"\\"__proto__\\":"}',
  ],
  ...[
    '{"x\\"__proto__":1}',
    '{"a":{"__proto__":{}}}',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"😀"',
    '"\\u00e9"',
    '"é"',
    '"e\u0301"',
  ],
  ...[
    '"\\/"',
    '"/"',
    '"\\u000a"',
    '"\\n"',
    '"\\u001f"',
    '"\\u001F"',
    '"\\u0008"',
    '"\\b"',
    '"\\x41"',
    '"\u007f"',
    '"\u2028"',
    '"\t"',
    '"\\u12"',
    '"\\u 123"',
  ],
  ...[
    '{"\ue000":1,"😀":2}',
    '{"😀":1,"\ue000":2}',
    '{"\ufffd":1,"😀":2}',
    '{"a":"😀","b":1}',
    '{"A":1,"a":2}',
    '{"a":1,"A":2}',
    '{"":1}',
    '{"10":1,"9":2}',
  ],
  ...[
    '\ufeff{}',
    '{"a":\ufeff1}',
    '\u00a0{}',
    '\u000c{}',
    '{"kind":"end"}',
    '{"kind":"bundle","v":1.0}',
    '{"kind":"bundle","v":1}',
    '{"kind":["end"]}',
  ],
  ...[
    '{"constructor":1}',
    '{"kind":"constructor"}',
    '{"kind":"toString"}',
    '{"kind":"__proto__"}',
    '{"length":1}',
    '["1e21",1e21]',
    '[[],{}]',
  ],
  ...[63, 64, 65, 66, 67, 2000, 100_000].map(nested),
  ...[64, 65, 66, 67].map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
].map((text) => Buffer.from(text));

const BYTES = [
  ...TEXTS,
  ...['c080', 'e080af', 'eda080', 'f4908080', 'ff', '80', 'c3', 'efbfbe', 'f09f9880', '00'].map((hex) =>
    Buffer.concat([Buffer.from('"'), Buffer.from(hex, 'hex'), Buffer.from('"')]),
  ),
];

const digits = fc.tuple(
  fc.constantFrom('', '-'),
  fc.stringMatching(/^[0-9]{1,20}$/),
  fc.stringMatching(/^(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?$/),
);
const number = fc.oneof(
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .chain((x) => fc.constantFrom(String(x), x.toExponential(), x.toPrecision(17), x.toPrecision(16), x.toFixed(7), `${x}0`)),
  digits.map((parts) => parts.join('')),
  fc.maxSafeInteger().map(String),
);
const text = fc.oneof(
  number,
  number.map((one) => `{"a":${one}}`),
  fc.string({ unit: 'binary', maxLength: 8 }).map((one) => JSON.stringify(one)),
  fc.json({ maxDepth: 3 }),
  fc.jsonValue({ maxDepth: 3 }).map((value) => canonicalText(value as never)),
);
const sampled = () => fc.sample(text, 1500).map((one) => Buffer.from(one));

function strictlyRead(bytes: Buffer): string | null {
  try {
    return canonicalText(parseStrictJson(bytes));
  } catch (error) {
    if (error instanceof AttestError) return null;
    throw error;
  }
}

describe.skipIf(noPython !== undefined)('the Python verifier reads as the Node verifier does', () => {
  it.each([
    ['chosen', () => BYTES],
    ['random', sampled],
  ])('%s lines, canonical or not', (_, texts) => {
    const lines = texts().filter((bytes) => !bytes.includes(0x0a));
    const bundles = lines.map((line) => Buffer.concat([line, Buffer.from('\n')]));
    const verdicts = verdictsOn(
      bundles.map((bundle, n) => ({ n, bundle: bundle.toString('base64') })),
      ['--policy', GOLDEN.policy],
    );
    const own = bundles.map((bundle) => verifyEvidence([bundle], policy).report.code);
    expect(verdicts.map(({ code }, n) => [lines[n]!.toString('utf8').slice(0, 80), code])).toEqual(
      own.map((code, n) => [lines[n]!.toString('utf8').slice(0, 80), code]),
    );
    expect(new Set(own).size).toBeGreaterThan(1);
  });

  it.each([
    ['chosen', () => BYTES],
    ['random', sampled],
  ])('%s texts of strict JSON', (_, texts) => {
    const asked = texts();
    const read = withVerifier(
      [
        'def read(text):',
        '    try:',
        '        return v.canonical_text(v.strict_json(base64.b64decode(text)))',
        '    except v.NotSo:',
        '        return None',
        'print(json.dumps([read(text) for text in asked]))',
      ].join('\n'),
      asked.map((bytes) => bytes.toString('base64')),
    ) as (string | null)[];
    const label = (n: number) => asked[n]!.toString('utf8').slice(0, 80);
    expect(read.map((one, n) => [label(n), one])).toEqual(asked.map((bytes, n) => [label(n), strictlyRead(bytes)]));
  });
});
