import { type Aggregate, type Amendment, effectiveOf, judge, type Recorded, summedUp, type Violation } from '@cytoledger/domain';
import { CommittedSight } from './committed.ts';
import type { Engine } from './engine.ts';
import { advance, emptyFold, type Folded, factOf, readRecorded } from './folded.ts';
import type { Prepared } from './prepared.ts';
import type { Work } from './work.ts';

/** A rule that holds for the history as it was, and is broken in the corrected one. */
export type LaterFinding = { readonly event: string; readonly violation: Violation };

/**
 * What a correction breaks, or that an entry is taken back: the stream is folded twice, as it is and as corrected, and the rules are run at each later event in both.
 */
export async function findingsOfCorrection(engine: Engine, work: Work, fold: Folded): Promise<LaterFinding[]> {
  const { prepared } = work;
  const correction = prepared.data as unknown as Amendment;
  const aggregate = prepared.fact.aggregate as Aggregate<unknown>;
  const before = emptyFold(aggregate, prepared.target, prepared.stream);
  const after = emptyFold(aggregate, prepared.target, prepared.stream);
  for (const [id, earlier] of fold.corrections) {
    before.corrections.set(id, earlier);
    after.corrections.set(id, earlier);
  }
  after.corrections.set(correction.event, correction);
  const sightBefore = new CommittedSight(engine.store);
  const sightAfter = new CommittedSight(engine.store);
  const found: LaterFinding[] = [];
  let later = false;
  for await (const page of engine.store.readStream(prepared.stream)) {
    for (const stored of page) {
      const event = readRecorded(stored);
      later ||= event.id === correction.event;
      if (later && factOf(event.type)?.kind !== 'derived') {
        const old = await brokenBy(sightBefore, work, event, before);
        const now = await brokenBy(sightAfter, work, event, after);
        found.push(...newOnes(old, now).map((violation) => ({ event: event.id, violation })));
      }
      advance(before, event, stored);
      advance(after, event, stored);
    }
  }
  return found;
}

/** Where there are many, the first of each rule stands for the others. */
export function summedUpLater(found: readonly LaterFinding[]): readonly LaterFinding[] {
  const told = summedUp(found.map(({ violation }) => violation));
  if (told.length === found.length) return found;
  return told.map((violation) => {
    const { event } = found.find((each) => each.violation.rule.id === violation.rule.id)!;
    return { event, violation };
  });
}

function newOnes(old: readonly Violation[], now: readonly Violation[]): Violation[] {
  const known = new Set(old.map((violation) => `${violation.rule.id}${violation.pointer}`));
  return now.filter((violation) => !known.has(`${violation.rule.id}${violation.pointer}`));
}

async function brokenBy(sight: CommittedSight, work: Work, event: Recorded, fold: Folded): Promise<readonly Violation[]> {
  const fact = factOf(event.type);
  const effective = effectiveOf(event, fold.corrections);
  if (!fact || !effective) return [];
  const { decision } = await sight.decide(preparedAgain(effective, work.prepared, fact), fold, Date.parse(event.recordedAt));
  // As a fact: what an authorisation would have refused then is a finding now.
  return judge({ ...fact, kind: 'fact' }, decision, fact.aggregate.regime?.(fold.state as never)).findings;
}

function preparedAgain(event: Recorded, corrector: Prepared, fact: Prepared['fact']): Prepared {
  return {
    fact,
    target: corrector.target,
    stream: event.stream,
    id: event.id,
    occurredAt: event.occurredAt,
    capture: event.capture,
    data: event.data as Prepared['data'],
    contentText: '',
    signatures: [],
    disclosures: [],
    actor: event.actor,
    correlation: corrector.correlation,
    causation: event.causation,
  };
}
