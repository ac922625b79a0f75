import type { EventProof } from '@cytoledger/attest';

/** How it stands with what was acknowledged. */
export type Finding =
  | {
      /** In the log, as a quorum of witnesses has seen it. */
      readonly status: 'included';
      /** Which leaf of the log. */
      readonly index: number;
      /** Size of the checkpoint. */
      readonly size: number;
      /** `as-sent`: the event holds what was sent. `withheld`: the platform shows its body to others than this sender. */
      readonly content: 'as-sent' | 'withheld';
      readonly proof: EventProof;
    }
  | {
      readonly status: 'pending';
      /** Null where the receipt promises nothing, because it is not signed. */
      readonly includeBy: string | null;
      /** Why there is no proof: what the platform answered, or what is wrong with its proof. */
      readonly because: string;
    }
  | {
      /** Promised, and not there in time: the receipt is evidence of it. */
      readonly status: 'overdue';
      readonly includeBy: string;
      readonly because: string;
      /** Whose clock says that the time is over; `own-clock` only with the policy's tolerance. */
      readonly by: 'witnesses' | 'own-clock';
      /** RFC 3339. */
      readonly at: string;
      /** The released checkpoint that was cosigned after that time. */
      readonly checkpoint?: string;
    }
  | {
      /** The log holds something else than was acknowledged, and that can be shown. */
      readonly status: 'contradicted';
      readonly code: string;
      readonly message: string;
      readonly proof: EventProof;
    }
  | {
      /** The receipt is not what the policy's receipt key has signed. */
      readonly status: 'invalid';
      readonly code: string;
      readonly message: string;
    }
  | {
      /** Nobody was asked: the receipt's signature holds, or it bears none. */
      readonly status: 'not-asked';
      readonly includeBy: string | null;
    };
