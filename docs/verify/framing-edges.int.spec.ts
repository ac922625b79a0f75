import { readFileSync } from 'node:fs';
import { canonicalText, type JsonObject, readPolicy } from '@cytoledger/attest';
import { verifyEvidence } from '@cytoledger/attest/evidence';
import { describe, expect, it } from 'vitest';
import { GOLDEN, noPython, verdictsOn } from './python.fixture.ts';

const bundle = readFileSync(GOLDEN.bundle, 'utf8');
const lines = bundle.split('\n').slice(0, -1);
const policy = readPolicy(readFileSync(GOLDEN.policy, 'utf8'));
const [first, last] = [lines[0]!, lines.at(-1)!];
const DIGEST = 'A'.repeat(43);
const LINE = 1_048_576;

const at = (kind: string) => lines.findIndex((line) => (JSON.parse(line) as JsonObject)['kind'] === kind);
const relined = (kind: string, change: JsonObject) =>
  lines
    .map((line, n) => (n === at(kind) ? canonicalText({ ...(JSON.parse(line) as JsonObject), ...change }) : line))
    .join('\n')
    .concat('\n');
const inserted = (kind: string, line: string) => lines.toSpliced(at(kind), 0, line).join('\n').concat('\n');
const padded = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
const headless = (kinds: string[]) =>
  lines
    .filter((line) => !kinds.includes(String((JSON.parse(line) as JsonObject)['kind'])))
    .join('\n')
    .concat('\n');

const FILES: Readonly<Record<string, string>> = {
  nothing: '',
  'one newline': '\n',
  'the bundle': bundle,
  'without its last newline': bundle.slice(0, -1),
  'without its last line': `${lines.slice(0, -1).join('\n')}\n`,
  'the first line only': `${first}\n`,
  'part of the first line': first.slice(0, 20),
  'an empty line after the end': `${bundle}\n`,
  'a line after the end': `${bundle}${last}\n`,
  'something without newline after the end': `${bundle}x`,
  'an unknown kind after the end': `${bundle}{"kind":"more"}\n`,
  'windows newlines': bundle.replaceAll('\n', '\r\n'),
  'twice the bundle': bundle + bundle,
  ...Object.fromEntries(
    [LINE - 1, LINE, LINE + 1, LINE + 2].flatMap((bytes) => [
      [`a line of ${bytes} bytes`, `${padded(bytes)}\n`],
      [`a last line of ${bytes} bytes`, padded(bytes)],
      [`a line of ${bytes} bytes after the first`, `${first}\n${padded(bytes)}\n${last}\n`],
    ]),
  ),
  ...Object.fromEntries(
    ['bundle', 'checkpoint', 'prefix', 'heads', 'entry', 'inclusion', 'stream', 'end'].flatMap((kind) => [
      [`no ${kind}`, headless([kind])],
      [`one more ${kind}`, inserted(kind, lines[at(kind)]!)],
      [`a ${kind} first`, `${lines[at(kind)]!}\n${bundle}`],
      ...['bundle', 'checkpoint', 'heads', 'entry', 'inclusion', 'stream', 'end'].map((before) => [
        `a ${kind} before the ${before}`,
        inserted(before, lines[at(kind)]!),
      ]),
      [`a ${kind} with one more member`, relined(kind, { more: 1 })],
    ]),
  ),
  'no inclusion and no stream': headless(['inclusion', 'stream']),
  'neither checkpoint nor prefix': headless(['checkpoint', 'prefix']),
  'a prefix before the heads': inserted('heads', `{"consistency":[],"kind":"prefix","root":"${DIGEST}","size":99}`),
  'version 2': relined('bundle', { v: 2, more: 1 }),
  'a version in words': relined('bundle', { v: '1' }),
  'a subject that is none': relined('bundle', { subject: 'a b' }),
  'size 0': relined('bundle', { size: 0 }),
  'half a size': relined('bundle', { size: 1.5 }),
  'another size': relined('bundle', { size: 27 }),
  '64 hashes of consistency': relined('prefix', { consistency: Array(64).fill(DIGEST) }),
  '65 hashes of consistency': relined('prefix', { consistency: Array(65).fill(DIGEST) }),
  'a note of 65,535 bytes': relined('checkpoint', { note: 'é'.repeat(32_767).concat('x') }),
  'a note of 65,536 bytes': relined('checkpoint', { note: 'é'.repeat(32_768) }),
  '8,192 hashes': relined('inclusion', { hashes: Array(8192).fill(DIGEST) }),
  '8,193 hashes': relined('inclusion', { hashes: Array(8193).fill(DIGEST) }),
  'no hashes': relined('inclusion', { hashes: [] }),
  'a proof that goes on': relined('inclusion', { more: true }),
  '1,000 disclosures': relined('entry', { disclosures: Array(1000).fill('x') }),
  '1,001 disclosures': relined('entry', { disclosures: Array(1001).fill('x') }),
  'disclosures of a body that is not shown': relined('entry', { body: 'withheld', disclosures: ['x'] }),
  'a body withheld': relined('entry', { body: 'withheld' }),
  'a body that is neither': relined('entry', { body: 'hidden' }),
  'an index beyond': relined('entry', { index: 28 }),
  'a head proof that is empty': relined('stream', { proof: '' }),
  'a head proof that is not base64url': relined('stream', { proof: 'é' }),
  'other counts': relined('end', { entries: 1 }),
};

describe.skipIf(noPython !== undefined)('the Python verifier', () => {
  it('gives the same code and line as the Node verifier of lines that are missing, too many, too long or in the wrong place', {
    timeout: 120_000,
  }, () => {
    const names = Object.keys(FILES);
    const bundles = Object.values(FILES).map((text) => Buffer.from(text));
    const python = verdictsOn(
      bundles.map((one, n) => ({ n, bundle: one.toString('base64') })),
      ['--policy', GOLDEN.policy],
    );
    const own = bundles.map((one) => verifyEvidence([one], policy).report);
    expect(python.map(({ code, line }, n) => [names[n], code, line])).toEqual(
      own.map(({ code, line }, n) => [names[n], code, line]),
    );
    expect(own.filter(({ code }) => code === 'ok')).toHaveLength(1);
  });
});
