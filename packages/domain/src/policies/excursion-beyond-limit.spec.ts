import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excursionBeyondLimit } from './excursion-beyond-limit.ts';
import { actionsOver } from './following.ts';
import type { Seen } from './policy.ts';
import { assessed, batchId, excursion, listed, unitId } from './sightings.ts';

/** Units held, with batch and cause; how they are spread over events does not matter. */
const held = (log: readonly Seen[], restartAt?: number) =>
  [...actionsOver(excursionBeyondLimit, log, { ...(restartAt !== undefined && { restartAt }) }).values()]
    .flatMap(({ type, target, cause, data }) =>
      (data['scope'] as { units: string[] }).units.map((unit) => `${type} ${target} ${unit} ${cause.id}`),
    )
    .sort();
const hold = (batch: number, unit: number, { id }: Seen) => `batch.held.v1 ${batchId(batch)} ${unitId(unit)} ${id}`;

describe('an excursion beyond the limit', () => {
  it('holds what travels in this shipment and nothing else', () => {
    const warm = excursion(1);
    expect(held([listed(1, [1, 1], [2, 2]), listed(2, [3, 3]), warm])).toEqual([hold(1, 1, warm), hold(2, 2, warm)]);
  });

  it('holds what is listed late', () => {
    const warm = excursion(1);
    expect(held([listed(1, [1, 1]), warm, listed(1, [1, 2])])).toEqual([hold(1, 1, warm), hold(1, 2, warm)]);
  });

  it('holds nothing while the limit is kept', () => {
    expect(held([listed(1, [1, 1]), excursion(1, { beyondLimit: false })])).toEqual([]);
  });

  it('is over once it was assessed as acceptable; the hold that stands is lifted by people', () => {
    const warm = excursion(1);
    expect(held([listed(1, [1, 1]), warm, assessed(1, 'acceptable'), listed(1, [1, 2])])).toEqual([hold(1, 1, warm)]);
    expect(held([listed(1, [1, 1]), warm, assessed(1, 'not-acceptable'), listed(1, [1, 2])])).toHaveLength(2);
  });

  it('is one cause, however often it is said again', () => {
    const warm = excursion(1);
    expect(held([listed(1, [1, 1]), warm, excursion(1, { minutesOutside: 40 })])).toEqual([hold(1, 1, warm)]);
  });

  it('makes no event that names more than 400 units', () => {
    const many = Array.from({ length: 900 }, (_, n) => [1, n + 1] as const);
    const log = [
      listed(1, ...many.slice(0, 400)),
      listed(1, ...many.slice(400, 800)),
      listed(1, ...many.slice(800)),
      excursion(1),
    ];
    const actions = [...actionsOver(excursionBeyondLimit, log).values()];
    expect(actions.map(({ n }) => n)).toEqual([0, 1, 2]);
    expect(held(log)).toHaveLength(900);
  });

  it('holds the same units for every interleaving of excursions and manifests, restarts included', () => {
    const log = [
      listed(1, [1, 1], [2, 2]),
      listed(1, [1, 3]),
      listed(2, [1, 4]),
      excursion(1),
      excursion(2),
      excursion(1, {}, 2),
    ];
    const expected = held(log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        expect(held(shuffled, restartAt)).toEqual(expected);
      }),
    );
  });
});
