import { AttestError, checkSealed } from '@cytoledger/attest';
import type { StoredEvent } from '@cytoledger/event-store';
import type { Fault } from './fault.ts';
import { HeadTable, type TableHead } from './head-table.ts';
import { agrees, HASH_BYTES, isBodyOf, LeafHasher, type PlainHeader, readPlainHeader } from './plain-event.ts';
import { NOT_PLAIN, PLAIN_FIRST, type PlainVerdicts } from './plain-page.ts';

type Read = Omit<PlainHeader, 'digest'>;

/** Leaf hash, as 32 bytes that hold until the next event. */
export type Checked = { readonly leaf: Buffer; readonly sealed: boolean };

/**
 * Hashes each event of a log again and follows its stream's chain, in log order. After a fault it goes on with what is stored, so that one
 * altered event is told once, and once more by the event behind it that names what it was.
 */
export class EventCheck {
  readonly #heads = new HeadTable();
  readonly #onFault: (fault: Fault) => void;
  readonly #thorough: boolean;
  readonly #hasher = new LeafHasher();
  readonly #leaf = Buffer.alloc(HASH_BYTES);
  readonly #prev = Buffer.alloc(HASH_BYTES);

  /** @param thorough also read every body and compare it with its canonical form: some ten times as slow */
  constructor(onFault: (fault: Fault) => void, thorough = false) {
    this.#onFault = onFault;
    this.#thorough = thorough;
  }

  get streams(): number {
    return this.#heads.streams;
  }

  take(event: StoredEvent): Checked {
    const before = this.#heads.find(event.stream);
    const read = this.#read(event);
    this.#hasher.into(this.#leaf, 0, event.header);
    if (read === undefined) {
      this.#heads.put(event.revision, this.#leaf, before?.recordedAt ?? 0);
      return { leaf: this.#leaf, sealed: false };
    }
    if (read.prev !== null) this.#prev.write(read.prev, 'base64url');
    this.#follow(event, before, read.seq, read.prev !== null, Date.parse(read.recordedAt));
    this.#place(event, read);
    return { leaf: this.#leaf, sealed: true };
  }

  /** The nth of those that were read elsewhere. */
  takeRead(event: StoredEvent, { verdicts, leaves, prevs, times }: PlainVerdicts, n: number): Checked {
    const verdict = verdicts[n]!;
    if (verdict === NOT_PLAIN) return this.take(event);
    const before = this.#heads.find(event.stream);
    this.#leaf.set(leaves.subarray(HASH_BYTES * n, HASH_BYTES * (n + 1)));
    if (verdict !== PLAIN_FIRST) this.#prev.set(prevs.subarray(HASH_BYTES * n, HASH_BYTES * (n + 1)));
    this.#follow(event, before, event.revision, verdict !== PLAIN_FIRST, times[n]!);
    return { leaf: this.#leaf, sealed: true };
  }

  #follow(event: StoredEvent, before: TableHead | undefined, seq: number, hasPrev: boolean, recordedAt: number): void {
    const follows = before === undefined ? 0 : before.seq + 1;
    if (seq !== follows) this.#fault(event, 'seq-mismatch', `seq ${seq} stands where ${follows} was to come`);
    else if (hasPrev !== (before !== undefined) || (hasPrev && !this.#heads.leafIs(this.#prev)))
      this.#fault(event, 'prev-mismatch', 'prev is not the leaf hash of the event before');
    if (before !== undefined && recordedAt < before.recordedAt)
      this.#fault(event, 'recorded-at-decreases', 'recorded before the event before it');
    this.#heads.put(event.revision, this.#leaf, recordedAt);
  }

  /** What the header says, where header and body are as they were sealed; undefined after a fault. */
  #read(event: StoredEvent): Read | undefined {
    const { header, body } = event;
    const said = this.#thorough ? undefined : readPlainHeader(header);
    if (said === undefined) return this.#readInFull(event);
    if (!isBodyOf(said, body)) {
      this.#fault(event, 'body-digest-mismatch', 'the body is not the one that the header names');
      return said;
    }
    return agrees(body, said, event.type) ? said : this.#readInFull(event);
  }

  #readInFull(event: StoredEvent): Read | undefined {
    try {
      const { header, body } = checkSealed({ header: event.header, body: event.body });
      if (body.content.type !== event.type) this.#fault(event, 'type-mismatch', `the content says ${body.content.type}`);
      return header;
    } catch (error) {
      if (!(error instanceof AttestError)) throw error;
      this.#fault(event, error.code, error.message);
      return undefined;
    }
  }

  /** What the store says about an event must be what the event says about itself. */
  #place(event: StoredEvent, { stream, seq, id }: Read): void {
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
