import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionsOver, told } from './following.ts';
import type { Seen } from './policy.ts';
import { postDonationInformation } from './post-donation-information.ts';
import { batchId, determined, informed, infused, linked, origins, registered, retested, unlinked } from './sightings.ts';

const pending = (batch: number) => `batch.deviation-raised.v1 ${batchId(batch)}`;
const over = (...log: Seen[]) => told(actionsOver(postDonationInformation, log));
const family = [registered(1, 'donor-0001'), origins(1, [1]), origins(2, [1], [1]), origins(3, [2])];

describe('what is learned of a donor after the donation', () => {
  it('waits for an assessment in every descendant, whichever came first, and nowhere else', () => {
    expect(over(...family, informed('donor-0001'))).toEqual([pending(1), pending(2)]);
    expect(over(informed('donor-0001'), ...family)).toEqual([pending(1), pending(2)]);
    expect(over(...family, informed('donor-0002'))).toEqual([]);
  });

  it('concerns cells of one’s own as well, and those of a newborn through the mother', () => {
    expect(over(registered(1, 'donor-0001', { kind: 'autologous' }), origins(1, [1]), informed('donor-0001'))).toEqual([
      pending(1),
    ]);
    expect(over(registered(1, 'child-0001', { birthMother: 'donor-0001' }), origins(1, [1]), informed('donor-0001'))).toEqual([
      pending(1),
    ]);
  });

  it('is a retest that is reactive, and not one that is clean or shows a past infection', () => {
    expect(over(...family, retested('donor-0001', 'reactive'))).toEqual([pending(1), pending(2)]);
    expect(over(...family, retested('donor-0001', 'indeterminate'))).toEqual([pending(1), pending(2)]);
    expect(over(...family, retested('donor-0001', 'non-reactive'))).toEqual([]);
    expect(over(...family, retested('donor-0001', 'reactive', 'cmv-igg'))).toEqual([]);
  });

  it('under another pseudonym concerns the same descendants, whichever of information and link came first, until the link is undone', () => {
    const [third, link] = [linked('donor-0003', 'donor-0002', 2), linked('donor-0001', 'donor-0002')];
    expect(over(...family, link, informed('donor-0002'))).toEqual([pending(1), pending(2)]);
    expect(over(...family, informed('donor-0003'), third, link)).toEqual([pending(1), pending(2)]);
    expect(over(link, informed('donor-0002'), ...family)).toEqual([pending(1), pending(2)]);
    expect(over(...family, link, unlinked('donor-0001'), informed('donor-0002'))).toEqual([]);
  });

  it('ends with the next determination: what is opened from then on does not wait for it', () => {
    const log = [...family.slice(0, 2), informed('donor-0001'), determined('donor-0001', 'eligible'), ...family.slice(2)];
    expect(over(...log)).toEqual([pending(1)]);
  });

  it('was a mistyped result: nothing opened after the correction waits', () => {
    const reactive = retested('donor-0001', 'reactive');
    const corrected: Seen = { ...retested('donor-0001', 'non-reactive'), corrects: reactive.id };
    expect(over(...family.slice(0, 2), reactive, corrected, ...family.slice(2))).toEqual([pending(1)]);
    const clean = retested('donor-0001', 'non-reactive');
    expect(over(...family, clean, { ...retested('donor-0001', 'reactive'), corrects: clean.id })).toEqual([
      pending(1),
      pending(2),
    ]);
  });

  it('gives the same for every interleaving, restarts included', () => {
    const log = [...family, infused(1, 1, 1), informed('donor-0001'), retested('donor-0001', 'reactive')];
    const expected = actionsOver(postDonationInformation, log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(postDonationInformation, shuffled, { restartAt });
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
        expect(actions.size).toBe(expected.size);
      }),
    );
  });
});
