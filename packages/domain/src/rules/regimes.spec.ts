import { describe, expect, it } from 'vitest';
import { rules } from '../catalogue.ts';
import { inForce, type RegimeId, type Rule, STANDING, standingOf } from '../kernel/index.ts';
import { REGIMES, RegimeCode, signerRoles } from './index.ts';

const IDS = Object.keys(REGIMES) as RegimeId[];
const RESEARCH: readonly RegimeId[] = ['cn-818-clinical-research', 'cn-828-drug-trial', 'cn-2015-iit'];

describe('regimes', () => {
  it.each(Object.entries(REGIMES))('%s names itself, its roles and its sources in both languages', (id, regime) => {
    expect(regime.id).toBe(id);
    expect(RegimeCode.parse(id)).toBe(id);
    expect(regime.title.zh).toMatch(/\p{Script=Han}/u);
    expect(regime.title.en).toMatch(/^[ -~]+$/);
    expect(new Set(regime.signerRoles.map(({ role }) => role)).size).toBe(regime.signerRoles.length);
    expect(regime.citation).not.toBe('');
  });

  it('never leave a clock both unknown and confirmed, and say why one is unknown', () => {
    for (const { clocks } of Object.values(REGIMES)) {
      const days = [clocks.fatalOrLifeThreateningUnexpectedDays, clocks.otherSeriousUnexpectedDays];
      const known = days.every((each) => each !== null);
      if (!known) expect(clocks.confirmed).toBe(false);
      expect(clocks.unknownBecause === null).toBe(known);
      if (clocks.unknownBecause) expect(clocks.unknownBecause.zh).toMatch(/\p{Script=Han}/u);
    }
  });

  it('know the clock of drug trials, 7 and 15 days, and guess no other', () => {
    const known = IDS.filter((id) => REGIMES[id].clocks.otherSeriousUnexpectedDays !== null);
    expect(known).toEqual(['cn-828-drug-trial']);
    expect(REGIMES['cn-828-drug-trial'].clocks).toMatchObject({
      fatalOrLifeThreateningUnexpectedDays: 7,
      otherSeriousUnexpectedDays: 15,
      confirmed: true,
    });
  });

  it('ask for every role that any of them asks for where the regime is not known', () => {
    const all = new Set(Object.values(REGIMES).flatMap((regime) => regime.signerRoles.map(({ role }) => role)));
    expect(new Set(signerRoles(undefined).map(({ role }) => role))).toEqual(all);
  });

  it.each(IDS)('%s has forms of filing numbers that are regular expressions with a name', (id) => {
    for (const { pattern, what } of REGIMES[id].filingForms) {
      expect(() => new RegExp(`^(?:${pattern})$`)).not.toThrow();
      expect(what.zh).toMatch(/\p{Script=Han}/u);
    }
  });
});

/** Written by hand: which rules hold in some regimes only. All others hold in all six. */
const ONLY_IN: Readonly<Record<string, readonly RegimeId[]>> = {
  'study.amended-without-ethics': [...RESEARCH, 'compassionate-use'],
  'treatment.site-not-approved': RESEARCH,
};

describe('which rule applies in which regime', () => {
  it('is law of the country, standards of the field, and the law of others as a model', () => {
    expect(Object.keys(STANDING).sort()).toEqual([...IDS].sort());
    for (const id of IDS) {
      expect(STANDING[id]).toEqual({ CN: 'law', 'CN-GD': 'law', international: 'standard', EU: 'model', US: 'model' });
    }
  });

  it.each(IDS)('%s has these rules in force and not those', (id) => {
    const known = new Set(rules.map((rule) => rule.id));
    expect(Object.keys(ONLY_IN).filter((rule) => !known.has(rule))).toEqual([]);
    const expected = rules.filter((rule) => ONLY_IN[rule.id]?.includes(id) ?? true).map((rule) => rule.id);
    expect(rules.filter((rule) => inForce(rule, id)).map((rule) => rule.id)).toEqual(expected);
  });

  it.each(IDS)('takes the model gates of Europe and America into %s', (id) => {
    const foreign = rules.filter(({ jurisdiction, severity }) => severity === 'gate' && ['EU', 'US'].includes(jurisdiction));
    expect(foreign.length).toBeGreaterThan(5);
    expect(new Set(foreign.map((rule) => standingOf(rule, id)))).toEqual(new Set(['model']));
  });

  it('is everything where the regime is not known', () => {
    expect(rules.filter((rule: Rule) => !inForce(rule, undefined))).toEqual([]);
  });
});
