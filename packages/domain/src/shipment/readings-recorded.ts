import { z } from 'zod';
import { broken, type Context, derive, fact, record } from '../kernel/index.ts';
import { Decimal } from '../quantity/index.ts';
import { instant, Moment } from '../time/index.ts';
import { LIST_LIMIT, SiteCode } from '../vocabulary/index.ts';
import { excursionDetected } from './excursion-detected.ts';
import { type Exposure, exposedBy, extremes, minutesIn } from './exposure.ts';
import { shown, type TransportLimits } from './limits.ts';
import { shipmentRules } from './rules.ts';
import { openExcursions, type ShipmentState, shipment } from './state.ts';

const ReadingsRecorded = z.strictObject({
  logger: SiteCode.describe('Number of the logger'),
  readings: z
    .array(
      z.strictObject({
        at: Moment,
        celsius: Decimal.describe('°C'),
        tilt: Decimal.optional().describe('Degrees from upright'),
        shock: Decimal.optional().describe('Peak acceleration, g'),
      }),
    )
    .min(1)
    .max(LIST_LIMIT),
});
type ReadingsRecorded = z.output<typeof ReadingsRecorded>;

/** What a logger measured. Those outside the limits bring an excursion along, by the minutes summed over the whole transport. */
export const readingsRecorded = fact(shipment, 'readings-recorded', {
  title: { en: 'Readings recorded', zh: '温度记录' },
  schema: ReadingsRecorded,

  decide: (data, state, context) => {
    const found = state.limits && excursionIn(data, state, state.limits, context);
    const isAscending = data.readings.every(({ at }, n) => n === 0 || instant(data.readings[n - 1]!.at) <= instant(at));
    return {
      ...record(
        !isAscending && broken(shipmentRules.readingsUnordered, '/readings'),
        state.limits === null && broken(shipmentRules.limitsMissing, '/readings'),
        found &&
          broken(shipmentRules.excursion, '/readings', {
            limits: shown(found.limits),
            minutes: found.minutesOutside,
            minimum: found.minimum,
            maximum: found.maximum,
            allowed: found.limits.cumulativeMinutes,
          }),
      ),
      also: found ? [derive(excursionDetected, state.id, found)] : [],
    };
  },

  evolve: (state, { data }) => {
    const { minimum, maximum } = extremes([...data.readings.map(({ celsius }) => celsius), ...held(state)]);
    state.readings.count += data.readings.length;
    state.readings.lowest = minimum;
    state.readings.highest = maximum;
    for (const { at, celsius } of data.readings) {
      if (!state.readings.last || instant(at) >= instant(state.readings.last.at)) state.readings.last = { at, celsius };
    }
    if (!state.limits) return;
    const exposure = exposureOf(data, state, state.limits);
    state.outside = exposure.outside;
    if (exposure.last) state.loggers.set(data.logger, exposure.last);
    const began = Math.min(...data.readings.map(({ at }) => instant(at)));
    state.starts.set(data.logger, [...(state.starts.get(data.logger) ?? []), began]);
    const minutesOutside = minutesIn(exposure.outside);
    for (const excursion of openExcursions(state)) {
      // What somebody saw without a logger is not shortened by one.
      excursion.minutesOutside = Math.max(excursion.minutesOutside, minutesOutside);
    }
  },
});

function exposureOf({ logger, readings }: ReadingsRecorded, state: ShipmentState, limits: TransportLimits): Exposure {
  return exposedBy(readings, limits, state.outside, state.loggers.get(logger), state.starts.get(logger));
}

function held({ readings: { lowest, highest } }: ShipmentState): string[] {
  return [lowest, highest].filter((each) => each !== null);
}

/** A new excursion, or an open one that passes the limit; undefined where nothing new is to be said. */
function excursionIn(data: ReadingsRecorded, state: ShipmentState, limits: TransportLimits, { id }: Context) {
  const { outside, beyond } = exposureOf(data, state, limits);
  const minutesOutside = minutesIn(outside);
  const grown = minutesOutside > minutesIn(state.outside);
  if (beyond.length === 0 && !grown) return undefined;
  const isBeyond = minutesOutside > limits.cumulativeMinutes || (limits.cumulativeMinutes === 0 && beyond.length > 0);
  const open = openExcursions(state).at(-1);
  if (open && (open.beyondLimit || !isBeyond)) return undefined;
  const measured = [...beyond.map(({ celsius }) => celsius), ...[open?.minimum, open?.maximum].filter((each) => each != null)];
  const range = measured.length > 0 ? extremes(measured) : { minimum: limits.minimum, maximum: limits.maximum };
  return { excursion: open?.id ?? id, beyondLimit: isBeyond, minutesOutside, ...range, limits };
}
