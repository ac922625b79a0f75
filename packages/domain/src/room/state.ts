import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';

export type RoomState = {
  readonly id: string;
  readonly deviations: Deviations;
  /** Organisation that keeps it: the first to say anything of it. */
  owner: string | null;
  /** As batch records name it. */
  code: string | null;
  grade: string | null;
  cabinets: readonly string[];
  /** In order of what happened, newest last; {@link KEPT} of them. */
  readonly clearances: Clearance[];
  /** In order of what happened, newest last: those that are open, and the last of each cabinet. */
  readonly sessions: Map<string, Session>;
  /** Newest result of each point and kind, by when it was sampled. */
  readonly points: Map<string, PointResult>;
};

export type Clearance = {
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seq: number;
  /** Null: the whole room. */
  readonly cabinet: string | null;
  readonly passed: boolean;
  readonly validUntil: number | null;
};

export type Session = {
  readonly id: string;
  readonly event: string;
  readonly cabinet: string;
  readonly batch: string | null;
  readonly donation: string | null;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  closedAt: number | null;
};

export type PointResult = {
  readonly event: string;
  readonly point: string;
  readonly kind: string;
  /** Milliseconds since 1970: when the sample was taken. */
  readonly at: number;
  readonly seq: number;
  readonly beyond: 'action' | 'alert' | null;
};

/** A clean room with its cabinets. */
export const room = aggregate<RoomState>('room', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    owner: null,
    code: null,
    grade: null,
    cabinets: [],
    clearances: [],
    sessions: new Map(),
    points: new Map(),
  }),
  relations: (state, org) => (state.owner === org ? ['owner'] : []),
});

/** Clearances that are remembered: a session entered later than so many of them is compared with the oldest. */
export const KEPT = 200;
/** Sessions that are remembered. Open ones always are. */
export const KEPT_SESSIONS = 400;

export function pointKey(point: string, kind: string): string {
  return `${point}|${kind}`;
}
