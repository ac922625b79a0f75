import { type Rule, sentence, type Violation } from '../kernel/index.ts';
import { deviationId } from './deviation-id.ts';
import type { Action, Cause } from './policy.ts';

type About = {
  /** What the sentence is filled with; a function of cause and target too. */
  readonly params?: Violation['params'];
  readonly deviation?: string;
  readonly n?: number;
};

/** A deviation in the record of a batch or treatment; a function of cause and target alone. */
export function raised(
  policy: string,
  rule: Rule,
  cause: Cause,
  aggregate: 'batch' | 'treatment',
  target: string,
  { params, deviation = deviationId(cause.id, target), n = 0 }: About = {},
): Action {
  const violation: Violation = { rule, pointer: '', params: params ?? {} };
  return {
    policy,
    cause,
    type: `${aggregate}.deviation-raised.v1`,
    target,
    data: {
      deviation,
      rule: rule.id,
      class: rule.deviation,
      event: cause.id,
      sentence: { en: sentence(violation, 'en'), zh: sentence(violation, 'zh') },
      ...(params && { params }),
    },
    n,
  };
}
