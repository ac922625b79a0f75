import type { Signature } from '@cytoledger/attest';

/** A signed submission as it is posted. */
export type SignedBody = {
  /** RFC 8785 text that the signatures are over. */
  readonly content: string;
  /** RFC 9901 disclosures of its personal fields. */
  readonly disclosures: readonly string[];
  readonly signatures: readonly Signature[];
};
