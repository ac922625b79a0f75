import { describe, expect, it } from 'vitest';
import { REGIMES, RegimeCode, signerRoles } from './index.ts';

describe('regimes', () => {
  it.each(Object.entries(REGIMES))('%s names itself, its roles and its sources in both languages', (id, regime) => {
    expect(regime.id).toBe(id);
    expect(RegimeCode.parse(id)).toBe(id);
    expect(regime.title.zh).toMatch(/\p{Script=Han}/u);
    expect(regime.title.en).toMatch(/^[ -~]+$/);
    expect(new Set(regime.signerRoles.map(({ role }) => role)).size).toBe(regime.signerRoles.length);
    expect(regime.citation).not.toBe('');
  });

  it('never leave a clock both unknown and confirmed', () => {
    for (const { clocks } of Object.values(REGIMES)) {
      const known = clocks.fatalOrLifeThreateningUnexpectedDays !== null && clocks.otherSeriousUnexpectedDays !== null;
      expect(clocks.confirmed).toBe(known);
    }
  });

  it('ask for every role that any of them asks for where the regime is not known', () => {
    const all = new Set(Object.values(REGIMES).flatMap((regime) => regime.signerRoles.map(({ role }) => role)));
    expect(new Set(signerRoles(undefined).map(({ role }) => role))).toEqual(all);
  });
});
