import type { Correction } from '../correction/index.ts';
import type { Recorded } from '../kernel/index.ts';

/** The event that a policy acts upon: what was found out, never the opening that came second. */
export type Cause = { readonly id: string; readonly stream: string; readonly recordedAt: string };

/**
 * An event that a policy wants appended. Its id derives from cause, policy, target and `n`, its content from these alone, so that asking twice
 * is asking once. Plain data.
 */
export type Action = {
  readonly policy: string;
  readonly cause: Cause;
  /** Type of the fact, e.g. `batch.quarantined.v1`. */
  readonly type: string;
  /** Id of the target within its aggregate. */
  readonly target: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly n: number;
};

/**
 * A fold over causes and openings in log order: it acts on whichever comes second. Its memory is made of maps, sets, lists and plain values only,
 * so that a runner can keep it with its checkpoint ({@link savedMemory}).
 *
 * It sees effective events: a correction is seen as the corrected event ({@link asCorrected}).
 */
export type Policy<M = unknown> = {
  /** Client under which its events are recorded, and the purpose in their ids. */
  readonly name: string;
  readonly title: { readonly en: string; readonly zh: string };
  /** Prefixes of the event types that it folds; all others it may be spared. */
  readonly interestedIn: readonly string[];
  /** Of the types that begin so, it needs only what holds the text in its body; it may be told of the others. */
  readonly onlyMentioning?: { readonly typePrefixes: readonly string[]; readonly text: string };
  initial(): M;
  /** Changes the memory. Total: an event whose data is not as expected is passed over. */
  see(memory: M, event: Seen): readonly Action[];
  /** An entry that it saw was taken back: it is a cause no longer. What it has spread already is lifted by people; what it had prevented follows. */
  unsee?(memory: M, event: Pick<Seen, 'id' | 'type' | 'stream'>): readonly Action[] | undefined;
};

export type Seen = Pick<Recorded, 'id' | 'type' | 'stream' | 'recordedAt' | 'data'> & {
  /** The event that this one corrects. */
  readonly corrects?: string;
};

export function causeOf({ id, stream, recordedAt }: Seen): Cause {
  return { id, stream, recordedAt };
}

/** A correction as policies see it: the original's type with the corrected data, under the correction's own id and time. */
export function asCorrected(original: Pick<Recorded, 'type'>, correction: Recorded<Correction>): Seen {
  const { id, stream, recordedAt, data } = correction;
  return { id, stream, recordedAt, type: original.type, data: data.data, corrects: data.event };
}

/** Whether a policy wants to see events of this type. */
export function isInterested({ interestedIn }: Pick<Policy, 'interestedIn'>, type: string): boolean {
  return interestedIn.some((prefix) => type.startsWith(prefix));
}

/** The id within the aggregate: `batch-X` → `X`. */
export function idIn(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}

/** Each action once: the same cause, type, target and n make the same event. */
export function distinct(actions: readonly Action[]): readonly Action[] {
  return [...new Map(actions.map((action) => [actionKey(action), action])).values()];
}

/** What the id of the event derives from. */
export function actionKey({ policy, cause, type, target, n }: Action): string {
  return [policy, cause.stream, cause.id, type, target, n].join(' ');
}

/** Without what an entry caused that was taken back. */
export function withoutCause<T extends Cause | { readonly cause: Cause }>(held: readonly T[], id: string): T[] {
  return held.filter((each) => ('cause' in each ? each.cause.id : each.id) !== id);
}
