import type { Caller, Question } from '@cytoledger/service-kit';

/** What the log is asked with. */
export type Asks = Pick<Question['commands'], 'consider'>;

/** A bag, and the batch whose record tells of it. */
export type BagAt = { readonly batch: string; readonly unit: string };

/** Where a bag is and what a code may mean is told by the traces; what speaks against it is read from the log. */
export type BedsideLookup = {
  /** Bags that a site has or is to get and that are not used up, and the log position up to which that is known. */
  bagsOf(
    caller: Caller,
    site: string,
    signal: AbortSignal,
  ): Promise<{ readonly position: string; readonly bags: readonly BagAt[] }>;
  /** Bags that a scanned or typed code may mean, as far as the caller may know of them. */
  bagsCalled(
    caller: Caller,
    code: string,
    signal: AbortSignal,
  ): Promise<{ readonly position: string; readonly bags: readonly BagAt[] }>;
};

/** Signs snapshots; `key` is the public one (x of RFC 8037). */
export type SnapshotSigner = { readonly key: string; sign(payload: object): string };

export type BedsideParts = {
  /** Name of the log. */
  readonly origin: string;
  /** Undefined where this process answers no traces. */
  readonly lookup: BedsideLookup | undefined;
  /** Null where this process has no key of the log. */
  readonly signer: SnapshotSigner | null;
  /** The newest checkpoint that witnesses have cosigned. */
  readonly checkpoint: () => string | null;
  /** For how long a snapshot answers, and how long a green light of it is green. */
  readonly hours: { readonly valid: number; readonly fresh: number };
};
