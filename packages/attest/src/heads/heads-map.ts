import { AttestError } from '../errors.ts';
import { CommitFile } from './commit-file.ts';
import { type Head, headValue, readCount, writeCount } from './head.ts';
import type { HeadProof, PathEnd } from './head-proof.ts';
import { HeadsDirectory } from './heads-directory.ts';
import { countOf, depthOf, HeadsPage, PREFIX_BYTES, prefixOf, rootOf, type StoredHead } from './heads-page.ts';
import { firstDifference, HASH, halfByte, hashHead, LAST_RUNG, rungAt, streamKey } from './map-hash.ts';
import { PageStore } from './page-store.ts';
import { PagesInTurn } from './pages-in-turn.ts';
import { openSlots, SLOT, type Slots, slotsInMemory } from './slots.ts';

/** At the latest after so many, what was committed is brought to the disk for good. */
const UNSETTLED_STEPS = 32;
/** 512 MiB of pages that have gone elsewhere; and so much more does the file take than its pages. */
const HELD_BACK = 128 * 1024;
const IN_MEMORY = ':memory:';

export type StreamHead = Head & { readonly stream: string };

export type ProvenHead = {
  readonly proof: HeadProof;
  /** What the map has of the stream, which the proof then shows; undefined where the proof shows that it has none. */
  readonly head?: { readonly seq: number; readonly index: number };
};

/** The files of a heads map: its commits, with what SQLite keeps beside them, and its pages. They belong together. */
export function headsFiles(path: string): readonly string[] {
  return [path, `${path}-wal`, `${path}-shm`, pagesFile(path)];
}

/** Where the pages of a heads map lie: slots of 4,096 bytes. */
export function pagesFile(path: string): string {
  return `${path}-pages`;
}

/**
 * Opens the heads map in files of its own (see {@link headsFiles}), one process at a time. It may be behind the size it was last advanced to, if
 * the machine lost power since, and is never half advanced: feed it the entries from {@link HeadsMap.size}. After a restart with a log that was
 * cut back, cut the map back first. Reads all pages: about a second for a million streams.
 *
 * @param path of the commits, or `:memory:`
 * @throws AttestError `heads-damaged`, also for files of an earlier version: remove them and feed it the log from the beginning; `heads-in-use`
 */
export function openHeadsMap({ path }: { readonly path: string }): HeadsMap {
  const commits = new CommitFile(path);
  let slots: Slots | undefined;
  try {
    slots = path === IN_MEMORY ? slotsInMemory() : openSlots(pagesFile(path));
    const pages = new PageStore(slots);
    if (commits.isNew) begin(commits, pages);
    if (!pages.isOf(commits.identity))
      throw new AttestError('heads-damaged', 'the pages of the heads map are missing, or of another map');
    return new HeadsMap(commits, pages);
  } catch (error) {
    slots?.close();
    commits.close();
    throw error;
  }
}

/** One empty page, and the commit that names it. */
function begin(commits: CommitFile, pages: PageStore): void {
  pages.begin(commits.identity);
  pages.write(0, HeadsPage.empty(0, Buffer.alloc(PREFIX_BYTES)).bytes);
  pages.sync();
  commits.begin({ size: 0, ...pages.next });
}

/**
 * Which entry is each stream's last below a size of the main log: a sparse Merkle map (see map-hash.ts), whose root is a function of those
 * entries and nothing else. Every call blocks; one advance costs some ten microseconds a stream, so large steps belong on a thread of
 * their own.
 */
export class HeadsMap {
  readonly #commits: CommitFile;
  readonly #pages: PageStore;
  readonly #directory: HeadsDirectory;
  /** The page that was read last. */
  readonly #scratch: HeadsPage;
  readonly #inTurn: PagesInTurn;
  /** What is in memory is what is on disk. */
  #isLoaded = false;

  constructor(commits: CommitFile, pages: PageStore) {
    this.#commits = commits;
    this.#pages = pages;
    this.#scratch = HeadsPage.of(pages.bytes);
    this.#inTurn = new PagesInTurn(pages, (number, page) => this.#save(number, page));
    this.#directory = new HeadsDirectory((page, depth, target, at) => {
      const { key, value } = this.#page(page).headAt(0);
      hashHead(key, 0, value, 0, rungAt(depth), target, at);
    });
    this.#load();
  }

  /** The map is that of the first so many entries. */
  get size(): number {
    return this.#commits.committed.size;
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
    const before = this.size;
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
    this.#commit(size, () => {
      const undo = this.#apply(stored);
      this.#commits.addStep({ size, before, undo }, this.#pages.next.generation);
    });
  }

  /**
   * Takes the newest steps back, down to a size the map was at after one of the last 64.
   *
   * @throws AttestError `heads-size-unknown`, and nothing has changed: remove the file and feed it the log from the beginning
   */
  cutBack(size: number): void {
    if (size === this.size) return;
    const steps = this.#commits.stepsAbove(size);
    if (steps === undefined)
      throw new AttestError('heads-size-unknown', `the heads map is at ${this.size} and cannot be taken back to ${size}`);
    this.#commit(size, () => {
      for (const { undo } of steps) this.#revert(undo);
      this.#commits.removeStepsAbove(size);
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
   * Where this map's file is not what its hashes say, or holds other heads than `other`, a sound map of the same size: pages, by their slots in
   * {@link pagesFile}. Every page is read.
   */
  *differencesFrom(other: HeadsMap): Generator<{ readonly slot: number; readonly message: string }> {
    for (let number = 0; number < this.#pages.pages; number++) {
      const slot = this.#pages.offsetOf(number) / SLOT;
      const page = this.#page(number);
      if (!page.isSound()) yield { slot, message: 'the hash of the page is not that of its heads' };
      for (let place = 0; place < page.count; place++) {
        const { key, value, seq, index } = page.headAt(place);
        const theirs = other.#page(other.#directory.pageOf(key));
        const { found, place: at } = theirs.find(key);
        const wanted = found ? theirs.headAt(at) : undefined;
        if (wanted?.value.equals(value) && wanted.seq === seq && wanted.index === index) continue;
        yield { slot, message: `entry ${place} of the page is no stream's last entry` };
      }
    }
    if (this.streams !== other.streams)
      yield { slot: 0, message: `the map has ${this.streams} streams; the log has ${other.streams}` };
  }

  /** What was committed is on disk for good then, or, where the disk does not let it, as it would be had the process ended. */
  close(): void {
    try {
      this.#settle();
    } catch {
      // A full disk: there is nothing that the caller could do, and nothing is lost.
    }
    this.#pages.close();
    this.#commits.close();
  }

  /** Applies heads page by page; returns what takes them back. */
  #apply(heads: readonly StoredHead[]): Buffer {
    const undo = Buffer.allocUnsafe(heads.length * UNDO);
    const order = inOrderOfPages(heads, this.#directory);
    const pages = this.#inTurn;
    pages.clear();
    for (let from = 0; from < order.length; ) {
      const number = Math.floor(order[from]! / ORDINALS);
      const open: OpenPage[] = [{ number, page: pages.next(number) }];
      for (; from < order.length && Math.floor(order[from]! / ORDINALS) === number; from++) {
        const head = heads[order[from]! % ORDINALS]!;
        const page = this.#roomFor(head.key, open);
        const { found, place } = page.find(head.key);
        if (found && (head.seq <= page.seqAt(place) || head.index <= page.indexAt(place))) throw cannotFollow(head, page, place);
        writeUndo(undo, from * UNDO, head.key, page, found ? place : undefined);
        if (found) page.replace(place, head);
        else page.insert(place, head);
      }
      if (open.length === 1) pages.take();
      else for (const one of open) this.#hashed(one);
    }
    pages.finish();
    return undo;
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
      this.#hashed({ number, page });
    }
  }

  /** The open page for a key, split as often as it takes. */
  #roomFor(key: Buffer, open: OpenPage[]): HeadsPage {
    for (;;) {
      const number = open.length === 1 ? open[0]!.number : this.#directory.pageOf(key);
      const one = open.length === 1 ? open[0]! : open.find((other) => other.number === number)!;
      const { page } = one;
      if (!page.isFull || page.find(key).found) return page;
      if (page.depth === PREFIX_BYTES * 8) throw new AttestError('heads-damaged', 'too many keys begin with the same 64 bits');
      const [left, right] = page.split();
      one.page = left;
      const next = this.#pages.pages + open.length - 1;
      open.push({ number: next, page: right });
      this.#directory.split(number, key, next);
    }
  }

  #hashed({ number, page }: OpenPage): void {
    page.hash();
    page.seal();
    this.#save(number, page);
  }

  #save(number: number, page: HeadsPage): void {
    this.#pages.write(number, page.bytes);
    this.#directory.set(number, prefixOf(page.bytes), page.count, rootOf(page.bytes));
  }

  /** One at a time: the bytes hold until the next is read. */
  #page(number: number): HeadsPage {
    this.#pages.read(number);
    return this.#scratch.exchanged();
  }

  #commit(size: number, work: () => void): void {
    if (!this.#isLoaded) this.#load();
    if (this.#pages.heldBack >= HELD_BACK || this.#unsettled >= UNSETTLED_STEPS) this.#settle();
    try {
      this.#commits.commit(() => {
        work();
        return { size, ...this.#pages.next };
      });
    } catch (error) {
      this.#load();
      throw error;
    }
    this.#pages.committed();
  }

  get #unsettled(): number {
    return this.#commits.committed.generation - this.#commits.synced.generation;
  }

  /** Brings what was committed to the disk for good; only then are slots used again whose pages have gone elsewhere. */
  #settle(): void {
    if (this.#unsettled === 0) return;
    this.#pages.sync();
    this.#commits.settle();
    this.#pages.release();
  }

  /** Everything in memory, from what is on disk. */
  #load(): void {
    this.#isLoaded = false;
    const { committed, synced } = this.#commits;
    this.#directory.clear();
    const found = this.#pages.load(committed, synced, (number, header) => {
      if (!this.#directory.place(number, depthOf(header), prefixOf(header), countOf(header), rootOf(header)))
        throw new AttestError('heads-damaged', `page ${number} of the heads map does not belong there`);
    });
    if (!this.#directory.isWhole) throw new AttestError('heads-damaged', 'pages of the heads map are missing');
    if (found !== committed) this.#commits.fallBack();
    this.#isLoaded = true;
  }
}

type OpenPage = { readonly number: number; page: HeadsPage };

/** Numbers of the heads of one step; with the number of a page above them they are whole numbers that a double holds. */
const ORDINALS = 2 ** 26;

/** The heads' ordinals by their pages, each as page × {@link ORDINALS} + ordinal: heads of one page stay in their order. */
function inOrderOfPages(heads: readonly StoredHead[], directory: HeadsDirectory): Float64Array {
  if (heads.length > ORDINALS) throw new AttestError('invalid-head', `a step has at most ${ORDINALS} heads`);
  return Float64Array.from(heads, ({ key }, i) => directory.pageOf(key) * ORDINALS + i).sort();
}

function cannotFollow({ seq, index }: StoredHead, page: HeadsPage, place: number): AttestError {
  return new AttestError(
    'invalid-head',
    `seq ${seq} at ${index} cannot follow seq ${page.seqAt(place)} at ${page.indexAt(place)}`,
  );
}

function endAt(key: Buffer, other: StoredHead, depth: number): PathEnd {
  const differing = Math.floor(firstDifference(key, 0, other.key, 0) / 4);
  if (differing >= LAST_RUNG) return { kind: 'twin', key: Buffer.from(other.key), value: Buffer.from(other.value) };
  const halfBytes: number[] = [];
  for (let j = rungAt(depth); j <= differing; j++) halfBytes.push(halfByte(other.key, 0, j));
  const rest = Buffer.alloc(HASH);
  hashHead(other.key, 0, other.value, 0, differing + 1, rest, 0);
  return { kind: 'other', halfBytes, rest };
}

/** Key, whether there was a head, its value, seq and index. */
const UNDO = HASH + 1 + HASH + 8 + 8;

/** @param place of the head that was there */
function writeUndo(undo: Buffer, at: number, key: Buffer, page: HeadsPage, place: number | undefined): void {
  key.copy(undo, at);
  undo[at + HASH] = place === undefined ? 0 : 1;
  if (place === undefined) {
    undo.fill(0, at + HASH + 1, at + UNDO);
    return;
  }
  page.copyValueAt(place, undo, at + HASH + 1);
  writeCount(undo, at + UNDO - 16, page.seqAt(place));
  writeCount(undo, at + UNDO - 8, page.indexAt(place));
}

function readUndo(undo: Buffer, at: number): { key: Buffer; old: StoredHead | undefined } {
  const key = undo.subarray(at, at + HASH);
  if (undo[at + HASH] === 0) return { key, old: undefined };
  const value = undo.subarray(at + HASH + 1, at + HASH + 1 + HASH);
  return { key, old: { key, value, seq: readCount(undo, at + UNDO - 16), index: readCount(undo, at + UNDO - 8) } };
}
