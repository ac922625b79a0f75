import { type Rule, sentence, type Violation } from '../kernel/index.ts';
import { deviationId } from './deviation-id.ts';
import type { Action, Cause } from './policy.ts';

/** A deviation in the record of a batch or treatment; a function of cause and target alone. */
export function raised(policy: string, rule: Rule, cause: Cause, aggregate: 'batch' | 'treatment', target: string): Action {
  const violation: Violation = { rule, pointer: '', params: {} };
  return {
    policy,
    cause,
    type: `${aggregate}.deviation-raised.v1`,
    target,
    data: {
      deviation: deviationId(cause.id, target),
      rule: rule.id,
      class: rule.deviation,
      event: cause.id,
      sentence: { en: sentence(violation, 'en'), zh: sentence(violation, 'zh') },
    },
    n: 0,
  };
}
