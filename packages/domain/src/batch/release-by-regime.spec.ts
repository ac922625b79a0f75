import { describe, expect, it } from 'vitest';
import type { RegimeId, Signer } from '../kernel/index.ts';
import { REGIMES } from '../rules/index.ts';
import * as example from './examples.ts';
import { originsResolved, released } from './index.ts';
import { deciding, head, made, type Past, reported, sterile, viable } from './release-world.fixture.ts';

const IDS = Object.keys(REGIMES) as RegimeId[];
const under = (regime: RegimeId): Past => [
  ...made.map((entry) =>
    entry[0] === originsResolved ? ([originsResolved, example.originsResolved({ regime })] as const) : entry,
  ),
  reported(viable, sterile),
];
const signersOf = (regime: RegimeId): Signer[] =>
  REGIMES[regime].signerRoles.map(({ role }, n) => ({
    kid: `key-${n}`,
    org: 'lab-a',
    person: `staff-002${n}`,
    roles: [role],
    meaning: 'release',
    signedAt: '2026-11-21T08:00:00Z',
  }));

describe.each(IDS)('a release under %s', (regime) => {
  const past = under(regime);
  const releasing = (signers: Signer[]) => deciding(released, past, example.released(head(past)), { signers });

  it('takes effect with one signature of each role that the regime asks for', () => {
    expect(releasing(signersOf(regime))).toMatchObject({ outcome: 'record', rules: [] });
  });

  it.each(REGIMES[regime].signerRoles.map(({ role }) => role))('is refused without that of %s, by name', (role) => {
    const refused = releasing(signersOf(regime).filter(({ roles }) => !roles.includes(role)));
    expect(refused).toMatchObject({ outcome: 'refuse', rules: ['release.signature-missing'] });
    expect(refused.decision.violations[0]!.params).toMatchObject({ role });
  });

  it('is refused where one person signs for all roles', () => {
    const one = signersOf(regime).map((signer) => ({ ...signer, person: 'staff-0020', roles: ['lab.qa', 'lab.qp'] }));
    expect(releasing(one).rules).toContain('release.four-eyes');
  });
});
