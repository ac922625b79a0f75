import { readdirSync } from 'node:fs';
import type { Policy } from '@cytoledger/attest';
import type { EvidenceQuestions, OtherView, VerifiedBundle } from '@cytoledger/attest/evidence';
import { afterAll, describe, expect, vi } from 'vitest';
import { policyText } from '../policy-text.fixture.ts';
import { reportText, verify } from './core.js';

type Judged = {
  readonly bytes: Buffer;
  readonly policy: Policy;
  readonly questions: EvidenceQuestions;
  readonly report: string;
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
      judged.push({ bytes: whole, policy, questions, report: own.reportText(result.report) });
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

const ATTACKS = new URL('../../../test/attacks/', import.meta.url);

describe('the verifier of the page, of each attack', async () => {
  for (const spec of readdirSync(ATTACKS).filter((name) => /^verifier-.*\.spec\.ts$/.test(name)))
    await import(new URL(spec, ATTACKS).href);

  afterAll(() => {
    expect(judged.length, 'bundles that the attacks made').toBeGreaterThan(30);
    expect(judged.map(ownReport)).toEqual(judged.map(({ report }) => report));
  });
});

function ownReport({ bytes, policy, questions }: Judged): string {
  const { saved, compare, ...others } = questions;
  return reportText(
    verify(bytes, Buffer.from(policyText(policy)), {
      ...others,
      ...(saved === undefined ? {} : { saved: Buffer.from(saved) }),
      ...(compare === undefined ? {} : { compare: views.get(compare)! }),
    }),
  );
}
