import { describe, expect, it } from 'vitest';
import {
  aBatch,
  aConsent,
  aDonation,
  aPerson,
  aShipment,
  aSpecification,
  aUnit,
  IDS,
  RELEASE,
  surroundings,
} from '../batch/hospital-examples.ts';
import type { BatchState, Unit } from '../batch/index.ts';
import type { Signer } from '../kernel/index.ts';
import { product } from '../registry/index.ts';
import { type folded as fold, given } from '../specification.ts';
import * as t from './index.ts';
import { examples, treatment } from './index.ts';

const { TREATMENT, PATIENT, PHYSICIAN, HOSPITAL, UNIT, COI, DONATION, RESCUE_BATCH, RESCUE_UNIT, PREGNANCY } = examples;
type Past = Parameters<typeof fold>[2][number];

const AT_HOSPITAL = { org: HOSPITAL };
const PLANNED: Past = [t.planned, examples.planned({ product: IDS.product }), AT_HOSPITAL];
const CONSENTED: Past = [t.consented, examples.consented()];
const ISSUED: Past = [t.coiIssued, examples.coiIssued(), { occurredAt: '2026-10-01T09:00:00+08:00' }];
const INFUSED: Past = [t.infusionRecorded, examples.infusionRecorded(), { occurredAt: '2026-11-21T15:00:00+08:00' }];
const AUTHORISED: Past = [t.conditioningAuthorised, examples.conditioningAuthorised(), { id: IDS.otherTreatment }];
const STARTED: Past = [t.conditioningStarted, examples.conditioningStarted()];
const ready = [PLANNED, CONSENTED, ISSUED];

const signed = (person: string = PHYSICIAN, over: Partial<Signer> = {}): Signer[] => [
  {
    kid: 'k'.repeat(43),
    org: HOSPITAL,
    person,
    roles: ['hospital.physician'],
    meaning: t.CONDITIONING,
    signedAt: '2026-11-21T07:00:00Z',
    ...over,
  },
];

/** The patient's own gene-modified cells, released and received, and an unmanipulated back-up in the hospital's own tank. */
const productBatch = (over: Partial<BatchState> = {}, unit: Partial<Unit> = {}) =>
  aBatch({ autologous: true, coi: COI, ...over }, aUnit({ id: UNIT, thawed: null, ...unit }));
const rescueBatch = (unit: Partial<Unit> = {}, over: Partial<BatchState> = {}) => ({
  ...aBatch(
    { autologous: true, coi: COI, dispositions: [], ...over },
    aUnit({ id: RESCUE_UNIT, allocation: null, thawed: null, ...unit }),
  ),
  id: RESCUE_BATCH,
});

const world = (over: Readonly<Record<string, unknown>> = {}) =>
  surroundings({
    [`batch-${IDS.batch}`]: productBatch(),
    [`batch-${RESCUE_BATCH}`]: rescueBatch(),
    [`donation-${IDS.donation}`]: aDonation({ kind: 'autologous', donor: PATIENT, coi: COI }),
    [`person-${PATIENT}`]: aPerson(),
    [`product-${IDS.product}`]: {
      ...product.initial(IDS.product),
      specifications: new Map([[1, aSpecification({ autologous: true })]]),
    },
    [`treatment-${TREATMENT}`]: given(treatment, TREATMENT, [PLANNED, CONSENTED])
      .when(t.coiIssued, examples.coiIssued())
      .afterwards(),
    ...over,
  });

describe('the chain of identity', () => {
  const issuing = (over: object = {}, past: readonly Past[] = [PLANNED], others = new Map<string, unknown>()) =>
    given(treatment, TREATMENT, past, others).when(t.coiIssued, examples.coiIssued(over), {
      actor: AT_HOSPITAL,
      occurredAt: '2026-10-01T09:00:00+08:00',
    });
  const donated = (over: object = {}) => new Map([[`donation-${DONATION}`, aDonation({ donor: PATIENT, ...over })]]);

  it('is issued before the collection, and is what the gate compares with from then on', () => {
    const done = issuing({ donations: [DONATION] }, [PLANNED], donated({ coi: COI }));
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards()).toMatchObject({ coi: COI });
  });

  it('that the plan or a donation contradicts is critical, and the first one stays', () => {
    const planned: Past = [t.planned, examples.planned({ coi: 'COI-OTHER' }), AT_HOSPITAL];
    const done = issuing({}, [planned]);
    expect(done.rules).toEqual(['coi.differs']);
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
    expect(done.afterwards().coi).toBe('COI-OTHER');
    expect(issuing({ donations: [DONATION] }, [PLANNED], donated({ coi: 'COI-OTHER' })).rules).toEqual(['coi.differs']);
  });

  it('written in full-width characters or with spaces is the same', () => {
    expect(issuing({ coi: 'coi-b-2026-0007' }, [PLANNED, ISSUED])).toMatchObject({ rules: [], warnings: ['coi.issued-before'] });
  });

  it('does not join the cells of somebody else, nor cells that were collected before', () => {
    expect(issuing({ donations: [DONATION] }, [PLANNED], donated({ donor: 'donor-0002', coi: null })).rules).toEqual([
      'coi.donation-of-other',
    ]);
    const early = { event: RELEASE, occurredAt: '2026-09-30T09:00:00+08:00', quantities: [] };
    expect(issuing({ donations: [DONATION] }, [PLANNED], donated({ coi: COI, collected: early })).rules).toEqual([
      'coi.issued-after-collection',
    ]);
    expect(
      issuing(
        { donations: [DONATION] },
        [PLANNED],
        donated({ coi: COI, collected: { ...early, occurredAt: '2026-10-02T09:00:00+08:00' } }),
      ).rules,
    ).toEqual([]);
  });

  it('that looks like ISBT 128 has to be one', () => {
    expect(issuing({ coi: 'CHG12341765432' }).rules).toEqual(['coi.malformed']);
  });

  it('is asked for when the patient is mobilised without one', () => {
    const mobilising = (past: readonly Past[]) =>
      given(treatment, TREATMENT, past).when(t.mobilised, examples.mobilised(), { actor: AT_HOSPITAL });
    expect(mobilising([PLANNED]).warnings).toEqual(['mobilisation.coi-missing']);
    expect(mobilising([PLANNED, ISSUED])).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(t.mobilised.personal.map(({ path }) => path.join('/')).sort()).toEqual(['agents/*/dose', 'counts/*/cd34']);
  });
});

describe('the gate before the conditioning', () => {
  const asking = (over: object = {}, others: Readonly<Record<string, unknown>> = {}, signers = signed()) =>
    given(treatment, TREATMENT, ready, world(others)).when(t.conditioningAuthorised, examples.conditioningAuthorised(over), {
      actor: AT_HOSPITAL,
      signers,
    });
  const withUnit = (unit: Partial<Unit>, over: Partial<BatchState> = {}) => ({
    [`batch-${IDS.batch}`]: productBatch(over, unit),
  });

  it('opens when the product is released, received and intact, and the rescue cells are there', () => {
    const done = asking();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().conditioningAuthorised).toMatchObject({ physician: PHYSICIAN, units: [{ unit: UNIT }] });
  });

  it('is opened by the physician who is named and nobody else, for this and nothing else', () => {
    for (const signers of [
      [],
      signed('staff-0010'),
      signed(PHYSICIAN, { org: 'hospital-x' }),
      signed(PHYSICIAN, { meaning: 'bedside-check' }),
    ]) {
      expect(asking({}, {}, signers)).toMatchObject({ outcome: 'refuse', rules: ['conditioning.unsigned'] });
    }
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['not released', withUnit({}, { dispositions: [] }), ['gate.not-released']],
    ['not received', withUnit({ custodian: 'carrier-c', receivedBy: null }), ['gate.not-received']],
    ['in transit', withUnit({ inTransit: true, shipment: IDS.shipment }), ['gate.in-transit']],
    [
      'received damaged',
      withUnit({ condition: { value: 'rejected', at: 0, seq: 0, event: RELEASE } }),
      ['gate.condition-not-accepted'],
    ],
    [
      'recalled',
      withUnit({}, { recalls: [{ event: RELEASE, scope: 'whole-batch', reason: 'other', cause: null, lifted: null }] }),
      ['gate.recalled'],
    ],
    [
      'quarantined',
      withUnit({}, { quarantines: [{ event: RELEASE, scope: 'whole-batch', reason: 'other', cause: null, lifted: null }] }),
      ['gate.quarantined'],
    ],
    ['discarded', withUnit({ end: 'discarded' }), ['gate.unit-ended']],
    ['of another chain of identity', withUnit({}, { coi: 'COI-OTHER' }), ['gate.coi-differs']],
    ['not allocated', withUnit({ allocation: null }), ['gate.not-allocated']],
    ['unknown', { [`batch-${IDS.batch}`]: null }, ['conditioning.batch-unknown']],
    [
      'warmed up on the way',
      {
        [`shipment-${IDS.shipment}`]: aShipment({
          excursions: new Map([
            [
              'x',
              {
                id: 'x',
                event: RELEASE,
                beyondLimit: true,
                minutesOutside: 30,
                minimum: '-140',
                maximum: '-120',
                assessed: null,
              },
            ],
          ]),
        }),
      },
      ['gate.excursion-open'],
    ],
  ])('stays shut when the product is %s', (_, others, rules) => {
    expect(asking({}, others)).toMatchObject({ outcome: 'refuse', rules });
  });

  it('asks whether the product is usable then, and now: a plan in the past makes no expired bag usable', () => {
    const expired = withUnit({ expiry: '2026-11-21T09:00:00+08:00' });
    for (const plannedInfusion of [undefined, '2026-11-01T09:00:00+08:00', '2026-12-01T09:00:00+08:00'])
      expect(asking({ plannedInfusion }, expired)).toMatchObject({ outcome: 'refuse', rules: ['gate.expired'] });
  });

  it('points at the unit that speaks against it', () => {
    const { decision } = asking({}, withUnit({}, { dispositions: [] }));
    expect(decision.violations.map(({ pointer }) => pointer)).toEqual(['/data/units/0']);
  });

  it('looks as far ahead as the day of the infusion', () => {
    const soon = withUnit({ expiry: '2026-11-25T00:00:00+08:00' });
    expect(asking({}, soon).outcome).toBe('record');
    expect(asking({ plannedInfusion: '2026-11-28T10:00:00+08:00' }, soon).rules).toEqual(['gate.expired']);
  });

  it('asks for rescue cells where the protocol does', () => {
    expect(asking({ rescue: { required: true } })).toMatchObject({ outcome: 'refuse', rules: ['conditioning.rescue-missing'] });
    expect(asking({ rescue: { required: false } }).outcome).toBe('record');
  });

  it.each<[string, Record<string, unknown>]>([
    ['elsewhere', { [`batch-${RESCUE_BATCH}`]: rescueBatch({ custodian: 'lab-a' }) }],
    ['thawed', { [`batch-${RESCUE_BATCH}`]: rescueBatch({ thawed: { event: RELEASE, occurredAt: null, expiry: null } }) }],
    ['used up', { [`batch-${RESCUE_BATCH}`]: rescueBatch({ end: 'infused' }) }],
    ['unknown', { [`batch-${RESCUE_BATCH}`]: null }],
    ['expired', { [`batch-${RESCUE_BATCH}`]: rescueBatch({ expiry: '2026-11-20T00:00:00+08:00' }) }],
    [
      'meant for another treatment',
      {
        [`batch-${RESCUE_BATCH}`]: rescueBatch({
          allocation: { event: RELEASE, treatment: IDS.otherTreatment, patient: 'patient-0002', site: HOSPITAL },
        }),
      },
    ],
    [
      'rejected',
      {
        [`batch-${RESCUE_BATCH}`]: rescueBatch(
          {},
          { dispositions: [{ event: RELEASE, seq: 1, kind: 'rejected', scope: 'whole-batch', pendingTests: [] }] },
        ),
      },
    ],
    [
      'recalled',
      {
        [`batch-${RESCUE_BATCH}`]: rescueBatch(
          {},
          { recalls: [{ event: RELEASE, scope: 'whole-batch', reason: 'other', cause: null, lifted: null }] },
        ),
      },
    ],
  ])('takes no rescue cells that are %s', (_, others) => {
    expect(asking({}, others)).toMatchObject({ outcome: 'refuse', rules: ['conditioning.rescue-not-there'] });
  });

  it('takes neither the rescue cells of another patient nor the product itself', () => {
    expect(asking({}, { [`batch-${RESCUE_BATCH}`]: rescueBatch({}, { coi: 'COI-OTHER' }) }).rules).toEqual([
      'conditioning.rescue-of-other',
    ]);
    expect(asking({ rescue: { required: true, units: [{ batch: IDS.batch, unit: UNIT }] } }).rules).toEqual([
      'conditioning.rescue-is-the-product',
    ]);
  });

  it('only tells what is missing of another donor’s cells, which are collected after the conditioning has begun', () => {
    const allogeneic = {
      [`batch-${IDS.batch}`]: productBatch({ autologous: false, coi: null, dispositions: [] }),
      [`donation-${IDS.donation}`]: aDonation(),
    };
    expect(asking({}, allogeneic)).toMatchObject({
      outcome: 'record',
      rules: [],
      warnings: ['conditioning.allogeneic-not-there'],
    });
  });

  it('is for the patient of the treatment', () => {
    expect(asking({ patient: 'patient-0002' }).rules).toEqual(['treatment.patient-differs']);
  });
});

describe('the conditioning', () => {
  const starting = (past: readonly Past[] = [...ready, AUTHORISED], others: Readonly<Record<string, unknown>> = {}) =>
    given(treatment, TREATMENT, past, world(others)).when(t.conditioningStarted, examples.conditioningStarted(), {
      actor: AT_HOSPITAL,
    });

  it('begins with permission, and names who is called from then on', () => {
    const done = starting();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().conditioningStarted).toMatchObject({ physician: PHYSICIAN });
  });

  it('without permission is critical, and recorded', () => {
    const done = starting(ready);
    expect(done).toMatchObject({ outcome: 'record', rules: ['conditioning.started-unauthorised'] });
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
  });

  it('that begins although the product was recalled since is recorded with that', () => {
    const recalled = productBatch({
      recalls: [{ event: RELEASE, scope: 'whole-batch', reason: 'other', cause: null, lifted: null }],
    });
    expect(starting([...ready, AUTHORISED], { [`batch-${IDS.batch}`]: recalled })).toMatchObject({
      outcome: 'record',
      rules: ['gate.recalled'],
    });
  });

  it('begins once', () => {
    const again = starting([...ready, AUTHORISED, STARTED]);
    expect(again.warnings).toEqual(['conditioning.started-before']);
    expect(again.afterwards().conditioningStarted?.event).not.toBe(again.decision);
  });
});

describe('after the infusion', () => {
  const conditioned = [...ready, AUTHORISED, STARTED];
  const when = (fact: Parameters<ReturnType<typeof given>['when']>[0], data: object, past: readonly Past[], others = world()) =>
    given(treatment, TREATMENT, past, others).when(fact, data, { actor: AT_HOSPITAL });
  const infused = rescueBatch({ infusion: { event: RELEASE, treatment: TREATMENT, occurredAt: null }, end: 'infused' });

  it('rescue cells are those that were named, and their batch knows of it', () => {
    const known = world({ [`batch-${RESCUE_BATCH}`]: infused });
    expect(when(t.rescueGiven, examples.rescueGiven(), conditioned, known)).toMatchObject({ rules: [], warnings: [] });
    expect(when(t.rescueGiven, examples.rescueGiven(), conditioned).rules).toEqual(['rescue.not-in-batch']);
    const other = { unit: { batch: RESCUE_BATCH, unit: UNIT } };
    expect(when(t.rescueGiven, examples.rescueGiven(other), conditioned, known).rules).toEqual([
      'rescue.not-listed',
      'rescue.not-in-batch',
    ]);
    expect(when(t.rescueGiven, examples.rescueGiven({ unit: undefined, source: 'BK-7' }), ready).warnings).toEqual([
      'rescue.without-conditioning',
    ]);
  });

  it('engraftment is counted from the infusion', () => {
    expect(when(t.engrafted, examples.engrafted(), [...conditioned, INFUSED])).toMatchObject({ rules: [], warnings: [] });
    expect(when(t.engrafted, examples.engrafted(), conditioned).rules).toEqual(['engraftment.without-infusion']);
    const early = { neutrophils: { on: '2026-11-20' } };
    expect(when(t.engrafted, examples.engrafted(early), [...conditioned, INFUSED]).rules).toEqual([
      'engraftment.before-infusion',
    ]);
    expect(when(t.engrafted, examples.engrafted({ neutrophils: undefined }), [...conditioned, INFUSED]).rules).toEqual([
      'engraftment.inconsistent',
    ]);
  });

  it('a failure of the graft asks for more', () => {
    const failed = { outcome: 'primary-failure', neutrophils: undefined, platelets: undefined };
    const done = when(t.engrafted, examples.engrafted(failed), [...conditioned, INFUSED]);
    expect(done).toMatchObject({ rules: [], warnings: ['engraftment.failed'] });
    expect(done.afterwards().engraftment?.outcome).toBe('primary-failure');
  });
});

describe('a recipient', () => {
  const raised: Past = [
    t.deviationRaised,
    { deviation: examples.DEVIATION, rule: 'policy.recipient-of-ineligible-donor', class: 'critical' },
  ];
  const telling = (over: object = {}, past: readonly Past[] = [...ready, INFUSED, raised], others = new Map<string, unknown>()) =>
    given(treatment, TREATMENT, past, others).when(t.recipientNotified, examples.recipientNotified(over), { actor: AT_HOSPITAL });

  it('is told what came out, with advice and the offer of tests', () => {
    const done = telling({ deviation: examples.DEVIATION });
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().notices).toMatchObject([{ deviation: examples.DEVIATION, reached: true, acknowledged: true }]);
    expect(t.recipientNotified.personal.map(({ path }) => path.join('/'))).toEqual(['words']);
  });

  it('who was not reached is still to be told', () => {
    const done = telling({ told: 'nobody', advice: [], testsOffered: [], acknowledged: undefined });
    expect(done.warnings).toEqual(['notice.nobody-reached']);
    expect(done.afterwards().notices[0]).toMatchObject({ reached: false, acknowledged: false });
  });

  it('can only decline what was offered, and is told because of something that is known', () => {
    expect(telling({ testsOffered: [], testsDeclined: true }).rules).toEqual(['notice.declined-without-offer']);
    expect(telling({ deviation: IDS.otherTreatment }).rules).toEqual(['notice.deviation-unknown']);
    expect(telling({ advice: [] }).warnings).toEqual(['notice.advice-missing']);
  });

  it('who withdrew the consent to be contacted is told all the same, and that is shown', () => {
    const known = (over: object) =>
      new Map([
        [`person-${PATIENT}`, aPerson({ consents: new Map([['c', aConsent({ purposes: new Set(['contact']), ...over })]]) })],
      ]);
    expect(telling({}, [...ready, INFUSED], known({})).warnings).toEqual([]);
    const withdrawn = { event: RELEASE, purposes: 'all' as const, effect: 'none-on-material' as const };
    expect(telling({}, [...ready, INFUSED], known({ withdrawn }))).toMatchObject({
      outcome: 'record',
      warnings: ['notice.contact-not-consented'],
    });
  });
});

describe('a pregnancy', () => {
  const reporting = (past: readonly Past[]) =>
    given(treatment, TREATMENT, past).when(t.pregnancyReported, examples.pregnancyReported(), { actor: AT_HOSPITAL });

  it('is recorded also after the treatment was closed or the patient lost', () => {
    for (const end of [
      [t.closed, examples.closed()],
      [t.lostToFollowUp, examples.lostToFollowUp()],
    ] as Past[]) {
      const done = reporting([...ready, end]);
      expect(done).toMatchObject({
        outcome: 'record',
        rules: [],
        warnings: ['treatment.closed', 'pregnancy.records-permanent'],
      });
      expect(done.afterwards().pregnancies.get(PREGNANCY)).toMatchObject({ of: 'patient' });
    }
  });

  it('is one pregnancy however often it is reported, and its dates are kept out of the log', () => {
    const before: Past = [t.pregnancyReported, examples.pregnancyReported({ of: 'partner' })];
    expect(reporting([...ready, before]).warnings).toEqual(['pregnancy.reported-before']);
    expect(t.pregnancyReported.personal.map(({ path }) => path.join('/'))).toEqual(['conceived', 'birthExpected', 'remarks']);
  });
});
