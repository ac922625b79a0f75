import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionsOver, told } from './following.ts';
import { lateFailure } from './late-failure.ts';
import { asCorrected, type Seen } from './policy.ts';
import { batchId, infused, infusionRecorded, sighting, tested, treatmentId } from './sightings.ts';

const over = (...log: Seen[]) => told(actionsOver(lateFailure, log));
const ofBatch = (batch: number) => `batch.deviation-raised.v1 ${batchId(batch)}`;
const ofTreatment = (treatment: number) => `treatment.deviation-raised.v1 ${treatmentId(treatment)}`;

describe('a result that fails after infusion', () => {
  it('is a critical deviation of the batch and of each treatment that got a unit', () => {
    const log = [infused(1, 1, 1), infused(1, 2, 1), infused(1, 3, 2), infused(2, 4, 3), tested(1, 'pass', 'fail')];
    expect(over(...log)).toEqual([ofBatch(1), ofTreatment(1), ofTreatment(2)]);
    for (const { data } of actionsOver(lateFailure, log).values()) expect(data['class']).toBe('critical');
  });

  it('counts an infusion that is entered late', () => {
    expect(over(tested(1, 'fail'), infused(1, 1, 1))).toEqual([ofBatch(1), ofTreatment(1)]);
  });

  it('is told of a recipient of whom the batch knows nothing, since another patient had been given of the same bag', () => {
    expect(over(infused(1, 1, 1), infusionRecorded(1, 1, 2), tested(1, 'fail'))).toEqual([
      ofBatch(1),
      ofTreatment(1),
      ofTreatment(2),
    ]);
    expect(over(tested(1, 'fail'), infusionRecorded(1, 1, 2))).toEqual([ofBatch(1), ofTreatment(2)]);
    expect(over(infused(1, 1, 1), infusionRecorded(1, 1, 1), tested(1, 'fail'))).toEqual([ofBatch(1), ofTreatment(1)]);
  });

  it('asks for nothing while nothing was infused or all passes', () => {
    expect(over(tested(1, 'fail'))).toEqual([]);
    expect(over(tested(1, 'pass', 'report-only'), infused(1, 1, 1))).toEqual([]);
  });

  const correction = (original: Seen, data: unknown) =>
    asCorrected(original, {
      ...sighting(original.stream, 'corrected', { event: original.id, data, reason: 'transcription' }),
      seq: 2,
      occurredAt: null,
      capture: { mode: 'direct', precision: 'min' },
      actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
      causation: null,
    } as Parameters<typeof asCorrected>[1]);

  it('may be a correction of one that was entered as passed', () => {
    const passed = tested(1, 'pass');
    expect(over(infused(1, 1, 1), passed, correction(passed, tested(1, 'fail').data))).toEqual([ofBatch(1), ofTreatment(1)]);
  });

  it('is told once, however often its entry is corrected, and not at all once it was none', () => {
    const failed = tested(1, 'fail');
    expect(over(infused(1, 1, 1), failed, correction(failed, { ...Object(failed.data), report: 'R2' }))).toHaveLength(2);
    expect(over(failed, correction(failed, tested(1, 'pass').data), infused(1, 1, 1))).toEqual([]);
  });

  const excepting = (report: Seen, treatment: number) =>
    sighting(`batch-${batchId(1)}`, 'exceptionally-released', {
      treatment: treatmentId(treatment),
      failed: [{ line: '1', test: 'viability', results: [{ event: report.id, index: 0 }] }],
    });

  it('is no news to a patient to whom a unit was released in spite of it, but is to any other, and what fails later is', () => {
    const failed = tested(1, 'fail');
    const past = [failed, excepting(failed, 1), infused(1, 1, 1)];
    expect(over(...past)).toEqual([]);
    expect(over(...past, infused(1, 2, 2))).toEqual([ofBatch(1), ofTreatment(2)]);
    expect(over(...past, tested(1, 'pass', 'fail'))).toEqual([ofBatch(1), ofTreatment(1)]);
  });

  it('gives the same actions for every interleaving of results and infusions, restarts included', () => {
    const log = [
      infused(1, 1, 1),
      infused(1, 2, 2),
      infused(2, 3, 2),
      tested(1, 'fail'),
      tested(1, 'fail', 'fail'),
      tested(2, 'fail'),
    ];
    const expected = actionsOver(lateFailure, log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(lateFailure, shuffled, { restartAt });
        expect(told(actions)).toEqual(told(expected));
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
      }),
    );
  });
});
