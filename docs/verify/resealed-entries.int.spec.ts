import { readFileSync } from 'node:fs';
import { canonicalText, digestOf, isJsonObject, type JsonObject, type JsonValue, readPolicy } from '@cytoledger/attest';
import { verifyEvidence } from '@cytoledger/attest/evidence';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOLDEN, noPython, verdictsOn } from './python.fixture.ts';

const bundle = readFileSync(GOLDEN.bundle, 'utf8');
const lines = bundle.split('\n').slice(0, -1);
const policy = readPolicy(readFileSync(GOLDEN.policy, 'utf8'));

type Path = readonly (string | number)[];
type Variant = { readonly at: number; readonly path: Path; readonly value: JsonValue | undefined };

const ODD: readonly (JsonValue | undefined)[] = [
  ...[
    undefined,
    null,
    true,
    false,
    0,
    -1,
    1,
    1.5,
    2,
    9007199254740991,
    '',
    'x',
    'é',
    '😀',
    [],
    {},
    [null],
    [0],
    ['x'],
    [{}],
    { x: 1 },
  ],
  ...[
    '2026-11-21T08:15:02.113Z',
    '2099-02-30T00:00:00.000Z',
    '2026-11-21T08:15:02+08:00',
    'A'.repeat(43),
    `${'A'.repeat(42)}B`,
    'AAAA.AAAA.AAAA',
  ],
  ...[
    '01910000-0000-7000-8000-000000000000',
    'a.b.v1',
    'batch.rejected.v1',
    'batch.quarantine-lifted.v1',
    'key.revoked.v1',
    'key.enrolled.v1',
    'batch.opened.v1',
  ],
  ...['p-qa', 'hospital', 'lab', 'withheld', 'erased', 'key-x', 'batch-x', ' ', 'x'.repeat(257), 'x'.repeat(70_000)],
  ...[
    { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
    { inputs: [{ donation: 'none' }] },
    [{ stream: 'batch-x', seq: 0, leaf: 'A'.repeat(43) }],
  ],
];

/** Every place in the entries, and one more member or item in each object and array. */
const PLACES: readonly Omit<Variant, 'value'>[] = lines.flatMap((line, at) => {
  const value = JSON.parse(line) as JsonObject;
  return value['kind'] === 'entry' ? pathsIn(value).map((path) => ({ at, path })) : [];
});

function pathsIn(value: JsonValue | undefined, path: Path = []): Path[] {
  if (Array.isArray(value))
    return [[...path, value.length], ...value.flatMap((item, n) => [[...path, n], ...pathsIn(item, [...path, n])])];
  if (!isJsonObject(value)) return [];
  const own = Object.keys(value).flatMap((name) => [[...path, name], ...pathsIn(value[name], [...path, name])]);
  return [[...path, 'more'], ...own];
}

/** The entry with that value at that place; the header names the body that it then has. */
function changed({ at, path, value }: Variant): string {
  const entry = JSON.parse(lines[at]!) as { header: JsonObject; body: JsonValue; [member: string]: JsonValue };
  let holder = entry as unknown as { [member: string | number]: JsonValue };
  for (const step of path.slice(0, -1)) holder = holder[step] as unknown as typeof holder;
  const last = path.at(-1)!;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(last as number, 1);
  else delete holder[last];
  if (path[0] === 'body' && isJsonObject(entry.body))
    entry.header = { ...entry.header, body: digestOf(canonicalText(entry.body)) };
  return canonicalText(entry);
}

/** So many of them in a run; `VARIANTS=5000` for more. */
const count = Number(process.env['VARIANTS'] ?? 300);
const variant = fc.tuple(fc.constantFrom(...PLACES), fc.constantFrom(...ODD)).map(([place, value]) => ({ ...place, value }));
const variants: readonly Variant[] = fc.sample(variant, count);

describe.skipIf(noPython !== undefined)('the Python verifier', () => {
  it('gives the same verdict as the Node verifier where any member of an entry has any odd value, and the header names that body', {
    timeout: 60_000 + variants.length * 60,
  }, () => {
    const starts = lines.map((_, at) =>
      Buffer.byteLength(
        lines
          .slice(0, at)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    );
    const asked = variants.map((one, n) => {
      const from = starts[one.at]!;
      return { n, from, to: from + Buffer.byteLength(lines[one.at]!), with: Buffer.from(changed(one)).toString('base64') };
    });
    const whole = Buffer.from(bundle);
    const own = asked.map(({ from, to, with: by }) => {
      const mutant = Buffer.concat([whole.subarray(0, from), Buffer.from(by, 'base64'), whole.subarray(to)]);
      const { code, line } = verifyEvidence([mutant], policy).report;
      return [code, line];
    });
    const python = verdictsOn(asked, [GOLDEN.bundle, '--policy', GOLDEN.policy]).map(({ code, line }) => [code, line]);
    const differing = variants.flatMap((one, n) =>
      String(python[n]) === String(own[n]) ? [] : [{ ...one, python: python[n], own: own[n] }],
    );
    expect(differing).toEqual([]);
    expect(new Set(own.map(([code]) => code)).size).toBeGreaterThan(5);
  });
});
