import { existsSync } from 'node:fs';
import { attestationFiles, HASH_LENGTH, POSITION_BYTES, readPosition, writePosition } from '@cytoledger/attest/disk';
import { comparePositions, type Position, type StoredEvent } from '@cytoledger/event-store';
import { placeOf } from '../event-check.ts';
import type { Fault } from '../fault.ts';
import { HeadsCheck } from './heads-check.ts';
import { RecordFile } from './record-file.ts';
import { type Notes, readNotes, releasedRoots, type SignedRoot } from './signed-notes.ts';
import { TreeCheck } from './tree-check.ts';

/** What was compared with what, beside the faults. */
export type AttestedSummary = {
  readonly origin: string;
  /** So many entries were signed. */
  readonly size: number;
  readonly compared: number;
  /** Size of the heads note that was compared; null where there is none. */
  readonly heads: number | null;
  /** Whether the file of the heads map was looked at: not while the platform runs. */
  readonly headsFile: boolean;
  /** Whether signatures were verified, which takes a policy. */
  readonly signatures: boolean;
};

/**
 * The store's events, in their order, against the index, the hashes and the signed roots of a folder of attestation. All files are read only.
 */
export class AttestedCheck {
  readonly #notes: Notes;
  readonly #onFault: (fault: Fault) => void;
  readonly #positions: RecordFile;
  readonly #tree: TreeCheck;
  readonly #heads: HeadsCheck;
  /** The leaf that comes next. */
  #next = 0;
  readonly #position = Buffer.alloc(POSITION_BYTES);

  private constructor(folder: string, notes: Notes, onFault: (fault: Fault) => void) {
    this.#notes = notes;
    this.#onFault = onFault;
    this.#positions = new RecordFile(attestationFiles(folder).positions, POSITION_BYTES);
    this.#tree = new TreeCheck(folder, {
      signed: notes.signed,
      roots: rootsOf(folder, notes, onFault),
      onGroup: (start, events, leaves) => this.#noteHeads(start, events, leaves),
      onFault,
    });
    this.#heads = new HeadsCheck(folder, notes.signed.size, notes.heads, onFault);
  }

  /** Undefined where nothing was attested. To be opened before the store is read: what is signed is in the store already. */
  static open(folder: string, policyPath: string | undefined, onFault: (fault: Fault) => void): AttestedCheck | undefined {
    if (!existsSync(folder)) return undefined;
    const notes = readNotes(folder, policyPath, onFault);
    if (!notes) return undefined;
    if (existsSync(attestationFiles(folder).positions)) return new AttestedCheck(folder, notes, onFault);
    onFault({ code: 'file-missing', message: 'the index of the attested log is missing', file: 'index' });
    return undefined;
  }

  get summary(): AttestedSummary {
    const { signed, policy, heads } = this.#notes;
    return {
      origin: this.#notes.origin,
      size: signed.size,
      compared: this.#next,
      heads: heads?.size ?? null,
      headsFile: this.#heads.readsFile,
      signatures: policy !== undefined,
    };
  }

  /** The event that comes next in the store, and where its leaf hash stands. */
  take(event: StoredEvent, leaves: Buffer, at: number): void {
    const { size } = this.#notes.signed;
    if (this.#next >= size) return;
    writePosition(event.position, this.#position);
    if (this.#positions.areAt(this.#next, this.#position)) this.#pair(event, leaves, at);
    else this.#search(event, leaves, at, size);
  }

  /** The event is not where the index has the next leaf. */
  #search(event: StoredEvent, leaves: Buffer, at: number, size: number): void {
    while (this.#next < size) {
      const index = this.#next;
      const signed = this.#positionAt(index);
      if (signed === event.position) {
        this.#pair(event, leaves, at);
        return;
      }
      if (signed === undefined || this.#tree.leafAt(index)?.equals(leaves.subarray(at, at + HASH_LENGTH))) {
        const message = signed === undefined ? 'the index ends before this leaf' : `the index says position ${signed}`;
        this.#onFault({ code: 'index-mismatch', message, file: 'index', record: index, leaf: index, ...placeOf(event) });
        this.#pair(event, leaves, at);
        return;
      }
      if (comparePositions(signed, event.position) > 0) {
        const message = `it stands before leaf ${index}, which is at position ${signed}, and was never attested`;
        this.#onFault({ code: 'event-unattested', message, ...placeOf(event) });
        return;
      }
      this.#miss(index, signed);
    }
  }

  /** After the last event. */
  finish(): void {
    while (this.#next < this.#notes.signed.size) this.#miss(this.#next, this.#positionAt(this.#next));
    this.#tree.finish();
    this.#heads.finish();
    this.#positions.close();
  }

  #pair(event: StoredEvent, leaves: Buffer, at: number): void {
    this.#next++;
    this.#tree.add(event, leaves, at);
  }

  /** Heads are made of entries that the hashes above them have confirmed, and of no others. */
  #noteHeads(start: number, events: readonly (StoredEvent | undefined)[], leaves: Buffer): void {
    if (!this.#tree.intact) this.#heads.abandon();
    if (this.#heads.isDone(start)) return;
    for (let n = 0; n < events.length; n++) {
      const event = events[n];
      if (event) this.#heads.add(event, start + n, leaves, HASH_LENGTH * n);
    }
  }

  #miss(index: number, position: Position | undefined): void {
    this.#next++;
    this.#onFault({
      code: 'event-missing',
      message: `leaf ${index} was attested, and its event is not in the store any more`,
      leaf: index,
      ...(position !== undefined && { position }),
    });
    this.#tree.miss();
  }

  #positionAt(index: number): Position | undefined {
    const record = this.#positions.at(index);
    return record && (readPosition(record) as Position);
  }
}

/** Every signed root, by size; what was signed last comes last. */
function* rootsOf(folder: string, notes: Notes, onFault: (fault: Fault) => void): Generator<SignedRoot> {
  const { signed, published, heads } = notes;
  const single = [
    ...(published ? [published] : []),
    ...(heads ? [{ size: heads.size, root: heads.mainRoot, file: 'heads' }] : []),
  ].sort((a, b) => a.size - b.size);
  for (const release of releasedRoots(folder, signed.size, onFault)) {
    while (single.length > 0 && single[0]!.size <= release.size) yield single.shift()!;
    yield release;
  }
  yield* single.filter(({ size }) => size <= signed.size);
  yield signed;
}
