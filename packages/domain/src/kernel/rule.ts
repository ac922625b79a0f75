import { type Jurisdiction, type RegimeId, type RuleStanding, STANDING } from './standing.ts';

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

/** The rule's sentence with its parameters filled in, and of how many more it holds. */
export function sentence({ rule, params }: Violation, language: 'en' | 'zh'): string {
  const said = rule[language].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '?'));
  const { [FURTHER]: further = 0 } = params;
  if (further === 0) return said;
  return language === 'en' ? `${said} The same holds ${further} times more.` : `${said}另有 ${further} 处相同。`;
}

/** So many violations are told one by one: each of them is an entry of its own, and an append holds no more than 500. */
const TOLD_ONE_BY_ONE = 200;
/** Parameter of a violation that stands for others of its rule: how many. */
const FURTHER = 'furtherTimes';

/** Where there are more than {@link TOLD_ONE_BY_ONE}, the first of each rule, which says how often it is broken further. */
export function summedUp(violations: readonly Violation[], most = TOLD_ONE_BY_ONE): readonly Violation[] {
  if (violations.length <= most) return violations;
  const byRule = new Map<string, { first: Violation; further: number }>();
  for (const violation of violations) {
    const held = byRule.get(violation.rule.id);
    if (held) held.further++;
    else byRule.set(violation.rule.id, { first: violation, further: 0 });
  }
  return [...byRule.values()].map(({ first, further }) =>
    further === 0 ? first : { ...first, params: { ...first.params, [FURTHER]: further } },
  );
}

/** What a rule is to a regime: bound by law, agreed standard, model, or not applied. */
export function standingOf(rule: Pick<Rule, 'regimes' | 'jurisdiction'>, regime: RegimeId): RuleStanding {
  if (rule.regimes !== 'all' && !rule.regimes.includes(regime)) return 'not-applied';
  return STANDING[regime][rule.jurisdiction];
}

/** Where the regime is not known, the rules of all of them. */
export function inForce(rule: Rule, regime: RegimeId | undefined): boolean {
  return regime === undefined || standingOf(rule, regime) !== 'not-applied';
}
