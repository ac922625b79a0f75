import type { AnyFact, Decision } from './fact.ts';
import { inForce, type Rule, type Violation } from './rule.ts';
import type { RegimeId } from './standing.ts';

/** What becomes of a decision: the severities applied to the kind of fact. */
export type Verdict = {
  readonly outcome: 'record' | 'refuse' | 'unreconciled';
  /** Recorded, each with a deviation in the same append. Empty unless the outcome is `record`. */
  readonly findings: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** Why it was refused or could not be applied. */
  readonly reasons: readonly Violation[];
};

export function judge(fact: AnyFact, decision: Decision, regime: RegimeId | undefined): Verdict {
  const broken = decision.violations.filter((violation) => inForce(violation.rule, decision.regime ?? regime));
  const warnings = broken.filter((violation) => violation.rule.severity === 'warn');
  const impossible = broken.filter((violation) => violation.rule.severity === 'impossible');
  const gates = broken.filter((violation) => violation.rule.severity === 'gate');
  if (fact.kind !== 'fact' && impossible.length + gates.length > 0) {
    return { outcome: 'refuse', findings: [], warnings, reasons: [...impossible, ...gates] };
  }
  if (impossible.length > 0) return { outcome: 'unreconciled', findings: [], warnings, reasons: impossible };
  const findings = broken.filter((violation) => isFinding(violation.rule));
  return { outcome: 'record', findings, warnings, reasons: [] };
}

function isFinding(rule: Rule): boolean {
  return rule.severity === 'finding' || rule.severity === 'gate';
}
