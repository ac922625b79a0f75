import { rm } from 'node:fs/promises';
import { AttestError, type Checkpoint, merkleLeaf, TILE_WIDTH } from '@cytoledger/attest';
import {
  attestationFiles,
  type HeadsMap,
  headsFiles,
  openHeadsMap,
  openTileLog,
  type ProvenHead,
  type TileLog,
} from '@cytoledger/attest/disk';
import type { EventStore, Position, StoredEvent } from '@cytoledger/event-store';
import { AttestationAlarm } from '../errors.ts';
import { Chain } from './chain.ts';
import { PositionFile } from './positions.ts';

/** Leaves between two writes to the disk while nothing is signed: some MiB of memory. */
const UNFLUSHED = 65_536;
/** Streams of one step while the heads map is made again. */
const REBUILD_STREAMS = 50_000;

export type TreeOptions = {
  readonly folder: string;
  readonly store: EventStore;
  /** The checkpoint that was signed last; of size 0 where none was. */
  readonly signed: Checkpoint;
  readonly log: (level: 'info' | 'warn', message: string) => void;
};

/** The log, its index and the heads map on disk, which grow together. One process at a time. */
export class Tree {
  readonly #log: TileLog;
  readonly #positions: PositionFile;
  readonly #heads: HeadsMap;
  readonly #chain: Chain;

  private constructor(log: TileLog, positions: PositionFile, heads: HeadsMap) {
    this.#log = log;
    this.#positions = positions;
    this.#heads = heads;
    this.#chain = new Chain(heads, log);
  }

  /**
   * As it was when it was signed last: what was written after that is cut off and read again. The leaves of the last tile are compared with the
   * store; the heads map, where it is behind, is fed from it.
   *
   * @throws AttestationAlarm `log-damaged`, `heads-damaged`, `in-use`, `store-differs`
   */
  static async open(options: TreeOptions): Promise<Tree> {
    const { folder, signed } = options;
    const files = attestationFiles(folder);
    const opened: { close(): Promise<void> | void }[] = [];
    try {
      const log = await openTileLog({ folder: files.log, signed });
      opened.push(log);
      const positions = await PositionFile.open(files.positions);
      opened.push(positions);
      if (positions.count < signed.size)
        throw new AttestationAlarm(
          'log-damaged',
          `${files.positions} holds ${positions.count} positions; ${signed.size} were signed`,
        );
      await positions.cut(signed.size);
      await compareLastTile(log, positions, options);
      const heads = await headsUpTo(log, positions, options);
      return new Tree(log, positions, heads);
    } catch (error) {
      for (const one of opened.reverse()) await one.close();
      throw error instanceof AttestError ? asAlarm(error) : error;
    }
  }

  /** With what is only in memory yet. */
  get size(): number {
    return this.#log.size;
  }

  /** The heads map is that of the first so many leaves. */
  get headsSize(): number {
    return this.#heads.size;
  }

  /** Streams of which the heads map does not know the newest entry. */
  get news(): number {
    return this.#chain.news;
  }

  get lastPosition(): Position | undefined {
    return this.size === 0 ? undefined : this.#positions.at(this.size - 1);
  }

  /** @throws AttestationAlarm as {@link Chain.take}: then everything before that event has been appended */
  async append(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) {
      const leaf = this.#chain.take(event, this.#log.size);
      this.#log.append([leaf]);
      this.#positions.add(event.position);
    }
    if (this.#log.size - this.#log.flushedSize >= UNFLUSHED) await this.flush();
  }

  /** Everything that was appended is on disk when it returns. */
  async flush(): Promise<void> {
    await Promise.all([this.#positions.flush(), this.#log.flush()]);
  }

  root(size: number): Buffer {
    return this.#log.root(size);
  }

  consistency(size1: number, size2: number): Buffer[] {
    return this.#log.consistency(size1, size2);
  }

  /** Takes the heads map to the log's size. */
  advanceHeads(): void {
    this.#chain.advance(this.size);
  }

  mapRoot(): Buffer {
    return this.#heads.root();
  }

  proveHead(stream: string): ProvenHead {
    return this.#heads.prove(stream);
  }

  async close(): Promise<void> {
    this.#heads.close();
    await this.#positions.close();
    await this.#log.close();
  }
}

/** A row that was edited, newest rows that were removed, rows that were put between them: all near the end, where it costs nothing to look. */
async function compareLastTile(log: TileLog, positions: PositionFile, { store, signed: { size } }: TreeOptions): Promise<void> {
  if (size === 0) return;
  const start = Math.floor((size - 1) / TILE_WIDTH) * TILE_WIDTH;
  let index = start;
  const after = start === 0 ? undefined : positions.at(start - 1);
  for await (const page of store.readAll({ after, limit: size - start })) {
    for (const event of page) expectLeaf(event, index++, log, positions);
  }
  if (index < size)
    throw new AttestationAlarm(
      'store-differs',
      `${size} entries were signed, and the store has no more than ${index}: the newest at position ${positions.at(size - 1)} is missing`,
    );
}

function expectLeaf(event: StoredEvent, index: number, log: TileLog, positions: PositionFile): void {
  const signed = positions.at(index);
  if (event.position !== signed)
    throw new AttestationAlarm(
      'store-differs',
      `leaf ${index} was signed for position ${signed}; the store has ${event.position} there`,
    );
  if (!merkleLeaf(event.header).equals(log.leaf(index)))
    throw new AttestationAlarm(
      'store-differs',
      `leaf ${index}, ${event.stream} seq ${event.revision} at position ${event.position}, is not what was signed`,
    );
}

/** The map in step with the signed log: what it lacks is read from the store, from its beginning where the map itself is of no use. */
async function headsUpTo(log: TileLog, positions: PositionFile, options: TreeOptions): Promise<HeadsMap> {
  const { signed, log: say } = options;
  const path = attestationFiles(options.folder).heads;
  let heads = await openOrAnew(path, say);
  try {
    if (heads.size > signed.size) {
      say('warn', `the heads map is ahead of what was signed (${heads.size} of ${signed.size}); it is made again from the log`);
      heads.close();
      await removeHeads(path);
      heads = openHeadsMap({ path });
    }
    const chain = new Chain(heads, log);
    let index = heads.size;
    if (index < signed.size) say('info', `the heads map reads entries ${index} to ${signed.size} from the log`);
    while (index < signed.size) {
      const after = index === 0 ? undefined : positions.at(index - 1);
      const from = index;
      for await (const page of options.store.readAll({ after, limit: signed.size - index })) {
        for (const event of page) {
          expectLeaf(event, index, log, positions);
          chain.take(event, index++);
        }
        if (chain.news >= REBUILD_STREAMS) chain.advance(index);
      }
      if (index === from) throw new AttestationAlarm('store-differs', `the store has no entry after leaf ${index - 1}`);
    }
    chain.advance(signed.size);
    return heads;
  } catch (error) {
    heads.close();
    throw error;
  }
}

async function openOrAnew(path: string, say: TreeOptions['log']): Promise<HeadsMap> {
  try {
    return openHeadsMap({ path });
  } catch (error) {
    if (!(error instanceof AttestError) || error.code !== 'heads-damaged') throw error;
    say('warn', `${error.message}; the heads map is made again from the log`);
    await removeHeads(path);
    return openHeadsMap({ path });
  }
}

async function removeHeads(path: string): Promise<void> {
  for (const file of headsFiles(path)) await rm(file, { force: true });
}

function asAlarm(error: AttestError): AttestationAlarm {
  const { message, code } = error;
  const cause = { cause: error };
  if (code === 'heads-in-use') return new AttestationAlarm('in-use', message, cause);
  if (code === 'heads-damaged') return new AttestationAlarm('heads-damaged', message, cause);
  return new AttestationAlarm('log-damaged', message, cause);
}
