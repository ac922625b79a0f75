export type Jurisdiction = 'CN' | 'CN-GD' | 'EU' | 'US' | 'international';

export type RegimeId =
  | 'cn-818-clinical-research'
  | 'cn-818-clinical-application'
  | 'cn-828-drug-trial'
  | 'cn-2015-iit'
  | 'cn-nansha-restricted'
  | 'compassionate-use';

/**
 * What rules of a jurisdiction are to a regime. `law`: they bind · `standard`: agreed between those who work with cells · `model`: another country's
 * law, taken over because the regime's own says nothing as exact · `not-applied`.
 */
export type RuleStanding = 'law' | 'standard' | 'model' | 'not-applied';

const IN_GUANGDONG: Readonly<Record<Jurisdiction, RuleStanding>> = {
  CN: 'law',
  'CN-GD': 'law',
  international: 'standard',
  EU: 'model',
  US: 'model',
};

/** Which rules are in force under which regime, by jurisdiction. A rule that names its regimes itself holds in those only. */
export const STANDING: Readonly<Record<RegimeId, Readonly<Record<Jurisdiction, RuleStanding>>>> = {
  'cn-818-clinical-research': IN_GUANGDONG,
  'cn-818-clinical-application': IN_GUANGDONG,
  'cn-828-drug-trial': IN_GUANGDONG,
  'cn-2015-iit': IN_GUANGDONG,
  'cn-nansha-restricted': IN_GUANGDONG,
  'compassionate-use': IN_GUANGDONG,
};
