import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Bytes of a slot, and of what operating systems keep of a file in memory. */
export const SLOT = 4096;
/** Slots read at once while all are looked at. */
const CHUNK = 256;

/**
 * Slots of one length, by number. They are written one by one on purpose: where Linux has taken many into memory at once (one write of a MiB), a
 * later write to one of them was measured to cost ten times as much.
 */
export type Slots = {
  /** Slots up to the last that was written whole. */
  readonly count: number;
  /** Copies a slot into `target`. */
  read(slot: number, target: Buffer): void;
  write(slot: number, bytes: Buffer): void;
  /** Every slot in its order, as views that hold until the next is asked for. */
  all(): Iterable<Buffer>;
  clear(): void;
  /** What was written survives the loss of power when this returns. */
  sync(): void;
  close(): void;
};

/** A file that is nothing but slots. It is made where it is not there. */
export function openSlots(path: string): Slots {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  let count = Math.floor(fstatSync(file).size / SLOT);
  return {
    get count() {
      return count;
    },
    read(slot, target) {
      if (readFully(file, target, SLOT, slot * SLOT) < SLOT) throw new Error(`${path} became shorter while it was open`);
    },
    write(slot, bytes) {
      let written = 0;
      while (written < SLOT) written += writeSync(file, bytes, written, SLOT - written, slot * SLOT + written);
      if (slot >= count) count = slot + 1;
    },
    *all() {
      const chunk = Buffer.allocUnsafeSlow(CHUNK * SLOT);
      for (let start = 0; start < count; start += CHUNK) {
        const slots = Math.min(CHUNK, count - start);
        readFully(file, chunk, slots * SLOT, start * SLOT);
        for (let at = 0; at < slots * SLOT; at += SLOT) yield chunk.subarray(at, at + SLOT);
      }
    },
    clear() {
      ftruncateSync(file);
      count = 0;
    },
    sync: () => fdatasyncSync(file),
    close: () => closeSync(file),
  };
}

function readFully(file: number, target: Buffer, length: number, position: number): number {
  let read = 0;
  while (read < length) {
    const got = readSync(file, target, read, length - read, position + read);
    if (got === 0) break;
    read += got;
  }
  return read;
}

export function slotsInMemory(): Slots {
  const slots: Buffer[] = [];
  return {
    get count() {
      return slots.length;
    },
    read: (slot, target) => {
      slots[slot]!.copy(target);
    },
    write: (slot, bytes) => {
      while (slots.length <= slot) slots.push(Buffer.alloc(SLOT));
      bytes.copy(slots[slot]!, 0, 0, SLOT);
    },
    all: () => slots,
    clear: () => {
      slots.length = 0;
    },
    sync: () => {},
    close: () => {},
  };
}
