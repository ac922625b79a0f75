import type { Violation } from './problem.ts';

/** What the platform has recorded, and where its proof will be. */
export type Receipt = {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly seq: number;
  /** Log position; as `minPosition` it makes a later reading include this event. */
  readonly position: string;
  /** Leaf hash of the header (RFC 6962 §2.1), unpadded base64url. */
  readonly leaf: string;
  readonly recordedAt: string;
  readonly proof: string;
};

export type Captured =
  | {
      readonly outcome: 'recorded';
      /** True when the same event had been recorded before: nothing was stored now. */
      readonly replayed: boolean;
      readonly receipt: Receipt;
      readonly findings: readonly Violation[];
      readonly warnings: readonly Violation[];
    }
  | {
      /** Waits for its second signature. */
      readonly outcome: 'prepared';
      readonly replayed: boolean;
      readonly receipt: Receipt;
      readonly release: string;
      readonly missing: readonly Violation[];
    }
  | {
      /** Kept whole, but not applied: it is about something that the platform does not know. */
      readonly outcome: 'unreconciled';
      readonly replayed: boolean;
      readonly receipt: Receipt;
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
