import { describe, expect, it } from 'vitest';
import type { Signer } from '../kernel/index.ts';
import { folded, given } from '../specification.ts';
import {
  examples,
  key,
  keyEnrolled,
  keyRevoked,
  ORGANISATION_ROOT,
  product,
  productSpecified,
  site,
  siteRegistered,
  staff,
  staffEnrolled,
  study,
  studyFiled,
} from './index.ts';

const { KID, OTHER_KID, PRODUCT, STUDY } = examples;
const laboratory = folded(site, 'lab-a', [[siteRegistered, examples.siteRegistered()]]);
const operator = folded(staff, 'staff-0001', [[staffEnrolled, examples.staffEnrolled()]]);

describe('a site', () => {
  it('has a root key and is its own owner', () => {
    const state = given(site, 'lab-a').when(siteRegistered, examples.siteRegistered()).afterwards();
    expect(state).toMatchObject({ kind: 'laboratory', rootKey: examples.PUBLIC_KEY });
    expect(site.relations(state, 'lab-a')).toEqual(['owner']);
    expect(site.relations(state, 'hospital-b')).toEqual([]);
  });
});

describe('a study', () => {
  const others = new Map<string, unknown>([
    ['site-lab-a', laboratory],
    ['site-hospital-b', laboratory],
  ]);

  it('is filed under a regime', () => {
    const filed = given(study, STUDY, [], others).when(studyFiled, examples.studyFiled());
    expect(filed).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(filed.afterwards()).toMatchObject({ filed: true, regime: 'cn-818-clinical-research', owner: 'lab-a' });
  });

  it('with a strange number or an unknown site is filed all the same, with a warning', () => {
    expect(
      given(study, STUDY, [], others).when(studyFiled, examples.studyFiled({ filingNumber: '粤卫科教 12', sites: ['clinic-x'] })),
    ).toMatchObject({ outcome: 'record', rules: [], warnings: ['study.filing-number-strange', 'study.site-unknown'] });
  });
});

describe('a specification', () => {
  const first = [productSpecified, examples.productSpecified()] as const;

  it('comes in versions without gaps', () => {
    expect(given(product, PRODUCT, [first]).when(productSpecified, examples.productSpecified({ version: 2 })).rules).toEqual([]);
    for (const version of [1, 3]) {
      expect(given(product, PRODUCT, [first]).when(productSpecified, examples.productSpecified({ version }))).toMatchObject({
        outcome: 'unreconciled',
        rules: ['product.version-not-next'],
      });
    }
  });

  it('keeps its earlier versions', () => {
    const state = given(product, PRODUCT, [first])
      .when(productSpecified, examples.productSpecified({ version: 2, thawToInfusionMinutes: 60 }))
      .afterwards();
    expect([...state.specifications.values()].map((each) => each.thawToInfusionMinutes)).toEqual([120, 60]);
  });

  it('is continued by its owner only', () => {
    expect(
      given(product, PRODUCT, [first]).when(productSpecified, examples.productSpecified({ version: 2 }), {
        actor: { org: 'lab-z' },
      }).rules,
    ).toEqual(['product.owner-changed']);
  });

  it('names each line once and its transport limits the right way round', () => {
    const wrong = examples.productSpecified({
      lines: [examples.line(), examples.line()],
      transport: { minimum: '8', maximum: '2', cumulativeMinutes: 0 },
    });
    expect(given(product, PRODUCT).when(productSpecified, wrong).rules).toEqual([
      'product.line-repeated',
      'product.transport-limits-reversed',
    ]);
  });

  it('without a mandatory release test is a finding', () => {
    const lax = examples.productSpecified({ lines: [examples.line({ mandatory: false })] });
    expect(given(product, PRODUCT).when(productSpecified, lax).rules).toEqual(['product.no-mandatory-release-test']);
  });
});

describe('staff', () => {
  it('change their roles but not their organisation', () => {
    const past = [[staffEnrolled, examples.staffEnrolled()]] as const;
    const again = given(staff, 'staff-0001', past).when(staffEnrolled, examples.staffEnrolled({ roles: ['lab.qp'] }));
    expect(again.rules).toEqual([]);
    expect(again.afterwards().roles).toEqual(['lab.qp']);
    expect(given(staff, 'staff-0001', past).when(staffEnrolled, examples.staffEnrolled({ org: 'hospital-b' })).rules).toEqual([
      'staff.other-organisation',
    ]);
  });
});

describe('a key', () => {
  const signer = (over: Partial<Signer>): Signer => ({
    kid: KID,
    org: 'lab-a',
    person: null,
    roles: [],
    meaning: 'key-enrolment',
    signedAt: '2026-11-21T08:00:00Z',
    ...over,
  });
  const root = signer({ kid: ORGANISATION_ROOT });
  const self = signer({});
  const others = new Map<string, unknown>([
    ['site-lab-a', laboratory],
    ['staff-staff-0001', operator],
  ]);
  const enrolling = (data: object = {}, signers: Signer[] = [root, self], known: ReadonlyMap<string, unknown> = others) =>
    given(key, KID, [], known).when(keyEnrolled, examples.keyEnrolled(data), { signers });

  it('is enrolled when the organisation vouches for it and its holder proves possession', () => {
    const enrolled = enrolling();
    expect(enrolled).toMatchObject({ outcome: 'record', rules: [] });
    expect(enrolled.afterwards()).toMatchObject({ org: 'lab-a', person: 'staff-0001', roles: ['lab.qa'], revoked: null });
  });

  it.each([
    ['nobody', []],
    ['itself only', [self]],
    ['the root only', [root]],
    ['the root of another organisation', [self, { ...root, org: 'lab-z' }]],
    ['a colleague who is not the root', [self, signer({ kid: OTHER_KID, roles: ['root'] })]],
  ])('vouched for by %s is refused', (_, signers) => {
    const refused = enrolling({}, signers);
    expect(refused.outcome).toBe('refuse');
    expect(new Set(refused.rules)).toEqual(new Set(['key.not-vouched']));
  });

  it('is enrolled in its own record only', () => {
    expect(enrolling({ kid: OTHER_KID }, [root, signer({ kid: OTHER_KID })]).rules).toEqual(['key.wrong-id']);
  });

  it('belongs to enrolled staff and gives no role that they do not hold', () => {
    expect(enrolling({ roles: ['lab.qa', 'lab.qp'] }).rules).toEqual(['key.roles-beyond-staff']);
    expect(enrolling({ person: 'staff-9999' }).rules).toEqual(['key.staff-unknown']);
    expect(enrolling({ person: null, roles: ['lab.client'] }).rules).toEqual([]);
  });

  it('needs a registered organisation', () => {
    expect(enrolling({ person: null }, [root, self], new Map()).rules).toEqual(['key.organisation-unknown']);
  });

  it('is revoked by the root, once, and never enrolled again', () => {
    const past = [[keyEnrolled, examples.keyEnrolled()]] as const;
    const revoking = (signers: Signer[]) => given(key, KID, past, others).when(keyRevoked, examples.keyRevoked(), { signers });
    expect(revoking([self])).toMatchObject({ outcome: 'refuse', rules: ['key.revocation-not-signed'] });
    expect(revoking([root]).afterwards().revoked).toMatchObject({ compromisedFrom: null });
    const revoked = [...past, [keyRevoked, examples.keyRevoked()]] as const;
    expect(given(key, KID, revoked, others).when(keyRevoked, examples.keyRevoked(), { signers: [root] }).rules).toEqual([
      'key.revoked-before',
    ]);
    expect(given(key, KID, revoked, others).when(keyEnrolled, examples.keyEnrolled(), { signers: [root, self] }).rules).toEqual([
      'key.enrolled-before',
    ]);
  });
});
