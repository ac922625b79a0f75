import { describe, expect, it } from 'vitest';
import type { Signer } from '../kernel/index.ts';
import { site } from '../registry/index.ts';
import { type folded as fold, given } from '../specification.ts';
import * as s from './index.ts';
import { crossingBetween, examples, shipment } from './index.ts';

const { SHIPMENT, HOSPITAL } = examples;
type Past = Parameters<typeof fold>[2][number];

const PACKED: Past = [s.packed, examples.packed()];
const LISTED: Past = [s.manifestListed, examples.manifestListed()];
const past = [PACKED, LISTED];
const AUTHORISED: Past = [s.crossingAuthorised, examples.crossingAuthorised()];

const between = (from: string | null, to: string | null) =>
  new Map<string, unknown>([
    ['site-lab-a', { ...site.initial('lab-a'), province: from }],
    [`site-${HOSPITAL}`, { ...site.initial(HOSPITAL), province: to }],
  ]);
const signer = (over: Partial<Signer> = {}): Signer => ({
  kid: 'k'.repeat(43),
  org: 'lab-a',
  person: 'staff-0002',
  roles: ['lab.qa'],
  meaning: s.CROSSING,
  signedAt: '2026-11-21T07:00:00Z',
  ...over,
});

describe('two places', () => {
  it.each([
    ['CN-GD', 'CN-GD', null],
    ['CN-GD', 'CN-HN', 'province'],
    ['CN-GD', 'CN-HK', 'hong-kong-macao'],
    ['CN-GD', 'HK-HCW', 'hong-kong-macao'],
    ['CN-HK', 'CN-MO', 'hong-kong-macao'],
    ['CN-HK', 'HK-HCW', null],
    ['CN-GD', 'DE-BY', 'abroad'],
    ['SG-01', 'CN-HK', 'abroad'],
    [null, 'CN-HK', null],
    ['CN-GD', null, null],
  ] as const)('%s and %s have between them: %s', (from, to, crossing) => {
    expect(crossingBetween(from, to)).toBe(crossing);
    expect(crossingBetween(to, from)).toBe(crossing);
  });
});

describe('a crossing', () => {
  const authorising = (
    over: object = {},
    signers = [signer()],
    before: readonly Past[] = past,
    world = between('CN-GD', 'CN-HK'),
  ) => given(shipment, SHIPMENT, before, world).when(s.crossingAuthorised, examples.crossingAuthorised(over), { signers });

  it('is authorised by the shipper’s signature, with the papers', () => {
    const done = authorising();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards().crossings).toMatchObject([{ kind: 'hong-kong-macao', validUntil: '2026-12-31' }]);
    for (const signers of [
      [],
      [signer({ person: 'staff-0009' })],
      [signer({ org: HOSPITAL })],
      [signer({ meaning: 'release' })],
    ]) {
      expect(authorising({}, signers)).toMatchObject({ outcome: 'refuse', rules: ['crossing.unsigned'] });
    }
  });

  it.each(['hong-kong-macao', 'abroad'])('%s needs a certificate of export', (kind) => {
    const world = between('CN-GD', kind === 'abroad' ? 'DE-BY' : 'CN-MO');
    expect(authorising({ kind, permits: [] }, undefined, undefined, world).rules).toEqual([
      'crossing.permit-missing',
      'crossing.permit-missing',
    ]);
  });

  it('to another province needs no certificate', () => {
    expect(authorising({ kind: 'province', permits: [] }, undefined, undefined, between('CN-GD', 'CN-HN')).outcome).toBe(
      'record',
    );
  });

  it('is of the kind that the two ends have between them', () => {
    expect(authorising({ kind: 'abroad' }).rules).toEqual(['crossing.kind-differs']);
    expect(authorising({ kind: 'abroad' }, undefined, undefined, between(null, null)).outcome).toBe('record');
  });

  it('takes no paper that ran out, and is late after the departure', () => {
    const permits = examples.crossingAuthorised().permits.map((permit) => ({ ...permit, validUntil: '2026-11-20' }));
    expect(authorising({ permits }).rules).toEqual(['crossing.permit-expired', 'crossing.permit-expired']);
    expect(authorising({}, undefined, [...past, [s.departed, examples.departed()]])).toMatchObject({
      outcome: 'record',
      rules: ['crossing.authorised-after-departure'],
    });
  });
});

describe('a departure', () => {
  const departing = (to: string | null, before: readonly Past[] = past, occurredAt = '2026-11-21T15:00:00+08:00') =>
    given(shipment, SHIPMENT, before, between('CN-GD', to)).when(s.departed, examples.departed(), { occurredAt });

  it('within the province, or to where nobody knows, asks for nothing', () => {
    expect(departing('CN-GD').rules).toEqual([]);
    expect(departing(null).rules).toEqual([]);
  });

  it.each([
    ['CN-HN', 'crossing.province-unauthorised'],
    ['CN-HK', 'crossing.border-unauthorised'],
    ['DE-BY', 'crossing.border-unauthorised'],
  ])('to %s without permission is recorded with a finding', (to, rule) => {
    expect(departing(to)).toMatchObject({ outcome: 'record', rules: [rule] });
  });

  it('with permission is clean until the first paper runs out', () => {
    expect(departing('CN-HK', [...past, AUTHORISED]).rules).toEqual([]);
    expect(departing('CN-HK', [...past, AUTHORISED], '2026-12-31T23:00:00+08:00').rules).toEqual([]);
    expect(departing('CN-HK', [...past, AUTHORISED], '2027-01-01T01:00:00+08:00').rules).toEqual([
      'crossing.departed-after-expiry',
    ]);
  });

  it('abroad is not covered by a permission for Hong Kong', () => {
    expect(departing('DE-BY', [...past, AUTHORISED]).rules).toEqual(['crossing.border-unauthorised']);
  });
});
