import type { JsonObject } from '@cytoledger/attest';
import type { Expectation } from './step.ts';

/** What came of a step that another thing was expected of. */
export type Surprise = { readonly scenario: string; readonly step: string; readonly expected: string; readonly found: string };

type Named = { readonly rule: string; readonly severity?: string; readonly message?: string };

/** What an answer says: an outcome and its rules, or why it could not even be judged. */
export function outcomeIn(status: number, body: JsonObject): Expectation | { readonly failure: string } {
  if (body['outcome'] === 'recorded') return { outcome: 'recorded', rules: rulesOf(body['findings']) };
  if (body['outcome'] === 'unreconciled') return { outcome: 'unreconciled', rules: rulesOf(body['reasons']) };
  if (status === 422) return { outcome: 'refused', rules: rulesOf(body['violations']) };
  const violations = (body['violations'] ?? []) as unknown as readonly (Named & { pointer: string })[];
  const reasons = violations.map(({ rule, pointer, message }) => `${rule} ${pointer}: ${message}`);
  return { failure: [`${status} ${body['code'] ?? body['outcome'] ?? ''} ${body['detail'] ?? ''}`, ...reasons].join('\n  ') };
}

/** Null where the outcome is the expected one. */
export function surpriseIn(
  expected: Expectation,
  found: Expectation,
): { readonly expected: string; readonly found: string } | null {
  const [said, is] = [wording(expected), wording(found)];
  return said === is ? null : { expected: said, found: is };
}

function wording({ outcome, rules }: Expectation): string {
  return [outcome, ...rules].join(' ');
}

function rulesOf(list: JsonObject[string] | undefined): string[] {
  const named = (list ?? []) as unknown as readonly Named[];
  return [...new Set(named.filter(({ severity }) => severity !== 'warn').map(({ rule }) => rule))].sort();
}
