import { existsSync } from 'node:fs';
import { merkleLeaf, type NoteSignature, type Policy, readNote, TILE_WIDTH, type TilePath, verifyNote } from '@cytoledger/attest';
import { attestationFiles, openTileReader, type TileReader } from '@cytoledger/attest/disk';
import type { EventStore, Position, StoredEvent } from '@cytoledger/event-store';
import { Waiting } from '@cytoledger/read-models';
import type { Attesting } from '../attestor/attesting.ts';
import { PositionReader } from '../attestor/positions.ts';
import { type Release, ReleaseReader } from '../attestor/releases.ts';
import { type AttestorState, NOTHING_YET } from '../attestor/reports.ts';
import type { ProvenHeads } from '../attestor/session.ts';

/** An event of the log, and which leaf it is. */
export type AttestedEvent = {
  readonly stored: StoredEvent;
  /** Undefined where it is not released yet. */
  readonly index: number | undefined;
};

export type AttestedLogOptions = {
  readonly folder: string;
  readonly origin: string;
  readonly store: EventStore;
  /** The policy's text, as pinned by its readers; null where there is none. */
  readonly policy: { readonly text: string; readonly policy: Policy } | null;
};

type Files = { readonly tiles: TileReader; readonly positions: PositionReader; readonly releases: ReleaseReader };

/**
 * What was attested, for whoever proves something with it: released checkpoints, leaf indices, proofs, the heads note. It is read from the files
 * beside the attestor and knows nothing above the newest released size.
 */
export class AttestedLog {
  readonly origin: string;
  readonly store: EventStore;
  readonly policyText: string | null;
  readonly policy: Policy | null;
  readonly #folder: string;
  readonly #waiting = new Waiting();
  #attesting: Attesting | undefined;
  #files: Files | undefined;
  #state: AttestorState = NOTHING_YET;

  constructor({ folder, origin, store, policy }: AttestedLogOptions) {
    this.#folder = folder;
    this.origin = origin;
    this.store = store;
    this.policyText = policy?.text ?? null;
    this.policy = policy?.policy ?? null;
  }

  get state(): AttestorState {
    return this.#state;
  }

  /** The newest checkpoint that a quorum has cosigned. */
  get released(): Release | undefined {
    return this.#state.released ?? undefined;
  }

  /** Size of {@link released}; 0 where there is none. */
  get size(): number {
    return this.#state.released?.size ?? 0;
  }

  /** The newest heads note, with the cosignatures of monitors so far. Stream heads are proved against it and no other. */
  get heads(): Release | undefined {
    return this.#state.heads ?? undefined;
  }

  /** The first released checkpoint of at least that size: the earliest proof that an entry below it existed. */
  releaseFrom(size: number): Release | undefined {
    return size > this.size ? undefined : this.#open().releases.from(size);
  }

  /** The last released checkpoint of at most that size: with `releaseFrom(index + 1)` it bounds the time of entry `index`. */
  releaseUpTo(size: number): Release | undefined {
    return this.size === 0 ? undefined : this.#open().releases.upTo(size);
  }

  /** Resolves with the newest release as soon as one of at least that size is there; undefined when time or patience ran out. */
  async whenReleased(size: number, timeoutMs: number, signal?: AbortSignal): Promise<Release | undefined> {
    if (this.size < size) {
      this.#attesting?.wake();
      await this.#waiting.until(() => this.size >= size, timeoutMs, signal);
    }
    return this.size >= size ? this.released : undefined;
  }

  /** Resolves true as soon as the event at that position is released; false when time or patience ran out. */
  async whenReleasedAt(position: Position, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    if (this.indexOf(position) !== undefined) return true;
    this.#attesting?.wake();
    return this.#waiting.until(() => this.indexOf(position) !== undefined, timeoutMs, signal);
  }

  /** Which leaf the event at a position is; undefined where it is not released yet. */
  indexOf(position: Position): number | undefined {
    return this.size === 0 ? undefined : this.#open().positions.indexOf(position, this.size);
  }

  /** Where the event stands that is a leaf below {@link size}. */
  positionOf(index: number): Position {
    return this.#open().positions.at(index);
  }

  /** An event of a stream, and which leaf it is; undefined where the stream has no such event. */
  async find(stream: string, seq: number): Promise<AttestedEvent | undefined> {
    for await (const [stored] of this.store.readStream(stream, { from: seq, limit: 1 })) {
      if (stored?.revision === seq) return { stored, index: this.indexOf(stored.position) };
    }
    return undefined;
  }

  /** RFC 9162 §2.1.3 path of a leaf in the log of a size of at most {@link size}. Many of one size are cheap: their nodes are kept in memory. */
  inclusion(index: number, size: number): Buffer[] {
    return this.#open().tiles.inclusion(index, size);
  }

  /** RFC 9162 §2.1.4 path between two sizes, 1 ≤ size1 ≤ size2 ≤ {@link size}. */
  consistency(size1: number, size2: number): Buffer[] {
    return this.#open().tiles.consistency(size1, size2);
  }

  /** Hash over leaves [low, high) of the log of that size, where low is a multiple of a power of two not below high − low. */
  subtree(low: number, high: number, size: number): Buffer {
    return this.#open().tiles.subtree(low, high, size);
  }

  root(size: number): Buffer {
    return this.#open().tiles.root(size);
  }

  leafHash(index: number): Buffer {
    return this.#open().tiles.leaves(index, 1);
  }

  /** A tile of hashes of the released log; undefined where it has none there. */
  tile(tile: TilePath): Buffer | undefined {
    return this.size === 0 ? undefined : this.#open().tiles.tile(tile, this.size);
  }

  /**
   * The headers of a tile's entries, as they were attested; undefined where the released log has none there.
   *
   * @throws Error where the store holds something else than was attested
   */
  async entries({ index, width }: TilePath): Promise<Uint8Array[] | undefined> {
    const start = index * TILE_WIDTH;
    if (start + width > this.size) return undefined;
    const { positions, tiles } = this.#open();
    const hashes = tiles.leaves(start, width);
    const headers: Uint8Array[] = [];
    const after = start === 0 ? undefined : positions.at(start - 1);
    for await (const page of this.store.readAll({ after, limit: width })) {
      for (const { header } of page) {
        const at = headers.push(header) - 1;
        if (!merkleLeaf(header).equals(hashes.subarray(at * 32, at * 32 + 32)))
          throw new Error(`the store does not hold what was attested as leaf ${start + at}`);
      }
    }
    if (headers.length < width) throw new Error(`the store does not hold what was attested as leaf ${start + headers.length}`);
    return headers;
  }

  /**
   * What the heads map says of streams (see verifyHead and verifyNoHead), and the note whose map that is. Its size may be smaller than that of the
   * newest release; the main root that it names is that of its size.
   *
   * @param from the note must know of the first so many entries: where it does not, one is asked for and waited for
   * @returns undefined when time or patience ran out
   */
  async proveHeads(
    streams: readonly string[],
    { from = 0, timeoutMs = 0, signal }: { from?: number; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<ProvenHeads | undefined> {
    const attesting = this.#attesting;
    if (!attesting) return undefined;
    if ((this.heads?.size ?? 0) < from) {
      attesting.wantHeads(from);
      if (!(await this.#waiting.until(() => (this.heads?.size ?? 0) >= from, timeoutMs, signal))) return undefined;
    }
    return attesting.proveHeads(streams);
  }

  /**
   * Takes a monitor's cosignature of the newest heads note: that note's text with the monitor's signature.
   *
   * @returns `unknown-key`: of no monitor that the policy pins; `moved`: another note is the newest by now
   * @throws AttestError `invalid-note`, `signature-mismatch`
   */
  async cosignHeads(note: Uint8Array): Promise<'added' | 'unknown-key' | 'moved'> {
    const heads = this.heads;
    const { text, signatures } = readNote(note);
    if (!heads || !this.policy || readNote(heads.note).text !== text) return 'moved';
    const keys = this.policy.monitors.filter(({ from, below }) => from <= heads.size && heads.size < below);
    const known = (line: NoteSignature) => keys.find(({ name, id }) => line.name === name && line.id === id);
    const mine = signatures.filter(known);
    if (mine.length === 0) return 'unknown-key';
    for (const signature of mine) {
      verifyNote({ text, signatures: [signature] }, [known(signature)!]);
      if (!(await this.#attesting?.addHeadsCosignature(text, signature))) return 'moved';
    }
    return 'added';
  }

  /** Whoever attests tells here what was done. */
  moved(state: AttestorState): void {
    this.#state = state;
    this.#waiting.look();
  }

  attestedBy(attesting: Attesting): void {
    this.#attesting = attesting;
  }

  close(): void {
    this.#files?.tiles.close();
    this.#files?.positions.close();
    this.#files?.releases.close();
    this.#files = undefined;
  }

  #open(): Files {
    if (this.#files) return this.#files;
    const files = attestationFiles(this.#folder);
    if (!existsSync(files.releases)) throw new Error('nothing has been released yet');
    this.#files = {
      tiles: openTileReader({ folder: files.log }),
      positions: new PositionReader(files.positions),
      releases: new ReleaseReader(files.releases),
    };
    return this.#files;
  }
}
