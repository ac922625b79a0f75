import type { RegimeId } from '../kernel/index.ts';
import { REGIMES, type Regime } from '../rules/regimes.ts';
import { instant } from '../time/index.ts';
import type { AdverseEvent } from './state.ts';

export type ReportDue = {
  readonly days: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly citation: string;
  readonly confirmed: boolean;
};

const DAY_MS = 24 * 3_600_000;

/**
 * By when an authority is to know: of what is serious, unexpected and not unrelated (ICH E2A §III). Days count from the first knowledge. Undefined
 * where nothing is due, the regime is unknown, or its text names no time.
 */
export function reportDue(event: AdverseEvent, regime: RegimeId | undefined): ReportDue | undefined {
  if (!isReportable(event) || event.awareAt === null || regime === undefined) return undefined;
  const days = daysOf(event, regime);
  if (days === null) return undefined;
  const { clocks } = REGIMES[regime];
  const at = new Date(instant(event.awareAt) + days * DAY_MS).toISOString();
  return { days, at, citation: clocks.citation, confirmed: clocks.confirmed };
}

/** The regime under which an authority is to know of it, and of which no term was read in a text in force. */
export function regimeWithoutTerm(event: AdverseEvent, regime: RegimeId | undefined): Regime | undefined {
  if (regime === undefined || !isReportable(event)) return undefined;
  return daysOf(event, regime) === null ? REGIMES[regime] : undefined;
}

function isReportable(event: AdverseEvent): boolean {
  return event.serious && !event.expected && isRelated(event.relatedness);
}

function daysOf({ seriousness }: AdverseEvent, regime: RegimeId): number | null {
  const { clocks } = REGIMES[regime];
  const isUrgent = seriousness.includes('death') || seriousness.includes('life-threatening');
  return isUrgent ? clocks.fatalOrLifeThreateningUnexpectedDays : clocks.otherSeriousUnexpectedDays;
}

/** What WHO–UMC calls unlikely or unrelated is not; what nobody has assessed yet counts as related. */
export function isRelated(relatedness: string): boolean {
  return relatedness !== 'unrelated' && relatedness !== 'unlikely';
}
