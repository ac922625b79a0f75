import { readFileSync } from 'node:fs';
import { describe, vi } from 'vitest';
import type { Asked, Verdict } from '../python.fixture.ts';
import { reportText, verify } from './core.js';

// The bundles at the edges that the specs of the Python verifier make, with the page's verifier in its place.
vi.mock(import('../python.fixture.ts'), async (original) => {
  const own = await original();
  const verdictsOn = (asked: readonly Asked[], [bundle, option, policy]: readonly string[]): Verdict[] => {
    const [bundlePath, policyPath] = bundle === '--policy' ? [undefined, option] : [bundle, policy];
    return asked.map((one) => {
      const bytes = 'bundle' in one ? Buffer.from(one.bundle, 'base64') : spliced(readFileSync(bundlePath!), one);
      const report = verify(bytes, one.policy === undefined ? readFileSync(policyPath!) : Buffer.from(one.policy), {
        ...(one.minSize === undefined ? {} : { minSize: one.minSize }),
        ...(one.notBefore === undefined ? {} : { notBefore: one.notBefore }),
        ...(one.saved === undefined ? {} : { saved: Buffer.from(one.saved) }),
        ...(one.compare === undefined ? {} : { compare: Buffer.from(one.compare, 'base64') }),
      });
      return { n: one.n, code: report.code, line: report.line, report: own.digestOfReport(reportText(report)) };
    });
  };
  return { ...own, noPython: undefined, verdictsOn };
});

function spliced(bundle: Buffer, { from, to, with: by }: { from: number; to: number; with: string }): Buffer {
  return Buffer.concat([bundle.subarray(0, from), Buffer.from(by, 'base64'), bundle.subarray(to)]);
}

describe('the verifier of the page instead of the one in Python:', async () => {
  for (const spec of ['framing-edges', 'hostile-operator', 'resealed-entries'])
    await import(new URL(`../${spec}.int.spec.ts`, import.meta.url).href);
});
