import { broken, type Check, type Context } from '../kernel/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { roomRules } from './rules.ts';

/** Who did it and who looked on. */
export const Hands = {
  operator: Pseudonym.optional().describe('Staff pseudonym; the reporting person when left out'),
  verifier: Pseudonym.optional().describe('Staff pseudonym of the second person'),
} as const;

export function handsFault(
  hands: { readonly operator?: string | undefined; readonly verifier?: string | undefined },
  context: Context,
): Check {
  const { operator = context.actor.person, verifier } = hands;
  return verifier !== undefined && verifier === operator && broken(roomRules.verifierIsOperator, '/verifier', { verifier });
}
