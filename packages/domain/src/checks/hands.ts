import { broken, type Check, type Context, type Rule } from '../kernel/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';

/** Who did it and who looked on. */
export const Hands = {
  operator: Pseudonym.optional().describe('Staff pseudonym; the reporting person when left out'),
  verifier: Pseudonym.optional().describe('Staff pseudonym of the second person'),
} as const;

/** Nobody looks on at what their own hands do. `rule` is what the record's kind says of it. */
export function handsFault(
  rule: Rule,
  hands: { readonly operator?: string | undefined; readonly verifier?: string | undefined },
  { actor }: Pick<Context, 'actor'>,
): Check {
  const { operator = actor.person, verifier } = hands;
  return verifier !== undefined && verifier === operator && broken(rule, '/verifier', { verifier });
}
