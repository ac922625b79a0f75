import { consentWithdrawn } from './consent-withdrawn.ts';
import { correctionApproved } from './correction-approved.ts';
import { donorIneligible } from './donor-ineligible.ts';
import { excursionBeyondLimit } from './excursion-beyond-limit.ts';
import { lateFailure } from './late-failure.ts';
import { materialRecalled } from './material-recalled.ts';
import type { Policy } from './policy.ts';
import { postDonationInformation } from './post-donation-information.ts';
import { recallInitiated } from './recall-initiated.ts';
import { reportAgainst } from './report-against.ts';

export { deviationId } from './deviation-id.ts';
export { restoredMemory, savedMemory } from './memory.ts';
export { type Action, actionKey, asCorrected, type Cause, isInterested, type Policy, type Seen } from './policy.ts';
export * from './policy-rules.ts';
export {
  consentWithdrawn,
  correctionApproved,
  donorIneligible,
  excursionBeyondLimit,
  lateFailure,
  materialRecalled,
  postDonationInformation,
  recallInitiated,
  reportAgainst,
};

/** What spreads by itself. A runner folds each over the whole log and appends what it asks for. */
export const policies: readonly Policy[] = [
  donorIneligible,
  consentWithdrawn,
  excursionBeyondLimit,
  lateFailure,
  materialRecalled,
  recallInitiated,
  correctionApproved,
  postDonationInformation,
  reportAgainst,
] as readonly Policy[];
