import { hash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AttestError, type HeadsNote } from '@cytoledger/attest';
import {
  attestationFiles,
  HASH_LENGTH,
  type HeadsMap,
  headsFiles,
  openHeadsMap,
  pagesFile,
  SLOT,
  type StreamHead,
} from '@cytoledger/attest/disk';
import type { StoredEvent } from '@cytoledger/event-store';
import type { Fault } from '../fault.ts';

/** Streams between two steps of the map; their headers wait in memory. */
const STEP_STREAMS = 50_000;
const PAGES = pagesFile('heads.db');
/** The second header of a stream is longer by the hash of the first, later ones by a digit. */
const HEADER_ROOM = 64;

/** Overwritten in place while a stream goes on: a busy stream costs no garbage. */
type News = { seq: number; index: number; readonly leafHash: Buffer; header: Buffer; length: number };

/** The newest entry. It is kept when one of another stream comes: events of a stream stand together, often. */
type Newest = { event: StoredEvent | undefined; index: number; readonly leafHash: Buffer };

/**
 * Makes the heads map again from the entries, in a folder of its own, and compares it with the heads note that was signed and with the map on
 * disk. While the platform runs that file is its own alone, and only the note is compared.
 */
export class HeadsCheck {
  readonly #onFault: (fault: Fault) => void;
  readonly #folder: string;
  readonly #map: HeadsMap;
  readonly #stored: HeadsMap | undefined;
  readonly #note: HeadsNote | undefined;
  /** Sizes at which something is compared. */
  readonly #stops: number[];
  #news = new Map<string, News>();
  readonly #newest: Newest = { event: undefined, index: 0, leafHash: Buffer.alloc(HASH_LENGTH) };

  /** Whether the map's file was looked at too. */
  readonly readsFile: boolean;

  constructor(folder: string, signedSize: number, note: HeadsNote | undefined, onFault: (fault: Fault) => void) {
    this.#onFault = onFault;
    this.#note = note;
    this.#folder = mkdtempSync(join(tmpdir(), 'cytoledger-fsck-'));
    this.#map = openHeadsMap({ path: join(this.#folder, 'again.db') });
    const files = attestationFiles(folder);
    this.readsFile = existsSync(files.heads) && !isAttesting(files.lock);
    this.#stored = this.readsFile ? this.#copyOf(files.heads) : undefined;
    const stops = [note?.size, this.#stored?.size].filter((size): size is number => size !== undefined && size <= signedSize);
    this.#stops = [...new Set(stops)].sort((a, b) => a - b);
    if (this.#stored && this.#stored.size > signedSize)
      onFault({
        code: 'heads-ahead',
        message: `the heads map knows ${this.#stored.size} entries; ${signedSize} were signed`,
        file: 'heads.db',
      });
    if (note && note.size > signedSize)
      onFault({
        code: 'heads-ahead',
        message: `the heads note is of ${note.size} entries; ${signedSize} were signed`,
        file: 'heads',
      });
  }

  /** Whether leaves from this one on are of no interest. */
  isDone(index: number): boolean {
    return index >= (this.#stops.at(-1) ?? 0);
  }

  /** @param at of the entry's hash in `leaves` */
  add(event: StoredEvent, index: number, leaves: Buffer, at: number): void {
    if (this.isDone(index)) return;
    const newest = this.#newest;
    if (newest.event?.stream !== event.stream) this.#keepNewest();
    newest.event = event;
    newest.index = index;
    for (let i = 0; i < HASH_LENGTH; i++) newest.leafHash[i] = leaves[at + i]!;
    if (this.#stops.includes(index + 1)) this.#compare(index + 1);
    else if (this.#news.size >= STEP_STREAMS) this.#advance(index + 1);
  }

  #keepNewest(): void {
    const { event, index, leafHash } = this.#newest;
    if (event === undefined) return;
    this.#newest.event = undefined;
    const { stream, revision, header } = event;
    const known = this.#news.get(stream);
    if (known && known.header.length >= header.length) {
      known.seq = revision;
      known.index = index;
      leafHash.copy(known.leafHash);
      known.header.set(header);
      known.length = header.length;
    } else {
      const room = Buffer.allocUnsafeSlow(header.length + HEADER_ROOM);
      room.set(header);
      this.#news.set(stream, { seq: revision, index, leafHash: Buffer.from(leafHash), header: room, length: header.length });
    }
  }

  /** Nothing is to be compared any more: the entries are not those that were attested. */
  abandon(): void {
    this.#stops.length = 0;
  }

  finish(): void {
    this.#map.close();
    this.#stored?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #advance(size: number): void {
    this.#keepNewest();
    this.#map.advance(size, this.#heads());
    this.#news = new Map();
  }

  *#heads(): Generator<StreamHead> {
    for (const [stream, { seq, index, leafHash, header, length }] of this.#news)
      yield {
        stream,
        seq,
        index,
        leafHash,
        headerHash: Buffer.from(hash('sha256', header.subarray(0, length), 'binary'), 'binary'),
      };
  }

  #compare(size: number): void {
    this.#advance(size);
    if (this.#note?.size === size && !this.#note.mapRoot.equals(this.#map.root()))
      this.#onFault({
        code: 'heads-mismatch',
        message: `the map of heads of ${size} entries is not the one that was signed`,
        file: 'heads',
        record: size,
      });
    if (this.#stored?.size !== size) return;
    for (const { slot, message } of this.#stored.differencesFrom(this.#map))
      this.#onFault({ code: 'heads-damaged', message, file: PAGES, record: slot });
  }

  #copyOf(path: string): HeadsMap | undefined {
    const copy = join(this.#folder, 'stored.db');
    const copies = headsFiles(copy);
    for (const [i, file] of headsFiles(path).entries()) if (existsSync(file)) copyFileSync(file, copies[i]!);
    try {
      return openHeadsMap({ path: copy });
    } catch (error) {
      if (!(error instanceof AttestError)) throw error;
      const { code, message, offset } = error;
      this.#onFault({ code, message, ...(offset === undefined ? { file: 'heads.db' } : { file: PAGES, record: offset / SLOT }) });
      return undefined;
    }
  }
}

/** Whoever attests holds a lock on this small database, which SQLite tells a reader. */
function isAttesting(lock: string): boolean {
  if (!existsSync(lock)) return false;
  const db = new DatabaseSync(lock, { readOnly: true, timeout: 0 });
  try {
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}
