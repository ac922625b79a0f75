import type { Context } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { type BatchState, covers, type Disposition, type Restriction, type Unit } from './state.ts';

/** What the gate reads beside the batch. `event` lets what is entered late be judged as it stood when it happened. */
export type GateReader = Pick<Context, 'state' | 'states'> & Partial<Pick<Context, 'event'>>;

type Scoped = Pick<Unit, 'id' | 'ordinal'>;

/** What held for a unit at a moment, by what is recorded now. */
export type AsOf = {
  /** RFC 3339; null when unknown. */
  readonly at: string | null;
  disposition(state: BatchState, unit: Scoped): Disposition | undefined;
  /** Restrictions that stood then. */
  standing(restrictions: readonly Restriction[], unit: Scoped): readonly Restriction[];
  /** Restrictions that stand now and were set later. */
  since(restrictions: readonly Restriction[], unit: Scoped): readonly Restriction[];
};

/**
 * Dispositions and restrictions fold by `seq`. A fact entered late is measured by those that had been made when it happened: an infusion of
 * Monday, entered on Wednesday, was not an infusion of Tuesday's recalled unit. What has no time counts as always.
 */
export function asOf(at: string | null, reader: GateReader): AsOf {
  const isLater = (eventId: string) => {
    if (at === null) return false;
    const happened = reader.event?.(eventId)?.occurredAt ?? null;
    return happened !== null && instant(happened) > instant(at);
  };
  return {
    at,
    disposition: (state, unit) => state.dispositions.findLast(({ event, scope }) => covers(scope, unit) && !isLater(event)),
    standing: (restrictions, unit) =>
      restrictions.filter(
        ({ event, scope, lifted }) => covers(scope, unit) && !isLater(event) && (lifted === null || isLater(lifted)),
      ),
    since: (restrictions, unit) =>
      restrictions.filter(({ event, scope, lifted }) => covers(scope, unit) && lifted === null && isLater(event)),
  };
}
