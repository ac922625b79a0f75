import type { Answer, Derived, Entry } from '@cytoledger/domain';
import type { Folded } from './folded.ts';
import type { Prepared, Preparing } from './prepared.ts';
import type { Outcome, Permit } from './submission.ts';

/** One submission on its way through its stream's queue. */
export type Work = {
  /** Until {@link preparation} is done, only what does not depend on the vault. */
  prepared: Prepared;
  /** Turns personal fields into digests; called when the work is foremost; null when done. */
  preparation: Preparing | null;
  /** Order of arrival. A decision waits for earlier arrivals to the streams that it reads. */
  readonly ticket: number;
  /** Derived by the platform: goes before what senders sent, so that nobody waits for who waits for them. */
  readonly internal: boolean;
  attempts: number;
  /** What was asked of other streams first, once answered. */
  first: { readonly answers: readonly Answer[]; readonly closing: readonly Derived[] } | null;
  /** Events of the own stream that the decision asked for. */
  readonly ownEvents: Map<string, Entry | null>;
  /** Streams read for this attempt: held here, so that a small cache cannot lose them before the decision. */
  readonly fresh: Map<string, Folded>;
  /** Whether an earlier unreconciled report of this id was looked for. */
  lookedForReport: boolean;
  readonly permit: Permit | null;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
};

/** A submission that has just arrived. */
export function arrived(
  work: Pick<Work, 'prepared' | 'ticket' | 'resolve' | 'reject'> &
    Partial<Pick<Work, 'preparation' | 'internal' | 'lookedForReport' | 'permit'>>,
): Work {
  const {
    prepared,
    ticket,
    preparation = null,
    internal = false,
    lookedForReport = false,
    permit = null,
    resolve,
    reject,
  } = work;
  return {
    prepared,
    preparation,
    ticket,
    internal,
    attempts: 0,
    first: null,
    ownEvents: new Map(),
    fresh: new Map(),
    lookedForReport,
    permit,
    resolve,
    reject,
  };
}
