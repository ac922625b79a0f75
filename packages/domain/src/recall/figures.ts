import { instant, minutesBetween } from '../time/index.ts';
import { RECALL_FATES, type RecallFate } from './codes.ts';
import type { FateCounts, RecallSite, RecallState, RecallUnit } from './state.ts';

/** How one site stands. */
export type SiteFigures = {
  readonly site: string;
  readonly sent: number;
  readonly onHand: number;
  readonly used: number;
  readonly quarantined: number;
  readonly destroyed: number;
  readonly unaccounted: number;
  readonly noticeSentAt: string | null;
  readonly deadline: string | null;
  readonly acknowledgedAt: string | null;
  readonly escalatedAt: string | null;
  /** Was told, or should have been, and has not answered. */
  readonly silent: boolean;
  /** Silent after its deadline. */
  readonly overdue: boolean;
};

/** How a recall stands, and how well it went. */
export type RecallFigures = {
  readonly sites: readonly SiteFigures[];
  readonly sent: number;
  readonly accounted: number;
  readonly unaccounted: number;
  /** Of what was sent, in per cent with one digit; null where nothing was. */
  readonly accountedPercent: string | null;
  readonly silentSites: readonly string[];
  /** From when it was known until the list was complete, with one digit. */
  readonly minutesToList: number | null;
  /** Until the last site was told; null while one was not. */
  readonly minutesToLastNotice: number | null;
  /** Until the last site answered; null while one has not. */
  readonly minutesToLastAnswer: number | null;
  readonly checks: { readonly made: number; readonly effective: number };
};

/** @param now RFC 3339 */
export function recallFigures(state: RecallState, now: string): RecallFigures {
  const sites = [...state.sites.values()].map((site) => siteFigures(state, site, now));
  const sum = (of: (site: SiteFigures) => number) => sites.reduce((total, site) => total + of(site), 0);
  const sent = sum((site) => site.sent);
  const unaccounted = sum((site) => site.unaccounted);
  const minutesTo = (times: readonly (string | null)[]) => {
    if (state.knownAt === null || times.length === 0 || times.includes(null)) return null;
    const last = (times as readonly string[]).toSorted((a, b) => instant(a) - instant(b)).at(-1)!;
    return Math.max(0, Math.round(10 * minutesBetween(state.knownAt, last)) / 10);
  };
  const concerned = sites.filter((site) => site.sent > 0);
  return {
    sites,
    sent,
    accounted: sent - unaccounted,
    unaccounted,
    accountedPercent: sent === 0 ? null : ((100 * (sent - unaccounted)) / sent).toFixed(1),
    silentSites: sites.filter(({ silent }) => silent).map(({ site }) => site),
    minutesToList: minutesTo([state.frozenAt]),
    minutesToLastNotice: minutesTo(concerned.map(({ noticeSentAt }) => noticeSentAt)),
    minutesToLastAnswer: minutesTo(concerned.map(({ acknowledgedAt }) => acknowledgedAt)),
    checks: { made: state.checks.length, effective: state.checks.filter(({ effective }) => effective).length },
  };
}

type Answer = { readonly seq: number; readonly counts: FateCounts } | null;

/** Units of a site that its answer counts, and those that were found one by one since. */
export function accountedBy(state: RecallState, site: string, answer: Answer): number {
  const found = foundOneByOne(state, site, answer);
  return RECALL_FATES.reduce((sum, fate) => sum + (answer?.counts[fate] ?? 0) + found[fate], 0);
}

/** Found, and not counted by an answer: that is the site's whole word, on what had been found before too. */
export function isFound({ fate, foundAt }: RecallUnit, answer: Pick<NonNullable<Answer>, 'seq'> | null): boolean {
  return fate !== null && (answer === null || (foundAt !== null && foundAt > answer.seq));
}

function siteFigures(state: RecallState, site: RecallSite, now: string): SiteFigures {
  const found = foundOneByOne(state, site.site, site.answer);
  const of = (fate: RecallFate) => (site.answer?.counts[fate] ?? 0) + found[fate];
  const silent = site.answer === null && (site.sent > 0 || site.notice !== null);
  return {
    site: site.site,
    sent: site.sent,
    onHand: of('on-hand'),
    used: of('used'),
    quarantined: of('quarantined'),
    destroyed: of('destroyed'),
    unaccounted: Math.max(0, site.sent - accountedBy(state, site.site, site.answer)),
    noticeSentAt: site.notice?.at ?? null,
    deadline: site.notice?.deadline ?? null,
    acknowledgedAt: site.answer?.at ?? null,
    escalatedAt: site.escalated?.at ?? null,
    silent,
    overdue: silent && site.notice !== null && instant(site.notice.deadline) < instant(now),
  };
}

function foundOneByOne(state: RecallState, site: string, answer: Answer): Record<RecallFate, number> {
  const found = { 'on-hand': 0, used: 0, quarantined: 0, destroyed: 0 };
  for (const unit of state.units.values()) if (unit.site === site && isFound(unit, answer)) found[unit.fate!]++;
  return found;
}
