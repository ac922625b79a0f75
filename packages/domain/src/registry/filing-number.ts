import type { RegimeId } from '../kernel/index.ts';
import { REGIMES } from '../rules/regimes.ts';

/** A filing number that does not look like those of the regime so far. None of the forms is normative, so this only warns. */
export function isStrangeFilingNumber(regime: RegimeId | undefined, filingNumber: string): boolean {
  const forms = regime === undefined ? [] : REGIMES[regime].filingForms;
  return forms.length > 0 && !forms.some(({ pattern }) => new RegExp(`^(?:${pattern})$`).test(filingNumber));
}
