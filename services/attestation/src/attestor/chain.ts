import { type Header, merkleLeaf, readHeader, sha256 } from '@cytoledger/attest';
import type { HeadsMap, StreamHead, TileLog } from '@cytoledger/attest/disk';
import type { StoredEvent } from '@cytoledger/event-store';
import { AttestationAlarm } from '../errors.ts';

type Last = { readonly seq: number; readonly leaf: string };

/** Streams whose last entry is remembered, beside those that the map does not know of yet; some 20 MiB. */
const REMEMBERED = 65_536;

/** Checks that every header follows the entry before it in its stream, with flat memory: what is not remembered is asked of the heads map. */
export class Chain {
  readonly #heads: HeadsMap;
  readonly #log: TileLog;
  /** Last entries at or above the map's size. */
  readonly #news = new Map<string, StreamHead>();
  readonly #remembered = new Map<string, Last>();

  constructor(heads: HeadsMap, log: TileLog) {
    this.#heads = heads;
    this.#log = log;
  }

  /** Streams with entries that the map does not know of yet. */
  get news(): number {
    return this.#news.size;
  }

  /**
   * The leaf hash of the event that becomes leaf `index`.
   *
   * @throws AttestationAlarm `header-unreadable`, `header-misplaced`, `seq-mismatch`, `prev-mismatch`
   */
  take(stored: StoredEvent, index: number): Buffer {
    const { stream, revision } = stored;
    const header = headerOf(stored);
    if (header.stream !== stream || header.id !== stored.id)
      throw alarm('header-misplaced', stored, `its header says that it is ${header.id} of ${header.stream}`);
    const last = this.#lastOf(stream);
    const follows = last === undefined ? 0 : last.seq + 1;
    if (header.seq !== revision) throw alarm('seq-mismatch', stored, `its header says seq ${header.seq}`);
    if (header.seq !== follows) throw alarm('seq-mismatch', stored, `seq ${follows} was to come`);
    if (header.prev !== (last?.leaf ?? null))
      throw alarm('prev-mismatch', stored, 'its prev is not the leaf hash of the entry before it');
    const leafHash = merkleLeaf(stored.header);
    this.#news.set(stream, { stream, seq: revision, index, leafHash, headerHash: sha256(stored.header) });
    return leafHash;
  }

  /** Takes the map to the size that the log has, all of whose entries have been taken. */
  advance(size: number): void {
    this.#heads.advance(size, this.#news.values());
    for (const [stream, { seq, leafHash }] of this.#news)
      this.#remember(stream, { seq, leaf: Buffer.from(leafHash).toString('base64url') });
    this.#news.clear();
  }

  #lastOf(stream: string): Last | undefined {
    const news = this.#news.get(stream);
    if (news) return { seq: news.seq, leaf: Buffer.from(news.leafHash).toString('base64url') };
    const remembered = this.#remembered.get(stream);
    if (remembered) return remembered;
    const head = this.#heads.head(stream);
    return head && { seq: head.seq, leaf: this.#log.leaf(head.index).toString('base64url') };
  }

  /** The stream that was written to longest ago is forgotten first. */
  #remember(stream: string, last: Last): void {
    this.#remembered.delete(stream);
    if (this.#remembered.size >= REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
    this.#remembered.set(stream, last);
  }
}

function headerOf(stored: StoredEvent): Header {
  try {
    return readHeader(stored.header);
  } catch (cause) {
    throw alarm('header-unreadable', stored, cause instanceof Error ? cause.message : 'it is no header', { cause });
  }
}

function alarm(code: AttestationAlarm['code'], event: StoredEvent, message: string, options?: ErrorOptions): AttestationAlarm {
  return new AttestationAlarm(
    code,
    `the event at position ${event.position} (${event.stream} seq ${event.revision}): ${message}`,
    options,
  );
}
