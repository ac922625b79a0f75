import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { Decimal } from '../quantity/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { TransportLimits } from './limits.ts';
import { shipmentRules } from './rules.ts';
import { shipment } from './state.ts';

/**
 * Outside the limits. Brought along by readings, and said again under the same id when the minutes pass what the products allow; or posted by
 * somebody who sees it without a logger: an empty dewar, a box in the sun.
 */
export const excursionDetected = fact(shipment, 'excursion-detected', {
  title: { en: 'Excursion detected', zh: '温度偏离' },
  schema: z.strictObject({
    excursion: Uuid,
    beyondLimit: z
      .boolean()
      .describe('More minutes outside, summed over the transport, than the products allow; true when in doubt'),
    minutesOutside: z.number().min(0).describe('Summed over the transport until the newest reading; as well as it is known'),
    minimum: Decimal.optional().describe('°C, of the readings outside'),
    maximum: Decimal.optional().describe('°C, of the readings outside'),
    limits: TransportLimits.optional(),
  }),

  decide: ({ beyondLimit, minutesOutside }, { limits }) =>
    record(
      limits !== null &&
        !beyondLimit &&
        minutesOutside > limits.cumulativeMinutes &&
        broken(shipmentRules.excursionUnderstated, '/beyondLimit', {
          minutes: minutesOutside,
          allowed: limits.cumulativeMinutes,
        }),
    ),

  evolve: (state, { id, data }) => {
    const { excursion, beyondLimit, minutesOutside, minimum, maximum } = data;
    const known = state.excursions.get(excursion);
    const isBeyond = beyondLimit || (state.limits !== null && minutesOutside > state.limits.cumulativeMinutes);
    const isWorse = known !== undefined && ((isBeyond && !known.beyondLimit) || minutesOutside > known.minutesOutside);
    state.excursions.set(excursion, {
      id: excursion,
      event: known?.event ?? id,
      // Whoever says it again may make it worse, never better: that is for its assessment.
      beyondLimit: isBeyond || known?.beyondLimit === true,
      minutesOutside: Math.max(minutesOutside, known?.minutesOutside ?? 0),
      minimum: minimum ?? null,
      maximum: maximum ?? null,
      // What was acceptable so far was not assessed as what it has become.
      assessed: isWorse && known.assessed?.outcome === 'acceptable' ? null : (known?.assessed ?? null),
    });
  },
});
