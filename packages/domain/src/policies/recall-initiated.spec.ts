import { describe, expect, it } from 'vitest';
import { examples } from '../recall/index.ts';
import { actionsOver } from './following.ts';
import type { Seen } from './policy.ts';
import { recallInitiated } from './recall-initiated.ts';

const { RECALL, BATCH, UNITS } = examples;
const OTHER_BATCH = '0192f5c4-0000-7000-8000-00000000ba02';
let n = 0;
const seen = (fact: string, data: object): Seen => ({
  id: `0192f5c4-0000-7000-9000-${(n++).toString(16).padStart(12, '0')}`,
  type: `recall.${fact}.v1`,
  stream: `recall-${RECALL}`,
  recordedAt: '2026-11-21T08:00:00.000Z',
  data,
});
const marks = (...log: Seen[]) =>
  [...actionsOver(recallInitiated, log, { restartAt: 1 }).values()].map(({ type, target, data }) => [
    type,
    target,
    data['scope'],
  ]);

describe('a recall that was initiated', () => {
  it('recalls every batch on its list, with its class, reason and number', () => {
    const event = seen('initiated', examples.initiated());
    const [action, ...others] = [...actionsOver(recallInitiated, [event]).values()];
    expect(others).toEqual([]);
    expect(action).toMatchObject({ type: 'batch.recalled.v1', target: BATCH, cause: { id: event.id } });
    expect(action!.data).toEqual({
      scope: 'whole-batch',
      class: 'I',
      reason: 'material-recalled',
      notice: 'RC-2026-01',
      recall: RECALL,
      cause: event.id,
    });
  });

  it('recalls single units of a batch that is not recalled whole', () => {
    expect(marks(seen('initiated', examples.initiated({ batches: [] })))).toEqual([
      ['batch.recalled.v1', BATCH, { units: UNITS }],
    ]);
  });

  it('recalls what is added later, and nothing twice', () => {
    const extended = seen('scope-extended', {
      batches: [BATCH, OTHER_BATCH],
      units: [{ batch: BATCH, site: 'x', units: UNITS }],
    });
    expect(marks(seen('initiated', examples.initiated()), extended)).toEqual([
      ['batch.recalled.v1', BATCH, 'whole-batch'],
      ['batch.recalled.v1', OTHER_BATCH, 'whole-batch'],
    ]);
  });

  it('recalls every lot that has a record, once, and none that its supplier took back before', () => {
    const [lot, taken, more] = [1, 2, 3].map((n) => `0192f5c4-0000-7000-8000-00000000c00${n}`);
    const lots = (...ids: (string | undefined)[]) =>
      ids.map((material, n) => ({ lot: `FBS-${n}`, ...(material && { material }) }));
    const bySupplier = { ...seen('x', { reason: 'contamination' }), type: 'material.recalled.v1', stream: `material-${taken}` };
    const first = seen(
      'initiated',
      examples.initiated({ batches: [], units: [], reason: 'label-error', lots: lots(lot, taken, undefined) }),
    );
    const extended = seen('scope-extended', { batches: [], units: [], lots: lots(lot, more) });
    const actions = [...actionsOver(recallInitiated, [bySupplier, first, extended], { restartAt: 2 }).values()];
    expect(actions.map(({ type, target }) => [type, target])).toEqual([
      ['material.recalled.v1', lot],
      ['material.recalled.v1', more],
    ]);
    expect(actions[0]!.data).toEqual({ reason: 'labelling', class: 'I', notice: 'RC-2026-01', recall: RECALL, cause: first.id });
  });

  it('recalls a lot after all when the supplier’s notice was taken back', () => {
    const memory = recallInitiated.initial();
    const lot = '0192f5c4-0000-7000-8000-00000000c001';
    const notice = { ...seen('x', {}), type: 'material.recalled.v1', stream: `material-${lot}` };
    recallInitiated.see(memory, notice);
    recallInitiated.unsee!(memory, notice);
    const listed = seen('initiated', examples.initiated({ batches: [], units: [], lots: [{ lot: 'FBS-1', material: lot }] }));
    expect(recallInitiated.see(memory, listed).map(({ target }) => target)).toEqual([lot]);
  });

  it('as an exercise touches nothing, whatever is added to it', () => {
    const extended = seen('scope-extended', examples.scopeExtended());
    const lots = [{ lot: 'FBS-1', material: OTHER_BATCH }];
    expect(marks(seen('initiated', examples.initiated({ mock: true, lots })), extended)).toEqual([]);
  });
});
