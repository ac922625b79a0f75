import type { Actor } from '@cytoledger/attest';
import {
  type Aggregate,
  type Derived,
  type Entry,
  type Recorded,
  type Relation,
  releases,
  type Violation,
} from '@cytoledger/domain';
import { timestampOf } from './clock.ts';
import { decideOn } from './decision.ts';
import { deviationsFor } from './deviations.ts';
import { CommandError } from './errors.ts';
import { type Folded, streamName } from './folded.ts';
import { isAmendment, type Prepared } from './prepared.ts';
import type { Submission } from './submission.ts';

/** What would become of something, if it were sent. */
export type Rehearsed = {
  /** `prepared`: it would wait for a second signature · `before`: the id is in the record already. */
  readonly outcome: 'record' | 'refuse' | 'unreconciled' | 'prepared' | 'before';
  readonly findings: readonly Violation[];
  readonly warnings: readonly Violation[];
  readonly reasons: readonly Violation[];
};

/** Plays submissions one after another on copies of the record: each sees what those before it would have left. Nothing is stored. */
export type Rehearsal = {
  /** @throws whatever `permit` throws; CommandError `overloaded` where the copies get too large */
  play(submission: Submission): Promise<Rehearsed>;
};

/** What a rehearsal needs of the command side. */
type Stage = {
  readonly now: () => number;
  /** Folded as of now; not to be changed. */
  read(aggregate: Aggregate<unknown>, id: string): Promise<Folded>;
  /** Runs a decision over settled streams until it has all that it reads. */
  decided<T>(
    prepared: Prepared,
    decide: (stream: (name: string) => Folded | undefined, ownEvent: (id: string) => Entry | null | undefined) => T,
  ): Promise<T>;
  derived(trigger: Prepared, derived: Derived): Prepared;
};

/** Copies of so many bytes of record, estimated as the cache does, are held by one rehearsal at most. */
const MAX_COPIED_BYTES = 32 * 1024 * 1024;

export function createRehearsal(stage: Stage): Rehearsal {
  const copies = new Map<string, Folded>();
  const played = new Map<string, Recorded>();
  let bytes = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function copyOf(aggregate: Aggregate<unknown>, id: string): Promise<Folded> {
    const stream = streamName(aggregate, id);
    const held = copies.get(stream);
    if (held) return held;
    const fold = await stage.read(aggregate, id);
    bytes += fold.bytes;
    if (bytes > MAX_COPIED_BYTES) {
      throw new CommandError('overloaded', 'this rehearsal touches too much of the record: rehearse less at once');
    }
    const copy: Folded = {
      ...fold,
      state: structuredClone(fold.state),
      ids: new Map(fold.ids),
      corrections: new Map(fold.corrections),
    };
    copies.set(stream, copy);
    return copy;
  }

  function apply(fold: Folded, { fact, id, stream, occurredAt, capture, actor, causation, data }: Prepared): void {
    const seq = (fold.head?.seq ?? -1) + 1;
    const recordedAt = timestampOf(stage.now());
    const event: Recorded = { id, type: fact.type, stream, seq, occurredAt, recordedAt, capture, actor, causation, data };
    fact.evolve(fold.state as never, event as never);
    fold.ids.set(id, seq);
    fold.firstType ??= fact.type;
    fold.head = { seq, leaf: UNSEALED, recordedAt };
    played.set(`${stream} ${id}`, event);
  }

  function decide(prepared: Prepared, fold: Folded) {
    return stage.decided(prepared, (stream, ownEvent) =>
      decideOn(prepared, fold, {
        nowMs: stage.now(),
        stream: (_aggregate, _id, name) => copies.get(name) ?? stream(name),
        ownEvent: (id) => played.get(`${prepared.stream} ${id}`) ?? ownEvent(id),
      }),
    );
  }

  async function playPrepared(prepared: Prepared, permit?: Submission['permit']): Promise<Rehearsed> {
    const { fact, target } = prepared;
    const aggregate = fact.aggregate as Aggregate<unknown>;
    const fold = await copyOf(aggregate, target);
    permit?.(fold.head === null ? null : relationsOf(aggregate, fold, prepared.actor));
    if (fold.ids.has(prepared.id)) return { outcome: 'before', findings: [], warnings: [], reasons: [] };
    const { decision, verdict, signerCount } = await decide(prepared, fold);
    const { outcome, findings, warnings, reasons } = verdict;
    if (outcome === 'refuse' && releases.awaitsSecondSignature(fact, signerCount, reasons))
      return { outcome: 'prepared', findings, warnings, reasons };
    if (outcome !== 'record') return { outcome, findings: [], warnings, reasons };
    const refused = await askFirst(prepared, decision.first?.asked ?? []);
    if (refused.length > 0 && decision.first?.onRefusal === 'abandon') {
      return { outcome: 'unreconciled', findings: [], warnings, reasons: refused };
    }
    apply(fold, prepared);
    for (const derived of [...decision.also, ...deviationsFor(prepared, prepared.id, findings)]) {
      apply(fold, stage.derived(prepared, derived));
    }
    return { outcome, findings, warnings, reasons };
  }

  async function askFirst(prepared: Prepared, asked: readonly Derived[]): Promise<readonly Violation[]> {
    const refused: Violation[] = [];
    for (const each of asked) refused.push(...(await playPrepared(stage.derived(prepared, each))).reasons);
    return refused;
  }

  return {
    play: (submission) => {
      const result = last.then(() => playPrepared(rehearsable(submission), submission.permit));
      last = result.catch(() => {});
      return result;
    },
  };
}

/** Leaf of what was never sealed: no signer can have reviewed it. */
const UNSEALED = '';

function relationsOf(aggregate: Aggregate<unknown>, fold: Folded, { org }: Actor): readonly Relation[] {
  return aggregate.relations(fold.state, org);
}

/** Personal fields stay where they are: no rule reads them, and nothing is stored. */
function rehearsable({ fact, target, actor, correlation, causation, statement }: Submission): Prepared {
  if (isAmendment(fact)) throw new TypeError(`${fact.type} cannot be rehearsed`);
  const { id, occurredAt, capture, data } = statement;
  const signed = 'contentText' in statement ? statement : undefined;
  return {
    fact,
    target,
    stream: streamName(fact.aggregate, target),
    id,
    occurredAt,
    capture,
    data,
    contentText: signed?.contentText ?? '',
    signatures: signed?.signatures ?? [],
    disclosures: [],
    actor,
    correlation,
    causation,
  };
}
