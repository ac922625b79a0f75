import { describe, expect, it } from 'vitest';
import type { Signer } from '../kernel/index.ts';
import * as samples from '../sample/index.ts';
import { folded, given } from '../specification.ts';
import {
  deviationRaised,
  drawn,
  examples,
  lotsBehind,
  material,
  opened,
  prepared,
  recalled,
  received,
  rejected,
  released,
  sampled,
} from './index.ts';

const { SERUM, BASE_MEDIUM, COMPLETE_MEDIUM, SAMPLE } = examples;
type Past = Parameters<typeof folded>[2][number];
const OTHER = '0192f5c4-0000-7000-8000-0000000000c9';

const arrived: Past = [received, examples.received()];
const passed: Past = [released, examples.released()];
const lot = (id: string, ...past: Past[]) => [`material-${id}`, folded(material, id, past)] as const;
const released2 = (id: string, over: object = {}) => lot(id, [received, examples.received(over)], passed);
const parents = (...lots: (readonly [string, unknown])[]) =>
  new Map<string, unknown>([
    released2(BASE_MEDIUM, { kind: 'medium', name: 'α-MEM', lot: 'AM-2603' }),
    released2(SERUM),
    ...lots,
  ]);

const qa = (over: Partial<Signer> = {}): Signer => ({
  kid: 'k',
  org: 'lab-a',
  person: 'staff-0003',
  roles: ['lab.qa'],
  meaning: 'material-release',
  signedAt: '2026-11-21T15:00:00+08:00',
  ...over,
});

describe('a lot that is received', () => {
  const receiving = (over: object = {}) => given(material, SERUM).when(received, examples.received(over));

  it('belongs to who received it, and is not released', () => {
    const done = receiving();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(material.relations(done.afterwards(), 'lab-a')).toEqual(['owner']);
    expect(done.afterwards()).toMatchObject({ made: 'received', lot: 'NB-FBS-2411', disposition: null, recall: null });
  });

  it('names donors or pools where it is of human origin', () => {
    expect(receiving({ origin: 'human', kind: 'serum-albumin' }).rules).toEqual(['material.human-source-missing']);
    expect(receiving({ origin: 'human', sources: [{ pool: 'P-77', donors: 1200 }] }).rules).toEqual([]);
    expect(receiving({ origin: 'human', sources: [{ donor: 'HD-1' }, { donor: 'HD-2' }] }).rules).toEqual([]);
  });

  it('of animal origin without species, or without a certificate, is told of and not more', () => {
    expect(receiving({ species: undefined, certificate: undefined })).toMatchObject({
      rules: [],
      warnings: ['material.certificate-missing', 'material.animal-source-missing'],
    });
  });

  it('that had expired, came warm or broken is recorded with findings', () => {
    const poor = { expiry: '2026-11-20', temperature: { minimum: '4', maximum: '-2' }, condition: 'quarantined' };
    expect(receiving(poor)).toMatchObject({
      outcome: 'record',
      rules: ['material.expired-at-receipt', 'material.arrived-damaged', 'material.temperature-order'],
    });
  });

  it('with a mistyped number is kept', () => {
    expect(receiving({ identifiers: [{ scheme: 'isbt128-din', value: 'G123417654321B' }] }).rules).toEqual([
      'material.identifier-malformed',
    ]);
  });
});

describe('a lot that is prepared', () => {
  const preparing = (over: object = {}, others = parents()) =>
    given(material, COMPLETE_MEDIUM, [], others).when(prepared, examples.prepared(over));

  it('tells each of its parents what was taken of it', () => {
    const done = preparing();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.decision.first?.asked.map(({ fact, target, data }) => [fact.type, target, data])).toEqual([
      ['material.drawn.v1', BASE_MEDIUM, { into: COMPLETE_MEDIUM, quantity: { value: '450', unit: 'mL', what: 'volume' } }],
      ['material.drawn.v1', SERUM, { into: COMPLETE_MEDIUM, quantity: { value: '50', unit: 'mL', what: 'volume' } }],
    ]);
  });

  it.each([
    ['not released', [arrived], ['material.used-unreleased']],
    ['rejected', [arrived, [rejected, examples.rejected()]], ['material.used-rejected']],
    ['recalled', [arrived, passed, [recalled, examples.recalled()]], ['material.used-recalled']],
    ['expired', [[received, examples.received({ expiry: '2026-11-20' })], passed], ['material.used-expired']],
    [
      'past its in-use expiry',
      [arrived, passed, [opened, examples.opened({ inUseExpiry: '2026-11-21T14:59:00+08:00' })]],
      ['material.used-after-in-use-expiry'],
    ],
    ['unknown', [], ['material.used-unknown']],
  ] as [string, Past[], string[]][])('of one that is %s is recorded, with a finding', (_, past, rules) => {
    expect(preparing({}, parents(lot(SERUM, ...past)))).toMatchObject({ outcome: 'record', rules });
  });

  it('of a lot with another container that is still in use is right', () => {
    const containers: Past[] = [
      [opened, examples.opened({ container: 'B1', inUseExpiry: '2026-11-20T09:00:00+08:00' })],
      [opened, examples.opened({ container: 'B2', inUseExpiry: '2026-11-27T09:00:00+08:00' })],
    ];
    expect(preparing({}, parents(lot(SERUM, arrived, passed, ...containers))).rules).toEqual([]);
  });

  it("of another organisation's lot writes nothing into that record", () => {
    const foreign = lot(SERUM, [received, examples.received(), { org: 'lab-b' }], passed);
    const done = preparing({}, parents(foreign));
    expect(done).toMatchObject({ rules: [], warnings: ['material.used-of-another'] });
    expect(done.decision.first?.asked.map(({ target }) => target)).toEqual([BASE_MEDIUM]);
  });

  it("tells nothing of another organisation's lot but what speaks against the cells", () => {
    const theirs: Past = [
      received,
      examples.received({ expiry: '2026-11-20', lot: 'SECRET-1', name: 'secret serum' }),
      { org: 'lab-b' },
    ];
    const said = (...more: Past[]) => preparing({}, parents(lot(SERUM, theirs, ...more)));
    expect(said()).toMatchObject({ rules: [], warnings: ['material.used-of-another'] });
    const after = said([recalled, examples.recalled()]);
    expect(after.rules).toEqual(['material.used-recalled']);
    expect(JSON.stringify(after.decision.violations)).not.toMatch(/secret|lab-b/i);
  });

  it('may name lots that have no record', () => {
    const printed = { name: 'L-glutamine', supplier: 'Haizhu Media', lot: 'LG-1', expiry: '2026-12-01' };
    const done = preparing({ parents: [{ material: SERUM }, printed] });
    expect(done).toMatchObject({ rules: [], warnings: ['material.expiry-beyond-parents'] });
    expect(done.afterwards().parents).toContainEqual(printed);
  });

  it('is not more than what it was made of, in whatever units that was measured', () => {
    expect(preparing({ quantity: { value: '0.5', unit: 'L', what: 'volume' } }).rules).toEqual([]);
    expect(preparing({ quantity: { value: '0.501', unit: 'L', what: 'volume' } }).rules).toEqual(['material.prepared-more']);
    expect(preparing({ quantity: { value: '900', unit: 'mL' }, parents: [{ material: SERUM }] }).rules).toEqual([]);
  });

  it('cannot be made of itself', () => {
    expect(preparing({ parents: [{ material: COMPLETE_MEDIUM }] })).toMatchObject({
      outcome: 'unreconciled',
      rules: ['material.parent-is-itself'],
    });
  });
});

describe('what is drawn of a lot', () => {
  it('is not more than there is of it without a finding', () => {
    const taken: Past = [drawn, examples.drawn({ into: OTHER, quantity: { value: '0.46', unit: 'L' } })];
    const drawing = (value: string) =>
      given(material, SERUM, [arrived, passed, taken]).when(drawn, examples.drawn({ quantity: { value, unit: 'mL' } }));
    expect(drawing('40').rules).toEqual([]);
    expect(drawing('41')).toMatchObject({ outcome: 'record', rules: ['material.drawn-more'] });
  });
});

describe('a lot', () => {
  const releasing = (past: Past[], others = new Map<string, unknown>(), signers = [qa()], id = SERUM) =>
    given(material, id, past, others).when(released, examples.released(), { signers });

  it('is released by quality assurance, on its certificate', () => {
    const done = releasing([arrived]);
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards().disposition).toMatchObject({ kind: 'released' });
  });

  it.each([
    ['nobody', []],
    ['an operator', [qa({ roles: ['lab.operator'] })]],
    ['quality assurance of another laboratory', [qa({ org: 'lab-b' })]],
    ['a signature that means something else', [qa({ meaning: 'release' })]],
  ])('is not released by %s', (_, signers) => {
    expect(releasing([arrived], new Map(), signers)).toMatchObject({ outcome: 'refuse', rules: ['material.release-unsigned'] });
  });

  it.each([
    ['was rejected', [arrived, [rejected, examples.rejected()]], 'material.rejected-before'],
    ['was recalled', [arrived, [recalled, examples.recalled()]], 'material.release-recalled'],
    ['expired', [[received, examples.received({ expiry: '2026-11-20' })]], 'material.release-expired'],
    [
      'has no certificate and no report',
      [[received, examples.received({ certificate: undefined })]],
      'material.release-without-evidence',
    ],
    [
      'has an open critical deviation',
      [arrived, [deviationRaised, { deviation: OTHER, class: 'critical' }]],
      'material.release-deviation-open',
    ],
  ] as [string, Past[], string][])('that %s is not released', (_, past, rule) => {
    expect(releasing(past)).toMatchObject({ outcome: 'refuse', rules: [rule] });
  });

  it('without a certificate is released on a passing report, and never on a failing one', () => {
    const past: Past[] = [
      [received, examples.received({ certificate: undefined })],
      [sampled, examples.sampled()],
    ];
    const tested = (...reports: Past[]) => {
      const from = { from: { material: SERUM } };
      const state = folded(samples.sample, SAMPLE, [[samples.taken, samples.examples.taken(from)], ...reports]);
      return new Map<string, unknown>([[`sample-${SAMPLE}`, state]]);
    };
    const { reportIssued, reportWithdrawn, result } = samples.examples;
    const good: Past = [samples.reportIssued, reportIssued(), { id: OTHER }];
    expect(releasing(past, tested(good))).toMatchObject({ outcome: 'record', rules: [] });
    expect(
      releasing(past, tested([samples.reportIssued, reportIssued({ results: [result({ verdict: 'fail' })] })])),
    ).toMatchObject({ outcome: 'refuse', rules: ['material.release-without-evidence', 'material.release-failed'] });
    expect(releasing(past, tested(good, [samples.reportWithdrawn, reportWithdrawn(OTHER)]))).toMatchObject({
      outcome: 'refuse',
      rules: ['material.release-without-evidence'],
      warnings: ['material.release-unreported'],
    });
  });

  it.each([
    ['rejected', [arrived, [rejected, examples.rejected()]], 'material.release-parent-rejected'],
    ['recalled', [arrived, passed, [recalled, examples.recalled()]], 'material.release-parent-recalled'],
    ['not released', [arrived], 'material.release-parent-unreleased'],
    ['unknown', [], 'material.release-parent-unknown'],
  ] as [string, Past[], string][])('made of one that is %s is not released, however deep that is', (_, past, rule) => {
    const between = lot(OTHER, [prepared, examples.prepared({ parents: [{ material: SERUM }] })], passed);
    const made: Past = [prepared, examples.prepared({ parents: [{ material: OTHER }] })];
    expect(releasing([made], new Map([between, lot(SERUM, ...past)]), [qa()], COMPLETE_MEDIUM)).toMatchObject({
      outcome: 'refuse',
      rules: [rule],
    });
    expect(releasing([made], new Map([between, released2(SERUM)]), [qa()], COMPLETE_MEDIUM).outcome).toBe('record');
  });

  it('that was opened is used up before the lot expires', () => {
    const opening = (past: Past[], over: object = {}) => given(material, SERUM, past).when(opened, examples.opened(over)).rules;
    expect(opening([arrived, passed])).toEqual([]);
    expect(opening([arrived])).toEqual(['material.used-unreleased']);
    expect(opening([arrived, passed], { inUseExpiry: '2029-12-01T09:00:00+08:00' })).toEqual(['material.in-use-beyond-expiry']);
    expect(opening([arrived, passed], { operator: 'staff-0002', verifier: 'staff-0002' })).toEqual([
      'material.verifier-is-operator',
    ]);
  });

  it('may be rejected and recalled at any time, by what is known then', () => {
    for (const [fact, data] of [[rejected, examples.rejected()] as const, [recalled, examples.recalled()] as const]) {
      expect(given(material, SERUM, [arrived, passed]).when(fact, data)).toMatchObject({ outcome: 'record', rules: [] });
    }
  });

  it('is known to the laboratory that tests a sample of it', () => {
    const done = given(material, SERUM, [arrived]).when(sampled, examples.sampled());
    expect(done.rules).toEqual([]);
    expect(material.relations(done.afterwards(), 'qc-lab')).toEqual(['testing-laboratory']);
    expect(given(material, SERUM, [arrived, [sampled, examples.sampled()]]).when(sampled, examples.sampled()).warnings).toEqual([
      'material.sample-known',
    ]);
  });
});

it('lots are followed to whatever depth, each once, also where the records lead in a circle', () => {
  const of = (id: string, ...from: string[]) =>
    lot(id, [prepared, examples.prepared({ parents: from.map((each) => ({ material: each })) })]);
  const states = new Map([of(COMPLETE_MEDIUM, OTHER, SERUM), of(OTHER, BASE_MEDIUM, SERUM), of(BASE_MEDIUM, COMPLETE_MEDIUM)]);
  const asked: string[][] = [];
  const context = {
    states: (_: unknown, ids: readonly string[]) => {
      asked.push([...ids]);
      return new Map(ids.map((id) => [id, states.get(`material-${id}`)]));
    },
  };
  expect(lotsBehind([COMPLETE_MEDIUM], context as never).map(({ id }) => id)).toEqual([
    COMPLETE_MEDIUM,
    OTHER,
    SERUM,
    BASE_MEDIUM,
  ]);
  expect(asked).toEqual([[COMPLETE_MEDIUM], [OTHER, SERUM], [BASE_MEDIUM]]);
});
