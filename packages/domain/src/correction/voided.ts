import { z } from 'zod';
import { type Aggregate, type AnyFact, broken, derivedFact, record } from '../kernel/index.ts';
import { Stream, Uuid } from '../vocabulary/index.ts';
import { correctionRules } from './rules.ts';
import { unversioned } from './unversioned.ts';
import { isLifted, withholds } from './withholding.ts';

const Voided = z.strictObject({
  event: Uuid.describe('The entry that is taken back'),
  type: z.string().min(1).max(100).describe('Its type, as the correction says'),
  ground: z.enum(['wrong-subject', 'never-happened']),
  correction: Uuid.describe('The correction that was approved'),
  instead: Stream.optional().describe('The record to which it belongs'),
});

/** That an entry says nothing of this record: it belongs to another, or never happened. */
export type Voiding = z.output<typeof Voided>;

/**
 * Declares `voided` for an aggregate. The entry stays in the log and in every history; no state and no answer is made of it, nor of what the
 * platform derived from it in the same record. Deviations that it opened stay, and so do quarantines and holds: somebody closes and lifts them.
 */
export function declareVoiding<S>(aggregate: Aggregate<S>): void {
  derivedFact(aggregate, 'voided', {
    title: { en: 'Entry taken back', zh: '记录撤销' },
    schema: Voided,
    decide: ({ event, type }, _state, context) => {
      const original = context.event(event);
      if (!original) return record(broken(correctionRules.unknownEvent, '/event', { event }));
      const fact = aggregate.facts.get(original.type);
      return record(
        unversioned(original.type) !== unversioned(type) &&
          broken(correctionRules.typeDiffers, '/type', { type: original.type, said: type }),
        !(fact && isVoidable(fact, original.seq)) && broken(correctionRules.notVoidable, '/event', { type: original.type }),
        withholds(original) && broken(correctionRules.withholdingTakenBack, '/event', { type: original.type }),
      );
    },
    evolve: () => {
      // The handler leaves the entry out of the fold.
    },
  });
}

/** Facts only: permissions, what opened the record, and what is said about entries are reversed by facts of their own. */
function isVoidable({ kind, opens, type }: AnyFact, seq: number): boolean {
  return (
    kind === 'fact' &&
    opens !== true &&
    seq > 0 &&
    !isLifted(type) &&
    !/\.(?:corrected|deviation-raised|deviation-closed)\./.test(type)
  );
}
