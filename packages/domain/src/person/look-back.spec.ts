import { describe, expect, it } from 'vitest';
import { aBatch, aDonation, aTreatment, aUnit, IDS, RELEASE } from '../batch/hospital-examples.ts';
import type { Signer } from '../kernel/index.ts';
import { type folded as fold, given } from '../specification.ts';
import * as p from './index.ts';
import { examples, person, readMarkers } from './index.ts';

const { DONOR, CONSENT, WITHDRAWAL, BATCH, DONATION } = examples;
type Past = Parameters<typeof fold>[2][number];

const AT_CLINIC = { org: 'clinic-a' };
const REGISTERED: Past = [p.registered, examples.registered(), AT_CLINIC];
const SCREENED: Past = [p.screened, examples.screened()];
const CONSENTED: Past = [p.consentGiven, examples.consentGiven()];
const ELIGIBLE: Past = [p.eligibilityDetermined, examples.eligibilityDetermined()];
const withdrawn = (over: object = {}): Past => [p.consentWithdrawn, examples.consentWithdrawn(over), { id: WITHDRAWAL }];
const signed = (name: string, meaning: string, org = 'clinic-a'): Signer => ({
  kid: `${name}${'k'.repeat(43)}`.slice(0, 43),
  org,
  person: name,
  roles: ['lab.qa'],
  meaning,
  signedAt: '2026-11-21T07:00:00Z',
});
const when = (
  fact: Parameters<ReturnType<typeof given>['when']>[0],
  data: object,
  past: readonly Past[],
  others: Readonly<Record<string, unknown>> = {},
  signers: Signer[] = [],
) => given(person, DONOR, past, new Map(Object.entries(others))).when(fact, data, { actor: AT_CLINIC, signers });

describe('the decision after a withdrawal', () => {
  const past = [REGISTERED, CONSENTED, withdrawn()];
  const deciding = (
    over: object = {},
    {
      before = past,
      others = {},
      signers = [signed('staff-0003', p.WITHDRAWAL_DECISION)],
    }: {
      before?: readonly Past[];
      others?: Readonly<Record<string, unknown>>;
      signers?: Signer[];
    } = {},
  ) => when(p.withdrawalDecided, examples.withdrawalDecided(over), before, others, signers);

  it('is made for each batch, and signed by who makes it', () => {
    const done = deciding();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().decisions.get(BATCH)).toMatchObject({ withdrawal: WITHDRAWAL, decision: 'keep' });
    for (const signers of [
      [],
      [signed('staff-0009', p.WITHDRAWAL_DECISION)],
      [signed('staff-0003', 'other')],
      [signed('staff-0003', p.WITHDRAWAL_DECISION, 'hospital-b')],
    ]) {
      expect(deciding({}, { signers })).toMatchObject({ outcome: 'refuse', rules: ['withdrawal.decision-unsigned'] });
    }
  });

  it('is about a withdrawal that is recorded here', () => {
    expect(deciding({}, { before: [REGISTERED, CONSENTED] })).toMatchObject({
      outcome: 'refuse',
      rules: ['withdrawal.unknown'],
    });
  });

  it('to keep what the form says is destroyed is a finding', () => {
    const form = [REGISTERED, CONSENTED, withdrawn({ effect: 'destroy-unused' })];
    expect(deciding({}, { before: form })).toMatchObject({ outcome: 'record', rules: ['withdrawal.kept-against-form'] });
    expect(deciding({ batches: [{ batch: BATCH, decision: 'destroy' }] }, { before: form }).rules).toEqual([]);
  });

  it('may be changed, and the newest holds', () => {
    const first: Past = [p.withdrawalDecided, examples.withdrawalDecided()];
    const again = deciding({ batches: [{ batch: BATCH, decision: 'destroy' }] }, { before: [...past, first] });
    expect(again.warnings).toEqual(['withdrawal.decided-before']);
    expect(again.afterwards().decisions.get(BATCH)?.decision).toBe('destroy');
  });

  it('never destroys the cells of a patient who was conditioned', () => {
    const destroy = { batches: [{ batch: BATCH, decision: 'destroy' }] };
    const world = (treatment: object, unit: object = {}) => ({
      [`batch-${BATCH}`]: aBatch({}, aUnit(unit)),
      [`treatment-${IDS.treatment}`]: aTreatment(treatment),
    });
    const conditioned = { conditioningStarted: { event: RELEASE, occurredAt: null, physician: 'staff-0009' } };
    expect(deciding(destroy, { others: world(conditioned) })).toMatchObject({
      outcome: 'refuse',
      rules: ['withdrawal.destroys-for-conditioned'],
    });
    expect(deciding(destroy, { others: world({}) }).outcome).toBe('record');
    expect(deciding(destroy, { others: world({ ...conditioned, closed: 'closed' }) }).outcome).toBe('record');
    expect(deciding(destroy, { others: world(conditioned, { end: 'infused' }) }).outcome).toBe('record');
    expect(deciding({}, { others: world(conditioned) }).outcome).toBe('record');
  });

  it('may come after everything was infused', () => {
    expect(deciding({}, { others: { [`batch-${BATCH}`]: aBatch({}, aUnit({ end: 'infused' })) } })).toMatchObject({
      outcome: 'record',
      rules: [],
    });
  });
});

describe('what comes out after the donation', () => {
  const receiving = (over: object = {}, past: readonly Past[] = [REGISTERED]) =>
    when(p.postDonationInformationReceived, examples.postDonationInformationReceived(over), past);

  it('waits for an assessment, which is a new determination', () => {
    const done = receiving();
    expect(done).toMatchObject({ outcome: 'record', rules: ['information.needs-assessment'] });
    expect(done.afterwards().information.get(examples.INFORMATION)).toMatchObject({ assessed: null });
    const information: Past = [p.postDonationInformationReceived, examples.postDonationInformationReceived()];
    const determined = when(
      p.eligibilityDetermined,
      { status: 'ineligible', reasons: ['post-donation-information'], reviewer: 'staff-0002' },
      [REGISTERED, information],
    ).afterwards();
    expect(determined.information.get(examples.INFORMATION)?.assessed).not.toBeNull();
  });

  it('is not known from the future, nor told twice without notice', () => {
    expect(receiving({ knownSince: '2026-11-22' }).rules).toEqual([
      'information.needs-assessment',
      'information.known-since-future',
    ]);
    const before: Past = [p.postDonationInformationReceived, examples.postDonationInformationReceived()];
    expect(receiving({}, [REGISTERED, before]).warnings).toEqual(['information.received-before']);
  });

  it('is said in words that stay out of the log', () => {
    expect(p.postDonationInformationReceived.personal.map(({ path }) => path.join('/'))).toEqual(['words']);
  });
});

describe('a retest', () => {
  const donated = (occurredAt: string | null, over: object = {}) => ({
    [`donation-${DONATION}`]: aDonation({ donor: DONOR, collected: { event: RELEASE, occurredAt, quantities: [] }, ...over }),
  });
  const retesting = (results: Record<string, string> = {}, others: Readonly<Record<string, unknown>> = {}, over: object = {}) =>
    when(p.retested, examples.retested(results, over), [REGISTERED, SCREENED, ELIGIBLE], others);

  it('after the window period closes it', () => {
    const done = retesting({}, donated('2026-05-20T09:00:00+08:00'));
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().retests).toMatchObject([{ donations: [DONATION] }]);
  });

  it.each([
    ['2026-05-24T09:00:00+08:00', []],
    ['2026-05-24T09:01:00+08:00', ['retest.within-window']],
    ['2026-11-19T09:00:00+08:00', ['retest.within-window']],
    [null, []],
  ])('of a donation collected at %s is measured against 180 days', (collectedAt, rules) => {
    expect(retesting({}, donated(collectedAt)).rules).toEqual(rules);
  });

  it('that is reactive is critical, and the gate reads it as it reads a screening', () => {
    const done = retesting({ 'anti-hcv': 'reactive' }, donated('2026-05-20T09:00:00+08:00'));
    expect(done.rules).toEqual(['retest.reactive']);
    expect(done.decision.violations[0]?.rule.deviation).toBe('critical');
    expect(readMarkers(done.afterwards()).excluding).toMatchObject([{ marker: 'anti-hcv', result: 'reactive' }]);
    expect(retesting({ 'anti-hcv': 'reactive' }).afterwards().eligibility?.status).toBe('eligible');
  });

  it('of anti-HBc alone, or of a past infection, asks for nothing', () => {
    expect(retesting({ 'anti-hbc': 'reactive', 'cmv-igg': 'reactive' }).rules).toEqual([]);
  });

  it('tells which window stays open', () => {
    const tests = [examples.tested('hbsag', 'non-reactive', '2026-11-20T09:00:00+08:00')];
    expect(retesting({}, {}, { tests }).warnings).toEqual(Array(4).fill('retest.marker-missing'));
  });

  it('clears no donation of somebody else, but that of a child by its mother', () => {
    expect(retesting({}, donated('2026-05-20T09:00:00+08:00', { donor: 'donor-0002' })).rules).toEqual([
      'retest.donation-of-other',
    ]);
    const born = donated('2026-05-20T09:00:00+08:00', { donor: 'donor-0002', birthMother: DONOR });
    expect(retesting({}, born).rules).toEqual([]);
  });

  it('cannot have been taken after it was recorded', () => {
    const tests = [examples.tested('hbsag', 'non-reactive', '2026-12-20T09:00:00+08:00')];
    expect(retesting({}, {}, { tests }).rules).toEqual(['person.sampled-after-report']);
  });
});

describe('a death', () => {
  it('is recorded once, whatever the person was', () => {
    const done = when(p.died, examples.died(), [REGISTERED]);
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().died).toMatchObject({ occurredAt: '2026-11-21T15:00:00+08:00' });
    expect(when(p.died, examples.died(), [REGISTERED, [p.died, examples.died()]]).warnings).toEqual(['person.died-before']);
    expect(p.died.personal.map(({ path }) => path.join('/'))).toEqual(['cause']);
  });

  it('ends no consent', () => {
    const state = when(p.died, examples.died(), [REGISTERED, CONSENTED]).afterwards();
    expect(state.consents.get(CONSENT)?.withdrawn).toBeNull();
  });
});
