import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import { examples, reconciled, unreconciled, unreconciledFact } from './index.ts';

const kept = [unreconciledFact, examples.unreconciled()] as const;

describe('a report that could not be applied', () => {
  it('is kept with its exact content and its reasons, and stays open', () => {
    const state = given(unreconciled, examples.FACT).when(unreconciledFact, examples.unreconciled()).afterwards();
    expect(state).toMatchObject({
      status: 'open',
      reasons: ['stream.unknown'],
      reportedBy: 'lab-a',
      type: 'batch.unit-stored.v1',
    });
  });

  it('is reconciled by one person and approved by another', () => {
    const done = given(unreconciled, examples.FACT, [kept]).when(reconciled, examples.reconciled());
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards()).toMatchObject({ status: 'reconciled', reconciled: { by: 'staff-0001', approvedBy: 'staff-0002' } });
    expect(
      given(unreconciled, examples.FACT, [kept]).when(reconciled, examples.reconciled({ approvedBy: 'staff-0001' })).rules,
    ).toEqual(['unreconciled.approved-by-same-person']);
  });

  it('names where it belongs unless it belongs nowhere', () => {
    const untargeted = { by: 'staff-0001', approvedBy: 'staff-0002' };
    expect(given(unreconciled, examples.FACT, [kept]).when(reconciled, untargeted).rules).toEqual(['unreconciled.no-target']);
    expect(
      given(unreconciled, examples.FACT, [kept]).when(reconciled, { ...untargeted, outcome: 'not-determinable' }).rules,
    ).toEqual([]);
  });
});
