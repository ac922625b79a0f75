import fc from 'fast-check';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What may stand anywhere and belongs nowhere. */
const strange = fc.constantFrom<Json>(
  ...[null, true, -1, 0, 1e308, 0.1, '', ' ', '\u0000', '王小明', 'x'.repeat(5000), '2026-02-30T25:61:00+99:00', '2026-02-30'],
  ...[
    'NaN',
    'G1234 17 654321 B',
    'CHG123417654321',
    'constructor',
    '../../etc/passwd',
    "'; DROP TABLE events; --",
    '\u202e',
    '٣',
  ],
  ...[[], {}, [[[[[[]]]]]], { toString: 1 }, { _sd: ['x'] }, { length: -1 }, Array(500).fill(0), '11010519491231002X'],
);

const names = fc.constantFrom('constructor', 'toString', '_sd', '...', 'x', '', 'id', 'data', '$ref', '王', 'hasOwnProperty');

/** Puts something strange at a place of the value, or takes a member away, or adds one. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(value as Json);
  return fc
    .tuple(fc.constantFrom(...places), fc.constantFrom('replace', 'remove', 'add', 'nest'), strange, names)
    .map(([place, how, what, name]) => changed(value as Json, place, how, what, name));
}

function placesIn(value: Json, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...members.flatMap(([name, member]) => placesIn(member, [...at, name]))];
}

function changed(value: Json, [first, ...rest]: readonly (string | number)[], how: string, what: Json, name: string): Json {
  if (first !== undefined && typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return value.map((item, n) => (n === first ? changed(item, rest, how, what, name) : item));
    if (how === 'remove' && rest.length === 0) {
      const { [first]: _, ...others } = value;
      return others;
    }
    return { ...value, [first]: changed(value[first] as Json, rest, how, what, name) };
  }
  if (how === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value, [name]: what };
  if (how === 'nest') return { [name]: value };
  return what;
}

/** What happens to bytes on their way. */
export function mangled(text: string): fc.Arbitrary<Buffer> {
  const bytes = Buffer.from(text);
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant(bytes) },
    fc.nat(bytes.length).map((at) => bytes.subarray(0, at)),
    fc.nat(bytes.length).map((at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xc0]), bytes.subarray(at)])),
    fc.constant(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])),
    fc.constant(Buffer.from(`${text}${text}`)),
    fc.constant(Buffer.from(text.replace('{', '{"id":"twice",'))),
    fc.constant(Buffer.from(text.replace(/:\s*(true|false|\d+|"[^"]*")/, ':NaN'))),
    fc.constant(Buffer.from(text.replace(/"[^"]*"\s*:/, '"__proto__":'))),
    fc.constant(Buffer.from(text.replace(/:\s*"[^"]*"/, ':9007199254740993'))),
    fc.constant(Buffer.from(text.replace(/:\s*"[^"]*"/, ':"\\ud800"'))),
    fc.constant(Buffer.from(text.replace('}', `,"deep":${'['.repeat(300)}${']'.repeat(300)}}`))),
    fc.constant(Buffer.from(`${text.slice(0, -1)},"pad":"${'x'.repeat(70_000)}"}`)),
    fc.uint8Array({ maxLength: 300 }).map((random) => Buffer.from(random)),
    fc.constant(Buffer.alloc(0)),
  );
}
