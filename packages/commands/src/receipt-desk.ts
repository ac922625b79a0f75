import type { Receipt, ReceiptSigner } from '@cytoledger/attest';
import type { Outcome } from './submission.ts';

type Receipted = Extract<Outcome, { readonly receipt: Receipt }>;

type Waiting = {
  readonly outcome: Receipted;
  readonly answer: (outcome: Outcome) => void;
  readonly fail: (error: unknown) => void;
};

/** Signs what was acknowledged in one turn of the event loop together: appends that shared a commit share a signature. */
export class ReceiptDesk {
  readonly #signer: () => ReceiptSigner | null;
  #waiting: Waiting[] = [];

  constructor(signer: () => ReceiptSigner | null) {
    this.#signer = signer;
  }

  /** Answers with the receipt signed, in a later turn; at once where there is none to sign. */
  give(outcome: Outcome, answer: (outcome: Outcome) => void, fail: (error: unknown) => void): void {
    if (!('receipt' in outcome)) answer(outcome);
    else if (this.#waiting.push({ outcome, answer, fail }) === 1) setImmediate(this.#signAll);
  }

  readonly #signAll = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const receipts = waiting.map(({ outcome }) => outcome.receipt);
      const signed = this.#signer()?.(receipts) ?? receipts;
      for (const [n, { outcome, answer }] of waiting.entries()) answer({ ...outcome, receipt: signed[n]! });
    } catch (error) {
      // What was stored stays stored: whoever sends it again gets its receipt then.
      for (const { fail } of waiting) fail(error);
    }
  };
}
