import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AttestError } from '../errors.ts';
import { type Head, headValue, readCount, writeCount } from './head.ts';
import type { HeadProof, PathEnd } from './head-proof.ts';
import { HeadsDirectory } from './heads-directory.ts';
import { countOf, depthOf, HeadsPage, PAGE_HEADER, PREFIX_BYTES, prefixOf, rootOf, type StoredHead } from './heads-page.ts';
import { firstDifference, HASH, halfByte, hashHead, LAST_RUNG, rungAt, streamKey } from './map-hash.ts';

const FORMAT = 1;
/** So many steps can be taken back. */
const KEPT_STEPS = 64;
const CACHE_KIB = 16 * 1024;
/** 512 MiB between two copies of the write-ahead log into the file: pages that changed several times meanwhile are copied once. */
const CHECKPOINT_PAGES = 128 * 1024;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS step (size INTEGER PRIMARY KEY, before INTEGER NOT NULL, undo BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL);
`;

export type StreamHead = Head & { readonly stream: string };

export type ProvenHead = {
  readonly proof: HeadProof;
  /** What the map has of the stream, which the proof then shows; undefined where the proof shows that it has none. */
  readonly head?: { readonly seq: number; readonly index: number };
};

/**
 * Opens the heads map in a file of its own, one process at a time. It may be behind the size it was last advanced to, if the machine lost
 * power since, and is never half advanced: feed it the entries from {@link HeadsMap.size}. After a restart with a log that was cut back, cut
 * the map back first. Reads the head of each page: about a second for a million streams.
 *
 * @throws AttestError `heads-damaged`: remove the file and feed it the log from the beginning; `heads-in-use`
 */
export function openHeadsMap({ path }: { readonly path: string }): HeadsMap {
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA page_size = 4096; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`);
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version !== 0 && version !== FORMAT)
      throw new AttestError('heads-damaged', `the heads map is of format ${version}; this reads ${FORMAT}`);
    if (version === 0) db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${FORMAT}; COMMIT`);
    return new HeadsMap(db);
  } catch (error) {
    db.close();
    throw asOpening(error);
  }
}

/** SQLite's primary result codes. Other failures, such as a full disk, say nothing of the file and stay as they are. */
const [BUSY, CORRUPT, NOT_A_DATABASE] = [5, 11, 26];

function asOpening(error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined) return error;
  const primary = code & 0xff;
  if (primary === BUSY) return new AttestError('heads-in-use', 'another process has the heads map open', {}, { cause: error });
  if (primary === CORRUPT || primary === NOT_A_DATABASE)
    return new AttestError('heads-damaged', 'the heads map cannot be read', {}, { cause: error });
  return error;
}

/**
 * Which entry is each stream's last below a size of the main log: a sparse Merkle map (see map-hash.ts), whose root is a function of those
 * entries and nothing else. Every call blocks; one advance costs some ten microseconds a stream, so large steps belong on a thread of
 * their own.
 */
export class HeadsMap {
  readonly #db: DatabaseSync;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #directory: HeadsDirectory;
  #pages = 0;
  #size = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#select = db.prepare('SELECT bytes FROM page WHERE id = ?');
    this.#insert = db.prepare('INSERT INTO page (id, bytes) VALUES (?, ?)');
    this.#update = db.prepare('UPDATE page SET bytes = ? WHERE id = ?');
    this.#directory = new HeadsDirectory((page, depth, target, at) => {
      const { key, value } = this.#page(page).headAt(0);
      hashHead(key, 0, value, 0, rungAt(depth), target, at);
    });
    this.#load();
  }

  /** The map is that of the first so many entries. */
  get size(): number {
    return this.#size;
  }

  /** Streams with a head. */
  get streams(): number {
    return this.#directory.heads();
  }

  /** 32 zero bytes where no stream has a head. */
  root(): Buffer {
    return this.#directory.root();
  }

  /**
   * Takes the map to a larger size. `heads` are the last entries of the streams that have one in [{@link size}, `size`); where a stream is
   * named several times, the last counts. All of it or, after an error, nothing.
   *
   * @throws AttestError `invalid-tree-size`, `invalid-head` (an index outside the step, or a seq not above the stream's head), `invalid-hash`
   */
  advance(size: number, heads: Iterable<StreamHead>): void {
    const before = this.#size;
    if (!Number.isSafeInteger(size) || size < before)
      throw new AttestError('invalid-tree-size', `the heads map is at ${before} and cannot go to ${size}`);
    const stored: StoredHead[] = [];
    for (const head of heads) {
      const { stream, seq, index } = head;
      if (index < before || index >= size)
        throw new AttestError('invalid-head', `entry ${index} of ${stream} is not in [${before}, ${size})`);
      stored.push({ key: streamKey(stream), value: headValue(head), seq, index });
    }
    if (size === before) return;
    this.#transaction(() => {
      const undo = this.#apply(stored);
      this.#db.prepare('INSERT INTO step (size, before, undo) VALUES (?, ?, ?)').run(size, before, undo);
      this.#db
        .prepare('DELETE FROM step WHERE size <= (SELECT size FROM step ORDER BY size DESC LIMIT 1 OFFSET ?)')
        .run(KEPT_STEPS);
      this.#setSize(size);
    });
  }

  /**
   * Takes the newest steps back, down to a size the map was at after one of the last 64.
   *
   * @throws AttestError `heads-size-unknown`, and nothing has changed: remove the file and feed it the log from the beginning
   */
  cutBack(size: number): void {
    if (size === this.#size) return;
    this.#transaction(() => {
      const steps = this.#db.prepare('SELECT size, before, undo FROM step WHERE size > ? ORDER BY size DESC').all(size) as {
        size: number;
        before: number;
        undo: Uint8Array;
      }[];
      if (steps.at(-1)?.before !== size)
        throw new AttestError('heads-size-unknown', `the heads map is at ${this.#size} and cannot be taken back to ${size}`);
      for (const { undo } of steps) this.#revert(Buffer.from(undo.buffer, undo.byteOffset, undo.byteLength));
      this.#db.prepare('DELETE FROM step WHERE size > ?').run(size);
      this.#setSize(size);
    });
  }

  /** What the map says of a stream, to be checked with verifyHead or verifyNoHead. */
  prove(stream: string): ProvenHead {
    const key = streamKey(stream);
    const { siblings, page: number } = this.#directory.pathOf(key);
    if (number === undefined) return { proof: { siblings, end: { kind: 'none' } } };
    const page = this.#page(number);
    // A path that ended above the page leads to its only head.
    const path = page.count === 1 ? { siblings: [], place: 0 } : page.pathOf(key);
    siblings.push(...path.siblings);
    if (path.place === undefined) return { proof: { siblings, end: { kind: 'none' } } };
    const head = page.headAt(path.place);
    if (!head.key.equals(key)) return { proof: { siblings, end: endAt(key, head, siblings.length) } };
    return { proof: { siblings, end: { kind: 'own' } }, head: { seq: head.seq, index: head.index } };
  }

  /** As {@link prove}, without the proof. */
  head(stream: string): ProvenHead['head'] {
    const key = streamKey(stream);
    const page = this.#page(this.#directory.pageOf(key));
    const { found, place } = page.find(key);
    if (!found) return undefined;
    const { seq, index } = page.headAt(place);
    return { seq, index };
  }

  /**
   * Where this map's file is not what its hashes say, or holds other heads than `other`, a sound map of the same size: pages, by number. Every
   * page is read.
   */
  *differencesFrom(other: HeadsMap): Generator<{ readonly page: number; readonly message: string }> {
    for (let number = 0; number < this.#pages; number++) {
      const page = this.#page(number);
      if (!page.isSound()) yield { page: number, message: 'the hash of the page is not that of its heads' };
      for (let place = 0; place < page.count; place++) {
        const { key, value, seq, index } = page.headAt(place);
        const theirs = other.#page(other.#directory.pageOf(key));
        const { found, place: at } = theirs.find(key);
        const wanted = found ? theirs.headAt(at) : undefined;
        if (wanted?.value.equals(value) && wanted.seq === seq && wanted.index === index) continue;
        yield { page: number, message: `entry ${place} of the page is no stream's last entry` };
      }
    }
    if (this.streams !== other.streams)
      yield { page: 0, message: `the map has ${this.streams} streams; the log has ${other.streams}` };
  }

  close(): void {
    this.#db.close();
  }

  /** Applies heads page by page, in the order of the file; returns what takes them back. */
  #apply(heads: readonly StoredHead[]): Buffer {
    const byPage = new Map<number, StoredHead[]>();
    for (const head of heads) {
      const number = this.#directory.pageOf(head.key);
      const known = byPage.get(number);
      if (known) known.push(head);
      else byPage.set(number, [head]);
    }
    const undo = Buffer.allocUnsafe(heads.length * UNDO);
    let undone = 0;
    for (const number of Uint32Array.from(byPage.keys()).sort()) {
      const open = new Map<number, OpenPage>([[number, { number, page: this.#page(number), isNew: false }]]);
      for (const head of byPage.get(number)!) {
        const page = this.#roomFor(head.key, open);
        const { found, place } = page.find(head.key);
        const old = found ? page.headAt(place) : undefined;
        if (old !== undefined && (head.seq <= old.seq || head.index <= old.index))
          throw new AttestError('invalid-head', `seq ${head.seq} at ${head.index} cannot follow seq ${old.seq} at ${old.index}`);
        writeUndo(undo, undone++ * UNDO, head.key, old);
        if (found) page.replace(place, head);
        else page.insert(place, head);
      }
      for (const one of open.values()) this.#save(one);
    }
    return undo.subarray(0, undone * UNDO);
  }

  #revert(undo: Buffer): void {
    for (let at = undo.length - UNDO; at >= 0; at -= UNDO) {
      const { key, old } = readUndo(undo, at);
      const number = this.#directory.pageOf(key);
      const page = this.#page(number);
      const { found, place } = page.find(key);
      if (!found) throw new AttestError('heads-damaged', 'a head that was stored is missing');
      if (old) page.replace(place, old);
      else page.remove(place);
      this.#save({ number, page, isNew: false });
    }
  }

  /** The open page for a key, split as often as it takes. */
  #roomFor(key: Buffer, open: Map<number, OpenPage>): HeadsPage {
    for (;;) {
      const one = open.size === 1 ? open.values().next().value! : open.get(this.#directory.pageOf(key))!;
      const { page, number } = one;
      if (!page.isFull || page.find(key).found) return page;
      if (page.depth === PREFIX_BYTES * 8) throw new AttestError('heads-damaged', 'too many keys begin with the same 64 bits');
      const [left, right] = page.split();
      one.page = left;
      open.set(this.#pages, { number: this.#pages, page: right, isNew: true });
      this.#directory.split(number, key, this.#pages++);
    }
  }

  #save({ number, page, isNew }: OpenPage): void {
    page.hash();
    if (isNew) this.#insert.run(number, page.bytes);
    else this.#update.run(page.bytes, number);
    this.#directory.set(number, prefixOf(page.bytes), page.count, rootOf(page.bytes));
  }

  #page(number: number): HeadsPage {
    const row = this.#select.get(number) as { bytes: Uint8Array } | undefined;
    if (row === undefined) throw new AttestError('heads-damaged', `page ${number} of the heads map is missing`);
    return HeadsPage.of(row.bytes);
  }

  #setSize(size: number): void {
    this.#db
      .prepare('INSERT INTO state (one, size) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET size = excluded.size')
      .run(size);
    this.#size = size;
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#load();
      throw error;
    }
  }

  /** Everything in memory, from what is on disk. */
  #load(): void {
    const state = this.#db.prepare('SELECT size FROM state').get() as { size: number } | undefined;
    this.#size = state?.size ?? 0;
    this.#directory.clear();
    this.#pages = 0;
    for (const row of this.#db.prepare(`SELECT id, substr(bytes, 1, ${PAGE_HEADER}) AS header FROM page ORDER BY id`).iterate()) {
      const { id, header } = row as { id: number; header: Uint8Array };
      const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
      const placed =
        id === this.#pages && this.#directory.place(id, depthOf(bytes), prefixOf(bytes), countOf(bytes), rootOf(bytes));
      if (!placed) throw new AttestError('heads-damaged', `page ${id} of the heads map does not belong there`);
      this.#pages++;
    }
    if (this.#pages === 0) {
      const first: OpenPage = { number: this.#pages++, page: HeadsPage.empty(0, Buffer.alloc(PREFIX_BYTES)), isNew: true };
      this.#directory.place(0, 0, Buffer.alloc(PREFIX_BYTES), 0, Buffer.alloc(HASH));
      this.#save(first);
    }
    if (!this.#directory.isWhole) throw new AttestError('heads-damaged', 'pages of the heads map are missing');
  }
}

type OpenPage = { readonly number: number; page: HeadsPage; readonly isNew: boolean };

function endAt(key: Buffer, other: StoredHead, depth: number): PathEnd {
  const differing = Math.floor(firstDifference(key, 0, other.key, 0) / 4);
  if (differing >= LAST_RUNG) return { kind: 'twin', key: other.key, value: other.value };
  const halfBytes: number[] = [];
  for (let j = rungAt(depth); j <= differing; j++) halfBytes.push(halfByte(other.key, 0, j));
  const rest = Buffer.alloc(HASH);
  hashHead(other.key, 0, other.value, 0, differing + 1, rest, 0);
  return { kind: 'other', halfBytes, rest };
}

/** Key, whether there was a head, its value, seq and index. */
const UNDO = HASH + 1 + HASH + 8 + 8;

function writeUndo(undo: Buffer, at: number, key: Buffer, old: StoredHead | undefined): void {
  key.copy(undo, at);
  undo[at + HASH] = old === undefined ? 0 : 1;
  if (old === undefined) {
    undo.fill(0, at + HASH + 1, at + UNDO);
    return;
  }
  old.value.copy(undo, at + HASH + 1);
  writeCount(undo, at + UNDO - 16, old.seq);
  writeCount(undo, at + UNDO - 8, old.index);
}

function readUndo(undo: Buffer, at: number): { key: Buffer; old: StoredHead | undefined } {
  const key = undo.subarray(at, at + HASH);
  if (undo[at + HASH] === 0) return { key, old: undefined };
  const value = undo.subarray(at + HASH + 1, at + HASH + 1 + HASH);
  return { key, old: { key, value, seq: readCount(undo, at + UNDO - 16), index: readCount(undo, at + UNDO - 8) } };
}
