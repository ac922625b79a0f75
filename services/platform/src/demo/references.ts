import { derivedEventId, type JsonValue } from '@cytoledger/attest';
import { digestOfText, thingId } from './identities.ts';
import { ScenarioError } from './step.ts';

const LOCAL_MOMENT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/;
/** Guangdong. */
const OFFSET = '+08:00';

const FINDING = /@finding\/([\w-]+)\/([\w.-]+)\/(\d+)/g;
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
 * What a scenario's texts stand for: `@batch/pool` is the id of a thing, `@event/late-positive` that of a named step, `@finding/<step>/<rule>/0` the
 * deviation that a finding of the step opens, `sha256:…` the digest of a text, and `2026-08-12 09:30` a moment in Guangdong.
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
      .replace(THING, (_whole, kind: string, name: string) =>
        kind === 'event' ? this.#event(name) : thingId(this.#scenario, kind, name),
      );
  }

  #event(step: string): string {
    const id = this.#events.get(step);
    if (id === undefined) throw new ScenarioError(`@event/${step}: no step is called that`);
    return id;
  }

  #finding(step: string, rule: string, n: number): string {
    const stream = this.#streams.get(step);
    if (stream === undefined) throw new ScenarioError(`@finding/${step}: no step before is called that`);
    return derivedEventId({ triggerId: this.#event(step), purpose: `finding:${rule}:deviation`, stream, n });
  }
}
