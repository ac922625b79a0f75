import { readdirSync } from 'node:fs';
import type { Policy } from '@cytoledger/attest';
import type { EvidenceQuestions, EvidenceReport, OtherView, VerifiedBundle } from '@cytoledger/attest/evidence';
import { afterAll, describe, expect, vi } from 'vitest';
import { policyText } from './policy-text.fixture.ts';
import { type Asked, digestOfReport, GOLDEN, noPython, verdictsOn } from './python.fixture.ts';

type Judged = {
  readonly bytes: Buffer;
  readonly policy: Policy;
  readonly questions: EvidenceQuestions;
  readonly report: EvidenceReport;
};

const { judged, bundles, views } = vi.hoisted(() => ({
  judged: [] as Judged[],
  bundles: new WeakMap<VerifiedBundle, Buffer>(),
  views: new WeakMap<OtherView, Buffer>(),
}));

// The specs of the attacks run here once more, and what they ask is written down.
vi.mock(import('@cytoledger/attest/evidence'), async (original) => {
  const own = await original();
  return {
    ...own,
    verifyEvidence(bytes: Iterable<Uint8Array>, policy: Policy, questions: EvidenceQuestions = {}) {
      const whole = Buffer.concat([...bytes]);
      const result = own.verifyEvidence([whole], policy, questions);
      judged.push({ bytes: whole, policy, questions, report: result.report });
      if (result.bundle !== undefined) bundles.set(result.bundle, whole);
      return result;
    },
    viewOf(bundle: VerifiedBundle) {
      const view = own.viewOf(bundle);
      views.set(view, bundles.get(bundle)!);
      return view;
    },
    viewOfCheckpoint(note: string, policy: Policy) {
      const view = own.viewOfCheckpoint(note, policy);
      views.set(view, Buffer.from(note));
      return view;
    },
  };
});

const ATTACKS = new URL('../../test/attacks/', import.meta.url);
const { reportText } = await import('@cytoledger/attest/evidence');

describe.skipIf(noPython !== undefined)('the Python verifier, of each attack', async () => {
  for (const spec of readdirSync(ATTACKS).filter((name) => /^verifier-.*\.spec\.ts$/.test(name)))
    await import(new URL(spec, ATTACKS).href);

  afterAll(() => {
    const verdicts = verdictsOn(judged.map(asked), ['--policy', GOLDEN.policy]);
    expect(judged.length, 'bundles that the attacks made').toBeGreaterThan(0);
    expect(verdicts).toEqual(
      judged.map(({ report }, n) => ({
        n,
        code: report.code,
        line: report.line,
        report: digestOfReport(reportText(report)),
      })),
    );
  });
});

function asked({ bytes, policy, questions }: Judged, n: number): Asked {
  const { compare, ...others } = questions;
  return {
    n,
    bundle: bytes.toString('base64'),
    policy: policyText(policy),
    ...others,
    ...(compare === undefined ? {} : { compare: views.get(compare)!.toString('base64') }),
  };
}
