import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionsOver, told } from './following.ts';
import { materialRecalled } from './material-recalled.ts';
import type { Seen } from './policy.ts';
import {
  allocated,
  batchId,
  closedTreatment,
  conditioned,
  consumed,
  diluted,
  infused,
  lotRecalled,
  lotUsed,
  mediumUsed,
  origins,
  prepared,
  returned,
  shipped,
  split,
  treatmentId,
  unitId,
} from './sightings.ts';

const over = (...log: Seen[]) => [...actionsOver(materialRecalled, log).values()];
const quarantines = (...log: Seen[]) =>
  over(...log)
    .filter(({ type }) => type === 'batch.quarantined.v1')
    .map(({ target, data }) => ({ target, scope: data['scope'] }));
const whole = (batch: number) => ({ target: batchId(batch), scope: 'whole-batch' });
const units = (batch: number, ...listed: number[]) => ({ target: batchId(batch), scope: { units: listed.map(unitId) } });

describe('a lot that its supplier recalls', () => {
  it('quarantines what used it, whichever came second, and raises a deviation there', () => {
    for (const log of [
      [lotUsed(1, 1), lotRecalled(1)],
      [lotRecalled(1), lotUsed(1, 1)],
    ]) {
      expect(told(actionsOver(materialRecalled, log))).toEqual([
        `batch.deviation-raised.v1 ${batchId(1)}`,
        `batch.quarantined.v1 ${batchId(1)}`,
      ]);
    }
  });

  it('is found inside lots that were prepared of prepared ones, and as the medium of a step', () => {
    expect(quarantines(prepared(2, 1), prepared(3, 2), mediumUsed(1, 3), lotUsed(2, 4), lotRecalled(1))).toEqual([whole(1)]);
    expect(quarantines(lotRecalled(1), mediumUsed(1, 3), prepared(3, 2), prepared(2, 1))).toEqual([whole(1)]);
  });

  it('is found in batches downstream of the one that used it', () => {
    expect(quarantines(lotUsed(1, 1), origins(2, [1], [1]), lotRecalled(1))).toEqual([whole(1), whole(2)]);
  });

  it('leaves alone what was distributed, and quarantines the rest with what is made or comes back later', () => {
    const log = [lotUsed(1, 1), split(1, 1, 2, 3), shipped(1, 2), consumed(1, 3), lotRecalled(1), split(1, 4), returned(1, 3)];
    expect(quarantines(...log)).toEqual([units(1, 1), units(1, 4), units(1, 3)]);
  });

  it('takes no unit from a conditioned patient, and escalates in that treatment instead', () => {
    const waiting = [lotUsed(1, 1), split(1, 1, 2, 3), allocated(1, 2, 7), conditioned(7), allocated(1, 3, 8)];
    expect(quarantines(...waiting, lotRecalled(1))).toEqual([units(1, 1, 3)]);
    expect(told(actionsOver(materialRecalled, [...waiting, lotRecalled(1)]))).toContain(
      `treatment.deviation-raised.v1 ${treatmentId(7)}`,
    );
  });

  describe('whose patient was conditioned', () => {
    const waiting = [lotUsed(1, 1), split(1, 1, 2, 3), allocated(1, 2, 7), conditioned(7), lotRecalled(1)];
    const recipients = (...log: Seen[]) =>
      over(...log)
        .filter(({ type }) => type === 'treatment.deviation-raised.v1')
        .map(({ target, data }) => [target, data['rule']]);

    it('quarantines the unit that was left to the patient once nobody waits for it', () => {
      expect(quarantines(...waiting)).toEqual([units(1, 1, 3)]);
      expect(quarantines(...waiting, closedTreatment(7))).toEqual([units(1, 1, 3), units(1, 2)]);
      expect(quarantines(...waiting, allocated(1, 2, 8))).toEqual([units(1, 1, 3), units(1, 2)]);
      expect(quarantines(...waiting, infused(1, 2, 7), closedTreatment(7))).toEqual([units(1, 1, 3)]);
    });

    it('quarantines it also when the start of the conditioning was taken back', () => {
      const memory = materialRecalled.initial();
      for (const event of waiting) materialRecalled.see(memory, event);
      expect(materialRecalled.unsee!(memory, waiting[3]!)?.map(({ data }) => data['scope'])).toEqual([{ units: [unitId(2)] }]);
    });

    it('tells the physician whichever came second, and once', () => {
      const [used, made, meant, start, recall] = waiting as [Seen, Seen, Seen, Seen, Seen];
      const second = [[treatmentId(7), 'policy.conditioned-for-recalled-material']];
      expect(recipients(...waiting)).toEqual([[treatmentId(7), 'policy.promised-unit-of-recalled-material']]);
      expect(recipients(used, made, meant, recall, start)).toEqual(second);
      expect(recipients(used, made, recall, start, meant)).toEqual(second);
      expect(recipients(...waiting, allocated(1, 3, 7))).toHaveLength(1);
    });
  });

  it('that was a diluent raises a deviation in the batch and takes nothing of it, since it is in one unit only', () => {
    for (const log of [
      [split(1, 1, 2), diluted(1, 1, 1), lotRecalled(1)],
      [lotRecalled(1), split(1, 1, 2), diluted(1, 1, 1)],
      [split(1, 1, 2), diluted(1, 1, 2), lotRecalled(1), prepared(2, 1)],
    ]) {
      expect(told(actionsOver(materialRecalled, log))).toEqual([`batch.deviation-raised.v1 ${batchId(1)}`]);
    }
  });

  it('asks for nothing twice, also where the records lead in a circle', () => {
    expect(quarantines(prepared(1, 2), prepared(2, 1), lotUsed(1, 2), lotUsed(1, 1), lotRecalled(1))).toEqual([whole(1)]);
  });

  it('is the cause of everything that follows', () => {
    const recall = lotRecalled(1);
    for (const { cause, data } of over(recall, prepared(2, 1), lotUsed(1, 2))) {
      expect(cause.id).toBe(recall.id);
      expect([data['cause'], data['event']]).toContain(recall.id);
    }
  });

  it('quarantines nothing more when the entry was taken back', () => {
    const memory = materialRecalled.initial();
    const recall = lotRecalled(1);
    materialRecalled.see(memory, recall);
    materialRecalled.unsee!(memory, recall);
    expect(materialRecalled.see(memory, lotUsed(1, 1))).toEqual([]);
  });

  it('gives the same actions for every interleaving of recalls, preparations and uses, restarts included', () => {
    const log = [
      prepared(2, 1),
      prepared(3, 2, 4),
      lotUsed(1, 3),
      mediumUsed(2, 2),
      origins(3, [1], [1, 2]),
      lotRecalled(1),
      lotRecalled(4),
    ];
    const expected = actionsOver(materialRecalled, log);
    expect(told(expected).filter((each) => each.startsWith('batch.quarantined'))).toHaveLength(5);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(materialRecalled, shuffled, { restartAt });
        expect(told(actions)).toEqual(told(expected));
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
      }),
    );
  });
});
