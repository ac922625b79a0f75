import { describe, expect, it } from 'vitest';
import { aTreatment, IDS } from '../batch/hospital-examples.ts';
import type { Signer } from '../kernel/index.ts';
import { type folded as fold, given } from '../specification.ts';
import { collected, discarded, donation, examples, materialIssued, received, registered } from './index.ts';

const { DONATION, BATCH, COI } = examples;
type Past = Parameters<typeof fold>[2][number];

const SIGNED: Signer[] = [
  {
    kid: 'k'.repeat(43),
    org: 'lab-a',
    person: 'staff-0001',
    roles: ['lab.operator'],
    meaning: 'discard',
    signedAt: '2026-11-21T07:00:00Z',
  },
];
const past: Past[] = [
  [registered, examples.registered()],
  [collected, examples.collected()],
  [received, examples.received()],
];
const discarding = (over: object = {}, before: readonly Past[] = past, options: { signers?: Signer[]; org?: string } = {}) =>
  given(donation, DONATION, before).when(discarded, examples.discarded(over), {
    signers: options.signers ?? SIGNED,
    actor: { org: options.org ?? 'lab-a' },
  });

describe('discarding a donation', () => {
  it('is signed, and seen by somebody else', () => {
    const done = discarding();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().discarded).toMatchObject({ whole: true });
    expect(discarding({}, past, { signers: [] })).toMatchObject({ outcome: 'record', rules: ['donation.discard-unsigned'] });
    expect(discarding({ witness: undefined }).rules).toEqual(['donation.discard-witness-missing']);
    expect(discarding({ witness: 'staff-0001' }).rules).toEqual(['donation.discard-witness-is-discarder']);
    expect(discarding({ discarder: undefined, witness: 'staff-0001' }).rules).toEqual(['donation.discard-witness-is-discarder']);
  });

  it('goes with the waste contractor’s manifest', () => {
    expect(discarding({ method: 'handed-to-waste-contractor' }).rules).toEqual(['donation.waste-manifest-missing']);
    expect(discarding({ method: 'handed-to-waste-contractor', wasteManifest: 'WM-7' }).rules).toEqual([]);
  });

  it('is done by who has it', () => {
    expect(discarding({}, past, { org: 'hospital-b' }).rules).toEqual(['donation.discarded-by-other']);
    expect(discarding({}, past.slice(0, 2)).rules).toEqual([]);
  });

  it('of a part leaves the rest to be used', () => {
    const part: Past = [discarded, examples.discarded({ quantity: { value: '5', unit: 'g', what: 'mass' } })];
    const issuing = (before: readonly Past[]) => given(donation, DONATION, before).when(materialIssued, { into: BATCH }).rules;
    expect(issuing([...past, part])).toEqual([]);
    expect(issuing([...past, [discarded, examples.discarded()]])).toEqual(['donation.issued-after-discard']);
  });

  it('happens once', () => {
    expect(discarding({}, [...past, [discarded, examples.discarded()]]).warnings).toEqual(['donation.discarded-before']);
  });
});

describe('a donation that is collected for a treatment', () => {
  const registering = (over: object, planned: object = {}) =>
    given(
      donation,
      DONATION,
      [],
      new Map([[`treatment-${IDS.treatment}`, aTreatment({ patient: 'donor-0001', coi: COI, ...planned })]]),
    ).when(registered, examples.registered({ kind: 'autologous', treatment: IDS.treatment, coi: COI, ...over })).rules;

  it('carries the chain of identity that was issued for it', () => {
    expect(registering({})).toEqual([]);
    expect(registering({ coi: 'CH-OTHER-7' })).toEqual(['donation.coi-differs']);
    expect(registering({ coi: undefined })).toEqual(['donation.coi-missing', 'donation.coi-differs']);
    expect(registering({}, { coi: null })).toEqual([]);
  });

  it('is of that patient, or directed to them', () => {
    expect(registering({}, { patient: 'patient-0002' })).toEqual(['donation.treatment-of-other']);
    expect(
      registering(
        { kind: 'related-allogeneic', relationship: 'first-degree', recipient: 'patient-0002' },
        { patient: 'patient-0002' },
      ),
    ).toEqual([]);
  });
});
