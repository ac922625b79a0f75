import { describe, expect, it } from 'vitest';
import { aBatch, aUnit, IDS } from '../batch/hospital-examples.ts';
import type { Signer } from '../kernel/index.ts';
import * as persons from '../person/index.ts';
import * as registry from '../registry/index.ts';
import { type folded as fold, folded, given } from '../specification.ts';
import * as t from './index.ts';
import { examples, treatment } from './index.ts';

const { TREATMENT, STUDY, PRODUCT, BATCH, UNIT, VISIT, ADVERSE_EVENT, PATIENT, PHYSICIAN, HOSPITAL } = examples;
type Past = Parameters<typeof fold>[2][number];

const study = (over: object = {}) => folded(registry.study, STUDY, [[registry.studyFiled, registry.examples.studyFiled(over)]]);
const product = (over: object = {}) =>
  folded(registry.product, PRODUCT, [[registry.productSpecified, registry.examples.productSpecified(over)]]);
const infusion = { event: 'e', treatment: TREATMENT, occurredAt: '2026-11-21T15:00:00+08:00' };
const world = new Map<string, unknown>([
  [`study-${STUDY}`, study()],
  [`product-${PRODUCT}`, product()],
  [
    `person-${PATIENT}`,
    folded(persons.person, PATIENT, [[persons.registered, persons.examples.registered({ role: 'patient' })]]),
  ],
  [`batch-${BATCH}`, aBatch({ product: { id: PRODUCT, specification: 1 } }, aUnit({ id: UNIT, infusion }))],
]);
const but = (over: Readonly<Record<string, unknown>>) => new Map([...world, ...Object.entries(over)]);

const AT_HOSPITAL = { org: HOSPITAL };
const PLANNED: Past = [t.planned, examples.planned(), AT_HOSPITAL];
const TRIAL: Past = [t.regimeResolved, { study: STUDY, regime: 'cn-828-drug-trial' }];
const CONSENTED: Past = [t.consented, examples.consented()];
const INFUSED: Past = [t.infusionRecorded, examples.infusionRecorded(), { occurredAt: '2026-11-21T15:00:00+08:00' }];
const ready = [PLANNED, CONSENTED];

const signer = (person: string): Signer => ({
  kid: 'k'.repeat(43),
  org: HOSPITAL,
  person,
  roles: ['hospital.physician'],
  meaning: 'exception-statement',
  signedAt: '2026-11-21T07:00:00Z',
});
const when = (
  fact: Parameters<ReturnType<typeof given>['when']>[0],
  data: object,
  past: readonly Past[] = ready,
  options: Parameters<ReturnType<typeof given>['when']>[2] = {},
) => given(treatment, TREATMENT, past, world).when(fact, data, { actor: AT_HOSPITAL, ...options });

describe('planning a treatment', () => {
  const planning = (over: object = {}, others: Map<string, unknown> = world, org: string = HOSPITAL) =>
    given(treatment, TREATMENT, [], others).when(t.planned, examples.planned(over), { actor: { org } });

  it('makes the reporting hospital the treating site, under the regime of the study', () => {
    const done = planning();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const after = done.afterwards();
    expect(after).toMatchObject({ site: HOSPITAL, patient: PATIENT, regime: 'cn-818-clinical-research' });
    expect(treatment.relations(after, HOSPITAL)).toEqual(['owner', 'treating-site']);
  });

  it('is under a study that is filed and in which the site takes part', () => {
    expect(planning({}, but({ [`study-${STUDY}`]: undefined })).rules).toEqual(['treatment.study-unknown']);
    expect(planning({}, world, 'hospital-x').rules).toEqual(['treatment.site-not-in-study']);
    const without = planning({ study: undefined });
    expect(without).toMatchObject({ rules: [], warnings: ['treatment.study-missing'] });
    expect(without.afterwards().regime).toBeUndefined();
  });

  it('is of a product that is specified, with a chain of identity where it is autologous', () => {
    expect(planning({}, but({ [`product-${PRODUCT}`]: undefined })).rules).toEqual(['treatment.product-unknown']);
    const own = but({ [`product-${PRODUCT}`]: product({ autologous: true }) });
    expect(planning({}, own).rules).toEqual(['treatment.coi-missing']);
    expect(planning({ coi: 'CHG123417654321' }, own).rules).toEqual([]);
  });

  it('warns when the patient is not registered', () => {
    expect(planning({}, but({ [`person-${PATIENT}`]: undefined })).warnings).toEqual(['treatment.patient-not-registered']);
  });

  it('keeps the indication and the dose per weight out of the log', () => {
    expect(t.planned.personal.map(({ path, subject }) => [path.join('/'), subject])).toEqual([
      ['indication', '/patient'],
      ['plannedDosePerWeight', '/patient'],
    ]);
  });
});

describe('the consent of the patient', () => {
  it('opens the way', () => {
    const done = when(t.consented, examples.consented(), [PLANNED]);
    expect(done.rules).toEqual([]);
    expect(done.afterwards().consented).toBe(true);
  });

  it('after the first infusion is critical', () => {
    const late = { occurredAt: '2026-11-21T15:30:00+08:00' };
    expect(when(t.consented, examples.consented(), [PLANNED, INFUSED], late).rules).toEqual(['treatment.consent-after-infusion']);
    const before = { occurredAt: '2026-11-21T14:30:00+08:00' };
    expect(when(t.consented, examples.consented(), [PLANNED, INFUSED], before).rules).toEqual([]);
  });

  it('is that of this patient', () => {
    expect(when(t.consented, examples.consented({ patient: 'patient-0002' }), [PLANNED]).rules).toEqual([
      'treatment.patient-differs',
    ]);
  });
});

describe('the exception for a donor', () => {
  const documenting = (over: object = {}, signers = [signer(PHYSICIAN)]) =>
    when(t.urgentNeedDocumented, examples.urgentNeedDocumented(over), ready, { signers });

  it('is the statement of a physician, who signs it', () => {
    const done = documenting();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().urgentMedicalNeed).toMatchObject({
      physician: PHYSICIAN,
      patientInformed: true,
      ground: 'urgent-medical-need',
    });
    expect(documenting({}, [])).toMatchObject({ outcome: 'refuse', rules: ['treatment.need-unsigned'] });
    expect(documenting({}, [signer('staff-0010')]).rules).toEqual(['treatment.need-unsigned']);
  });

  it('by urgent need says that nothing comparable is available; for a relative it need not', () => {
    expect(documenting({ noComparableProduct: undefined }).rules).toEqual(['treatment.need-with-alternative']);
    expect(documenting({ ground: 'relative', noComparableProduct: undefined }).rules).toEqual([]);
  });

  it('may wait for the risk notice', () => {
    expect(documenting({ patientInformed: false })).toMatchObject({
      outcome: 'record',
      warnings: ['treatment.risk-notice-open'],
    });
  });
});

describe('the record of an infusion', () => {
  const recording = (over: object = {}, past: readonly Past[] = ready, others: Map<string, unknown> = world) =>
    given(treatment, TREATMENT, past, others).when(t.infusionRecorded, examples.infusionRecorded(over), { actor: AT_HOSPITAL });

  it('stands beside the batch, which knows of it', () => {
    const done = recording();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().infusions.get(UNIT)).toMatchObject({ batch: BATCH, occurredAt: '2026-11-21T15:00:00+08:00' });
  });

  it('that the batch does not know of is a finding', () => {
    expect(recording({}, ready, but({ [`batch-${BATCH}`]: undefined })).rules).toEqual(['treatment.infusion-not-in-batch']);
    const elsewhere = aBatch({ product: null }, aUnit({ id: UNIT, infusion: { ...infusion, treatment: IDS.otherTreatment } }));
    expect(recording({}, ready, but({ [`batch-${BATCH}`]: elsewhere })).rules).toEqual(['treatment.infusion-not-in-batch']);
  });

  it('without consent or after the end is a finding', () => {
    expect(recording({}, [PLANNED]).rules).toEqual(['treatment.infused-without-consent']);
    expect(recording({}, [...ready, [t.closed, examples.closed()]]).rules).toEqual(['treatment.infusion-after-closing']);
  });

  it('of another patient is critical', () => {
    const done = recording({ patient: 'patient-0002' });
    expect(done.rules).toEqual(['treatment.patient-differs']);
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
  });

  it('is held to the time from thaw to infusion', () => {
    expect(recording({ thawToInfusionMinutes: 121 }).rules).toEqual(['treatment.thaw-too-long']);
    expect(recording({ thawToInfusionMinutes: 120 }).rules).toEqual([]);
    // By the version by which it was released, as at the gate, also where the batch is bound to another one since.
    const rebound = aBatch(
      { product: { id: PRODUCT, specification: 2 }, releasedUnder: new Set([1]) },
      aUnit({ id: UNIT, infusion }),
    );
    const since = but({ [`batch-${BATCH}`]: rebound });
    const late = examples.infusionRecorded({ thawToInfusionMinutes: 121 });
    expect(given(treatment, TREATMENT, ready, since).when(t.infusionRecorded, late, { actor: AT_HOSPITAL }).rules).toEqual([
      'treatment.thaw-too-long',
    ]);
  });

  it('asks for an adverse event where there was more than a mild reaction, and notices a second entry', () => {
    expect(recording({ reactions: [{ kind: 'fever', grade: '1' }] }).warnings).toEqual([]);
    expect(recording({ reactions: [{ kind: 'anaphylaxis', grade: '3' }] }).warnings).toEqual([
      'treatment.reaction-without-adverse-event',
    ]);
    expect(recording({}, [...ready, INFUSED]).warnings).toEqual(['treatment.infusion-recorded-before']);
  });

  it('keeps what was measured of the patient out of the log', () => {
    expect(t.infusionRecorded.personal.map(({ path }) => path.join('/'))).toEqual([
      'bodyWeight',
      'bodySite',
      'vitalSigns/*/value',
      'reactions/*/description',
    ]);
  });
});

describe('a visit', () => {
  const scheduled: Past = [t.visitScheduled, examples.visitScheduled()];
  const visiting = (occurredAt: string | null, past: readonly Past[] = [...ready, scheduled], over: object = {}) =>
    when(t.visitRecorded, examples.visitRecorded(over), past, { occurredAt });

  it('is scheduled with a window that ends after it begins', () => {
    expect(when(t.visitScheduled, examples.visitScheduled()).rules).toEqual([]);
    expect(when(t.visitScheduled, examples.visitScheduled({ to: '2027-02-13' })).rules).toEqual([
      'treatment.visit-window-reversed',
    ]);
  });

  it.each([
    ['2027-02-14T00:00:00+08:00', []],
    ['2027-02-28T23:59:00+08:00', []],
    ['2027-02-13T23:59:00+08:00', ['treatment.visit-outside-window']],
    ['2027-03-01T00:00:00+08:00', ['treatment.visit-outside-window']],
  ])('at %s is held to its window by the calendar of the site', (occurredAt, rules) => {
    expect(visiting(occurredAt).rules).toEqual(rules);
  });

  it('may be unscheduled, undated or told twice', () => {
    const at = '2027-02-20T10:00:00+08:00';
    expect(visiting(at, ready).warnings).toEqual(['treatment.visit-not-scheduled']);
    expect(visiting(at, ready).afterwards().visits.get(VISIT)).toMatchObject({ from: '2027-02-20', to: '2027-02-20' });
    expect(visiting(null).warnings).toEqual(['treatment.visit-undated']);
    const again: Past = [t.visitRecorded, examples.visitRecorded(), { occurredAt: at }];
    expect(visiting(at, [...ready, scheduled, again]).warnings).toEqual(['treatment.visit-recorded-before']);
  });

  it('finds again who was lost', () => {
    const lost: Past = [t.lostToFollowUp, examples.lostToFollowUp()];
    expect(visiting('2027-02-20T10:00:00+08:00', [...ready, scheduled, lost]).afterwards().closed).toBeNull();
  });

  it('after the end only warns', () => {
    const past = [...ready, scheduled, [t.closed, examples.closed()] as Past];
    expect(visiting('2027-02-20T10:00:00+08:00', past)).toMatchObject({ rules: [], warnings: ['treatment.closed'] });
  });

  it('keeps its values out of the log', () => {
    expect(t.visitRecorded.personal.map(({ path }) => path.join('/'))).toEqual(['measures/*/value', 'remarks']);
  });
});

describe('an adverse event', () => {
  const trial = [PLANNED, TRIAL, CONSENTED, INFUSED];
  const NOW = { now: '2026-11-22T08:00:00.000Z' };
  const susar = { grade: '3', seriousness: ['hospitalisation'], relatedness: 'possible', expectedness: 'unexpected' };
  const reporting = (over: object = {}, past: readonly Past[] = trial, options: object = NOW) =>
    when(t.adverseEventReported, examples.adverseEventReported(over), past, options);
  const updating = (over: object, reported: object = {}, options: object = NOW) =>
    when(
      t.adverseEventUpdated,
      examples.adverseEventUpdated(over),
      [...trial, [t.adverseEventReported, examples.adverseEventReported(reported)]],
      options,
    );

  it('is kept with its grade and criteria', () => {
    const done = reporting();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().adverseEvents.get(ADVERSE_EVENT)).toMatchObject({ grade: 1, serious: false, expected: true });
  });

  it('is serious by criteria, or not at all', () => {
    const parse = (seriousness: readonly string[]) =>
      t.adverseEventReported.schema.safeParse(examples.adverseEventReported({ seriousness })).success;
    expect(parse(['death', 'hospitalisation'])).toBe(true);
    expect(parse(['non-serious', 'hospitalisation'])).toBe(false);
    expect(parse([])).toBe(false);
  });

  it('that is fatal is so in grade, criterion and outcome', () => {
    const fatal = { grade: '5', seriousness: ['death'], outcome: 'fatal' };
    expect(reporting(fatal).rules).toEqual([]);
    for (const one of [{ grade: '4' }, { seriousness: ['life-threatening'] }, { outcome: 'unknown' }]) {
      expect(reporting({ ...fatal, ...one }).rules).toEqual(['treatment.adverse-event-fatal-inconsistent']);
    }
  });

  it('of grade 4 is serious', () => {
    expect(reporting({ grade: '4' }).warnings).toEqual(['treatment.adverse-event-grade-inconsistent']);
    expect(reporting({ grade: '4', seriousness: ['life-threatening'] }).warnings).toEqual([]);
  });

  it('before any infusion is hardly related', () => {
    const early = { onset: '2026-11-21T10:00:00+08:00' };
    expect(reporting(early).warnings).toEqual(['treatment.adverse-event-before-infusion']);
    expect(reporting({ ...early, relatedness: 'unrelated' }).warnings).toEqual([]);
  });

  it('whose regime names no term that was read is reported all the same, by a day to be looked up', () => {
    const under = (regime: string, over: object = {}) => {
      const past: Past[] = [PLANNED, [t.regimeResolved, { study: STUDY, regime }], CONSENTED, INFUSED];
      return reporting({ ...susar, ...over }, past).warnings;
    };
    expect(under('cn-818-clinical-research')).toEqual(['treatment.adverse-event-report-term-unknown']);
    expect(under('cn-818-clinical-research', { expectedness: 'expected' })).toEqual([]);
    expect(under('cn-828-drug-trial')).toEqual(['treatment.serious-related-event']);
  });

  it('that is serious, unexpected and related has a clock, by its regime', () => {
    const done = reporting(susar);
    expect(done).toMatchObject({ rules: [], warnings: ['treatment.serious-related-event'] });
    const event = done.afterwards().adverseEvents.get(ADVERSE_EVENT)!;
    expect(t.reportDue(event, 'cn-828-drug-trial')).toMatchObject({ days: 15, at: '2026-12-06T06:00:00.000Z' });
    expect(t.reportDue({ ...event, seriousness: ['death'] }, 'cn-828-drug-trial')).toMatchObject({ days: 7 });
    expect(t.reportDue(event, 'cn-2015-iit')).toBeUndefined();
    expect(t.reportDue(event, undefined)).toBeUndefined();
    for (const over of [
      { relatedness: 'unlikely' },
      { expectedness: 'expected' },
      { seriousness: ['non-serious'], grade: '2' },
    ]) {
      expect(reporting({ ...susar, ...over }).warnings).toEqual([]);
    }
  });

  it('is overdue when the clock ran out, and not when the authority was told in time', () => {
    const late = { now: '2026-12-06T06:00:01.000Z' };
    expect(reporting(susar, trial, late).rules).toEqual(['treatment.adverse-event-report-overdue']);
    const told = { ...susar, reportedToAuthorityAt: '2026-12-06T14:00:00+08:00' };
    expect(reporting(told, trial, late)).toMatchObject({ rules: [], warnings: [] });
    expect(updating({ reportedToAuthorityAt: '2026-12-07T09:00:00+08:00' }, susar, late).rules).toEqual([
      'treatment.adverse-event-report-overdue',
    ]);
    expect(updating({ reportedToAuthorityAt: '2026-12-01T09:00:00+08:00' }, susar, late).rules).toEqual([]);
  });

  it('is updated in what is said, and the rest stays', () => {
    const done = updating({ grade: '2' });
    expect(done.rules).toEqual([]);
    expect(done.afterwards().adverseEvents.get(ADVERSE_EVENT)).toMatchObject({
      grade: 2,
      outcome: 'recovered',
      relatedness: 'possible',
    });
  });

  it('is known before it is updated, and reported once', () => {
    expect(when(t.adverseEventUpdated, examples.adverseEventUpdated(), trial)).toMatchObject({
      outcome: 'unreconciled',
      rules: ['treatment.adverse-event-unknown'],
    });
    const before: Past = [t.adverseEventReported, examples.adverseEventReported()];
    expect(reporting({}, [...trial, before])).toMatchObject({
      outcome: 'record',
      warnings: ['treatment.adverse-event-reported-before'],
    });
  });

  it('is of this patient', () => {
    expect(reporting({ patient: 'patient-0002' }).rules).toEqual(['treatment.patient-differs']);
    expect(updating({ patient: 'patient-0002' }).rules).toEqual(['treatment.patient-differs']);
  });
});

describe('the outcome', () => {
  it('is kept by endpoint', () => {
    const done = when(t.outcomeEvaluated, examples.outcomeEvaluated());
    expect(done.rules).toEqual([]);
    expect(done.afterwards().outcomes.get('WOMAC-50')).toMatchObject({ result: 'improved' });
  });

  it('of a visit that nobody scheduled warns', () => {
    expect(when(t.outcomeEvaluated, examples.outcomeEvaluated({ visit: VISIT })).warnings).toEqual([
      'treatment.visit-not-scheduled',
    ]);
  });
});

describe('the end', () => {
  const closing = (reason: string, past: readonly Past[] = ready) => when(t.closed, examples.closed({ reason }), past);

  it('closes', () => {
    const done = closing('completed');
    expect(done).toMatchObject({ rules: [], warnings: [] });
    expect(done.afterwards().closed).toBe('closed');
  });

  it('as completed warns of visits that are missing', () => {
    expect(closing('completed', [...ready, [t.visitScheduled, examples.visitScheduled()]]).warnings).toEqual([
      'treatment.closed-with-open-visits',
    ]);
  });

  it('as never treated contradicts an infusion', () => {
    expect(closing('not-treated', [...ready, INFUSED]).rules).toEqual(['treatment.closed-not-treated-but-infused']);
  });

  it('leaves no serious adverse event open, unless the patient died', () => {
    const serious: Past = [t.adverseEventReported, examples.adverseEventReported({ grade: '3', seriousness: ['disability'] })];
    expect(closing('completed', [...ready, serious]).rules).toEqual(['treatment.closed-with-open-events']);
    expect(closing('died', [...ready, serious]).rules).toEqual([]);
    const over: Past = [t.adverseEventUpdated, examples.adverseEventUpdated()];
    expect(closing('completed', [...ready, serious, over]).rules).toEqual([]);
  });

  it('may be that the patient is lost', () => {
    const done = when(t.lostToFollowUp, examples.lostToFollowUp());
    expect(done.rules).toEqual([]);
    expect(done.afterwards().closed).toBe('lost-to-follow-up');
    const closed: Past = [t.closed, examples.closed()];
    const after = when(t.lostToFollowUp, examples.lostToFollowUp(), [...ready, closed]);
    expect(after.warnings).toEqual(['treatment.closed']);
    expect(after.afterwards().closed).toBe('closed');
  });
});
