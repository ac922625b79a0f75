import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import {
  consentGiven,
  consentsTo,
  consentWithdrawn,
  eligibilityDetermined,
  examples,
  person,
  registered,
  screened,
} from './index.ts';

const { DONOR, MOTHER, CONSENT } = examples;
const donor = (...past: Parameters<typeof given>[2] & object) => given(person, DONOR, past);

describe('a person', () => {
  it('is registered again in a further role, and stays with the first site', () => {
    const state = donor([registered, examples.registered(), { org: 'clinic-a' }])
      .when(registered, examples.registered({ role: 'patient' }), { actor: { org: 'hospital-b' } })
      .afterwards();
    expect([...state.roles]).toEqual(['donor', 'patient']);
    expect(state.registeredBy).toBe('clinic-a');
    expect(registered.opens).toBe('either');
  });

  it('is not registered with a name in clear that the schema does not mark as personal', () => {
    expect(registered.personal.map(({ path }) => path.join('.')).sort()).toEqual([
      'contact',
      'dateOfBirth',
      'hospitalNumber',
      'name',
      'nationalId',
    ]);
    expect(new Set(registered.personal.map(({ subject }) => subject))).toEqual(new Set(['stream']));
  });

  it('of one month or less needs a birth mother', () => {
    expect(donor().when(registered, examples.registered({ newborn: true })).rules).toEqual(['person.birth-mother-missing']);
    expect(donor().when(registered, examples.registered({ newborn: true, birthMother: MOTHER })).rules).toEqual([]);
  });

  it('keeps the birth mother that was registered first', () => {
    const again = donor([registered, examples.registered({ birthMother: MOTHER })]).when(
      registered,
      examples.registered({ birthMother: 'mother-0002' }),
    );
    expect(again.rules).toEqual(['person.birth-mother-differs']);
    expect(again.afterwards().birthMother).toBe(MOTHER);
  });

  it('cannot have given a sample after the report was recorded', () => {
    const late = { risk: 'none-identified', tests: [examples.tested('hbsag', 'non-reactive', '2026-12-01T09:00:00+08:00')] };
    expect(donor([registered, examples.registered()]).when(screened, late)).toMatchObject({
      outcome: 'record',
      rules: ['person.sampled-after-report'],
    });
  });
});

describe('eligibility', () => {
  const tested = (results: Record<string, string> = {}, over: object = {}) =>
    donor([registered, examples.registered()], [screened, examples.screened(results, over)]);

  it('is recorded without a finding where every mandatory marker is non-reactive', () => {
    const determined = tested().when(eligibilityDetermined, examples.eligibilityDetermined());
    expect(determined).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(determined.afterwards().eligibility).toMatchObject({ status: 'eligible', reasons: [] });
  });

  it.each(['reactive', 'indeterminate'])('is recorded with a finding where a marker is %s', (result) => {
    expect(tested({ 'anti-hcv': result }).when(eligibilityDetermined, examples.eligibilityDetermined()).rules).toEqual([
      'eligibility.reactive-marker',
    ]);
  });

  it.each(['invalid', 'not-done'])('is recorded with a finding where a mandatory test is %s', (result) => {
    expect(tested({ syphilis: result }).when(eligibilityDetermined, examples.eligibilityDetermined()).rules).toEqual([
      'eligibility.mandatory-test-missing',
    ]);
  });

  it('keeps a reactive result when a later sample is negative', () => {
    const past = [
      [registered, examples.registered()],
      [screened, examples.screened({ 'anti-hcv': 'reactive' })],
      [screened, examples.screened()],
    ] as const;
    expect(donor(...past).when(eligibilityDetermined, examples.eligibilityDetermined()).rules).toEqual([
      'eligibility.reactive-marker',
    ]);
  });

  it('asks for a risk assessment, not for a rejection, where anti-HBc is positive and HBsAg negative', () => {
    expect(tested({ 'anti-hbc': 'reactive' }).when(eligibilityDetermined, examples.eligibilityDetermined())).toMatchObject({
      rules: [],
      warnings: ['eligibility.hepatitis-b-risk-assessment'],
    });
  });

  it('does not excuse anti-HBc where HBsAg was not found negative', () => {
    expect(
      tested({ 'anti-hbc': 'reactive', hbsag: 'invalid' }).when(eligibilityDetermined, examples.eligibilityDetermined()).rules,
    ).toEqual(['eligibility.reactive-marker', 'eligibility.mandatory-test-missing']);
  });

  it('is not spoilt by immunity or a common past infection', () => {
    expect(
      tested({ 'anti-hbs': 'reactive', 'cmv-igg': 'reactive' }).when(eligibilityDetermined, examples.eligibilityDetermined())
        .rules,
    ).toEqual([]);
  });

  it('needs a history', () => {
    expect(tested({}, { risk: 'not-done' }).when(eligibilityDetermined, examples.eligibilityDetermined()).rules).toEqual([
      'eligibility.history-missing',
    ]);
  });

  it('of a newborn rests on the tests of the mother', () => {
    const child = [[registered, examples.registered({ newborn: true, birthMother: MOTHER })]] as const;
    const mother = (results: Record<string, string>) =>
      given(person, MOTHER, [[registered, examples.registered({ role: 'birth-mother' })]])
        .when(screened, examples.screened(results))
        .afterwards();
    const determined = (results: Record<string, string>) =>
      given(person, DONOR, child, new Map([[`person-${MOTHER}`, mother(results)]])).when(
        eligibilityDetermined,
        examples.eligibilityDetermined(),
      );
    expect(determined({}).rules).toEqual([]);
    expect(determined({ 'anti-hiv-1-2': 'reactive' }).decision.violations).toMatchObject([
      { rule: { id: 'eligibility.reactive-marker' }, params: { subject: MOTHER, marker: 'anti-hiv-1-2' } },
    ]);
    expect(given(person, DONOR, child).when(eligibilityDetermined, examples.eligibilityDetermined()).rules).toEqual([
      ...Array(5).fill('eligibility.mandatory-test-missing'),
      'eligibility.history-missing',
    ]);
  });

  it('says why a donor is ineligible', () => {
    const ineligible = examples.eligibilityDetermined({ status: 'ineligible' });
    expect(tested().when(eligibilityDetermined, ineligible).rules).toEqual(['eligibility.reasons-missing']);
    expect(tested().when(eligibilityDetermined, { ...ineligible, reasons: ['reactive-after-donation'] }).rules).toEqual([]);
  });
});

describe('consent', () => {
  const consenting = () => donor([registered, examples.registered()], [consentGiven, examples.consentGiven()]);

  it('holds for the purposes that the form names', () => {
    const state = donor([registered, examples.registered()]).when(consentGiven, examples.consentGiven()).afterwards();
    expect(consentsTo(state, 'therapy')).toBe(true);
    expect(consentsTo(state, 'research')).toBe(false);
  });

  it('of a guardian says when the child decides', () => {
    const byGuardian = examples.consentGiven({ giver: 'guardian' });
    expect(donor([registered, examples.registered()]).when(consentGiven, byGuardian).rules).toEqual(['consent.renewal-missing']);
    expect(
      donor([registered, examples.registered()]).when(consentGiven, { ...byGuardian, renewalDue: '2044-01-01' }).rules,
    ).toEqual([]);
  });

  it('to research names the ethics approval', () => {
    expect(
      donor([registered, examples.registered()]).when(consentGiven, examples.consentGiven({ purposes: ['research'] })).rules,
    ).toEqual(['consent.ethics-approval-missing']);
  });

  it('is withdrawn from some purposes, and then from the rest', () => {
    const state = consenting()
      .when(consentWithdrawn, examples.consentWithdrawn({ purposes: ['contact'] }))
      .afterwards();
    expect(consentsTo(state, 'therapy')).toBe(true);
    expect(consentsTo(state, 'contact')).toBe(false);
    const both = donor(
      [registered, examples.registered()],
      [consentGiven, examples.consentGiven()],
      [consentWithdrawn, examples.consentWithdrawn({ purposes: ['contact'] })],
    )
      .when(consentWithdrawn, examples.consentWithdrawn({ purposes: ['therapy'] }))
      .afterwards();
    expect(consentsTo(both, 'therapy')).toBe(false);
    expect(consentsTo(both, 'contact')).toBe(false);
  });

  it('that is not recorded here can be withdrawn all the same', () => {
    const withdrawn = donor([registered, examples.registered()]).when(consentWithdrawn, examples.consentWithdrawn());
    expect(withdrawn).toMatchObject({ outcome: 'record', rules: ['consent.withdrawn-unknown'] });
    expect(withdrawn.afterwards().consents.get(CONSENT)?.withdrawn).toMatchObject({ purposes: 'all', effect: 'no-further-use' });
  });

  it('is not revived when the form is recorded after its withdrawal', () => {
    const state = donor([registered, examples.registered()], [consentWithdrawn, examples.consentWithdrawn()])
      .when(consentGiven, examples.consentGiven())
      .afterwards();
    expect(consentsTo(state, 'therapy')).toBe(false);
  });
});
