import type { z } from 'zod';
import type { Capture } from '../time/index.ts';
import { type PersonalField, personalFields } from './personal.ts';
import type { Rule, Violation } from './rule.ts';
import type { RegimeId } from './standing.ts';

/** Who said it. Pseudonyms and ids only. */
export type Actor = {
  readonly org: string;
  readonly person: string | null;
  readonly role: string;
  readonly client: string | null;
};

/** An event as the fold sees it: effective (a correction's data in its original's place), of the newest version (upcast). */
export type Recorded<D = unknown> = {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  /** 0-based revision in its stream. */
  readonly seq: number;
  /** RFC 3339 as reported; null when unknown. */
  readonly occurredAt: string | null;
  /** RFC 3339, UTC, by the platform's clock. */
  readonly recordedAt: string;
  readonly capture: Capture;
  readonly actor: Actor;
  readonly causation: string | null;
  readonly data: D;
};

/** An entry that a decision asks for by its id. */
export type Entry = Recorded & {
  /** Digest of the content as it was recorded, whatever corrected it since; absent in a rehearsal, where nothing is sealed. */
  readonly contentDigest?: string;
};

/** A signature that was verified against an enrolled, unrevoked key before the decision. */
export type Signer = {
  readonly kid: string;
  readonly org: string;
  readonly person: string | null;
  readonly roles: readonly string[];
  readonly meaning: string;
  readonly signedAt: string;
};

/** What a decision may know beside its own stream. Pure: the handler reads the log, the domain only asks. */
export type Context = {
  /** RFC 3339, UTC. */
  readonly now: string;
  readonly id: string;
  readonly stream: string;
  readonly occurredAt: string | null;
  readonly capture: Capture;
  readonly actor: Actor;
  readonly signers: readonly Signer[];
  /** Newest event of the own stream; null before the first. `leaf` is its leaf hash. */
  readonly head: { readonly seq: number; readonly leaf: string } | null;
  /**
   * Folded state of another stream, read from the log (never from a read model); undefined when it has no events. Read-only. Each
   * stream asked for is named in the recorded event's `basis`.
   */
  state<S>(aggregate: Aggregate<S>, id: string): S | undefined;
  /** The effective event of that id in the own stream; undefined when there is none. */
  event(id: string): Entry | undefined;
  /** Like {@link state} for many, read together. */
  states<S>(aggregate: Aggregate<S>, ids: readonly string[]): ReadonlyMap<string, S | undefined>;
};

/** What the caller's organisation is to a resource (ARCHITECTURE.md, "Who may do what"). */
export type Relation = 'owner' | 'custodian' | 'treating-site' | 'procurement-site' | 'testing-laboratory' | 'subject';

export type Aggregate<S> = {
  /** Stream prefix: the stream of `batch` and id `X` is `batch-X`. */
  readonly name: string;
  initial(id: string): S;
  relations(state: S, org: string): readonly Relation[];
  /** The regime whose rules apply; undefined: all. */
  regime?(state: S): RegimeId | undefined;
  /** Type → fact, newest versions; filled by {@link fact} and its siblings. */
  readonly facts: Map<string, AnyFact>;
};

export function aggregate<S>(
  name: string,
  define: Pick<Aggregate<S>, 'initial' | 'relations'> & Partial<Pick<Aggregate<S>, 'regime'>>,
): Aggregate<S> {
  const declared: Aggregate<S> = { name, ...define, facts: new Map() };
  declaredByName.set(name, declared as Aggregate<unknown>);
  return declared;
}

const declaredByName = new Map<string, Aggregate<unknown>>();

/** The aggregate of that name, for a fact that is about records of every kind. */
export function aggregateNamed(name: string): Aggregate<unknown> | undefined {
  return declaredByName.get(name);
}

/** An event that the server computes from its trigger: in the same stream, or in another one. */
export type Derived<D = unknown> = {
  readonly fact: Fact<D, never>;
  /** Id of the target within its aggregate (without the prefix). */
  readonly target: string;
  readonly data: D;
  /** Distinguishes several events of one trigger in one target; part of the derived id. */
  readonly purpose: string;
  readonly n: number;
};

/** The outcome of a target that was asked for a derived event first. */
export type Answer = { readonly asked: Derived; readonly refusedBy: readonly Violation[] };

/** What a decision says. All rules broken, not only the first; the handler judges by kind and severity. */
export type Decision = {
  readonly violations: readonly Violation[];
  /** Whose rules apply, where the first event of a stream names it and its state cannot know it yet. */
  readonly regime?: RegimeId | undefined;
  /** Events of the own stream, in the same append after the fact itself. */
  readonly also: readonly Derived[];
  /**
   * Appended to their own streams first, because the source is authoritative for what it gave. `abandon`: one refusal undoes
   * those that succeeded (with `undo`), and the fact is kept as unreconciled. `omit`: `closing` tells what succeeded.
   */
  readonly first?: {
    readonly asked: readonly Derived[];
    readonly onRefusal: 'abandon' | 'omit';
    readonly undo?: (asked: Derived) => Derived;
    readonly closing?: (answers: readonly Answer[]) => readonly Derived[];
  };
};

export type FactKind =
  /** What has happened: recorded even when it should not have. */
  | 'fact'
  /** A permission: refused while a gate rule is broken. */
  | 'authorisation'
  /** Computed by the server; no route carries it. Judged like an authorisation by its target. */
  | 'derived';

export type Signatures = {
  /** What the signature means, printed with it (21 CFR 11.50(a)(3)). */
  readonly meaning: string;
  /** How many are needed before the fact takes effect; two wait in `release-<id>`. */
  readonly count: 1 | 2;
};

export type Fact<D, S> = {
  /** `aggregate.fact.vN`. */
  readonly type: string;
  readonly kind: FactKind;
  readonly aggregate: Aggregate<S>;
  readonly schema: z.ZodType<D>;
  readonly title: { readonly en: string; readonly zh: string };
  /** True for a type that may only stand first in its stream; `either` for one that may stand first or later. */
  readonly opens: boolean | 'either';
  readonly signatures?: Signatures;
  /** What a correction may change: top-level members of `data`, `occurredAt`, or nothing (reversed by facts of their own). */
  readonly corrects: readonly string[];
  readonly personal: readonly PersonalField[];
  /** Reads `data`, `state` and `context`; changes none of them. */
  decide(data: D, state: S, context: Context): Decision;
  /** May change the state that it is given. */
  evolve(state: S, event: Recorded<D>): void;
};

// biome-ignore lint/suspicious/noExplicitAny: a registry holds facts of every data and state type; each is checked by its own schema
export type AnyFact = Fact<any, any>;

type FactInput<D, S> = {
  readonly schema: z.ZodType<D>;
  readonly title: { readonly en: string; readonly zh: string };
  readonly version?: number;
  readonly opens?: boolean | 'either';
  readonly signatures?: Signatures;
  readonly corrects?: readonly string[];
  readonly decide?: (data: D, state: S, context: Context) => Decision;
  readonly evolve: (state: S, event: Recorded<D>) => void;
};

function define<D, S>(kind: FactKind, aggregate: Aggregate<S>, name: string, input: FactInput<D, S>): Fact<D, S> {
  const type = `${aggregate.name}.${name}.v${input.version ?? 1}`;
  if (aggregate.facts.has(type)) throw new TypeError(`declared twice: ${type}`);
  const made: Fact<D, S> = {
    type,
    kind,
    aggregate,
    schema: input.schema,
    title: input.title,
    opens: input.opens ?? false,
    ...(input.signatures && { signatures: input.signatures }),
    corrects: input.corrects ?? [],
    personal: personalFields(input.schema),
    decide: input.decide ?? (() => record()),
    evolve: input.evolve,
  };
  aggregate.facts.set(type, made);
  return made;
}

/** Declares what may have happened. */
export function fact<D, S>(aggregate: Aggregate<S>, name: string, input: FactInput<D, S>): Fact<D, S> {
  return define('fact', aggregate, name, input);
}

/** Declares a permission that gate rules can refuse. */
export function authorisation<D, S>(aggregate: Aggregate<S>, name: string, input: FactInput<D, S>): Fact<D, S> {
  return define('authorisation', aggregate, name, input);
}

/** Declares an event that only the server appends. */
export function derivedFact<D, S>(aggregate: Aggregate<S>, name: string, input: FactInput<D, S>): Fact<D, S> {
  return define('derived', aggregate, name, input);
}

/** A decision: the fact, with every rule that it breaks. Falsy entries and nested lists are allowed, so that rules read as a list. */
export function record(...checks: readonly Check[]): Decision {
  return { violations: flatten(checks), also: [] };
}

export type Check = Violation | undefined | null | false | readonly Check[];

/** Without a list of its own for each rule that holds: a batch has as many checks as it has units. */
function flatten(checks: readonly Check[], found: Violation[] = []): Violation[] {
  for (const check of checks) {
    if (!check) continue;
    if (Array.isArray(check)) flatten(check as readonly Check[], found);
    else found.push(check as Violation);
  }
  return found;
}

/** A derived event for the target `id` of the fact's aggregate. */
export function derive<D, S>(fact: Fact<D, S>, target: string, data: D, purpose = fact.type, n = 0): Derived {
  return { fact: fact as unknown as Fact<unknown, never>, target, data, purpose, n };
}

/** The violations of these rules only, for specs and for the gate's answer. */
export function brokenRules(decision: Decision): readonly Rule[] {
  return decision.violations.map((violation) => violation.rule);
}
