import { type Actor, derivedEventId, type JsonObject } from '@cytoledger/attest';
import type { AnyFact, Derived } from '@cytoledger/domain';
import type { Engine } from './engine.ts';
import { streamName } from './folded.ts';
import { contentOf, type Prepared } from './prepared.ts';
import type { Outcome } from './submission.ts';
import { arrived } from './work.ts';

/** What a derived event follows from. */
export type Trigger = Pick<Prepared, 'id' | 'occurredAt' | 'capture' | 'correlation'>;

/** Actor of what the server computes; no token carries this role. */
function platformActor(operator: string, client: string): Actor {
  return { org: operator, person: null, role: 'platform.policy', client };
}

/**
 * A derived event as a submission: its content a pure function of trigger and target, so that whoever derives it again makes the same
 * bytes and finds it recorded.
 */
export function prepareDerived(
  engine: Pick<Engine, 'operator' | 'nonceKey'>,
  trigger: Trigger,
  derived: Derived,
  actor: Actor = platformActor(engine.operator, derived.purpose),
): Prepared {
  const fact = derived.fact as unknown as AnyFact;
  const stream = streamName(fact.aggregate, derived.target);
  const base = {
    fact,
    stream,
    target: derived.target,
    id: derivedEventId({ triggerId: trigger.id, purpose: derived.purpose, stream, n: derived.n }),
    occurredAt: trigger.occurredAt,
    capture: { mode: 'derived' as const, precision: trigger.capture.precision },
    data: withoutUndefined(derived.data) as JsonObject,
  };
  return {
    ...base,
    contentText: contentOf(base, engine.nonceKey),
    signatures: [],
    disclosures: [],
    actor,
    correlation: trigger.correlation,
    causation: trigger.id,
  };
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, withoutUndefined(member)]])),
  );
}

/** Puts a derived event before what senders sent to its stream. */
export function submitDerived(engine: Engine, prepared: Prepared, ticket: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    engine.enqueue(arrived({ prepared, ticket, internal: true, lookedForReport: true, resolve, reject }));
  });
}
