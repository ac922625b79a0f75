import { z } from 'zod';
import { type Identifier, Identifiers, readIdentifier } from '../identifiers/index.ts';
import { broken, type Check, type Context } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { LocalDate } from '../time/index.ts';
import { Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { MaterialKind } from './codes.ts';
import { materialRules } from './rules.ts';

/** What is known of every lot, received or prepared. */
export const lotShape = {
  kind: MaterialKind,
  name: SiteCode,
  lot: SiteCode.describe('As printed'),
  identifiers: Identifiers.optional().describe('GTIN, ISBT 128 or the site’s own number of the delivery'),
  expiry: LocalDate.optional().describe('Usable to the end of this day'),
  quantity: MaterialQuantity.optional().describe('How much there is of it'),
  storage: SiteCode.optional().describe('Where and how it is kept'),
} as const;

/** Who did it and who looked on. */
export const Hands = {
  operator: Pseudonym.optional().describe('Staff pseudonym; the reporting person when left out'),
  verifier: Pseudonym.optional().describe('Staff pseudonym of the second person'),
} as const;

const AnyHands = z.object(Hands);

export function handsFault({ operator, verifier }: z.output<typeof AnyHands>, { actor }: Pick<Context, 'actor'>): Check {
  const who = operator ?? actor.person;
  return verifier !== undefined && verifier === who && broken(materialRules.verifierIsOperator, '/verifier', { verifier });
}

export function identifierFaults(identifiers: readonly Identifier[] = []): Check {
  return identifiers.map((identifier, i) => {
    const reading = readIdentifier(identifier);
    const { scheme, value } = identifier;
    return (
      !reading.ok &&
      broken(materialRules.identifierMalformed, `/identifiers/${i}/value`, { value, scheme, problem: reading.problem.code })
    );
  });
}
