import { describe, expect, it } from 'vitest';
import type { DonationState } from '../donation/state.ts';
import { type Recorded, sentence } from '../kernel/index.ts';
import * as materials from '../material/index.ts';
import { product } from '../registry/state.ts';
import type { Excursion } from '../shipment/state.ts';
import { folded } from '../specification.ts';
import { gateFor, isAllowed } from './gate.ts';
import type { GateReader } from './gate-moment.ts';
import {
  AT,
  aBatch,
  aConsent,
  aDonation,
  aPerson,
  aScreening,
  aShipment,
  aSpecification,
  aTreatment,
  aUnit,
  IDS,
  RELEASE,
  surroundings,
} from './hospital-examples.ts';
import type { BatchState, Restriction, Unit } from './state.ts';

const readerOf = (others: ReadonlyMap<string, unknown>, events: readonly Partial<Recorded>[] = []): GateReader => ({
  state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
  states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  event: (id) => events.find((event) => event.id === id) as Recorded | undefined,
});

type World = {
  batch?: Partial<BatchState>;
  unit?: Partial<Unit>;
  others?: Readonly<Record<string, unknown>>;
  at?: string | null;
  events?: readonly Partial<Recorded>[];
};

const asked = ({ batch = {}, unit = {}, others = {}, at = AT, events = [] }: World = {}) =>
  gateFor(aBatch(batch, aUnit(unit)), IDS.unit, IDS.treatment, at, readerOf(surroundings(others), events));
const reasons = (world?: World) =>
  asked(world)
    .filter(({ rule }) => rule.severity !== 'warn')
    .map(({ rule }) => rule.id);
const warnings = (world?: World) =>
  asked(world)
    .filter(({ rule }) => rule.severity === 'warn')
    .map(({ rule }) => rule.id);

const restriction = (over: Partial<Restriction> = {}): Restriction => ({
  event: 'e1',
  scope: 'whole-batch',
  reason: 'deviation',
  cause: null,
  lifted: null,
  ...over,
});
const disposition = (kind: 'released' | 'conditionally-released' | 'rejected', over: object = {}) => ({
  event: RELEASE,
  seq: 2,
  kind,
  scope: 'whole-batch' as const,
  pendingTests: [],
  ...over,
});

describe('the gate', () => {
  it('lets the right bag through without a word', () => {
    expect(asked()).toEqual([]);
  });

  it('knows no unit of another batch', () => {
    expect(gateFor(aBatch(), IDS.otherUnit, IDS.treatment, AT, readerOf(surroundings())).map(({ rule }) => rule.id)).toEqual([
      'gate.unit-unknown',
    ]);
  });

  it('gives all reasons at once', () => {
    const world = { batch: { dispositions: [], holds: [restriction()] }, unit: { allocation: null } };
    expect(reasons(world)).toEqual(['gate.not-released', 'gate.held', 'gate.not-allocated']);
  });

  it('says them in both languages, by the number that is printed on the bag', () => {
    const [held] = asked({ batch: { holds: [restriction({ reason: 'excursion' })] } });
    expect(sentence(held!, 'en')).toBe('Unit HUCMSC-P4-20261121-01 is on hold (excursion): call quality assurance.');
    expect(sentence(held!, 'zh')).toContain('HUCMSC-P4-20261121-01');
  });

  it('never names a donor', () => {
    const world = { others: { [`person-${IDS.donor}`]: aPerson({ eligibility: null, consents: new Map() }) } };
    for (const violation of asked(world)) expect(sentence(violation, 'en')).not.toContain(IDS.donor);
  });

  it('is open when there are warnings only', () => {
    expect(isAllowed(asked({ batch: { dispositions: [disposition('conditionally-released')] } }))).toBe(true);
    expect(isAllowed(asked({ batch: { dispositions: [] } }))).toBe(false);
  });
});

describe('disposition', () => {
  it('must be release', () => {
    expect(reasons({ batch: { dispositions: [] } })).toEqual(['gate.not-released']);
    expect(reasons({ batch: { dispositions: [disposition('released'), disposition('rejected')] } })).toEqual(['gate.rejected']);
    expect(reasons({ batch: { dispositions: [disposition('released', { scope: { units: [IDS.otherUnit] } })] } })).toEqual([
      'gate.not-released',
    ]);
  });

  it('may be conditional release, with the pending tests as a warning', () => {
    const world = { batch: { dispositions: [disposition('conditionally-released', { pendingTests: ['sterility'] })] } };
    expect(reasons(world)).toEqual([]);
    expect(warnings(world)).toEqual(['gate.pending-tests']);
  });

  it.each([
    ['quarantines', 'gate.quarantined'],
    ['holds', 'gate.held'],
    ['recalls', 'gate.recalled'],
  ] as const)('is overruled by %s that cover the unit and stand', (list, id) => {
    expect(reasons({ batch: { [list]: [restriction()] } })).toEqual([id]);
    expect(reasons({ batch: { [list]: [restriction({ lifted: 'e2' })] } })).toEqual([]);
    expect(reasons({ batch: { [list]: [restriction({ scope: { ranges: [{ from: 2, to: 9 }] } })] } })).toEqual([]);
  });

  it('is that of the moment: what was set later does not count, what was lifted later does', () => {
    const later = { id: 'e1', occurredAt: '2026-11-22T09:00:00+08:00' };
    const earlier = { id: 'e1', occurredAt: '2026-11-20T09:00:00+08:00' };
    const lifted = { id: 'e2', occurredAt: '2026-11-22T10:00:00+08:00' };
    expect(reasons({ batch: { recalls: [restriction()] }, events: [later] })).toEqual([]);
    expect(reasons({ batch: { holds: [restriction({ lifted: 'e2' })] }, events: [earlier, lifted] })).toEqual(['gate.held']);
    const releasedLater = { id: RELEASE, occurredAt: '2026-11-22T10:00:00+08:00' };
    expect(reasons({ events: [releasedLater] })).toEqual(['gate.not-released']);
  });

  it('ends with the unit', () => {
    expect(reasons({ unit: { end: 'discarded' } })).toEqual(['gate.unit-ended']);
    expect(
      reasons({ unit: { end: 'infused', infusion: { event: 'e', treatment: IDS.otherTreatment, occurredAt: AT } } }),
    ).toEqual(['gate.unit-started']);
  });
});

describe('a laboratory that speaks against what the batch rests on', () => {
  const questioned = (rule: string, closed: string | null) => ({
    batch: {
      deviations: new Map([['d', { id: 'd', rule, class: 'major', event: 'e', closed }]]) as unknown as BatchState['deviations'],
    },
  });

  it.each(['policy.report-failed', 'policy.report-changed'])('is told at the bedside until it was assessed (%s)', (rule) => {
    expect(asked(questioned(rule, null)).map(({ rule: { id, severity } }) => [id, severity])).toEqual([
      ['gate.report-questioned', 'warn'],
    ]);
    expect(asked(questioned(rule, 'closed'))).toEqual([]);
    expect(asked(questioned('batch.label-unverified', null))).toEqual([]);
  });
});

describe('the clock', () => {
  it('stops a unit at its expiry, not before', () => {
    expect(reasons({ unit: { expiry: '2026-11-21T07:00:00Z' } })).toEqual(['gate.expired']);
    expect(reasons({ unit: { expiry: '2026-11-21T07:00:01Z' } })).toEqual([]);
    expect(reasons({ unit: { expiry: null } })).toEqual([]);
  });

  it('stops a thawed unit at the expiry that was written on it then', () => {
    const thawed = (expiry: string) => ({ thawed: { event: 'e', occurredAt: '2026-11-21T14:00:00+08:00', expiry } });
    expect(reasons({ unit: thawed('2026-11-21T14:59:00+08:00') })).toEqual(['gate.thaw-expired']);
    expect(reasons({ unit: thawed('2026-11-21T15:01:00+08:00') })).toEqual([]);
  });

  it('stops a unit that lay thawed longer than its specification allows', () => {
    const thawed = (occurredAt: string | null) => ({ thawed: { event: 'e', occurredAt, expiry: null } });
    expect(reasons({ unit: thawed('2026-11-21T12:59:00+08:00') })).toEqual(['gate.thaw-too-long']);
    expect(reasons({ unit: thawed('2026-11-21T12:59:59+08:00') })).toEqual(['gate.thaw-too-long']);
    expect(reasons({ unit: thawed('2026-11-21T13:00:00+08:00') })).toEqual([]);
    expect(reasons({ unit: thawed(null) })).toEqual(['gate.thaw-time-unknown']);
    expect(reasons({ unit: { thawed: null } })).toEqual([]);
  });

  it('has nothing to say where the specification sets no time', () => {
    const unlimited = new Map([[1, aSpecification({ thawToInfusionMinutes: null })]]);
    const others = { [`product-${IDS.product}`]: { ...product.initial(IDS.product), specifications: unlimited } };
    expect(reasons({ unit: { thawed: { event: 'e', occurredAt: null, expiry: null } }, others })).toEqual([]);
  });

  it('says so when the time is unknown', () => {
    expect(reasons({ at: null })).toEqual(['gate.time-unknown']);
  });
});

describe('the place', () => {
  it('is the treating site, where the unit was received in a condition that was accepted', () => {
    expect(reasons({ unit: { receivedBy: null, custodian: 'carrier-c' } })).toEqual(['gate.not-received']);
    expect(reasons({ unit: { receivedBy: 'hospital-x' } })).toEqual(['gate.not-received']);
    expect(reasons({ unit: { inTransit: true, shipment: IDS.shipment } })).toEqual(['gate.in-transit']);
    for (const value of ['rejected', 'to-be-assessed'] as const) {
      expect(reasons({ unit: { condition: { value, at: 0, seq: 0, event: 'e' } } })).toEqual(['gate.condition-not-accepted']);
    }
  });

  it('needs no receipt where the unit was made', () => {
    expect(reasons({ unit: { receivedBy: null, condition: undefined, lastShipment: null } })).toEqual([]);
    expect(reasons({ unit: { receivedBy: null, condition: undefined, lastShipment: null, custodian: IDS.lab } })).toEqual([
      'gate.not-received',
    ]);
  });

  it('is this treatment', () => {
    expect(reasons({ unit: { allocation: null } })).toEqual(['gate.not-allocated']);
    expect(reasons({ unit: { allocation: { ...aUnit().allocation!, treatment: IDS.otherTreatment } } })).toEqual([
      'gate.allocated-elsewhere',
    ]);
  });

  it('was reached without an excursion that is still open', () => {
    const excursion = (over: Partial<Excursion>): Excursion => ({
      id: 'x',
      event: 'e',
      beyondLimit: true,
      minutesOutside: 25,
      minimum: '-140',
      maximum: '-120',
      assessed: null,
      ...over,
    });
    const after = (over: Partial<Excursion>) => ({
      others: { [`shipment-${IDS.shipment}`]: aShipment({ excursions: new Map([['x', excursion(over)]]) }) },
    });
    expect(reasons(after({}))).toEqual(['gate.excursion-open']);
    expect(reasons(after({ assessed: { event: 'e', outcome: 'not-acceptable' } }))).toEqual(['gate.excursion-open']);
    expect(reasons(after({ assessed: { event: 'e', outcome: 'acceptable' } }))).toEqual([]);
    expect(warnings(after({ beyondLimit: false, minutesOutside: 3 }))).toEqual(['gate.excursion-within-limit']);
    expect(reasons(after({ beyondLimit: false, minutesOutside: 3 }))).toEqual([]);
  });
});

describe('the treatment', () => {
  const withTreatment = (over: object, batch: Partial<BatchState> = {}) => ({
    batch,
    others: { [`treatment-${IDS.treatment}`]: aTreatment(over) },
  });

  it('is planned, consented to and not closed', () => {
    expect(reasons({ others: { [`treatment-${IDS.treatment}`]: null } })).toEqual(['gate.treatment-unknown']);
    expect(reasons(withTreatment({ consented: false }))).toEqual(['gate.patient-not-consented']);
    expect(reasons(withTreatment({ closed: 'closed' }))).toEqual(['gate.treatment-closed']);
  });

  it('wants this product', () => {
    expect(reasons(withTreatment({ product: IDS.donation }))).toEqual(['gate.product-differs']);
  });

  it('and the batch carry the same chain of identity, where the cells are autologous', () => {
    const autologous = { autologous: true, coi: 'CHG123417654321' };
    expect(reasons(withTreatment({ coi: 'CHG123417654322' }, autologous))).toEqual(['gate.coi-differs']);
    expect(reasons(withTreatment({ coi: 'chg1234 17654321' }, autologous))).toEqual([]);
    expect(reasons(withTreatment({ coi: null }, autologous))).toEqual(['gate.coi-missing']);
    expect(reasons(withTreatment({ coi: 'CHG123417654321' }, { ...autologous, coi: null }))).toEqual(['gate.coi-missing']);
    expect(reasons(withTreatment({ coi: 'CHG123417654322' }))).toEqual([]);
  });
});

describe('the ancestors', () => {
  const ANCESTOR = '0192f5c4-0000-7000-8000-00000000ba00';
  const consumed = aUnit({ id: IDS.otherUnit, ordinal: 7, consumedInto: IDS.batch, end: 'consumed' });
  const from = (over: Partial<BatchState> | null, ...units: Unit[]) => ({
    batch: { origins: { donations: new Set([IDS.donation]), batches: new Set([ANCESTOR]) } },
    others: { [`batch-${ANCESTOR}`]: over && { ...aBatch(over, ...units), id: ANCESTOR } },
  });

  it('pass on what was said about the units that were consumed', () => {
    expect(reasons(from({ quarantines: [restriction()] }, consumed))).toEqual(['gate.ancestor-quarantined']);
    expect(reasons(from({ recalls: [restriction()] }, consumed))).toEqual(['gate.ancestor-recalled']);
    expect(reasons(from({ dispositions: [disposition('rejected')] }, consumed))).toEqual(['gate.ancestor-rejected']);
    expect(reasons(from({ quarantines: [restriction({ scope: { units: [IDS.otherUnit] } })] }, consumed))).toEqual([
      'gate.ancestor-quarantined',
    ]);
  });

  it('pass on nothing that was said about other units', () => {
    expect(reasons(from({}, consumed))).toEqual([]);
    expect(reasons(from({ quarantines: [restriction({ scope: { ranges: [{ from: 1, to: 6 }] } })] }, consumed))).toEqual([]);
    expect(reasons(from({ quarantines: [restriction({ lifted: 'e2' })] }, consumed))).toEqual([]);
  });

  it('count as a whole where it is not known which unit was consumed, and refuse where nothing is known', () => {
    expect(reasons(from({ recalls: [restriction()] }, aUnit()))).toEqual(['gate.ancestor-recalled']);
    expect(reasons(from(null))).toEqual(['gate.ancestor-unknown']);
  });
});

describe('the donors', () => {
  const DONOR = `person-${IDS.donor}`;
  const MOTHER = `person-${IDS.mother}`;
  const GIVEN = `donation-${IDS.donation}`;
  const TREATMENT = `treatment-${IDS.treatment}`;
  const determined = (status: 'eligible' | 'ineligible' | 'incomplete', reasons: string[] = []) => ({
    eligibility: { status, event: 'e', occurredAt: null, reasons, screenings: 1 },
  });
  const need = (ground: 'urgent-medical-need' | 'relative', patientInformed = true) =>
    aTreatment({ urgentMedicalNeed: { event: 'e', physician: 'staff-0009', patientInformed, ground } });
  const related = (over: Partial<DonationState> = {}) =>
    aDonation({ kind: 'related-allogeneic', relationship: 'first-degree', recipient: IDS.patient, ...over });

  it('must be known', () => {
    expect(reasons({ batch: { origins: { donations: new Set(), batches: new Set() } } })).toEqual(['gate.donors-unknown']);
    expect(reasons({ others: { [GIVEN]: null } })).toEqual(['gate.donors-unknown']);
  });

  it('must be eligible: an ineligible one of a pool is enough against', () => {
    expect(reasons({ others: { [DONOR]: aPerson(determined('ineligible')) } })).toEqual(['gate.donor-ineligible']);
    const second = '0192f5c4-0000-7000-8000-00000000d002';
    const pool = {
      batch: { origins: { donations: new Set([IDS.donation, second]), batches: new Set<string>() } },
      others: {
        [`donation-${second}`]: aDonation({ donor: 'donor-0002' }),
        'person-donor-0002': aPerson(determined('ineligible')),
      },
    };
    expect(reasons(pool)).toEqual(['gate.donor-ineligible']);
  });

  it('may be ineligible for a close relative, with the physician and the risk notice', () => {
    const ineligible = aPerson(determined('ineligible'));
    const told = { [DONOR]: ineligible, [GIVEN]: related(), [TREATMENT]: need('relative') };
    expect(reasons({ others: told })).toEqual([]);
    expect(warnings({ others: told })).toEqual(['gate.donor-exception']);
    expect(reasons({ others: { [DONOR]: ineligible, [GIVEN]: related() } })).toEqual(['gate.risk-notice-missing']);
    expect(reasons({ others: { ...told, [TREATMENT]: need('relative', false) } })).toEqual(['gate.risk-notice-missing']);
    expect(reasons({ others: { ...told, [GIVEN]: related({ relationship: 'other' }) } })).toEqual(['gate.donor-ineligible']);
  });

  it('are relatives of the one recipient whom the donation was directed to', () => {
    const others = { [DONOR]: aPerson(determined('ineligible')), [GIVEN]: related({ recipient: 'patient-0002' }) };
    expect(reasons({ others: { ...others, [TREATMENT]: need('relative') } })).toEqual(['gate.donor-ineligible']);
    expect(warnings({ others })).toEqual(['gate.directed-elsewhere']);
  });

  it('may be ineligible or undetermined by documented urgent need', () => {
    for (const status of ['ineligible', 'incomplete'] as const) {
      expect(reasons({ others: { [DONOR]: aPerson(determined(status)), [TREATMENT]: need('urgent-medical-need') } })).toEqual([]);
    }
  });

  it('that are undetermined are not excused by kinship', () => {
    const others = { [DONOR]: aPerson({ eligibility: null }), [GIVEN]: related(), [TREATMENT]: need('relative') };
    expect(reasons({ others })).toEqual(['gate.donor-incomplete']);
  });

  it('are not eligible by a determination that a reactive result contradicts, unless its risk was assessed', () => {
    const screenings = [aScreening({ 'anti-hcv': 'reactive' })];
    expect(reasons({ others: { [DONOR]: aPerson({ screenings }) } })).toEqual(['gate.donor-reactive']);
    expect(reasons({ others: { [DONOR]: aPerson({ screenings, ...determined('eligible', ['risk-assessed']) }) } })).toEqual([]);
  });

  it('with anti-HBc and without HBsAg are a matter of risk assessment', () => {
    const others = { [DONOR]: aPerson({ screenings: [aScreening({ 'anti-hbc': 'reactive' })] }) };
    expect(reasons({ others })).toEqual([]);
    expect(warnings({ others })).toEqual(['gate.anti-hbc-positive']);
  });

  it('of one month or less are judged by their mothers, who are tested', () => {
    const newborn = aPerson({ newborn: true, birthMother: IDS.mother, screenings: [], consents: new Map(), eligibility: null });
    const pair = (mother: Parameters<typeof aPerson>[0]) => ({ others: { [DONOR]: newborn, [MOTHER]: aPerson(mother) } });
    expect(reasons(pair({}))).toEqual([]);
    expect(reasons(pair(determined('ineligible')))).toEqual(['gate.donor-ineligible']);
    expect(reasons(pair({ screenings: [] }))).toEqual(['gate.birth-mother-not-tested']);
    expect(reasons({ others: { [DONOR]: newborn } })).toEqual([
      'gate.donor-incomplete',
      'gate.birth-mother-not-tested',
      'gate.donor-consent-missing',
    ]);
  });

  it('who are the patients themselves may be positive or untested, with a warning', () => {
    const own = aDonation({ kind: 'autologous', donor: IDS.patient, recipient: IDS.patient });
    const by = (over: Parameters<typeof aPerson>[0]) => ({ others: { [GIVEN]: own, [`person-${IDS.patient}`]: aPerson(over) } });
    const positive = by({ screenings: [aScreening({ hbsag: 'reactive' })], ...determined('ineligible') });
    expect(reasons(positive)).toEqual([]);
    expect(warnings(positive)).toEqual(['gate.autologous-positive']);
    expect(warnings(by({ screenings: [] }))).toEqual(['gate.autologous-not-tested']);
    expect(warnings({ others: { [GIVEN]: aDonation({ kind: 'autologous' }) } })).toEqual(['gate.autologous-other-pseudonym']);
  });

  describe('who withdrew', () => {
    const WITHDRAWAL = '0192f5c4-0000-7000-8000-0000000000f0';
    const withdrawn = aConsent({ withdrawn: { event: WITHDRAWAL, purposes: 'all', effect: 'no-further-use' } });
    const donor = (decision?: 'keep' | 'destroy' | 'research-stopped', withdrawal = WITHDRAWAL, batchId: string = IDS.batch) =>
      aPerson({
        consents: new Map([['c', withdrawn]]),
        decisions: new Map(decision ? [[batchId, { event: 'd', withdrawal, decision }]] : []),
      });

    it('may have had it decided that this batch is kept, after this withdrawal', () => {
      expect(asked({ others: { [DONOR]: donor('keep') } }).map(({ rule }) => rule.id)).toEqual([
        'gate.donor-consent-withdrawn-kept',
      ]);
      for (const refused of [
        donor('destroy'),
        donor('research-stopped'),
        donor('keep', 'an earlier withdrawal'),
        donor('keep', WITHDRAWAL, 'another batch'),
      ]) {
        expect(reasons({ others: { [DONOR]: refused } })).toEqual(['gate.donor-consent-withdrawn']);
      }
    });

    it('takes nothing from a patient who was conditioned: the physician is named', () => {
      const conditioned = { conditioningStarted: { event: 'e', occurredAt: null, physician: 'staff-0042' } };
      const others = { [DONOR]: donor(), [`treatment-${IDS.treatment}`]: aTreatment(conditioned) };
      const [only, ...rest] = asked({ others });
      expect(rest).toEqual([]);
      expect(only).toMatchObject({
        rule: { id: 'gate.donor-consent-withdrawn-conditioned', severity: 'warn' },
        params: { physician: 'staff-0042' },
      });
    });
  });

  it('is ineligible under every pseudonym that is linked, and under none that is not', () => {
    const linked = (undone: string | null) =>
      aPerson({ links: new Map([['l', { link: 'l', with: 'donor-0077', event: 'e', undone }]]) });
    const other = (over: object) => ({
      ...aPerson({ eligibility: null, screenings: [], consents: new Map(), ...over }),
      id: 'donor-0077',
    });
    const found = other({ eligibility: { status: 'ineligible', event: 'e', occurredAt: null, reasons: [], screenings: 1 } });
    expect(reasons({ others: { [DONOR]: linked(null), 'person-donor-0077': found } })).toEqual(['gate.donor-ineligible']);
    expect(reasons({ others: { [DONOR]: linked('e2'), 'person-donor-0077': found } })).toEqual([]);
    const reactive = other({ screenings: [aScreening({ 'anti-hcv': 'reactive' })] });
    expect(reasons({ others: { [DONOR]: linked(null), 'person-donor-0077': reactive } })).toEqual(['gate.donor-reactive']);
    expect(reasons({ others: { [DONOR]: linked(null), 'person-donor-0077': other({}) } })).toEqual([]);
  });

  it('who is linked to the patient is the patient', () => {
    const own = {
      [`donation-${IDS.donation}`]: aDonation({ kind: 'autologous', coi: 'COI-1' }),
      [`treatment-${IDS.treatment}`]: aTreatment({ coi: 'COI-1' }),
    };
    const batch = { autologous: true, coi: 'COI-1' };
    const linked = (undone: string | null) =>
      aPerson({ links: new Map([['l', { link: 'l', with: IDS.patient, event: 'e', undone }]]) });
    expect(warnings({ batch, others: { ...own, [DONOR]: linked(null) } })).not.toContain('gate.autologous-other-pseudonym');
    expect(warnings({ batch, others: { ...own, [DONOR]: linked('e2') } })).toContain('gate.autologous-other-pseudonym');
    // Pooled while they were one person, and two persons' cells once they are not.
    const SECOND = '0192f5c4-0000-7000-8000-00000000d002';
    const pooled = {
      batch: { ...batch, origins: { donations: new Set([IDS.donation, SECOND]), batches: new Set<string>() } },
      others: (undone: string | null) => ({
        ...{ ...own, [DONOR]: linked(undone) },
        [`donation-${SECOND}`]: aDonation({ kind: 'autologous', coi: 'COI-1', donor: IDS.patient }),
        [`person-${IDS.patient}`]: aPerson(),
      }),
    };
    expect(reasons({ batch: pooled.batch, others: pooled.others(null) })).toEqual([]);
    expect(reasons({ batch: pooled.batch, others: pooled.others('e2') })).toEqual(['gate.autologous-pool']);
  });

  it('must have consented to therapy', () => {
    expect(reasons({ others: { [DONOR]: aPerson({ consents: new Map() }) } })).toEqual(['gate.donor-consent-missing']);
    const research = new Map([['c', aConsent({ purposes: new Set(['research'] as const) })]]);
    expect(reasons({ others: { [DONOR]: aPerson({ consents: research }) } })).toEqual(['gate.donor-consent-missing']);
  });

  it.each([
    ['no-further-use', ['gate.donor-consent-withdrawn']],
    ['destroy-unused', ['gate.donor-consent-withdrawn']],
    ['none-on-material', []],
  ] as const)('who withdrew with the effect %s', (effect, expected) => {
    const withdrawn = aConsent({ withdrawn: { event: 'e', purposes: 'all', effect } });
    expect(reasons({ others: { [DONOR]: aPerson({ consents: new Map([['c', withdrawn]]) }) } })).toEqual(expected);
    const renewed = new Map([
      ['c', withdrawn],
      ['d', aConsent({ id: 'd' })],
    ]);
    expect(reasons({ others: { [DONOR]: aPerson({ consents: renewed }) } })).toEqual([]);
  });

  it('who came of age are asked again', () => {
    const due = (renewalDue: string) => ({
      others: { [DONOR]: aPerson({ consents: new Map([['c', aConsent({ giver: 'guardian', renewalDue })]]) }) },
    });
    expect(warnings(due('2026-11-21'))).toEqual(['gate.donor-consent-renewal-due']);
    expect(warnings(due('2026-11-22'))).toEqual([]);
  });
});

describe('a lot inside that its supplier recalled', () => {
  const { SERUM, COMPLETE_MEDIUM } = materials.examples;
  const lot = (id: string, ...past: Parameters<typeof folded>[2]) => ({
    [`material-${id}`]: folded(materials.material, id, past),
  });
  const medium = lot(COMPLETE_MEDIUM, [materials.prepared, materials.examples.prepared({ parents: [{ material: SERUM }] })]);
  const recalledAt = (occurredAt: string) => ({
    ...medium,
    ...lot(
      SERUM,
      [materials.received, materials.examples.received()],
      [materials.recalled, materials.examples.recalled(), { occurredAt }],
    ),
  });
  const before = '2020-01-01T00:00:00Z';

  it('is told at the bedside, and refuses nothing by itself', () => {
    const world = { batch: { lots: new Set([COMPLETE_MEDIUM]) }, others: recalledAt(before) };
    expect([reasons(world), warnings(world)]).toEqual([[], ['gate.lot-recalled']]);
    expect(warnings({ ...world, batch: { lots: new Set<string>() } })).toEqual([]);
  });

  it('is told of what a batch upstream used', () => {
    const BANK = '0192f5c4-0000-7000-8000-00000000ba02';
    const bank = { ...aBatch(), lots: new Set([SERUM]) };
    const world = {
      batch: { origins: { donations: new Set([IDS.donation]), batches: new Set([BANK]) } },
      others: { ...recalledAt(before), [`batch-${BANK}`]: bank },
    };
    expect(warnings(world)).toContain('gate.lot-recalled');
  });

  it('is told of a lot that the unit alone was diluted with, and of one that was found unfit after all', () => {
    const diluted = { unit: { diluentLots: [COMPLETE_MEDIUM] }, others: recalledAt(before) };
    expect([reasons(diluted), warnings(diluted)]).toEqual([[], ['gate.lot-recalled']]);
    const unfit = lot(
      SERUM,
      [materials.received, materials.examples.received()],
      [materials.rejected, materials.examples.rejected()],
    );
    expect(warnings({ batch: { lots: new Set([SERUM]) }, others: unfit })).toEqual(['gate.lot-rejected']);
  });

  it('was not one when an infusion that is entered late took place', () => {
    const world = { batch: { lots: new Set([SERUM]) }, others: recalledAt('2199-01-01T00:00:00Z') };
    expect(warnings(world)).toEqual([]);
    expect(warnings({ ...world, at: null })).toEqual(['gate.lot-recalled']);
  });
});
