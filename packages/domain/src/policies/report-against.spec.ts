import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionsOver } from './following.ts';
import type { Seen } from './policy.ts';
import { reportAgainst } from './report-against.ts';
import { batchId, reported, reportWithdrawn, sampled, tested } from './sightings.ts';

const over = (...log: Seen[]) =>
  [...actionsOver(reportAgainst, log).values()].map(({ target, data }) => [target, data['rule'], data['class']]);
const FAILED = [batchId(1), 'policy.report-failed', 'major'];
const CHANGED = [batchId(1), 'policy.report-changed', 'major'];

describe('a laboratory’s report on a sample', () => {
  it('that failed is said in the batch that was sampled, whichever is recorded first', () => {
    expect(over(sampled(1, 1), reported(1, 'fail'))).toEqual([FAILED]);
    expect(over(reported(1, 'fail'), sampled(1, 1))).toEqual([FAILED]);
    expect(over(sampled(1, 1), reported(1, 'pass'))).toEqual([]);
  });

  it('that was revised or withdrawn is said in the batch that rests on it', () => {
    const resting = { ...tested(1, 'pass'), data: { ...(tested(1, 'pass').data as object), sample: sampledId(1) } };
    expect(over(resting, reported(1, 'pass'), reportWithdrawn(1))).toEqual([CHANGED]);
    expect(over(resting, reported(1, 'pass'), reported(1, 'pass', 'report-revised'))).toEqual([CHANGED]);
    expect(over(resting, reported(1, 'fail', 'report-revised'))).toEqual([FAILED]);
  });

  it('says nothing of a batch that does not name the sample, whatever the sample says', () => {
    expect(over(tested(1, 'pass'), reported(1, 'fail'), reportWithdrawn(1))).toEqual([]);
  });

  it('gives the same for every interleaving, restarts included', () => {
    const log = [sampled(1, 1), sampled(2, 1), sampled(2, 2), reported(1, 'fail'), reportWithdrawn(2)];
    const expected = actionsOver(reportAgainst, log);
    expect(expected.size).toBe(3);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(reportAgainst, shuffled, { restartAt });
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
        expect(actions.size).toBe(expected.size);
      }),
    );
  });
});

function sampledId(sample: number): string {
  return (sampled(1, sample).data as { readonly sample: string }).sample;
}
