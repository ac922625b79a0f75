import { hash } from 'node:crypto';
import { AttestError, checkSealed, isRecordedAt } from '@cytoledger/attest';
import type { StoredEvent } from '@cytoledger/event-store';
import type { Fault } from './fault.ts';
import { HeadTable } from './head-table.ts';

/** Canonical bytes of a header without signatures: what nearly every header is. Whatever else there is, is read in full. */
const HEADER =
  /^\{"body":"([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])","id":"([0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})","prev":(?:null|"([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])"),"recordedAt":"([0-9T:.Z-]{24})","seq":(0|[1-9]\d{0,14}),"signatures":\[\],"stream":"([!#-[\]-~]{1,256})","v":1\}$/;
/** Between the id and the stream of a content: a nonce and a time. */
const BETWEEN = /^[A-Za-z0-9_-]{21}[AQgw]","occurredAt":(?:null|"[0-9T:.Z+-]{19,40}")$/;
/** What may follow the content: the rest of a text without escapes. */
const END = /^[^"\\]{0,256}"\}$/;
const TAIL_BYTES = 1024;
const MAX_ENTRY = 65_535;

type Read = {
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  readonly prev: string | null;
  readonly recordedAt: string;
};

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
  readonly #entry = Buffer.alloc(MAX_ENTRY + 1);
  readonly #leaf = Buffer.alloc(32);
  readonly #prev = Buffer.alloc(32);

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
    this.#hashLeaf(event.header);
    if (read === undefined) {
      this.#heads.put(event.revision, this.#leaf, before?.recordedAt ?? 0);
      return { leaf: this.#leaf, sealed: false };
    }
    const recordedAt = Date.parse(read.recordedAt);
    const follows = before === undefined ? 0 : before.seq + 1;
    if (read.seq !== follows) this.#fault(event, 'seq-mismatch', `seq ${read.seq} stands where ${follows} was to come`);
    else if (!this.#isPrev(read.prev, before !== undefined))
      this.#fault(event, 'prev-mismatch', 'prev is not the leaf hash of the event before');
    if (before !== undefined && recordedAt < before.recordedAt)
      this.#fault(event, 'recorded-at-decreases', 'recorded before the event before it');
    this.#place(event, read);
    this.#heads.put(event.revision, this.#leaf, recordedAt);
    return { leaf: this.#leaf, sealed: true };
  }

  /** What the header says, where header and body are as they were sealed; undefined after a fault. */
  #read(event: StoredEvent): Read | undefined {
    const { header, body } = event;
    const found = header.length > MAX_ENTRY ? null : HEADER.exec(textOf(header));
    if (this.#thorough || found === null || !isRecordedAt(found[4])) return this.#readInFull(event);
    const [, digest, id, prev, recordedAt, seq, stream] = found;
    if (hash('sha256', body, 'base64url') !== digest) {
      this.#fault(event, 'body-digest-mismatch', 'the body is not the one that the header names');
      return { id: id!, stream: stream!, seq: Number(seq), prev: prev ?? null, recordedAt: recordedAt! };
    }
    if (body.length > MAX_ENTRY || !agrees(body, id!, stream!, event.type)) return this.#readInFull(event);
    return { id: id!, stream: stream!, seq: Number(seq), prev: prev ?? null, recordedAt: recordedAt! };
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

  #isPrev(prev: string | null, isWanted: boolean): boolean {
    if (prev === null || !isWanted) return prev === null && !isWanted;
    this.#prev.write(prev, 'base64url');
    return this.#heads.leafIs(this.#prev);
  }

  /** RFC 6962 §2.1. */
  #hashLeaf(header: Uint8Array): void {
    const prefixed = header.length <= MAX_ENTRY ? this.#entry : Buffer.alloc(header.length + 1);
    prefixed.set(header, 1);
    this.#leaf.write(hash('sha256', prefixed.subarray(0, header.length + 1), 'binary'), 0, 32, 'latin1');
  }

  #fault(event: StoredEvent, code: string, message: string): void {
    this.#onFault({ code, message, ...placeOf(event) });
  }
}

export function placeOf({ stream, revision, position, id }: StoredEvent) {
  return { stream, seq: revision, position, id };
}

/**
 * Whether the content at the end of a canonical body names this id, stream and type. Quotes inside texts are escaped, so the marks can
 * stand nowhere else; where it cannot be told cheaply the answer is no, and the body is read in full.
 */
function agrees(body: Uint8Array, id: string, stream: string, type: string): boolean {
  const tail = textOf(body.subarray(Math.max(0, body.length - TAIL_BYTES)));
  const mark = `,"stream":"${stream}","type":"${type}"},"correlation":"`;
  const at = tail.lastIndexOf(mark);
  if (at < 0 || !END.test(tail.slice(at + mark.length))) return false;
  const idMark = `,"id":"${id}","nonce":"`;
  const idAt = tail.lastIndexOf(idMark, at);
  return idAt >= 0 && BETWEEN.test(tail.slice(idAt + idMark.length, at));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
