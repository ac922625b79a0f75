import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// https://www.sqlite.org/fileformat.html#the_write_ahead_log
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

export type WriteAheadLog = {
  /** False when its header is damaged: SQLite would take the whole of it for empty. */
  readonly sound: boolean;
  /** Pages of all transactions that can be recovered. */
  readonly pages: ReadonlySet<number>;
  /**
   * True when behind the first damaged frame there are frames of at least two transactions. Each transaction is synced before the next one
   * begins, so the first of them had been acknowledged; a crash leaves at most one transaction torn.
   */
  readonly lostTransactions: boolean;
};

/** What stands in a `-wal` file; undefined when there is none or nothing in it. Reading it takes no lock and breaks none. */
export function readWriteAheadLog(file: string): WriteAheadLog | undefined {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    return size < HEADER_BYTES + FRAME_HEADER_BYTES ? undefined : readFrames(fd, size);
  } finally {
    closeSync(fd);
  }
}

function readFrames(fd: number, size: number): WriteAheadLog {
  const header = bytesAt(fd, 0, HEADER_BYTES);
  const magic = header.getUint32(0);
  const sum = new Checksum((magic & 1) === 0);
  sum.add(header, 0, 24);
  if ((magic & ~1) >>> 0 !== MAGIC || !sum.equals(header.getUint32(24), header.getUint32(28))) {
    return { sound: false, pages: new Set(), lostTransactions: false };
  }

  const frameBytes = FRAME_HEADER_BYTES + header.getUint32(8);
  const pages = new Set<number>();
  let uncommitted: number[] = [];
  let intact = true;
  let committedInTail = false;
  for (let at = HEADER_BYTES; at + frameBytes <= size; at += frameBytes) {
    const frame = bytesAt(fd, at, intact ? frameBytes : FRAME_HEADER_BYTES);
    const ours = frame.getUint32(8) === header.getUint32(16) && frame.getUint32(12) === header.getUint32(20);
    if (intact && ours) {
      sum.add(frame, 0, 8);
      sum.add(frame, FRAME_HEADER_BYTES, frameBytes);
    }
    intact &&= ours && sum.equals(frame.getUint32(16), frame.getUint32(20));
    const commits = frame.getUint32(4) !== 0;
    if (intact) {
      uncommitted.push(frame.getUint32(0));
      if (commits) {
        for (const page of uncommitted) pages.add(page);
        uncommitted = [];
      }
    } else if (ours) {
      if (committedInTail) return { sound: true, pages, lostTransactions: true };
      committedInTail = commits;
    }
  }
  return { sound: true, pages, lostTransactions: false };
}

function bytesAt(fd: number, at: number, length: number): DataView {
  const bytes = new DataView(new ArrayBuffer(length));
  readSync(fd, bytes, 0, length, at);
  return bytes;
}

/** Two running sums over pairs of 32-bit words; frames go on from the sums of what stands before them. */
class Checksum {
  readonly #littleEndian: boolean;
  #a = 0;
  #b = 0;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  add(bytes: DataView, from: number, to: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let at = from; at < to; at += 8) {
      a = (a + bytes.getUint32(at, this.#littleEndian) + b) >>> 0;
      b = (b + bytes.getUint32(at + 4, this.#littleEndian) + a) >>> 0;
    }
    this.#a = a;
    this.#b = b;
  }

  equals(a: number, b: number): boolean {
    return this.#a === a && this.#b === b;
  }
}
