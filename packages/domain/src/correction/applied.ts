import { z } from 'zod';
import { type Answer, broken, type Derived, derive, derivedFact, type Fact, record } from '../kernel/index.ts';
import { Stream, Uuid } from '../vocabulary/index.ts';
import { correctionProcessRules as rules } from './process-rules.ts';
import { type CorrectionState, correction } from './state.ts';
import { recordNamed, type Target } from './target.ts';

const PURPOSE = 'correction-applied';
/** Told of one entry: fifty of them fit into one event. */
const MOST_RULES = 10;

/** What became of each target: an entry that is no longer there, or may not be changed so, is left as it is and told here. */
export const targetsSettled = derivedFact(correction, 'targets-settled', {
  title: { en: 'What the correction changed', zh: '更正执行结果' },
  schema: z.strictObject({
    targets: z.array(
      z.strictObject({
        stream: Stream,
        event: Uuid,
        refusedBy: z.array(z.string().max(100)).max(MOST_RULES).describe('Rules; empty where it was applied'),
      }),
    ),
  }),
  evolve: (state, { data }) => {
    state.settled = data.targets;
  },
});

/** Appended by a policy: each target's own record says first that its entry was corrected or taken back. */
export const applied = derivedFact(correction, 'applied', {
  title: { en: 'Correction applied', zh: '执行更正' },
  schema: z.strictObject({ approval: Uuid }),

  decide: (_data, state) => ({
    ...record(state.status !== 'approved' && broken(rules.notOpen, '', { status: state.status })),
    first: {
      asked: state.targets.flatMap((target, n) => changeOf(target, state, n) ?? []),
      onRefusal: 'omit',
      closing: (answers) => [derive(targetsSettled, state.id, { targets: answers.map(settledOf) })],
    },
  }),

  evolve: (state) => {
    state.status = 'applied';
  },
});

/** Undefined for a kind of record that takes no corrections: its approval was refused. */
function changeOf(target: Target, { id, reason }: CorrectionState, n: number): Derived | undefined {
  const { stream, event, type } = target;
  const named = recordNamed(stream);
  const name = target.change === 'amend' ? 'corrected' : 'voided';
  const fact = named?.aggregate.facts.get(`${named.aggregate.name}.${name}.v1`) as Fact<unknown, unknown> | undefined;
  if (!named || !fact) return undefined;
  if (target.change === 'amend') {
    const { data, occurredAt } = target;
    return derive(fact, named.id, { event, data, reason, ...(occurredAt !== undefined && { occurredAt }) }, PURPOSE, n);
  }
  const instead = target.change === 'wrong-subject' ? { instead: target.instead } : {};
  return derive(fact, named.id, { event, type, ground: target.change, correction: id, ...instead }, PURPOSE, n);
}

function settledOf({ asked, refusedBy }: Answer) {
  const { event } = asked.data as { readonly event: string };
  const stream = `${(asked.fact as unknown as Fact<unknown, unknown>).aggregate.name}-${asked.target}`;
  return { stream, event, refusedBy: [...new Set(refusedBy.map(({ rule }) => rule.id))].slice(0, MOST_RULES) };
}
