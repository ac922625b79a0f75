import { z } from 'zod';
import { broken, type Check } from '../kernel/index.ts';
import { compareDecimal, Decimal } from '../quantity/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { sampleRules } from './rules.ts';
import type { SampleState } from './state.ts';

const END_ZH = { consumed: '用尽', destroyed: '销毁' } as const;

export function endedFault({ end }: SampleState, rule: typeof sampleRules.ended | typeof sampleRules.retainedAfterEnd): Check {
  return end !== null && broken(rule, '', { end, zh: END_ZH[end] });
}

/** Lowest and highest of a transport, °C. */
export const Temperature = z.strictObject({ minimum: Decimal, maximum: Decimal, logger: SiteCode.optional() });

export function temperatureFault(temperature: z.output<typeof Temperature> | undefined): Check {
  if (!temperature) return undefined;
  const { minimum, maximum } = temperature;
  return compareDecimal(minimum, maximum) > 0 && broken(sampleRules.temperatureOrder, '/temperature', { minimum, maximum });
}
