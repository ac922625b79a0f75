import { readFileSync } from 'node:fs';
import { readPolicy } from '@cytoledger/attest';
import { reportText, verifyEvidence } from '@cytoledger/attest/evidence';
import { describe, expect, it } from 'vitest';
import { type Mutant, mutantsOf, spliceOf } from '../../test/attacks/mutants.ts';
import { digestOfReport, GOLDEN, noPython, type Verdict, verdictsOn } from './python.fixture.ts';

/** `MUTANTS=10000 pnpm exec vitest run docs/verify/mutants` takes some minutes; the tests of every day take some of them. */
const count = Number(process.env['MUTANTS'] ?? 300);
const MILLISECONDS_EACH = 60;
/** So many at a time, as a bundle is some ten thousand bytes. */
const TOGETHER = 1000;

const bundle = readFileSync(GOLDEN.bundle);
const policy = readPolicy(readFileSync(GOLDEN.policy, 'utf8'));

describe.skipIf(noPython !== undefined)('the Python verifier', () => {
  it(`gives the same report as the Node verifier of ${count} bundles that were tampered with`, {
    timeout: 60_000 + count * MILLISECONDS_EACH,
  }, () => {
    let compared = 0;
    for (const mutants of inGroups(mutantsOf(bundle, count))) {
      const splices = mutants.map(({ n, bundle: mutant }) => ({ n, ...spliceOf(bundle, mutant) }));
      expect(verdictsOn(splices, [GOLDEN.bundle, '--policy', GOLDEN.policy])).toEqual(mutants.map(verdictOfNode));
      compared += mutants.length;
    }
    expect(compared).toBe(count);
  });
});

function verdictOfNode({ n, bundle: mutant }: Mutant): Verdict {
  const { report } = verifyEvidence([mutant], policy);
  return { n, code: report.code, line: report.line, report: digestOfReport(reportText(report)) };
}

function* inGroups(mutants: Iterable<Mutant>): Generator<Mutant[]> {
  let group: Mutant[] = [];
  for (const mutant of mutants) {
    group.push(mutant);
    if (group.length < TOGETHER) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
