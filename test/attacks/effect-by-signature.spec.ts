import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { facts } from '@cytoledger/domain';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Needed = Readonly<Record<string, readonly [meaning: string, persons: number]>>;

/** `type`, meaning (any where there is none) and persons of every line of a table, however it is written. */
function tableIn(path: string, line: RegExp): Needed {
  const found = [...read(path).matchAll(line)].map(({ groups }) => {
    const { type, meaning, persons } = groups as Record<'type' | 'meaning' | 'persons', string>;
    return [type, [/^(?:null|None|any|)$/.test(meaning ?? '') ? 'any' : meaning, Number(persons)]] as const;
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const OURS = /^ {2}\['(?<type>[\w.-]+)', \{ (?:meaning: '?(?<meaning>[\w-]+?)'?, )?persons: (?<persons>\d) \}\],$/gm;
const needed = tableIn('packages/attest/src/evidence/effect-by-signature.ts', OURS);

/** Authorisations that are signed, and yet may stand in the log without: why. */
const UNSIGNED_TOO: Readonly<Record<string, string>> = {
  'batch.hold-lifted.v1': 'a policy lifts its own hold after a decision that was signed',
  'batch.unit-infusion-authorised.v1': 'two persons at the bedside without keys are named instead',
  'batch.countersigned.v1': 'it adds a signature, in whatever meaning, to something that stands without it',
  'shipment.excursion-assessed.v1': 'an assessment that accepts nothing may be unsigned',
  'treatment.urgent-need-documented.v1': 'it takes its effect in a release, which is signed',
};

describe('what takes effect by signature', () => {
  it('is the same for all three verifiers and their specification', () => {
    expect(Object.keys(needed).length).toBeGreaterThan(6);
    expect(tableIn('docs/verify/html/signatures.js', OURS)).toEqual(needed);
    const python = /^ {4}"(?<type>[\w.-]+)": \("?(?<meaning>[\w-]+?)"?, (?<persons>\d)\),$/gm;
    expect(tableIn('docs/verify/cytoledger_verify.py', python)).toEqual(needed);
    const prose = /^\| `(?<type>[a-z.-]+\.v\d+)` +\| `?(?<meaning>[\w-]+?)`? +\| (?<persons>\d) +\|$/gm;
    expect(tableIn('docs/formats/evidence-bundle.md', prose)).toEqual(needed);
  });

  it('is everything that the platform records with signatures only, in the meaning and by as many as it asks', () => {
    const asked = [...facts.values()]
      .filter(({ kind, type, signatures }) => kind === 'authorisation' && signatures && !UNSIGNED_TOO[type])
      .map(
        ({ type, signatures }) => [type, [needed[type]?.[0] === 'any' ? 'any' : signatures!.meaning, signatures!.count]] as const,
      );
    expect(Object.fromEntries(asked)).toEqual(needed);
  });
});
