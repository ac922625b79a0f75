import { describe, expect, it } from 'vitest';
import { eventId } from '../specification.ts';
import * as example from './examples.ts';
import {
  conditionallyReleased,
  conditionalReleaseClosed,
  dispositionOf,
  rejected,
  split,
  unitInfused,
  unitSampled,
} from './index.ts';
import * as releases from './release-examples.ts';
import { deciding, growing, head, made, type Past, QA, reported, sterile, viable } from './release-world.fixture.ts';

const RELEASE = eventId(made.length + 2);
const conditional: Past = [
  ...made,
  reported(viable),
  [unitSampled, example.unitSampled({ lines: ['2'] })],
  [conditionallyReleased, example.conditionallyReleased()],
];
const infusing: Past[number] = [unitInfused, { unit: example.unitId(1), treatment: releases.TREATMENT }];
const came = (result: object, ...more: Past): Past => [...conditional, ...more, reported({ ...result })];
const closing = (past: Past, over: object = {}, options = {}) =>
  deciding(conditionalReleaseClosed, past, releases.conditionalReleaseClosed(RELEASE, { ...head(past), ...over }), options);
const kindOf = (state: ReturnType<ReturnType<typeof closing>['afterwards']>, n: number) =>
  dispositionOf(state, state.units.get(example.unitId(n))!)?.kind;

describe('closing a conditional release', () => {
  it('makes it a release without condition when all passed', () => {
    const decided = closing(came(sterile));
    expect(decided).toMatchObject({ outcome: 'record', rules: [] });
    const state = decided.afterwards();
    expect(kindOf(state, 2)).toBe('released');
    expect(state.dispositions).toMatchObject([{ event: RELEASE, pendingTests: [] }]);
  });

  it('needs both signatures for that', () => {
    expect(closing(came(sterile), {}, { signers: [QA] })).toMatchObject({
      outcome: 'refuse',
      rules: ['release.signature-missing'],
    });
  });

  it('is refused while a result is awaited or has failed', () => {
    expect(closing(conditional).rules).toContain('release.line-not-passed');
    expect(closing(came(growing)).rules).toContain('release.line-not-passed');
  });

  it('says nothing of units made since, and does not undo what was rejected since', () => {
    const since: Past = came(
      sterile,
      [split, { ...example.split(0), units: [example.unitMade(4)] }],
      [rejected, example.rejected({ scope: { units: [example.unitId(3)] } })],
    );
    // Units in scope were rejected: the rest is released by another release, not by closing this one.
    expect(closing(since).rules).toContain('release.rejected-before');
    const state = deciding(conditionalReleaseClosed, since, releases.conditionalReleaseClosed(RELEASE)).afterwards();
    expect([1, 3, 4].map((n) => kindOf(state, n))).toEqual(['released', 'rejected', undefined]);
  });

  it('as failed rejects what is left, and tells of those who got a unit', () => {
    const decided = closing(came(growing, infusing), { outcome: 'failed' });
    expect(decided).toMatchObject({ outcome: 'record', rules: [], warnings: ['closing.units-infused'] });
    expect(kindOf(decided.afterwards(), 2)).toBe('rejected');
  });

  it('as failed is refused where nothing failed, or with one signature', () => {
    expect(closing(came(sterile), { outcome: 'failed' }).rules).toEqual(['closing.nothing-failed']);
    expect(closing(came(growing), { outcome: 'failed' }, { signers: [QA] }).rules).toEqual(['release.signature-missing']);
  });

  it('happens once, and to a release that there is', () => {
    const past: Past = [...came(sterile), [conditionalReleaseClosed, releases.conditionalReleaseClosed(RELEASE)]];
    expect(closing(past).rules).toEqual(['closing.closed-before']);
    expect(closing(came(sterile), { release: example.SAMPLE }).rules).toEqual(['closing.release-unknown']);
  });
});
