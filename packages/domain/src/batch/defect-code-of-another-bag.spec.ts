// Of what a scanner reads at the bedside, only an old label of the same bag and the id of another bag's label were known. The code on another bag of
// the batch is neither: its scan counted as one that is not known here, and spoke against nothing.
import { describe, expect, it } from 'vitest';
import { aBatch, aUnit, IDS } from './hospital-examples.ts';
import { scannedFaults } from './scanned-label.ts';
import type { Unit } from './state.ts';

const own = (over: Partial<Unit> = {}) => aUnit({ labelled: 'L-1', code: '=G-ONE', ...over });
const other = (over: Partial<Unit> = {}) => aUnit({ id: IDS.otherUnit, ordinal: 2, labelled: 'L-2', code: '=G-TWO', ...over });
const rules = (scanned: string, units: readonly Unit[]) => {
  const state = aBatch({}, ...units);
  return [scannedFaults(state, state.units.get(IDS.unit)!, scanned, '')].flatMap((each) =>
    each && 'rule' in each ? [each.rule.id] : [],
  );
};

describe('the code of another bag of the batch', () => {
  it('speaks against the bag that is asked for', () => {
    expect(rules('=g-two', [own(), other()])).toEqual(['gate.label-of-other-unit']);
  });

  it('does so too where it was on that bag before', () => {
    const oldLabels = [{ label: 'L-0', code: '=G-NULL', replacedBy: 'e' }];
    expect(rules('=G-NULL', [own(), other({ oldLabels })])).toEqual(['gate.label-of-other-unit']);
  });

  it('says nothing where all bags carry the same', () => {
    expect(rules('=G-ONE', [own(), other({ code: '=G-ONE' })])).toEqual([]);
  });
});
