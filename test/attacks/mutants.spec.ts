import { readFileSync } from 'node:fs';
import { reportText, verifyEvidence } from '@cytoledger/attest/evidence';
import { describe, expect, it } from 'vitest';
import { mutantsOf, spliceOf } from './mutants.ts';
import { MUTATIONS } from './mutations.ts';
import { storyOf } from './story.fixture.ts';

const { ledger, options } = storyOf();
const { policy, policyText } = ledger;
const bundle = Buffer.from(await ledger.bundle(options));
const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8');
const COUNT = Object.keys(MUTATIONS).length * 12;

/** What may be changed without harm: it is in no hash and in no signature that counts, or a reader may be shown it or not. */
const HARMLESS = [
  'a note with a signature twice',
  'a note with a stranger’s signatures',
  'a note with its signatures in another order',
  'a note with fewer signatures',
  'a note with a broken signature',
  'a note with other times of cosigning',
  'change the text of a note',
  'split the inclusion proof',
  'hide a body',
  'change disclosures',
  'other numbers in the first or last line',
];
/** Bytes of the operator’s own witness, which counts for nothing. */
const BLIND = [
  'flip a bit',
  'replace a byte',
  'remove a byte',
  'insert a byte',
  'change a value',
  'change a value of a line that is no entry',
];

describe('a bundle that was tampered with', () => {
  it('is refused, whatever was done, unless nothing that was proved has changed', () => {
    const own = reportText(verifyEvidence([bundle], policy).report);
    for (const { what, bundle: mutant, n } of mutantsOf(bundle, COUNT)) {
      const { report } = verifyEvidence([mutant], policy);
      if (report.code !== 'ok' || mutant.equals(bundle)) continue;
      expect([...HARMLESS, ...BLIND], `mutant ${n}: ${what}`).toContain(what);
      if (BLIND.includes(what)) expect(reportText(report), `mutant ${n}: ${what}`).toBe(own);
    }
  }, 180_000);

  it('gets the same verdict in whatever pieces it comes', () => {
    for (const { bundle: mutant } of mutantsOf(bundle, 120, 7)) {
      const pieces = Array.from({ length: Math.ceil(mutant.length / 97) }, (_, n) => mutant.subarray(n * 97, (n + 1) * 97));
      expect(verifyEvidence(pieces, policy).report).toEqual(verifyEvidence([mutant], policy).report);
    }
  });

  it('is the same bundle for the same seed, and can be kept as the bytes that differ', () => {
    const again = [...mutantsOf(bundle, 100, 3)];
    for (const [n, { bundle: mutant }] of [...mutantsOf(bundle, 100, 3)].entries()) {
      expect(mutant.equals(again[n]!.bundle)).toBe(true);
      const { from, to, with: by } = spliceOf(bundle, mutant);
      const made = Buffer.concat([bundle.subarray(0, from), Buffer.from(by, 'base64'), bundle.subarray(to)]);
      expect(made.equals(mutant)).toBe(true);
    }
  });
});

describe('the golden bundle', () => {
  it('is what it was, and so is its report', () => {
    expect(bundle.toString('utf8')).toBe(golden('bundle.ndjson'));
    expect(policyText).toBe(golden('policy.txt'));
    expect(reportText(verifyEvidence([bundle], policy).report)).toBe(golden('report.ndjson'));
  });
});
