import type { Rule } from '../kernel/index.ts';
import type { Protected } from './conditioned.ts';
import { deviationId } from './deviation-id.ts';
import { type Action, type Cause, distinct } from './policy.ts';
import { raised } from './raised.ts';

/** Keeps the deviation of the treatment apart from that of the batch. */
const OF_TREATMENT = '00000000-0000-8000-8000-0000000000f7';

/**
 * What is done about a unit that is not taken away: a critical deviation of the batch, which its quality assurance has to answer, and one of the
 * treatment, which names the physician. One of each for a cause, a batch and a treatment, however many units there are.
 */
export function escalated(policy: string, rule: Rule, cause: Cause, units: readonly Protected[]): readonly Action[] {
  return distinct(
    units.flatMap(({ batch, treatment, physician }) => {
      const params = { batch, treatment, physician };
      const deviation = deviationId(deviationId(cause.id, treatment), batch);
      return [
        raised(policy, rule, cause, 'batch', batch, { params, deviation, n: numberOf(treatment) }),
        raised(policy, rule, cause, 'treatment', treatment, {
          params,
          deviation: deviationId(deviation, OF_TREATMENT),
          n: numberOf(batch),
        }),
      ];
    }),
  );
}

/** Numbers events by what they are about: the last 48 bits of a UUID. */
export function numberOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(-12), 16);
}
