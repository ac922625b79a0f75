import type { Answer, Decision, Derived, Violation } from '@cytoledger/domain';
import { derive } from '@cytoledger/domain';
import { prepareDerived, submitDerived } from './derived-work.ts';
import type { Engine } from './engine.ts';
import { factOf } from './folded.ts';
import { seal } from './sealing.ts';
import type { Outcome } from './submission.ts';
import type { Work } from './work.ts';

export type Asked =
  | { readonly kind: 'answered'; readonly answers: readonly Answer[]; readonly closing: readonly Derived[] }
  | { readonly kind: 'given-up'; readonly reasons: readonly Violation[] }
  /** A source gave to an earlier sending of the same id, which said something else. */
  | { readonly kind: 'conflict'; readonly outcome: Outcome };

/**
 * Asks the streams that are authoritative for what they give. Where one refusal undoes all, the opening is abandoned before anything is
 * returned: opening and abandonment race for revision 0 and exactly one wins.
 */
export async function askFirst(engine: Engine, work: Work, decision: Decision): Promise<Asked> {
  const first = decision.first!;
  const asked = await Promise.all(first.asked.map((derived) => ask(engine, work, derived)));
  const conflict = asked.find(({ outcome }) => outcome.kind === 'conflict' || outcome.kind === 'invalid');
  if (conflict) return { kind: 'conflict', outcome: conflict.outcome };
  const answers = asked.map(({ answer }) => answer);
  const refused = answers.flatMap((answer) => answer.refusedBy);
  if (refused.length > 0 && first.onRefusal === 'abandon') {
    await abandon(engine, work);
    await giveBack(engine, work, decision, answers);
    return { kind: 'given-up', reasons: refused };
  }
  return { kind: 'answered', answers, closing: first.closing?.(answers) ?? [] };
}

/** Gives back what was taken for a fact that, in the end, could not be applied. */
export async function undoFirst(engine: Engine, work: Work, decision: Decision): Promise<readonly Violation[]> {
  if (!work.first || decision.first?.onRefusal === 'omit') return [];
  await abandon(engine, work);
  await giveBack(engine, work, decision, work.first.answers);
  return [];
}

async function ask(engine: Engine, work: Work, asked: Derived): Promise<{ answer: Answer; outcome: Outcome }> {
  const outcome = await submitDerived(engine, prepareDerived(engine, work.prepared, asked), work.ticket);
  return { answer: { asked, refusedBy: outcome.kind === 'refused' ? outcome.reasons : [] }, outcome };
}

async function giveBack(engine: Engine, work: Work, decision: Decision, answers: readonly Answer[]): Promise<void> {
  const undo = decision.first?.undo;
  if (!undo) return;
  for (const { asked, refusedBy } of answers) if (refusedBy.length === 0) await ask(engine, work, undo(asked));
}

/** Takes revision 0 of the stream that will not be opened. */
async function abandon(engine: Engine, work: Work): Promise<void> {
  const { fact, target, stream } = work.prepared;
  const abandoned = factOf(`${fact.aggregate.name}.opening-abandoned.v1`);
  const fold = await engine.fold(fact.aggregate, target);
  if (!abandoned || fold.head !== null) return;
  const prepared = prepareDerived(
    engine,
    work.prepared,
    derive(abandoned, target, { opening: work.prepared.id }, 'opening-abandoned'),
  );
  const sealed = seal({ ...prepared, basis: [] }, null, engine.clock.next());
  await engine.store.append(stream, 'none', [sealed]);
  engine.streams.drop(stream);
}
