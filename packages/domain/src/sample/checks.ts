import { z } from 'zod';
import { type Identifier, readIdentifier } from '../identifiers/index.ts';
import { broken, type Check, type Context } from '../kernel/index.ts';
import { compareDecimal, Decimal } from '../quantity/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { sampleRules } from './rules.ts';
import type { SampleState } from './state.ts';

const END_ZH = { consumed: '用尽', destroyed: '销毁' } as const;

export function endedFault({ end }: SampleState, rule: typeof sampleRules.ended | typeof sampleRules.retainedAfterEnd): Check {
  return end !== null && broken(rule, '', { end, zh: END_ZH[end] });
}

export function handsFault(
  hands: { readonly operator?: string | undefined; readonly verifier?: string | undefined },
  { actor }: Pick<Context, 'actor'>,
): Check {
  const { operator = actor.person, verifier } = hands;
  return verifier !== undefined && verifier === operator && broken(sampleRules.verifierIsOperator, '/verifier', { verifier });
}

/** Lowest and highest of a transport, °C. */
export const Temperature = z.strictObject({ minimum: Decimal, maximum: Decimal, logger: SiteCode.optional() });

export function temperatureFault(temperature: z.output<typeof Temperature> | undefined): Check {
  if (!temperature) return undefined;
  const { minimum, maximum } = temperature;
  return compareDecimal(minimum, maximum) > 0 && broken(sampleRules.temperatureOrder, '/temperature', { minimum, maximum });
}

export function identifierFaults(identifiers: readonly Identifier[] = []): Check {
  return identifiers.map((identifier, i) => {
    const reading = readIdentifier(identifier);
    const { scheme, value } = identifier;
    return (
      !reading.ok &&
      broken(sampleRules.identifierMalformed, `/identifiers/${i}/value`, { value, scheme, problem: reading.problem.code })
    );
  });
}
