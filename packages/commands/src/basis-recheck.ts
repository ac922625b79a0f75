import type { Aggregate, Derived, Violation } from '@cytoledger/domain';
import type { BasisHead } from '@cytoledger/event-store';
import { decideOn } from './decision.ts';
import { prepareDerived, submitDerived } from './derived-work.ts';
import { deviationsFor } from './deviations.ts';
import type { Engine } from './engine.ts';
import { advance, emptyFold, type Folded, readRecorded } from './folded.ts';
import { Unread } from './reads.ts';
import type { Work } from './work.ts';

/**
 * Where the store cannot check the basis inside its commit: rereads those heads after the append and, if they moved and the decision would
 * differ, records a critical deviation at once.
 */
export async function recheckBasis(
  engine: Engine,
  works: readonly { work: Work; seq: number; basis: readonly BasisHead[] }[],
): Promise<void> {
  const streams = [...new Set(works.flatMap(({ basis }) => basis.map((head) => head.stream)))];
  if (streams.length === 0) return;
  const heads = await engine.store.heads(streams);
  for (const { work, seq, basis } of works) {
    const moved = basis.filter(({ stream, revision }) => (heads.get(stream)?.revision ?? 'none') !== revision);
    if (moved.length === 0) continue;
    for (const { stream } of moved) engine.streams.drop(stream);
    const reasons = await decidedAgain(engine, work, seq);
    if (reasons.length === 0) continue;
    for (const derived of deviationsOf(work, reasons))
      await submitDerived(engine, prepareDerived(engine, work.prepared, derived), work.ticket);
  }
}

function deviationsOf(work: Work, reasons: readonly Violation[]): Derived[] {
  return deviationsFor(work.prepared, work.prepared.id, [
    ...reasons.map((reason) => ({ ...reason, rule: { ...reason.rule, deviation: 'critical' as const } })),
  ]);
}

async function decidedAgain(engine: Engine, work: Work, seq: number): Promise<readonly Violation[]> {
  const fold = await foldBefore(engine, work, seq);
  work.fresh.clear();
  for (;;) {
    try {
      const { verdict } = decideOn(work.prepared, fold, {
        nowMs: engine.clock.now(),
        stream: (_aggregate, _id, stream) => engine.settled(stream, Number.POSITIVE_INFINITY, work),
        ownEvent: (id) => work.ownEvents.get(id),
      });
      return verdict.reasons;
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      await engine.gather(work, error.wanted);
    }
  }
}

async function foldBefore(engine: Engine, work: Work, seq: number): Promise<Folded> {
  const { fact, target, stream } = work.prepared;
  const fold = emptyFold(fact.aggregate as Aggregate<unknown>, target, stream);
  if (seq === 0) return fold;
  for await (const page of engine.store.readStream(stream, { limit: seq })) {
    for (const stored of page) advance(fold, readRecorded(stored), stored);
  }
  return fold;
}
