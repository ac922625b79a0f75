/**
 * What must hold. A rule is data: one table from which the API's errors, the portal and the docs are generated.
 *
 * `gate` refuses an authorisation · `finding` stores the fact and opens a deviation in the same append · `warn` is shown ·
 * `impossible` cannot be applied at all: what was reported is kept as `fact.unreconciled`.
 *
 * A `gate` rule broken by a *fact* (what has happened, whether it should have or not) is recorded as a finding.
 */
export type Severity = 'gate' | 'finding' | 'warn' | 'impossible';

export type DeviationClass = 'minor' | 'major' | 'critical';

export type Jurisdiction = 'CN' | 'CN-GD' | 'EU' | 'US' | 'international';

export type RegimeId =
  | 'cn-818-clinical-research'
  | 'cn-818-clinical-application'
  | 'cn-828-drug-trial'
  | 'cn-2015-iit'
  | 'cn-nansha-restricted'
  | 'compassionate-use';

export type Rule = {
  /** `<subject>.<what is wrong>`, kebab-case; never renamed once released. */
  readonly id: string;
  readonly severity: Severity;
  /** Sentences for a person at the bench or bedside; `{name}` stands for a parameter. */
  readonly en: string;
  readonly zh: string;
  /** Where the rule comes from; `{@link confirmed}` false means "citation to be confirmed". */
  readonly citation: string;
  readonly confirmed: boolean;
  readonly jurisdiction: Jurisdiction;
  /** Regimes in which the rule is in force. */
  readonly regimes: 'all' | readonly RegimeId[];
  /** Class of the deviation that it opens where it is recorded as a finding. */
  readonly deviation: DeviationClass;
};

type RuleInput = Pick<Rule, 'severity' | 'en' | 'zh'> &
  Partial<Pick<Rule, 'citation' | 'confirmed' | 'jurisdiction' | 'regimes' | 'deviation'>>;

/** Declares a rule. Without a citation it is the platform's own: what its records need to make sense. */
export function rule(id: string, input: RuleInput): Rule {
  return {
    id,
    citation: 'Cytoledger record integrity',
    confirmed: true,
    jurisdiction: 'international',
    regimes: 'all',
    deviation: 'major',
    ...input,
  };
}

export type Violation = {
  readonly rule: Rule;
  /** JSON pointer (RFC 6901) into the submission's content, e.g. `/data/units/0/ordinal`. */
  readonly pointer: string;
  readonly params: Readonly<Record<string, string | number>>;
};

/** States that a rule is broken. `at` is a JSON pointer into `data`, or into the content when it begins with `//`. */
export function broken(rule: Rule, at = '', params: Violation['params'] = {}): Violation {
  return { rule, pointer: at.startsWith('//') ? at.slice(1) : `/data${at}`, params };
}

/** The rule's sentence with its parameters filled in. */
export function sentence(violation: Violation, language: 'en' | 'zh'): string {
  return violation.rule[language].replace(/\{(\w+)\}/g, (_, name: string) => String(violation.params[name] ?? '?'));
}

export function inForce(rule: Rule, regime: RegimeId | undefined): boolean {
  return rule.regimes === 'all' || regime === undefined || rule.regimes.includes(regime);
}
