import type { BasisEntry } from '@cytoledger/attest';
import {
  type Aggregate,
  broken,
  type Context,
  type Decision,
  type Entry,
  isCheckedByTranscriber,
  judge,
  kernelRules,
  paperCompleteness,
  summedUp,
  type Verdict,
  type Violation,
} from '@cytoledger/domain';
import { timestampOf } from './clock.ts';
import { type Folded, streamName } from './folded.ts';
import { occurredMs, type Prepared } from './prepared.ts';
import { type BasisRead, Unread, type Wanted } from './reads.ts';
import { type Look, vouch, vouchForKey } from './signers.ts';

/** What a decision may look at, synchronously; undefined means "not in memory yet, or not settled". */
export type Sight = {
  readonly nowMs: number;
  stream(aggregate: Aggregate<unknown>, id: string, stream: string): Folded | undefined;
  /** Effective event of the own stream; null when there is none. */
  ownEvent(id: string): Entry | null | undefined;
};

export type Decided = {
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly basis: readonly BasisRead[];
  readonly signerCount: number;
};

/** @throws Unread */
export function decideOn(prepared: Prepared, fold: Folded, sight: Sight): Decided {
  const basis = new Map<string, BasisRead>();
  const look: Look = (aggregate, id) => {
    const [found] = readMany(aggregate as Aggregate<unknown>, [id], fold, sight, basis);
    return found as never;
  };
  const { signers, violations: unvouched } = signersOf(prepared, look, sight.nowMs);
  const context: Context = {
    now: timestampOf(sight.nowMs),
    id: prepared.id,
    stream: prepared.stream,
    occurredAt: prepared.occurredAt,
    capture: prepared.capture,
    actor: prepared.actor,
    signers,
    head: fold.head && { seq: fold.head.seq, leaf: fold.head.leaf },
    event: (id) => {
      if (!fold.ids.has(id)) return undefined;
      const event = sight.ownEvent(id);
      if (event === undefined) throw new Unread([{ kind: 'event', id }]);
      return event ?? undefined;
    },
    state: (aggregate, id) => look(aggregate as never, id),
    states: (aggregate, ids) => {
      const found = readMany(aggregate as Aggregate<unknown>, ids, fold, sight, basis);
      return new Map(ids.map((id, n) => [id, found[n] as never]));
    },
  };
  const unreadable = standing(prepared, fold);
  const decision: Decision = unreadable
    ? { violations: [unreadable], also: [] }
    : prepared.fact.decide(prepared.data, fold.state as never, context);
  const violations = [...decision.violations, ...unvouched, ...timing(prepared, sight.nowMs), ...copying(prepared)];
  const complete = { ...decision, violations };
  const regime = prepared.fact.aggregate.regime?.(fold.state as never);
  const verdict = judge(prepared.fact, complete, regime);
  return {
    decision: complete,
    verdict: { ...verdict, findings: summedUp(verdict.findings) },
    basis: [...basis.values()],
    signerCount: signers.length,
  };
}

function signersOf(prepared: Prepared, look: Look, nowMs: number) {
  if (prepared.fact.aggregate.name === 'key' && prepared.data['statements'] !== undefined) return vouchForKey(prepared, look);
  return prepared.signatures.length === 0 ? { signers: [], violations: [] } : vouch(prepared, look, nowMs);
}

/**
 * The own stream is seen as it stands now, and is no basis: the expected revision guards it.
 *
 * @throws Unread for all that are missing, at once.
 */
function readMany(
  aggregate: Aggregate<unknown>,
  ids: readonly string[],
  own: Folded,
  sight: Sight,
  basis: Map<string, BasisRead>,
): (unknown | undefined)[] {
  const missing: Wanted[] = [];
  const found = ids.map((id) => {
    const stream = streamName(aggregate, id);
    const fold = stream === own.stream ? own : sight.stream(aggregate, id, stream);
    if (!fold) {
      missing.push({ kind: 'stream', aggregate, id, stream });
      return undefined;
    }
    if (fold !== own) basis.set(stream, { stream, head: fold.head });
    return fold.head === null ? undefined : fold.state;
  });
  if (missing.length > 0) throw new Unread(missing);
  return found;
}

/** May this type stand next in this stream at all? */
function standing({ fact, stream }: Prepared, fold: Folded): Violation | undefined {
  if (fact.opens === true && fold.head !== null) return broken(kernelRules.streamAlreadyOpen, '//stream', { stream });
  if (fact.opens === false && fold.head === null) return broken(kernelRules.streamUnknown, '//stream', { stream });
  return undefined;
}

/** An observation may be dated at most this much after now: clocks of bench computers differ (its precision is added). */
const OBSERVED_AHEAD_MS = 120_000;
/** From here on a direct capture counts as late and says why. */
const LATE_AFTER_MS = 24 * 3_600_000;

function timing(prepared: Prepared, nowMs: number): Violation[] {
  const at = occurredMs(prepared);
  if (at === null || prepared.capture.mode === 'derived') return [];
  if (at > nowMs + OBSERVED_AHEAD_MS) {
    return [broken(kernelRules.observationFromFuture, '//occurredAt', { occurredAt: prepared.occurredAt ?? '' })];
  }
  const excused = prepared.capture.reasonLate !== undefined || prepared.capture.mode !== 'direct';
  return nowMs - at > LATE_AFTER_MS && !excused
    ? [broken(kernelRules.lateWithoutReason, '//capture/reasonLate', { hours: Math.floor((nowMs - at) / 3_600_000) })]
    : [];
}

/** A page that was copied says where it is, and who copied and who checked it. */
function copying({ capture }: Prepared): Violation[] {
  const completeness = paperCompleteness(capture);
  if (!completeness) return [];
  const { level, missing } = completeness;
  const isSame = isCheckedByTranscriber(capture);
  return [
    ...(isSame ? [broken(kernelRules.paperCheckedByTranscriber, '//capture/checker', { person: capture.checker! })] : []),
    ...(missing.length > 0 ? [broken(kernelRules.paperIncomplete, '//capture', { level, missing: missing.join(', ') })] : []),
  ];
}

/** What the sealed body names as basis: streams without events have no leaf to name. */
export function basisEntries(basis: readonly BasisRead[]): BasisEntry[] {
  return basis
    .flatMap(({ stream, head }) => (head ? [{ stream, seq: head.seq, leaf: head.leaf }] : []))
    .sort((a, b) => (a.stream < b.stream ? -1 : 1));
}
