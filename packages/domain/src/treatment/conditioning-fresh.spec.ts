import { describe, expect, it } from 'vitest';
import {
  aBatch,
  aConsent,
  aDonation,
  aPerson,
  aSpecification,
  aUnit,
  IDS,
  RELEASE,
  surroundings,
} from '../batch/hospital-examples.ts';
import type { BatchState, Restriction, Unit } from '../batch/index.ts';
import type { Signer } from '../kernel/index.ts';
import { product } from '../registry/index.ts';
import { type folded as fold, given } from '../specification.ts';
import * as t from './index.ts';
import { examples, treatment } from './index.ts';

const { TREATMENT, PATIENT, PHYSICIAN, HOSPITAL, UNIT, COI } = examples;
type Past = Parameters<typeof fold>[2][number];

const AT_HOSPITAL = { org: HOSPITAL };
const ready: readonly Past[] = [
  [t.planned, examples.planned({ product: IDS.product }), AT_HOSPITAL],
  [t.consented, examples.consented()],
  [t.coiIssued, examples.coiIssued()],
];
const signers: Signer[] = [
  ...[{ kid: 'k'.repeat(43), org: HOSPITAL, person: PHYSICIAN, roles: ['hospital.physician'] }].map((each) => ({
    ...each,
    ...{ meaning: t.CONDITIONING, signedAt: '2026-11-21T07:00:00Z' },
  })),
];

/** CAR-T of the patient's own T cells, in culture: no bag is filled, and none will ever be frozen. */
const inCulture = (over: Partial<BatchState> = {}) => ({
  ...aBatch({ autologous: true, coi: COI, dispositions: [], ...over }),
  ...(over.units ? {} : { units: new Map() }),
});
const filled = (unit: Partial<Unit> = {}, over: Partial<BatchState> = {}) =>
  aBatch(
    { autologous: true, coi: COI, dispositions: [], ...over },
    aUnit({
      ...{ id: UNIT, thawed: null, cryopreserved: false, allocation: null, expiry: '2026-12-01T00:00:00+08:00' },
      ...{ custodian: IDS.lab, receivedBy: null, lastShipment: null, travelled: new Set(), condition: undefined },
      ...unit,
    }),
  );
const specified = (fresh: boolean) => ({
  ...product.initial(IDS.product),
  specifications: new Map([[1, aSpecification({ autologous: true, fresh })]]),
});
const world = (state: BatchState, isFresh = true, others: Readonly<Record<string, unknown>> = {}) =>
  surroundings({
    [`batch-${IDS.batch}`]: state,
    [`donation-${IDS.donation}`]: aDonation({ kind: 'autologous', donor: PATIENT, coi: COI }),
    [`person-${PATIENT}`]: aPerson(),
    [`product-${IDS.product}`]: specified(isFresh),
    [`treatment-${TREATMENT}`]: given(treatment, TREATMENT, ready.slice(0, 2))
      .when(t.coiIssued, examples.coiIssued())
      .afterwards(),
    ...others,
  });
const LYMPHODEPLETION = { rescue: { required: false }, intensity: 'lymphodepleting' };
const AWAITED = { units: [], inPreparation: [IDS.batch], ...LYMPHODEPLETION };
const BAGGED = { units: [{ batch: IDS.batch, unit: UNIT }], ...LYMPHODEPLETION };
const asking = (data: object, others: Map<string, unknown>, past: readonly Past[] = ready) =>
  given(treatment, TREATMENT, past, others).when(t.conditioningAuthorised, examples.conditioningAuthorised(data), {
    actor: AT_HOSPITAL,
    signers,
  });
const standing: Restriction = { event: RELEASE, scope: 'whole-batch', reason: 'deviation', cause: null, lifted: null };

describe('lymphodepletion before a fresh product is there', () => {
  it('is authorised while the cells are in culture, with the warning that they may fail', () => {
    const done = asking(AWAITED, world(inCulture()));
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: ['conditioning.fresh-not-there'] });
    expect(done.afterwards().conditioningAuthorised).toMatchObject({ units: [], inPreparation: [IDS.batch] });
  });

  it('is authorised for a bag that is filled, and neither released nor received', () => {
    for (const state of [filled(), filled({ inTransit: true, shipment: IDS.shipment }), filled({ custodian: HOSPITAL })]) {
      const done = asking(BAGGED, world(state));
      expect(done).toMatchObject({ outcome: 'record', rules: [] });
      expect(new Set(done.warnings)).toEqual(new Set(['conditioning.fresh-not-there']));
    }
  });

  it('is refused for a product that is not declared fresh', () => {
    const frozen = asking(AWAITED, world(inCulture(), false));
    expect(frozen).toMatchObject({ outcome: 'refuse', rules: ['conditioning.not-fresh'] });
    expect(asking(BAGGED, world(filled(), false))).toMatchObject({
      outcome: 'refuse',
      rules: ['gate.not-released', 'gate.not-allocated', 'gate.not-received'],
    });
  });

  it('is refused for a bag that was frozen all the same', () => {
    expect(asking(BAGGED, world(filled({ cryopreserved: true })))).toMatchObject({
      outcome: 'refuse',
      rules: ['gate.not-released', 'gate.not-allocated', 'gate.not-received'],
    });
  });

  it.each(['myeloablative', 'reduced-intensity', 'non-myeloablative', undefined])(
    'is all that may begin: %s conditioning waits for the product',
    (intensity) => {
      for (const [data, state] of [
        [AWAITED, inCulture()],
        [BAGGED, filled()],
      ] as const) {
        const done = asking({ ...data, intensity }, world(state));
        expect(done).toMatchObject({ outcome: 'refuse', rules: expect.arrayContaining(['conditioning.only-lymphodepletion']) });
      }
    },
  );

  it.each<[string, Partial<BatchState>, string]>([
    ['rejected', { dispositions: [{ ...standing, seq: 1, kind: 'rejected', pendingTests: [] }] }, 'gate.rejected'],
    ['recalled', { recalls: [standing] }, 'gate.recalled'],
    ['quarantined', { quarantines: [standing] }, 'gate.quarantined'],
    ['on hold', { holds: [standing] }, 'gate.held'],
    ['of another chain of identity', { coi: 'COI-OTHER' }, 'gate.coi-differs'],
    ['of another product', { product: { id: IDS.donation, specification: 1 } }, 'gate.product-differs'],
    ['given up', { status: 'abandoned' }, 'conditioning.batch-unknown'],
  ])('is refused where the batch is %s', (_, over, rule) => {
    expect(asking(AWAITED, world(inCulture(over))).rules).toContain(rule);
    expect(asking(AWAITED, world(inCulture(over))).outcome).toBe('refuse');
    if (over.status !== 'abandoned') expect(asking(BAGGED, world(filled({}, over))).rules).toContain(rule);
  });

  it.each<[string, Partial<Unit>, string]>([
    ['discarded', { end: 'discarded' }, 'gate.unit-ended'],
    ['too old by then', { expiry: '2026-11-20T00:00:00+08:00' }, 'gate.expired'],
    ['rejected at its receipt', { condition: { value: 'rejected', at: 0, seq: 0, event: 'e' } }, 'gate.condition-not-accepted'],
    [
      'meant for another patient',
      { allocation: { event: 'e', treatment: IDS.otherTreatment, patient: 'patient-0002', site: HOSPITAL } },
      'gate.allocated-elsewhere',
    ],
  ])('is refused where the bag is %s', (_, unit, rule) => {
    expect(asking(BAGGED, world(filled(unit)))).toMatchObject({ outcome: 'refuse', rules: [rule] });
  });

  it('asks donors and consent as for a bag', () => {
    const withdrawn = { event: RELEASE, purposes: 'all' as const, effect: 'no-further-use' as const };
    const against = { [`person-${PATIENT}`]: aPerson({ consents: new Map([['c', aConsent({ withdrawn })]]) }) };
    expect(asking(AWAITED, world(inCulture(), true, against)).rules).toEqual(['gate.donor-consent-withdrawn']);
    expect(asking(AWAITED, world(inCulture({ origins: { donations: new Set(), batches: new Set() } }))).rules).toEqual([
      'gate.donors-unknown',
    ]);
  });

  it('names a product: neither bags nor a batch is no product', () => {
    expect(asking({ units: [], ...LYMPHODEPLETION }, world(inCulture()))).toMatchObject({
      outcome: 'refuse',
      rules: ['conditioning.product-missing'],
    });
  });

  it('needs no warning once everything is there', () => {
    const there = { custodian: HOSPITAL, receivedBy: HOSPITAL, allocation: aUnit().allocation };
    const released = { dispositions: aBatch().dispositions };
    const done = asking(
      BAGGED,
      world(filled({ ...there, condition: { value: 'accepted', at: 0, seq: 0, event: 'e' } }, released)),
    );
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
  });
});

describe('the start of lymphodepletion', () => {
  const permit = (data: object): Past => [t.conditioningAuthorised, examples.conditioningAuthorised(data)];
  const starting = (others: Map<string, unknown>, over: object = {}, authorised = permit(AWAITED)) =>
    given(treatment, TREATMENT, [...ready, authorised], others).when(
      t.conditioningStarted,
      examples.conditioningStarted({ intensity: 'lymphodepleting', ...over }),
      { actor: AT_HOSPITAL },
    );

  it('before the product is there is as it was authorised', () => {
    expect(starting(world(inCulture()))).toMatchObject({
      outcome: 'record',
      rules: [],
      warnings: ['conditioning.fresh-not-there'],
    });
    expect(starting(world(filled()), {}, permit(BAGGED)).rules).toEqual([]);
    expect(starting(world(inCulture()), { intensity: undefined }).rules).toEqual([]);
  });

  it('finds what has come up against the batch since, and that something else was given than lymphodepletion', () => {
    expect(starting(world(inCulture({ recalls: [standing] }))).rules).toEqual(['gate.recalled']);
    const done = starting(world(inCulture()), { intensity: 'myeloablative' });
    expect(done).toMatchObject({ outcome: 'record', rules: ['conditioning.only-lymphodepletion'] });
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
  });
});
