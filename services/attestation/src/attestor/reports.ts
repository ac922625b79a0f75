import type { AlarmCode } from '../errors.ts';
import type { WitnessAddress, WitnessState } from '../witnesses/witness.ts';
import type { Release } from './releases.ts';

/** How often things are done; milliseconds. */
export type Pace = {
  /** Between two checkpoints while events arrive. */
  readonly signEveryMs: number;
  /** Between two heads notes while events arrive. */
  readonly headsEveryMs: number;
  /** Between two looks at the log. */
  readonly pollMs: number;
  readonly witnessTimeoutMs: number;
  /** After a round without a quorum, or a failure that may pass. */
  readonly retryMs: number;
  /** Streams with news before the heads map is advanced whether a note is due or not: memory. */
  readonly maxNews: number;
  /** Until released checkpoints are thinned: see ReleaseHistory. */
  readonly thinAfterMs: number;
};

export const PACE: Pace = {
  signEveryMs: 1_000,
  // With the second until it is released, 10 s.
  headsEveryMs: 8_000,
  pollMs: 200,
  witnessTimeoutMs: 5_000,
  retryMs: 2_000,
  maxNews: 50_000,
  thinAfterMs: 24 * 3_600_000,
};

export type Alarm = { readonly code: AlarmCode; readonly message: string };

/** What the attestor has done so far. */
export type AttestorState = {
  /** Leaves, also those that are not signed yet. */
  readonly appended: number;
  readonly signed: number;
  /** Cosigned by a quorum. */
  readonly released: Release | null;
  /** The heads note that stream heads are proved against, with the cosignatures of monitors so far. */
  readonly heads: Release | null;
  /** When the oldest entry that is not released was seen here; milliseconds since the epoch. Null where all are. */
  readonly waitingSince: number | null;
  readonly witnesses: readonly WitnessState[];
  /** It stands still until a restart. */
  readonly alarm: Alarm | null;
  /** Something that may pass by itself. */
  readonly trouble: string | null;
};

export const NOTHING_YET: AttestorState = {
  appended: 0,
  signed: 0,
  released: null,
  heads: null,
  waitingSince: null,
  witnesses: [],
  alarm: null,
  trouble: null,
};

/** The order that a power failure must not be able to break: each of these is on disk before the next begins. */
export type Step = 'appended' | 'flushed' | 'signed' | 'heads-advanced' | 'cosigned' | 'recorded' | 'published' | 'heads-noted';

export type AttestorReports = {
  state(state: AttestorState): void;
  log(level: 'info' | 'warn' | 'error', message: string): void;
  /** Called after each step, for who watches the order. */
  step?(step: Step): void;
};

export type { WitnessAddress };
