import { describe, expect, it } from 'vitest';
import * as example from './examples.ts';
import { thawLimit } from './gate-unit.ts';
import { conditionallyReleased, released, releaseReadiness, specificationRebound, testRecorded } from './index.ts';
import * as releases from './release-examples.ts';
import { deciding, dying, head, made, type Past, QA, QP, reported, specified, sterile, viable } from './release-world.fixture.ts';

const tested: Past = [...made, reported(viable, sterile)];
const rebinding = (past: Past, over: object = {}, options = {}) =>
  deciding(specificationRebound, past, releases.specificationRebound(over), { signers: [QA], ...options });
const rebound = (past: Past): Past => [...past, [specificationRebound, releases.specificationRebound()]];

describe('binding a batch to another specification version', () => {
  it('is signed by quality assurance, and then holds', () => {
    const decided = rebinding(tested);
    expect(decided).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(decided.afterwards().product).toEqual({ id: example.PRODUCT, specification: 2 });
  });

  it('is refused unsigned, or for a version that is not registered', () => {
    expect(rebinding(tested, {}, { signers: [] })).toMatchObject({ outcome: 'refuse', rules: ['rebinding.unsigned'] });
    expect(rebinding(tested, { specification: 3 })).toMatchObject({ outcome: 'refuse', rules: ['rebinding.version-unknown'] });
  });

  it('to the version that it has says so and changes nothing', () => {
    expect(rebinding(tested, { specification: 1 })).toMatchObject({ outcome: 'record', warnings: ['rebinding.same-version'] });
  });

  it('after a release is a critical finding', () => {
    for (const [fact, data] of [
      [released, example.released()],
      [conditionallyReleased, example.conditionallyReleased()],
    ] as const) {
      expect(rebinding([...tested, [fact, data]])).toMatchObject({ outcome: 'record', rules: ['rebinding.after-release'] });
    }
  });

  it('after a release leaves what was released with the shortest time from thaw to infusion that either version allows', () => {
    const later = deciding(specificationRebound, [...tested, [released, example.released()]], releases.specificationRebound(), {
      signers: [QA],
    }).afterwards();
    const limits = (first: number | null, second: number | null) => {
      const specifications = new Map(
        [first, second].map((thawToInfusionMinutes, n) => [
          n + 1,
          { ...specified().specifications.get(n + 1)!, thawToInfusionMinutes },
        ]),
      );
      return thawLimit(later, { state: () => ({ ...specified(), specifications }) as never });
    };
    expect([limits(30, 240), limits(240, 30), limits(30, null), limits(null, null)]).toEqual([30, 30, 30, null]);
    expect(rebinding(tested).afterwards().releasedUnder.size).toBe(0);
  });

  it('after a failure is a finding: a specification is not changed until a batch passes it', () => {
    expect(rebinding([...made, reported(dying, sterile)])).toMatchObject({
      outcome: 'record',
      rules: ['rebinding.after-failure'],
    });
  });
});

describe('a release after it', () => {
  const releasing = (past: Past) => deciding(released, past, example.released(head(past)), { signers: [QA, QP] });

  it('judges by the new version, in which the numbers of lines may mean other tests', () => {
    const decided = releasing(rebound(tested));
    expect(decided).toMatchObject({ outcome: 'record', rules: [] });
    const { lines } = releaseReadiness(decided.afterwards(), specified().specifications.get(2)!);
    expect(lines.map(({ test, status }) => [test, status])).toEqual([
      ['sterility', 'passed'],
      ['viability', 'passed'],
    ]);
  });

  it('does not take the result of one test for that of another', () => {
    expect(releasing(rebound([...made, reported(viable)])).rules).toEqual(['release.line-not-passed']);
  });

  it('takes what is reported since by the numbers of the new version', () => {
    const since: Past = [
      ...rebound([...made, reported(viable)]),
      [testRecorded, example.testRecorded({ ...sterile, line: '1' })],
    ];
    expect(releasing(since)).toMatchObject({ outcome: 'record', rules: [] });
  });
});
