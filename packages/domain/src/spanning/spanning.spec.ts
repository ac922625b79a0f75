import { describe, expect, it } from 'vitest';
import { aBatch } from '../batch/hospital-examples.ts';
import type { Signer } from '../kernel/index.ts';
import { type folded as fold, given } from '../specification.ts';
import * as d from './index.ts';
import { examples, spanning } from './index.ts';

const { DEVIATION, BATCH } = examples;
type Past = Parameters<typeof fold>[2][number];
const signer: Signer = {
  kid: 'k'.repeat(43),
  org: 'lab-a',
  person: 'staff-0002',
  roles: ['lab.qa'],
  meaning: 'deviation-closure',
  signedAt: '2026-11-21T07:00:00Z',
};
const world = new Map<string, unknown>([[`batch-${BATCH}`, aBatch()]]);
const RAISED: Past = [d.raised, examples.raised()];
const CAUSE: Past = [d.rootCauseFound, examples.rootCauseFound()];
const OOS: Past = [d.oosInvestigated, examples.oosInvestigated()];
const PLANNED: Past = [d.actionPlanned, examples.actionPlanned()];
const when = (
  fact: Parameters<ReturnType<typeof given>['when']>[0],
  data: object,
  past: readonly Past[] = [RAISED],
  options: Parameters<ReturnType<typeof given>['when']>[2] = {},
) => given(spanning, DEVIATION, past, world).when(fact, data, options);

describe('a deviation across records', () => {
  it('names the records that it concerns, and warns of those that are not there', () => {
    const records = [`batch-${BATCH}`, 'batch-0192f5c4-0000-7000-8000-00000000ba09'];
    const done = when(d.raised, examples.raised({ records }), []);
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: ['spanning-deviation.record-unknown'] });
    expect([...done.afterwards().records]).toEqual(records);
  });

  it('takes up deviations of the records themselves', () => {
    expect(when(d.linked, examples.linked()).afterwards()).toMatchObject({ linked: { size: 1 }, records: { size: 2 } });
  });

  it('shows a laboratory error in phase I only', () => {
    const investigating = (over: object) => when(d.oosInvestigated, examples.oosInvestigated(over));
    expect(investigating({ conclusion: 'laboratory-error' }).rules).toEqual([]);
    expect(investigating({ conclusion: 'laboratory-error', phase: 'II' }).rules).toEqual([
      'spanning-deviation.oos-error-without-phase-one',
    ]);
  });

  it('holds an action to its date, by the calendar of the site', () => {
    const doing = (occurredAt: string, past: readonly Past[] = [RAISED, PLANNED]) =>
      when(d.actionDone, examples.actionDone(), past, { occurredAt }).rules;
    expect(doing('2026-12-01T23:59:00+08:00')).toEqual([]);
    expect(doing('2026-12-02T00:00:00+08:00')).toEqual(['spanning-deviation.action-late']);
    expect(doing('2026-12-01T08:00:00+08:00', [RAISED])).toEqual(['spanning-deviation.action-unknown']);
  });
});

describe('closing it', () => {
  const closing = (past: readonly Past[], signers = [signer]) => when(d.closed, examples.closed(), past, { signers });

  it('is clean with root cause, conclusion and signature', () => {
    const done = closing([RAISED, CAUSE, OOS]);
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards()).toMatchObject({ status: 'closed', closed: { impact: 'none' } });
  });

  it('is recorded with a finding for each that is missing', () => {
    expect(closing([RAISED], []).rules).toEqual([
      'spanning-deviation.closed-without-root-cause',
      'spanning-deviation.closed-without-oos-conclusion',
      'spanning-deviation.closed-unsigned',
    ]);
  });

  it('with open actions warns', () => {
    expect(closing([RAISED, CAUSE, OOS, PLANNED]).warnings).toEqual(['spanning-deviation.closed-with-open-actions']);
  });

  it('ends it: what comes later warns', () => {
    expect(when(d.linked, examples.linked(), [RAISED, [d.closed, examples.closed()]]).warnings).toEqual([
      'spanning-deviation.closed',
    ]);
  });
});
