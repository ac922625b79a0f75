/** Given / when / then for deciders, used by the specs beside them. */
import { type Actor, type Aggregate, type AnyFact, type Context, judge, type Recorded, type Signer } from './kernel/index.ts';

type Past = readonly [
  fact: AnyFact,
  data: unknown,
  options?: { occurredAt?: string | null; org?: string; id?: string; recordedAt?: string },
];

export const AN_ID = '0192f5c4-0000-7000-8000-000000000001';
/** Digest of every past event's content. */
const A_CONTENT_DIGEST = 'A'.repeat(43);
const NOW = '2026-11-21T08:00:00.000Z';

/** Folds past facts into a state, as the handler does; the n-th event gets the id ending in n (hex). */
export function folded<S>(aggregate: Aggregate<S>, id: string, past: readonly Past[]): S {
  const state = aggregate.initial(id);
  past.forEach((entry, seq) => {
    apply(state, aggregate, id, entry, seq);
  });
  return state;
}

function recorded(
  aggregate: Aggregate<never> | Aggregate<unknown>,
  id: string,
  [fact, data, options]: Past,
  seq: number,
): Recorded {
  return {
    id: options?.id ?? eventId(seq),
    type: fact.type,
    stream: `${aggregate.name}-${id}`,
    seq,
    occurredAt: options?.occurredAt === undefined ? '2026-11-20T08:00:00+08:00' : options.occurredAt,
    recordedAt: options?.recordedAt ?? NOW,
    capture: { mode: 'direct', precision: 'min' },
    actor: { org: options?.org ?? 'lab-a', person: 'staff-0001', role: 'lab.operator', client: null },
    causation: null,
    data: fact.schema.parse(data),
  };
}

/** Id that {@link folded} gives to the n-th past event. */
export function eventId(n: number): string {
  return `0192f5c4-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;
}

function apply<S>(state: S, aggregate: Aggregate<S>, id: string, past: Past, seq: number): void {
  past[0].evolve(state as never, recorded(aggregate as Aggregate<unknown>, id, past, seq) as never);
}

export type Others = ReadonlyMap<string, unknown>;

/**
 * `given(batch, id, [past…], others).when(fact, data).rules` → ids of the broken rules after judging, with the outcome.
 * `others` holds folded states of other streams by stream name.
 */
export function given<S>(aggregate: Aggregate<S>, id: string, past: readonly Past[] = [], others: Others = new Map()) {
  return {
    when(
      fact: AnyFact,
      data: unknown,
      options: {
        occurredAt?: string | null;
        mode?: Context['capture']['mode'];
        capture?: Context['capture'];
        actor?: Partial<Actor>;
        signers?: Signer[];
        now?: string;
        id?: string;
      } = {},
    ) {
      const state = folded(aggregate, id, past);
      const lookup = <T>(other: Aggregate<T>, otherId: string) => others.get(`${other.name}-${otherId}`) as T | undefined;
      const context: Context = {
        now: options.now ?? NOW,
        id: options.id ?? AN_ID,
        stream: `${aggregate.name}-${id}`,
        occurredAt: options.occurredAt === undefined ? '2026-11-21T15:00:00+08:00' : options.occurredAt,
        capture: options.capture ?? { mode: options.mode ?? 'direct', precision: 'min' },
        actor: { org: 'lab-a', person: 'staff-0001', role: 'lab.operator', client: null, ...options.actor },
        signers: options.signers ?? [],
        head: past.length === 0 ? null : { seq: past.length - 1, leaf: 'A'.repeat(43) },
        event: (wanted) =>
          past
            .map((entry, seq) => recorded(aggregate as Aggregate<unknown>, id, entry, seq))
            .map((event) => ({ ...event, contentDigest: A_CONTENT_DIGEST }))
            .find((event) => event.id === wanted),
        state: lookup,
        states: (other, ids) => new Map(ids.map((otherId) => [otherId, lookup(other, otherId)])),
      };
      const decision = fact.decide(fact.schema.parse(data), state, context);
      const verdict = judge(fact, decision, aggregate.regime?.(state));
      return {
        decision,
        outcome: verdict.outcome,
        /** Ids of findings, or of the reasons for a refusal. */
        rules: [...verdict.reasons, ...verdict.findings].map((violation) => violation.rule.id),
        warnings: verdict.warnings.map((violation) => violation.rule.id),
        /** The state after the fact was recorded, with what it brings along in the same stream. */
        afterwards: () => {
          apply(
            state,
            aggregate,
            id,
            [fact, data, { id: context.id, occurredAt: context.occurredAt, org: context.actor.org }],
            past.length,
          );
          decision.also.forEach((derived, n) => {
            apply(state, aggregate, id, [derived.fact as AnyFact, derived.data], past.length + 1 + n);
          });
          return state;
        },
      };
    },
  };
}
