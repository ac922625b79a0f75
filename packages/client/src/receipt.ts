import type { Receipt } from '@cytoledger/attest';
import type { Violation } from './problem.ts';

/** Where an event stands in the attested log; null where the time was over before. Only where the sender preferred to wait. */
export type AttestedAt = { readonly index: number; readonly size: number } | null;

export type Captured =
  | {
      readonly outcome: 'recorded';
      /** True when the same event had been recorded before: nothing was stored now. */
      readonly replayed: boolean;
      readonly receipt: Receipt;
      readonly attested?: AttestedAt;
      readonly findings: readonly Violation[];
      readonly warnings: readonly Violation[];
    }
  | {
      /** Waits for its second signature. */
      readonly outcome: 'prepared';
      readonly replayed: boolean;
      readonly receipt: Receipt;
      readonly attested?: AttestedAt;
      readonly release: string;
      readonly missing: readonly Violation[];
    }
  | {
      /** Kept whole, but not applied: it is about something that the platform does not know. */
      readonly outcome: 'unreconciled';
      readonly replayed: boolean;
      readonly receipt: Receipt;
      readonly attested?: AttestedAt;
      readonly reasons: readonly Violation[];
    };

type Answered = Omit<Captured, 'replayed'>;

/** An answer's body as an outcome; undefined for a body of something else. */
export function capturedIn(body: unknown, status: number): Captured | undefined {
  const given = body as Partial<Answered> | null;
  if (typeof given !== 'object' || given === null || given.receipt === undefined || given.outcome === undefined) return undefined;
  const { line: _line, status: _status, ...outcome } = given as Record<string, unknown>;
  return { ...outcome, replayed: status === 200 } as Captured;
}
