import type { Rule } from '../kernel/index.ts';
import { type Cause, causeOf, type Seen } from './policy.ts';
import { policyRules } from './policy-rules.ts';

/** What was found out about a lot that is in use: its supplier took it back, it was found unfit, or what was left of it went past its date. */
export type LotFinding = Cause & {
  readonly found: keyof typeof LOT_RULES;
  /** The entry that a correction has amended. */
  readonly amends?: string;
};

type LotRules = {
  /** Raised in every batch with the lot inside. */
  readonly batch: Rule;
  /** Reason of the quarantine; null where nothing is quarantined, and nobody's physician called. */
  readonly quarantine: string | null;
  /** Raised in the treatment of a conditioned patient, by which of both was known first. */
  readonly promised: Rule;
  readonly conditioned: Rule;
};

export const LOT_RULES = {
  recalled: {
    batch: policyRules.batchOfRecalled,
    quarantine: 'material-recalled',
    promised: policyRules.promisedOfRecalled,
    conditioned: policyRules.conditionedOfRecalled,
  },
  rejected: {
    batch: policyRules.batchOfRejected,
    quarantine: 'material-rejected',
    promised: policyRules.promisedOfRejected,
    conditioned: policyRules.conditionedOfRejected,
  },
  // The rest of a lot is thrown away when its time is up: that says nothing of what was used while it was good.
  outdated: {
    batch: policyRules.batchOfOutdated,
    quarantine: null,
    promised: policyRules.promisedOfRejected,
    conditioned: policyRules.conditionedOfRejected,
  },
} as const satisfies Readonly<Record<string, LotRules>>;

export const LOT_FINDING_TYPES = ['material.recalled.', 'material.rejected.'] as const;

export function isLotFinding({ type }: Pick<Seen, 'type'>): boolean {
  return LOT_FINDING_TYPES.some((prefix) => type.startsWith(prefix));
}

/**
 * What an entry about a lot adds to what is known of that lot already; undefined where it adds nothing. A correction adds something where it makes a
 * rejection out of what looked like the end of a shelf life; that a recalled lot is rejected for that adds nothing to its recall.
 */
export function lotFinding(event: Seen, known: readonly LotFinding[]): LotFinding | undefined {
  const own = known.filter(({ stream }) => stream === event.stream);
  if (event.type.startsWith('material.recalled.')) {
    return event.corrects === undefined ? { ...causeOf(event), found: 'recalled' } : undefined;
  }
  const { reason } = event.data as { readonly reason?: string };
  const found = reason === 'expired' ? 'outdated' : 'rejected';
  if (reason === 'recalled' && own.some((each) => each.found === 'recalled')) return undefined;
  if (event.corrects === undefined) return { ...causeOf(event), found };
  if (found === 'outdated' || own.some((each) => each.found === 'rejected')) return undefined;
  return { ...causeOf(event), found, amends: event.corrects };
}

/** Whether the entry, or what a correction made of it, is what the finding rests on. */
export function restsOn({ id, amends }: LotFinding, entry: string): boolean {
  return id === entry || amends === entry;
}
