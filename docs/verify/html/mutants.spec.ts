import { readFileSync } from 'node:fs';
import { readPolicy } from '@cytoledger/attest';
import { reportText as nodeReportText, verifyEvidence } from '@cytoledger/attest/evidence';
import { describe, expect, it } from 'vitest';
import { mutantsOf } from '../../../test/attacks/mutants.ts';
import { reportText, Verification, verify } from './core.js';

/** `MUTANTS=10000 pnpm exec vitest run docs/verify/html/mutants` takes some minutes; the tests of every day take some of them. */
const count = Number(process.env['MUTANTS'] ?? 300);
const MILLISECONDS_EACH = 60;

const golden = (name: string) => readFileSync(new URL(`../../../test/attacks/golden/${name}`, import.meta.url));
const bundle = golden('bundle.ndjson');
const policyBytes = golden('policy.txt');
const policy = readPolicy(policyBytes.toString('utf8'));

describe('the verifier of the page', () => {
  it('reads the golden bundle as it was read before', () => {
    expect(reportText(verify(bundle, policyBytes))).toBe(golden('report.ndjson').toString('utf8'));
  });

  it(`gives the same report as the Node verifier of ${count} bundles that were tampered with`, {
    timeout: 60_000 + count * MILLISECONDS_EACH,
  }, () => {
    for (const { n, what, bundle: mutant } of mutantsOf(bundle, count)) {
      const own = reportText(verify(mutant, policyBytes));
      expect(own, `mutant ${n}: ${what}`).toBe(nodeReportText(verifyEvidence([mutant], policy).report));
    }
  });

  it('gives the same report in whatever pieces a bundle comes', () => {
    for (const { n, bundle: mutant } of mutantsOf(bundle, 60, 11)) {
      const verification = new Verification(policyBytes);
      for (let at = 0; at < mutant.length; at += 83) if (!verification.push(mutant.subarray(at, at + 83))) break;
      expect(verification.finish(), `mutant ${n}`).toEqual(verify(mutant, policyBytes));
    }
  });
});
