import { canonicalText } from '../canonical-json.ts';
import type { JsonValue } from '../json.ts';
import type { JudgedSignature } from './entry-signatures.ts';
import type { EvidenceCode } from './refusal.ts';

type CheckpointClaim = {
  readonly claim: 'checkpoint';
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** Version of the policy. */
  readonly policy: number;
  readonly quorum: number;
  /** So many witnesses may misbehave. */
  readonly tolerated: number;
  /** Seconds since 1970. */
  readonly seen: number;
  readonly witnesses: readonly string[];
};
type CompleteClaim = {
  readonly claim: 'complete';
  readonly size: number;
  readonly by: 'monitors' | 'operator';
  readonly monitors: readonly string[];
};
type LineageClaim = {
  readonly claim: 'lineage';
  readonly subject: string;
  readonly named: number;
  readonly unseen: number;
};
export type StreamClaim = {
  readonly claim: 'stream';
  readonly stream: string;
  readonly entries: number;
  readonly shown: number;
  readonly head: string | null;
};
export type KeyClaim = {
  readonly claim: 'key';
  readonly kid: string;
  readonly org: string;
  readonly person: string | null;
  readonly enrolled: number;
  readonly revoked: number | null;
  readonly compromisedFrom: string | null;
};

/** Who vouches for an event: a person, a client or the root of an organisation, the platform only; or its body is not shown. */
export type Voucher = 'person' | 'client' | 'organisation' | 'platform' | 'unseen';

export type EventClaim = {
  readonly claim: 'event';
  readonly index: number;
  readonly stream: string;
  readonly seq: number;
  readonly leaf: string;
  readonly id: string;
  readonly recordedAt: string;
  readonly type: string | null;
  readonly notBefore: number | null;
  readonly notAfter: number;
  readonly voucher: Voucher;
  readonly signatures: readonly JudgedSignature[];
  readonly reviewed: { readonly seq: number; readonly unread: number } | null;
  readonly disclosed: number;
};
export type SavedClaim = { readonly claim: 'saved'; readonly size: number };
export type ComparedClaim = {
  readonly claim: 'compared';
  readonly size: number;
  readonly sizes: number;
  readonly streams: number;
};

export type EvidenceClaim =
  | CheckpointClaim
  | CompleteClaim
  | LineageClaim
  | StreamClaim
  | KeyClaim
  | EventClaim
  | SavedClaim
  | ComparedClaim;

/** What a verifier found. All verifiers give the same for the same bundle, policy and options. */
export type EvidenceReport = {
  readonly code: 'ok' | EvidenceCode;
  /** Number of the line that was refused, from 1; null where no line is at fault. */
  readonly line: number | null;
  readonly claims: readonly EvidenceClaim[];
};

/** The report as verifiers print it: RFC 8785 and a newline. */
export function reportText({ code, line, claims }: EvidenceReport): string {
  return `${canonicalText({ code, line, claims } as unknown as JsonValue)}\n`;
}
