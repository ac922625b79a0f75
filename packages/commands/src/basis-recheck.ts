import type { Aggregate, Violation } from '@cytoledger/domain';
import type { BasisHead } from '@cytoledger/event-store';
import { CommittedSight } from './committed.ts';
import { prepareDerived, submitDerived } from './derived-work.ts';
import { deviationsFor } from './deviations.ts';
import type { Engine } from './engine.ts';
import { foldWithCorrections } from './folded.ts';
import type { Work } from './work.ts';

/** A stored command that read other streams. */
export type BasisReader = {
  readonly work: Work;
  readonly seq: number;
  readonly basis: readonly BasisHead[];
  /** What was found when it was decided. */
  readonly findings: readonly Violation[];
};

const ATTEMPTS = 5;
const RETRY_MS = 200;

/**
 * Where the store cannot check the basis inside its commit: rereads those heads after the append and, if they moved and the decision would
 * differ, records a critical deviation at once. It runs beside the queue, because the deviation waits in that queue.
 */
export async function recheckBasis(engine: Engine, readers: readonly BasisReader[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await recheck(engine, readers);
    } catch (error) {
      // A policy repeats the check from the log.
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
    }
  }
}

async function recheck(engine: Engine, readers: readonly BasisReader[]): Promise<void> {
  const streams = [...new Set(readers.flatMap(({ basis }) => basis.map((head) => head.stream)))];
  if (streams.length === 0) return;
  const heads = await engine.store.heads(streams);
  for (const reader of readers) {
    const moved = reader.basis.some(({ stream, revision }) => (heads.get(stream)?.revision ?? 'none') !== revision);
    if (!moved) continue;
    const { prepared, ticket } = reader.work;
    for (const derived of deviationsFor(prepared, prepared.id, await brokenNow(engine, reader), 'basis-moved')) {
      await submitDerived(engine, prepareDerived(engine, prepared, derived), ticket);
    }
  }
}

/** What the decision would have found, had it read what the other streams say now. What it would have been refused for is critical. */
async function brokenNow(engine: Engine, { work, seq, findings }: BasisReader): Promise<readonly Violation[]> {
  const { prepared } = work;
  const fold = await foldWithCorrections(engine.store, prepared.fact.aggregate as Aggregate<unknown>, prepared.target, seq);
  const { verdict } = await new CommittedSight(engine.store).decide(prepared, fold, engine.clock.now());
  const known = new Set(findings.map(({ rule, pointer }) => `${rule.id} ${pointer}`));
  return [...verdict.reasons.map(critical), ...verdict.findings.map(graded)].filter(
    ({ rule, pointer }) => !known.has(`${rule.id} ${pointer}`),
  );
}

function graded(violation: Violation): Violation {
  return violation.rule.severity === 'gate' ? critical(violation) : violation;
}

function critical(violation: Violation): Violation {
  return { ...violation, rule: { ...violation.rule, deviation: 'critical' } };
}
