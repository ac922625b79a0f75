import type { Actor, JsonObject, Receipt, Signature } from '@cytoledger/attest';
import type { AnyFact, Bilingual, Capture, Relation, Violation } from '@cytoledger/domain';

/** What a sender asks to be recorded, after parsing and authorisation. */
export type Submission = {
  readonly fact: AnyFact;
  /** Id of the thing within its aggregate: the stream is `<aggregate>-<target>`. */
  readonly target: string;
  readonly actor: Actor;
  readonly correlation: string;
  readonly causation: string | null;
  readonly statement: Statement;
  /** Checks whether the sender may do this, against the state that is decided on; throws when not. Null: the stream has no events. */
  readonly permit?: Permit;
};

export type Permit = (relations: readonly Relation[] | null) => void;

/** Plain: the platform makes nonce and disclosures. Signed: the sender made the exact content. */
export type Statement = PlainStatement | SignedStatement;

export type PlainStatement = {
  readonly id: string;
  /** RFC 3339 with offset; null when unknown. */
  readonly occurredAt: string | null;
  readonly capture: Capture;
  /** As the fact's schema accepts it, personal fields in clear. */
  readonly data: JsonObject;
};

export type SignedStatement = PlainStatement & {
  /** RFC 8785 text that the signatures are over. */
  readonly contentText: string;
  readonly disclosures: readonly string[];
  readonly signatures: readonly Signature[];
};

export type Outcome =
  | {
      readonly kind: 'recorded';
      /** True when the same event had been recorded before: nothing was stored. */
      readonly replayed: boolean;
      readonly receipt: Receipt;
      readonly findings: readonly Violation[];
      readonly warnings: readonly Violation[];
    }
  /** The first of two signatures waits in `release-<id>`. */
  | { readonly kind: 'prepared'; readonly replayed: boolean; readonly receipt: Receipt; readonly reasons: readonly Violation[] }
  /** Kept whole in `fact-<id>`, because it is about something unknown or cannot be applied. */
  | {
      readonly kind: 'unreconciled';
      readonly replayed: boolean;
      readonly receipt: Receipt;
      readonly reasons: readonly Violation[];
    }
  | { readonly kind: 'refused'; readonly reasons: readonly Violation[]; readonly warnings: readonly Violation[] }
  | { readonly kind: 'conflict'; readonly code: ConflictCode; readonly detail: string }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export type ConflictCode = 'event-id-conflict' | 'opening-abandoned';

/** Why a submission could not even be read. */
export type Problem = {
  /** e.g. `schema.unrecognized_keys`, `json.duplicate-key`. */
  readonly rule: string;
  /** JSON pointer (RFC 6901) into what was sent. */
  readonly pointer: string;
  readonly message: Bilingual;
};
