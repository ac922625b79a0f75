import { describe, expect, it } from 'vitest';
import * as persons from '../person/index.ts';
import { folded, given } from '../specification.ts';
import { collected, donation, examples, materialIssued, materialReturned, received, registered } from './index.ts';

const { DONATION, BATCH } = examples;
const { DONOR, MOTHER } = persons.examples;

const donor = (...more: Parameters<typeof folded>[2]) =>
  folded(persons.person, DONOR, [
    [persons.registered, persons.examples.registered()],
    [persons.consentGiven, persons.examples.consentGiven()],
    ...more,
  ]);
const others = new Map<string, unknown>([[`person-${DONOR}`, donor()]]);
const opened = [registered, examples.registered()] as const;
const taken = [collected, examples.collected()] as const;
const arrived = [received, examples.received()] as const;

describe('a donation', () => {
  it('is registered and belongs to the procurement site', () => {
    const done = given(donation, DONATION, [], others).when(registered, examples.registered());
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(donation.relations(done.afterwards(), 'lab-a')).toEqual(['owner', 'procurement-site']);
  });

  it('that is autologous has a chain of identity, and its own donor as recipient', () => {
    const autologous = examples.registered({ kind: 'autologous' });
    expect(given(donation, DONATION, [], others).when(registered, autologous).rules).toEqual(['donation.coi-missing']);
    const done = given(donation, DONATION, [], others).when(registered, { ...autologous, coi: examples.COI });
    expect(done.rules).toEqual([]);
    expect(done.afterwards()).toMatchObject({ coi: examples.COI, recipient: DONOR });
  });

  it('keeps a mistyped number, with a finding', () => {
    const mistyped = examples.registered({
      identifiers: [{ scheme: 'isbt128-din', value: 'G123417654321B' }],
      coi: 'CHG1234176543',
    });
    expect(given(donation, DONATION, [], others).when(registered, mistyped).rules).toEqual([
      'donation.coi-malformed',
      'donation.identifier-malformed',
    ]);
  });

  it('is collection n of m, with n not above m', () => {
    const third = examples.registered({ collection: { number: 3, of: 2 } });
    expect(given(donation, DONATION, [], others).when(registered, third).rules).toEqual(['donation.collection-count']);
  });

  it('keeps the blood group out of the log', () => {
    expect(registered.personal).toEqual([{ path: ['bloodGroup'], subject: '/donor' }]);
  });
});

describe('a collection', () => {
  const collecting = (data: object = {}, people = others) =>
    given(donation, DONATION, [opened], people).when(collected, examples.collected(data));

  it('is recorded without a finding when donor, consent and label are right', () => {
    expect(collecting()).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
  });

  it('from somebody unknown is recorded, with findings', () => {
    expect(collecting({}, new Map())).toMatchObject({
      outcome: 'record',
      rules: ['donation.donor-unknown', 'donation.consent-missing'],
    });
  });

  it('after the consent was withdrawn is recorded, with a finding', () => {
    const withdrawn = donor([persons.consentWithdrawn, persons.examples.consentWithdrawn()]);
    expect(collecting({}, new Map([[`person-${DONOR}`, withdrawn]])).rules).toEqual(['donation.consent-missing']);
  });

  it('from a newborn rests on the consent of the mother', () => {
    const child = folded(persons.person, DONOR, [[persons.registered, persons.examples.registered()]]);
    const mother = folded(persons.person, MOTHER, [[persons.consentGiven, persons.examples.consentGiven({ giver: 'mother' })]]);
    const family = new Map<string, unknown>([
      [`person-${DONOR}`, child],
      [`person-${MOTHER}`, mother],
    ]);
    expect(
      given(donation, DONATION, [[registered, examples.registered({ birthMother: MOTHER })]], family).when(
        collected,
        examples.collected(),
      ).rules,
    ).toEqual([]);
  });

  it('from another donor than registered is a critical finding', () => {
    expect(collecting({ donor: 'donor-0002' }).rules).toContain('donation.wrong-donor');
  });

  it('cannot end before it starts, nor be labelled afterwards without a finding', () => {
    expect(
      collecting({
        start: '2026-11-20T10:00:00+08:00',
        end: '2026-11-20T09:00:00+08:00',
        labelledBeforeDisconnection: false,
      }).rules,
    ).toEqual(['donation.ends-before-start', 'donation.label-after-disconnection']);
  });

  it('is a donation of its own', () => {
    expect(given(donation, DONATION, [opened, taken], others).when(collected, examples.collected()).rules).toEqual([
      'donation.collected-twice',
    ]);
  });
});

describe('a receipt', () => {
  const receiving = (data: object = {}) =>
    given(donation, DONATION, [opened, taken], others).when(received, examples.received(data));

  it('is checked by two', () => {
    expect(receiving().rules).toEqual([]);
    expect(receiving({ checkedBy: ['staff-0002', 'staff-0002'] }).rules).toEqual(['donation.identity-not-checked-by-two']);
  });

  it('with a broken seal is not accepted without a finding', () => {
    expect(receiving({ seal: { intact: false } }).rules).toEqual(['donation.accepted-with-broken-seal']);
    expect(receiving({ outcome: 'quarantined', seal: { intact: false }, reasons: ['seal-broken'] }).rules).toEqual([]);
  });

  it('that does not accept says why', () => {
    expect(receiving({ outcome: 'rejected' }).rules).toEqual(['donation.reasons-missing']);
  });

  it('before the collection is known is recorded, with a finding', () => {
    expect(given(donation, DONATION, [opened], others).when(received, examples.received()).rules).toEqual([
      'donation.collection-missing',
    ]);
  });
});

describe('material', () => {
  const grams = (value: string) => ({ quantity: { value, unit: 'g', what: 'mass' } });
  const OTHER = '0192f5c4-0000-7000-8000-0000000000b1';

  it('is issued into a batch', () => {
    const issued = given(donation, DONATION, [opened, taken, arrived]).when(materialIssued, examples.materialIssued());
    expect(issued).toMatchObject({ outcome: 'record', rules: [] });
    expect([...issued.afterwards().issues.keys()]).toEqual([BATCH]);
  });

  it('that was rejected and is used all the same is recorded, with a finding', () => {
    const rejected = [received, examples.received({ outcome: 'rejected', reasons: ['leaking'] })] as const;
    expect(given(donation, DONATION, [opened, taken, rejected]).when(materialIssued, examples.materialIssued())).toMatchObject({
      outcome: 'record',
      rules: ['donation.issued-not-accepted'],
    });
  });

  it('is not issued beyond what was collected without a finding, whatever units the sums are in', () => {
    const first = [materialIssued, examples.materialIssued({ into: OTHER, ...grams('30') })] as const;
    const past = [opened, taken, arrived, first] as const;
    expect(given(donation, DONATION, past).when(materialIssued, examples.materialIssued(grams('10'))).rules).toEqual([]);
    expect(
      given(donation, DONATION, past).when(materialIssued, {
        into: BATCH,
        quantity: { value: '10001', unit: 'mg', what: 'mass' },
      }).decision.violations,
    ).toMatchObject([{ rule: { id: 'donation.issued-more-than-collected' }, params: { issued: '40.001', collected: '40' } }]);
  });

  it('that came back is there again', () => {
    const past = [
      opened,
      taken,
      arrived,
      [materialIssued, examples.materialIssued({ into: OTHER, ...grams('30') })],
      [materialReturned, { into: OTHER }],
    ] as const;
    expect(given(donation, DONATION, past).when(materialIssued, examples.materialIssued(grams('40'))).rules).toEqual([]);
  });

  it('issued twice into one batch counts once', () => {
    const past = [opened, taken, arrived, [materialIssued, examples.materialIssued(grams('30'))]] as const;
    expect(given(donation, DONATION, past).when(materialIssued, examples.materialIssued(grams('30'))).rules).toEqual([]);
  });

  it('that was never issued cannot come back', () => {
    expect(given(donation, DONATION, [opened]).when(materialReturned, examples.materialReturned())).toMatchObject({
      outcome: 'refuse',
      rules: ['donation.not-issued'],
    });
  });
});
