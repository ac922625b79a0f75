import type { JsonObject } from '@cytoledger/attest';
import type { Expectation } from './step.ts';

/** What came of a step that another thing was expected of. */
export type Surprise = { readonly scenario: string; readonly step: string; readonly expected: string; readonly found: string };

type Named = { readonly rule: string; readonly severity?: string; readonly message?: string };

/** What an answer says: an outcome and its rules, or why it could not even be judged. */
export function outcomeIn(status: number, body: JsonObject): Expectation | { readonly failure: string } {
  const warnings = namesOf([...listIn(body['warnings']), ...listIn(body['violations']).filter(isWarning)]);
  if (body['outcome'] === 'recorded') return { outcome: 'recorded', rules: rulesOf(body['findings']), warnings };
  if (body['outcome'] === 'unreconciled') return { outcome: 'unreconciled', rules: rulesOf(body['reasons']), warnings };
  if (status === 422) return { outcome: 'refused', rules: rulesOf(body['violations']), warnings };
  const violations = listIn(body['violations']) as readonly (Named & { pointer: string })[];
  const reasons = violations.map(({ rule, pointer, message }) => `${rule} ${pointer}: ${message}`);
  return { failure: [`${status} ${body['code'] ?? body['outcome'] ?? ''} ${body['detail'] ?? ''}`, ...reasons].join('\n  ') };
}

/** Null where the outcome is the expected one. */
export function surpriseIn(
  expected: Expectation,
  found: Expectation,
): { readonly expected: string; readonly found: string } | null {
  const isAsked = expected.warnings !== undefined;
  const [said, is] = [wording(expected, isAsked), wording(found, isAsked)];
  return said === is ? null : { expected: said, found: is };
}

function wording({ outcome, rules, warnings = [] }: Expectation, withWarnings: boolean): string {
  return [outcome, ...rules, ...(withWarnings ? ['· warned of:', ...warnings] : [])].join(' ');
}

function rulesOf(list: JsonObject[string] | undefined): string[] {
  return namesOf(listIn(list).filter((each) => !isWarning(each)));
}

function listIn(list: JsonObject[string] | undefined): readonly Named[] {
  return (list ?? []) as unknown as readonly Named[];
}

function isWarning({ severity }: Named): boolean {
  return severity === 'warn';
}

function namesOf(named: readonly Named[]): string[] {
  return [...new Set(named.map(({ rule }) => rule))].sort();
}
