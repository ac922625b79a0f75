import type { RegimeId } from '../kernel/index.ts';
import { REGIMES } from '../rules/regimes.ts';
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
  if (!event.serious || event.expected || !isRelated(event.relatedness)) return undefined;
  if (event.awareAt === null || regime === undefined) return undefined;
  const { clocks } = REGIMES[regime];
  const isUrgent = event.seriousness.includes('death') || event.seriousness.includes('life-threatening');
  const days = isUrgent ? clocks.fatalOrLifeThreateningUnexpectedDays : clocks.otherSeriousUnexpectedDays;
  if (days === null) return undefined;
  const at = new Date(instant(event.awareAt) + days * DAY_MS).toISOString();
  return { days, at, citation: clocks.citation, confirmed: clocks.confirmed };
}

/** What WHO–UMC calls unlikely or unrelated is not; what nobody has assessed yet counts as related. */
export function isRelated(relatedness: string): boolean {
  return relatedness !== 'unrelated' && relatedness !== 'unlikely';
}
