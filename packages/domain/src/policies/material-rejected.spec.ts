import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionsOver, told } from './following.ts';
import { materialRecalled } from './material-recalled.ts';
import type { Seen } from './policy.ts';
import {
  allocated,
  amended,
  batchId,
  closedTreatment,
  conditioned,
  diluted,
  lotRecalled,
  lotRejected,
  lotUsed,
  mediumUsed,
  origins,
  prepared,
  shipped,
  split,
  treatmentId,
  unitId,
} from './sightings.ts';

const over = (...log: Seen[]) => [...actionsOver(materialRecalled, log).values()];
const quarantines = (...log: Seen[]) =>
  over(...log)
    .filter(({ type }) => type === 'batch.quarantined.v1')
    .map(({ target, data }) => [target, data['scope'], data['reason']]);
const raised = (...log: Seen[]) =>
  over(...log)
    .filter(({ type }) => type.endsWith('.deviation-raised.v1'))
    .map(({ target, data }) => [target, data['rule'], data['class']]);
const whole = (batch: number) => [batchId(batch), 'whole-batch', 'material-rejected'];
const units = (batch: number, ...listed: number[]) => [batchId(batch), { units: listed.map(unitId) }, 'material-rejected'];
const critical = (batch: number) => [batchId(batch), 'policy.batch-of-rejected-material', 'critical'];

describe('a lot that is rejected', () => {
  it('quarantines every batch that has used it, whichever came second, and raises a deviation there', () => {
    for (const log of [
      [lotUsed(1, 1), lotRejected(1)],
      [lotRejected(1), lotUsed(1, 1)],
    ]) {
      expect(quarantines(...log)).toEqual([whole(1)]);
      expect(raised(...log)).toEqual([critical(1)]);
    }
  });

  it('is found inside what was prepared of it, as the medium of a step, and downstream', () => {
    const log = [prepared(2, 1), mediumUsed(1, 2), origins(3, [1], [1]), lotUsed(2, 4), lotRejected(1)];
    expect(quarantines(...log)).toEqual([whole(1), whole(3)]);
    expect(raised(...log)).toEqual([critical(1), critical(3)]);
  });

  it('leaves alone what was distributed: the deviation asks for a decision', () => {
    const log = [lotUsed(1, 1), split(1, 1, 2), shipped(1, 2), lotRejected(1)];
    expect(quarantines(...log)).toEqual([units(1, 1)]);
    expect(raised(...log)).toEqual([critical(1)]);
  });

  it('takes no unit from a conditioned patient, escalates there, and quarantines it once nobody waits', () => {
    const waiting = [lotUsed(1, 1), split(1, 1, 2), allocated(1, 2, 7), conditioned(7), lotRejected(1)];
    expect(quarantines(...waiting)).toEqual([units(1, 1)]);
    expect(raised(...waiting)).toContainEqual([treatmentId(7), 'policy.promised-unit-of-rejected-material', 'critical']);
    expect(quarantines(...waiting, closedTreatment(7))).toEqual([units(1, 1), units(1, 2)]);
    const second = [lotUsed(1, 1), split(1, 1, 2), lotRejected(1), allocated(1, 2, 7), conditioned(7)];
    expect(raised(...second)).toContainEqual([treatmentId(7), 'policy.conditioned-for-rejected-material', 'critical']);
  });

  it('that was a diluent raises a deviation and quarantines nothing', () => {
    expect(told(actionsOver(materialRecalled, [split(1, 1), diluted(1, 1, 1), lotRejected(1)]))).toEqual([
      `batch.deviation-raised.v1 ${batchId(1)}`,
    ]);
  });

  it('because its time was up says little of what was used before: a minor deviation asks whether it was', () => {
    const log = [lotUsed(1, 1), split(1, 1), allocated(1, 1, 7), conditioned(7), lotRejected(1, 'expired')];
    expect(quarantines(...log)).toEqual([]);
    expect(raised(...log)).toEqual([[batchId(1), 'policy.batch-of-outdated-material', 'minor']]);
    expect(raised(lotRejected(1, 'expired'), lotUsed(1, 1))).toEqual([
      [batchId(1), 'policy.batch-of-outdated-material', 'minor'],
    ]);
    expect(raised(...log.slice(0, 3), lotRejected(1, 'expired'), conditioned(7))).toHaveLength(1);
  });

  it('for another reason after all, as a correction says, is followed then, and once', () => {
    const outdated = lotRejected(1, 'expired');
    const after = amended(outdated, { reason: 'contaminated' });
    expect(quarantines(lotUsed(1, 1), outdated, after)).toEqual([whole(1)]);
    const failed = lotRejected(1, 'failed-specification');
    expect(quarantines(lotUsed(1, 1), failed, amended(failed, { reason: 'contaminated' }))).toHaveLength(1);
    expect(quarantines(lotUsed(1, 1), outdated, amended(outdated, { reason: 'expired' }))).toEqual([]);
  });

  it('because its supplier recalled it adds nothing to the recall', () => {
    const log = [lotUsed(1, 1), lotRecalled(1), lotRejected(1, 'recalled')];
    expect(quarantines(...log)).toEqual([[batchId(1), 'whole-batch', 'material-recalled']]);
    expect(raised(...log)).toHaveLength(1);
    expect(quarantines(lotUsed(1, 1), lotRejected(1, 'recalled'))).toEqual([whole(1)]);
  });

  it('quarantines nothing more when the entry was taken back, corrected or not', () => {
    const outdated = lotRejected(1, 'expired');
    for (const log of [[lotRejected(1)], [outdated, amended(outdated, { reason: 'contaminated' })]]) {
      const memory = materialRecalled.initial();
      for (const event of log) materialRecalled.see(memory, event);
      materialRecalled.unsee!(memory, log[0]!);
      expect(materialRecalled.see(memory, lotUsed(1, 1))).toEqual([]);
    }
  });

  it('gives the same actions for every interleaving with recalls, preparations and uses, restarts included', () => {
    const log = [prepared(2, 1), lotUsed(1, 2), mediumUsed(2, 1), lotRejected(1), lotRecalled(2), lotRejected(2, 'expired')];
    const expected = actionsOver(materialRecalled, log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(materialRecalled, shuffled, { restartAt });
        expect(told(actions)).toEqual(told(expected));
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
      }),
    );
  });
});
