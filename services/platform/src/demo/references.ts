import { derivedEventId, type JsonValue } from '@cytoledger/attest';
import { policies } from '@cytoledger/domain';
import { digestOfText, thingId } from './identities.ts';
import { ScenarioError } from './step.ts';

const LOCAL_MOMENT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/;
/** Guangdong. */
const OFFSET = '+08:00';

const FINDING = /@finding\/([\w-]+)\/([\w.-]+)\/(\d+)/g;
/** Of what followed: purpose, stream and number, once for every event on the way. */
const DERIVED = /@derived\/([\w-]+)((?:\/[\w.-]+\/[a-z]+-[\w-]+\/\d+)+)/g;
/** What a policy raises in a batch or treatment because of a step. */
const RAISED = /@raised\/([\w-]+)\/([a-z]+)-([\w-]+)/g;
/** Of a pair of contents each has an id of its own: `@event/<step>/<member>`. */
const EVENT = /@event\/([\w-]+)(\/[a-z]+)?/g;
const THING = /@([a-z][a-z-]*)\/([\w-]+)/g;
const DIGEST = 'sha256:';

/** `2026-08-12 09:30`, as a scenario writes it. */
export function isMoment(text: string): boolean {
  return LOCAL_MOMENT.test(text);
}

export function momentOf(text: string): string {
  return `${text.replace(' ', 'T')}:00${OFFSET}`;
}

/**
 * What a scenario's texts stand for: `@batch/pool` is the id of a thing, `@event/late-positive` that of a named step (of a pair:
 * `@event/infused/record`), `@finding/<step>/<rule>/0` the
 * deviation that a finding of the step opens, `@raised/<step>/treatment-bcl-a-01` the one that a policy raises in that record because of it, `@derived/<step>/<purpose>/batch-pool/0` the event that the platform appends because of the step (and, with
 * further triples, because of that one), `sha256:…` the digest of a text, and `2026-08-12 09:30` a moment in Guangdong.
 */
export class References {
  readonly #scenario: string;
  readonly #events: ReadonlyMap<string, string>;
  readonly #streams = new Map<string, string>();

  constructor(scenario: string, events: ReadonlyMap<string, string>) {
    this.#scenario = scenario;
    this.#events = events;
  }

  resolved(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((item) => this.resolved(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [this.#text(name), this.resolved(member)]));
  }

  /** Where a named step goes: what a finding of it opens is derived from its stream. */
  remember(step: string, stream: string): void {
    this.#streams.set(step, stream);
  }

  #text(text: string): string {
    if (isMoment(text)) return momentOf(text);
    if (text.startsWith(DIGEST)) return digestOfText(text.slice(DIGEST.length));
    return text
      .replace(FINDING, (_whole, step: string, rule: string, n: string) => this.#finding(step, rule, Number(n)))
      .replace(DERIVED, (_whole, step: string, way: string) => this.#derived(step, way))
      .replace(RAISED, (_whole, step: string, kind: string, name: string) =>
        policies.deviationId(this.#event(step), thingId(this.#scenario, kind, name)),
      )
      .replace(EVENT, (_whole, step: string, member = '') => this.#events.get(step + member) ?? this.#event(step) + member)
      .replace(THING, (_whole, kind: string, name: string) => thingId(this.#scenario, kind, name));
  }

  #event(step: string): string {
    const id = this.#events.get(step);
    if (id === undefined) throw new ScenarioError(`@event/${step}: no step is called that`);
    return id;
  }

  #derived(step: string, way: string): string {
    return way
      .slice(1)
      .match(/[^/]+\/[^/]+\/\d+/g)!
      .map((each) => each.split('/') as [purpose: string, stream: string, n: string])
      .reduce((triggerId, [purpose, named, n]) => {
        const dash = named.indexOf('-');
        const stream = `${named.slice(0, dash)}-${thingId(this.#scenario, named.slice(0, dash), named.slice(dash + 1))}`;
        return derivedEventId({ triggerId, purpose, stream, n: Number(n) });
      }, this.#event(step));
  }

  #finding(step: string, rule: string, n: number): string {
    const stream = this.#streams.get(step);
    if (stream === undefined) throw new ScenarioError(`@finding/${step}: no step before is called that`);
    return derivedEventId({ triggerId: this.#event(step), purpose: `finding:${rule}:deviation`, stream, n });
  }
}
