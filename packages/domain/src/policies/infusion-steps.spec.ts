import { describe, expect, it } from 'vitest';
import { consentWithdrawn } from './consent-withdrawn.ts';
import { actionsOver, told } from './following.ts';
import { lateFailure } from './late-failure.ts';
import type { Seen } from './policy.ts';
import {
  batchId,
  consented,
  infused,
  origins,
  registered,
  sighting,
  split,
  tested,
  treatmentId,
  unitId,
  withdrawn,
} from './sightings.ts';

const step = (kind: string, batch: number, unit: number, treatment: number) =>
  sighting(`batch-${batchId(batch)}`, `unit-infusion-${kind}`, {
    unit: unitId(unit),
    treatment: treatmentId(treatment),
    ...(kind !== 'started' && { reason: 'other' }),
  });

describe('an infusion that is told in steps', () => {
  it.each(['started', 'interrupted', 'ended'])('exposes its recipient when it is %s, as one that is told in one does', (kind) => {
    const over = (...log: Seen[]) => told(actionsOver(lateFailure, log));
    expect(over(step(kind, 1, 1, 1), tested(1, 'fail'))).toEqual(over(infused(1, 1, 1), tested(1, 'fail')));
    expect(over(tested(1, 'fail'), step(kind, 1, 1, 1))).toHaveLength(2);
  });

  it('says of each recipient once', () => {
    const log = [step('started', 1, 1, 1), step('interrupted', 1, 1, 1), step('started', 1, 1, 1), step('ended', 1, 1, 1)];
    expect(told(actionsOver(lateFailure, [...log, tested(1, 'fail')]))).toEqual([
      `batch.deviation-raised.v1 ${batchId(1)}`,
      `treatment.deviation-raised.v1 ${treatmentId(1)}`,
    ]);
  });
});

describe('undistributed units, of which consent is withdrawn', () => {
  const opened = [registered(1, 'donor-0001'), consented('donor-0001'), origins(1, [1]), split(1, 1, 2)];
  const heldAfter = (...log: Seen[]) =>
    [...actionsOver(consentWithdrawn, [...opened, ...log]).values()].flatMap(({ data }) => {
      const { scope } = data as { scope?: 'whole-batch' | { units: readonly string[] } };
      return scope === undefined ? [] : scope === 'whole-batch' ? [scope] : scope.units;
    });
  const back = sighting(`batch-${batchId(1)}`, 'unit-returned', {
    from: 'hospital-b',
    to: 'lab-a',
    reason: 'not-needed',
    units: [{ unit: unitId(1), condition: 'accepted' }],
  });
  const sent = sighting(`batch-${batchId(1)}`, 'unit-received', {
    to: 'hospital-b',
    units: [{ unit: unitId(1), condition: 'accepted' }],
  });

  it('are not those whose infusion has begun', () => {
    expect(heldAfter(step('started', 1, 1, 1), withdrawn('donor-0001'))).toEqual([unitId(2)]);
  });

  it('are those again that a hospital sent back', () => {
    expect(heldAfter(sent, withdrawn('donor-0001'))).toEqual([unitId(2)]);
    expect(heldAfter(sent, back, withdrawn('donor-0001'))).toEqual(['whole-batch']);
    expect(heldAfter(sent, withdrawn('donor-0001'), back)).toEqual([unitId(2), unitId(1)]);
  });
});
