/** Sealed events for specs and benchmarks, without the command handler. */
import { randomBytes } from 'node:crypto';
import {
  type Actor,
  base64url,
  contentText,
  type JsonObject,
  leafHash,
  type Signature,
  sealBody,
  sealHeader,
} from '@cytoledger/attest';
import type { EventStore, EventToAppend, Position } from '@cytoledger/event-store';
import { newId } from '@cytoledger/event-store/contract';

export type Said = {
  readonly stream: string;
  readonly type: string;
  readonly data: object;
  readonly id?: string;
  readonly occurredAt?: string | null;
  readonly recordedAt?: string;
  readonly actor?: Partial<Actor>;
  readonly capture?: object;
  readonly causation?: string;
  /** Signatures over the content, as its text is now known. */
  readonly sign?: (content: string) => readonly Signature[];
};

type Chain = { seq: number; leaf: string };

/** Writes events as the platform would seal them: chained per stream, with a clock that ticks a second an event. */
export class LogWriter {
  readonly #store: EventStore;
  readonly #chains = new Map<string, Chain>();
  #clock: number;

  constructor(store: EventStore, from = '2026-11-21T08:00:00.000Z') {
    this.#store = store;
    this.#clock = Date.parse(from);
  }

  /** Events of one stream in one append. */
  async append(...said: readonly [Said, ...Said[]]): Promise<{ ids: string[]; position: Position }> {
    const { stream } = said[0];
    const expected = this.#chains.get(stream)?.seq;
    const events = said.map((each) => this.seal(each));
    const { positions } = await this.#store.append(stream, expected ?? 'none', events);
    return { ids: events.map((event) => event.id), position: positions.at(-1)! };
  }

  seal({ stream, type, data, ...rest }: Said): EventToAppend {
    const previous = this.#chains.get(stream);
    const id = rest.id ?? newId();
    this.#clock += 1000;
    const recordedAt = rest.recordedAt ?? new Date(this.#clock).toISOString();
    const content = contentText({
      nonce: base64url(randomBytes(16)),
      id,
      type,
      stream,
      occurredAt: rest.occurredAt === undefined ? recordedAt : rest.occurredAt,
      capture: { mode: 'direct', precision: 's', ...rest.capture } as JsonObject,
      data: data as JsonObject,
    });
    const body = sealBody({
      actor: { org: 'lab-a', person: 'staff-0001', role: 'lab.operator', client: null, ...rest.actor },
      basis: [],
      causation: rest.causation ?? null,
      contentText: content,
      correlation: id,
    });
    const seq = previous ? previous.seq + 1 : 0;
    const { bytes: header } = sealHeader({
      id,
      stream,
      seq,
      prev: previous?.leaf ?? null,
      recordedAt,
      body,
      signatures: rest.sign?.(content) ?? [],
    });
    this.#chains.set(stream, { seq, leaf: leafHash(header) });
    return { id, type, header, body };
  }
}
