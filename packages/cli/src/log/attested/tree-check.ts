import { merkleNode, merkleRoot } from '@cytoledger/attest';
import { attestationFiles, foldHashes, GROUP, HASH_LENGTH, STEP, stepFile } from '@cytoledger/attest/disk';
import type { StoredEvent } from '@cytoledger/event-store';
import { placeOf } from '../event-check.ts';
import type { Fault } from '../fault.ts';
import { RecordFile } from './record-file.ts';
import type { SignedRoot } from './signed-notes.ts';

/** Told of each group of leaves, one behind the other, once it is known whether they are what was attested; they hold until the next group. */
export type OnGroup = (start: number, events: readonly (StoredEvent | undefined)[], leaves: Buffer) => void;

/**
 * Builds the tree again from the store's leaves and compares every hash on disk and every root that was signed. Where leaf and disk differ,
 * the hash above them says which of the two is not what it was.
 */
export class TreeCheck {
  readonly #folder: string;
  readonly #signed: SignedRoot;
  readonly #onFault: (fault: Fault) => void;
  readonly #roots: Iterator<SignedRoot>;
  #nextRoot: SignedRoot | undefined;
  readonly #files: (RecordFile | undefined)[] = [];
  /** By height / 4: the complete subtree that waits for its right neighbour, at each height from 4. */
  readonly #waiting: (Buffer | undefined)[] = [];
  /** The group that is being filled: leaf hashes and events of the store; no event where the store lacks it. */
  readonly #leaves = Buffer.alloc(GROUP * HASH_LENGTH);
  #events: (StoredEvent | undefined)[] = [];
  #start = 0;
  readonly #onGroup: OnGroup;
  /** Whether every leaf so far was what was signed: only then can a map of heads be compared. */
  intact = true;

  /** @param roots by size, the one that was signed last being the last */
  constructor(
    folder: string,
    {
      signed,
      roots,
      onGroup,
      onFault,
    }: { signed: SignedRoot; roots: Iterable<SignedRoot>; onGroup: OnGroup; onFault: (fault: Fault) => void },
  ) {
    this.#folder = folder;
    this.#signed = signed;
    this.#roots = roots[Symbol.iterator]();
    this.#onGroup = onGroup;
    this.#onFault = onFault;
    this.#advance();
  }

  /** The hash that is on disk for a leaf. */
  leafAt(index: number): Buffer | undefined {
    return this.#file(0)?.at(index);
  }

  /** @param at of the event's leaf hash in `leaves` */
  add(event: StoredEvent, leaves: Buffer, at: number): void {
    const to = this.#events.length * HASH_LENGTH;
    for (let i = 0; i < HASH_LENGTH; i++) this.#leaves[to + i] = leaves[at + i]!;
    this.#push(event);
  }

  /** The store lacks the event of the next leaf. */
  miss(): void {
    this.intact = false;
    const hash = this.leafAt(this.#start + this.#events.length) ?? Buffer.alloc(HASH_LENGTH);
    hash.copy(this.#leaves, this.#events.length * HASH_LENGTH);
    this.#push(undefined);
  }

  finish(): void {
    if (this.#events.length > 0) this.#closeGroup();
    this.#checkRoots(this.#leaves, 0);
    for (const file of this.#files) file?.close();
  }

  #push(event: StoredEvent | undefined): void {
    this.#events.push(event);
    if (this.#events.length === GROUP) this.#closeGroup();
  }

  #closeGroup(): void {
    const count = this.#events.length;
    const start = this.#start;
    const chosen = this.#chosenLeaves();
    this.#checkRoots(chosen, count);
    this.#start += count;
    if (count === GROUP) this.#raise(foldGroup(chosen), STEP, start / GROUP);
    this.#onGroup(start, this.#events, chosen);
    this.#events = [];
  }

  /** Of each leaf the hash that the signed roots are made of, as far as can be told. */
  #chosenLeaves(): Buffer {
    const store = this.#leaves;
    const count = this.#events.length;
    if (this.#file(0)?.areAt(this.#start, store, count)) return store;
    const differing = this.#events.flatMap((_, n) => (this.leafAt(this.#start + n)?.equals(leafOf(store, n)) ? [] : [n]));
    if (differing.length === 0) return store;
    const isDisk = !this.#leadsToSigned(store, count);
    for (const n of differing) {
      const leaf = this.#start + n;
      const event = this.#events[n];
      if (!isDisk || !event) this.#tileFault(0, leaf, this.leafAt(leaf) === undefined);
      else
        this.#onFault({
          code: 'entry-mismatch',
          message: `the event is not what was attested as leaf ${leaf}`,
          leaf,
          ...placeOf(event),
        });
    }
    if (!isDisk) return store;
    this.intact = false;
    return Buffer.concat(this.#events.map((_, n) => this.leafAt(this.#start + n) ?? leafOf(store, n)));
  }

  /** Whether these leaves of the group are what was attested: the hash above them says so, or where the group is not full the root that was signed last. */
  #leadsToSigned(leaves: Buffer, count: number): boolean {
    if (count === GROUP) return this.#file(1)?.areAt(this.#start / GROUP, foldGroup(leaves)) ?? false;
    return this.#rootOf(leaves, count).equals(this.#signed.root);
  }

  #raise(subtree: Buffer, height: number, index: number): void {
    let [node, at, above] = [subtree, index, height];
    for (;;) {
      if (above % STEP === 0) this.#compare(above, at, node);
      if (at % 2 === 0) break;
      node = merkleNode(this.#waiting[above]!, node);
      at = (at - 1) / 2;
      above++;
    }
    this.#waiting[above] = node;
  }

  #compare(height: number, index: number, expected: Buffer): void {
    const file = this.#file(height / STEP);
    if (!file?.areAt(index, expected)) this.#tileFault(height, index, file?.at(index) === undefined);
  }

  #tileFault(height: number, record: number, isMissing: boolean): void {
    const message = isMissing ? 'the hash is missing' : 'the hash is not that of the entries below it';
    this.#onFault({
      code: isMissing ? 'tile-cut' : 'tile-damaged',
      message,
      file: `log/${stepFile(height / STEP)}`,
      record,
      ...(height === 0 && { leaf: record }),
    });
  }

  /** Roots of sizes within the group that is being closed. */
  #checkRoots(leaves: Buffer, count: number): void {
    while (this.#nextRoot !== undefined && this.#nextRoot.size <= this.#start + count) {
      const { size, root, file } = this.#nextRoot;
      if (size >= this.#start && !this.#rootOf(leaves, size - this.#start).equals(root)) {
        this.#onFault({
          code: 'root-mismatch',
          message: `the root of ${size} entries is not the one that was signed`,
          file,
          record: size,
        });
      }
      this.#advance();
    }
  }

  /** RFC 6962 §2.1 root of everything before the group and the first leaves of it. */
  #rootOf(leaves: Buffer, count: number): Buffer {
    const own = Array.from({ length: count }, (_, n) => leafOf(leaves, n));
    let root = count > 0 || this.#start === 0 ? merkleRoot(own) : undefined;
    let left = this.#start / GROUP;
    for (let height = STEP; left > 0; height++, left = Math.floor(left / 2)) {
      if (left % 2 === 0) continue;
      const subtree = this.#waiting[height]!;
      root = root === undefined ? subtree : merkleNode(subtree, root);
    }
    return root!;
  }

  #advance(): void {
    const { value, done } = this.#roots.next();
    this.#nextRoot = done ? undefined : (value as SignedRoot);
  }

  #file(step: number): RecordFile | undefined {
    if (!(step in this.#files)) this.#files[step] = this.#opened(step);
    return this.#files[step];
  }

  #opened(step: number): RecordFile | undefined {
    try {
      return new RecordFile(attestationFiles(this.#folder).step(step), HASH_LENGTH);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.#onFault({ code: 'file-missing', message: 'the file is missing', file: `log/${stepFile(step)}` });
      return undefined;
    }
  }
}

function leafOf(leaves: Buffer, n: number): Buffer {
  return leaves.subarray(n * HASH_LENGTH, (n + 1) * HASH_LENGTH);
}

const level = Buffer.alloc(GROUP * HASH_LENGTH);
/** RFC 6962 §2.1 root of a full group, without a buffer for each node. */
function foldGroup(leaves: Buffer): Buffer {
  leaves.copy(level);
  foldHashes(level, GROUP);
  return Buffer.from(level.subarray(0, HASH_LENGTH));
}
