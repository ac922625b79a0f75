import { type Identifier, readIdentifier } from '../identifiers/index.ts';
import { broken, type Check, type Rule } from '../kernel/index.ts';

/** A misread label is a fact too: it is kept, and said. `at` is where the identifiers stand in the data. */
export function identifierFaults(rule: Rule, identifiers: readonly Identifier[] = [], at = '/identifiers'): Check {
  return identifiers.map((identifier, i) => {
    const reading = readIdentifier(identifier);
    const { scheme, value } = identifier;
    return !reading.ok && broken(rule, `${at}/${i}/value`, { value, scheme, problem: reading.problem.code });
  });
}
