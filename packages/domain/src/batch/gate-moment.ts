import type { Context } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { isInvestigated } from './investigations.ts';
import {
  type BatchState,
  concerns,
  type Disposition,
  dispositionOf,
  type Restriction,
  type TestResult,
  type Unit,
  withWholes,
} from './state.ts';

/** What the gate reads beside the batch. `event` lets what is entered late be judged as it stood when it happened. */
export type GateReader = Pick<Context, 'state' | 'states'> & Partial<Pick<Context, 'event'>>;

/** What held for a unit at a moment, by what is recorded now. */
export type AsOf = {
  /** RFC 3339; null when unknown. */
  readonly at: string | null;
  disposition(state: BatchState, unit: Unit): Disposition | undefined;
  /** Restrictions of the unit, or of what it is a part of, that stood then. */
  standing(state: BatchState, restrictions: readonly Restriction[], unit: Unit): readonly Restriction[];
  /** Restrictions that stand now and were set later. */
  since(state: BatchState, restrictions: readonly Restriction[], unit: Unit): readonly Restriction[];
  /** Results that had failed then and are not explained by now: what was pending at the release may have come since. */
  failed(state: BatchState): readonly TestResult[];
  /** Results that had failed then, whose investigation is closed, and in whose place stands no other. */
  explained(state: BatchState): readonly TestResult[];
  /** Restrictions of the whole batch that stood then. */
  standingForAll(restrictions: readonly Restriction[]): readonly Restriction[];
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
  const stood = ({ event, lifted }: Restriction) => !isLater(event) && (lifted === null || isLater(lifted));
  const failures = ({ tests }: BatchState) =>
    [...tests.values()].filter(({ verdict, event }) => verdict === 'fail' && !isLater(event));
  return {
    at,
    disposition: (state, unit) => dispositionOf(state, unit, ({ event }) => !isLater(event)),
    standing: (state, restrictions, unit) => {
      const family = withWholes(state, unit);
      return restrictions.filter((each) => concerns(each.scope, family) && stood(each));
    },
    since: (state, restrictions, unit) => {
      const family = withWholes(state, unit);
      return restrictions.filter(({ event, scope, lifted }) => concerns(scope, family) && lifted === null && isLater(event));
    },
    failed: (state) => failures(state).filter((result) => isInvestigated(state, result) !== 'closed'),
    explained: (state) =>
      failures(state).filter((result) => result.supersededBy === null && isInvestigated(state, result) === 'closed'),
    standingForAll: (restrictions) => restrictions.filter((each) => each.scope === 'whole-batch' && stood(each)),
  };
}
