import { z } from 'zod';
import { derivedFact } from '../kernel/index.ts';
import { Decimal } from '../quantity/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { TransportLimits } from './limits.ts';
import { shipment } from './state.ts';

/** Readings outside the limits; said again, under the same id, when the minutes pass what the products allow. */
export const excursionDetected = derivedFact(shipment, 'excursion-detected', {
  title: { en: 'Excursion detected', zh: '温度偏离' },
  schema: z.strictObject({
    excursion: Uuid,
    beyondLimit: z.boolean().describe('More minutes outside, summed over the transport, than the products allow'),
    minutesOutside: z.number().min(0).describe('Summed over the transport until the newest reading'),
    minimum: Decimal.describe('°C, of the readings outside'),
    maximum: Decimal.describe('°C, of the readings outside'),
    limits: TransportLimits,
  }),

  evolve: (state, { id, data }) => {
    const { excursion, beyondLimit, minutesOutside, minimum, maximum } = data;
    const known = state.excursions.get(excursion);
    state.excursions.set(excursion, {
      id: excursion,
      event: known?.event ?? id,
      beyondLimit,
      minutesOutside,
      minimum,
      maximum,
      assessed: known?.assessed ?? null,
    });
  },
});
