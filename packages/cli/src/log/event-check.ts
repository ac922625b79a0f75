import { AttestError, checkSealed, type Header, readHeader } from '@cytoledger/attest';
import type { StoredEvent } from '@cytoledger/event-store';
import type { Fault } from './fault.ts';
import { HeadTable } from './head-table.ts';
import { HASH_BYTES } from './plain-event.ts';
import { NOT_PLAIN, PLAIN_FIRST, type PlainVerdicts } from './plain-page.ts';

/**
 * Follows the chain of each event's stream, in log order. After a fault it goes on with what is stored, so that one altered event is told once,
 * and once more by the event behind it that names what it was.
 */
export class EventCheck {
  readonly #heads = new HeadTable();
  readonly #onFault: (fault: Fault) => void;
  readonly #thorough: boolean;
  readonly #prev = Buffer.alloc(HASH_BYTES);

  /** @param thorough also read every body and compare it with its canonical form: some ten times as slow */
  constructor(onFault: (fault: Fault) => void, thorough = false) {
    this.#onFault = onFault;
    this.#thorough = thorough;
  }

  get streams(): number {
    return this.#heads.streams;
  }

  /** The nth of the events of a page, with what was found about each by itself. */
  take(event: StoredEvent, { verdicts, leaves, prevs, times }: PlainVerdicts, n: number): void {
    const at = HASH_BYTES * n;
    this.#heads.find(event.stream);
    if (verdicts[n] !== NOT_PLAIN && !this.#thorough) {
      this.#follow(event, event.revision, verdicts[n] !== PLAIN_FIRST, prevs, at, times[n]!);
      this.#heads.put(event.revision, leaves, at, times[n]!);
      return;
    }
    const header = this.#readInFull(event);
    const recordedAt = header ? Date.parse(header.recordedAt) : this.#heads.recordedAt;
    if (header) {
      const { seq, prev } = header;
      if (prev !== null) this.#prev.write(prev, 'base64url');
      this.#follow(event, seq, prev !== null, this.#prev, 0, recordedAt);
    }
    this.#heads.put(event.revision, leaves, at, recordedAt);
    if (header) this.#place(event, header);
  }

  #follow(event: StoredEvent, seq: number, hasPrev: boolean, prevs: Uint8Array, prevAt: number, recordedAt: number): void {
    const heads = this.#heads;
    const follows = heads.isNew ? 0 : heads.seq + 1;
    if (seq !== follows) this.#fault(event, 'seq-mismatch', `seq ${seq} stands where ${follows} was to come`);
    else if (hasPrev === heads.isNew || (hasPrev && !heads.leafIs(prevs, prevAt)))
      this.#fault(event, 'prev-mismatch', 'prev is not the leaf hash of the event before');
    if (recordedAt < heads.recordedAt) this.#fault(event, 'recorded-at-decreases', 'recorded before the event before it');
  }

  /** What the header says, where it is a header as it was sealed. */
  #readInFull(event: StoredEvent): Header | undefined {
    try {
      const { header, body } = checkSealed({ header: event.header, body: event.body });
      if (body.content.type !== event.type) this.#fault(event, 'type-mismatch', `the content says ${body.content.type}`);
      return header;
    } catch (error) {
      if (!(error instanceof AttestError)) throw error;
      this.#fault(event, error.code, error.message);
      return error.code === 'body-digest-mismatch' ? readHeader(event.header) : undefined;
    }
  }

  /** What the store says about an event must be what the event says about itself. */
  #place(event: StoredEvent, { stream, seq, id }: Header): void {
    if (stream !== event.stream) this.#fault(event, 'stream-mismatch', `the header says ${stream}`);
    if (seq !== event.revision) this.#fault(event, 'revision-mismatch', `the header says seq ${seq}`);
    if (id !== event.id) this.#fault(event, 'id-mismatch', `the header says ${id}`);
  }

  #fault(event: StoredEvent, code: string, message: string): void {
    this.#onFault({ code, message, ...placeOf(event) });
  }
}

export function placeOf({ stream, revision, position, id }: StoredEvent) {
  return { stream, seq: revision, position, id };
}
