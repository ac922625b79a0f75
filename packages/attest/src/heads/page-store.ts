import { crc32 } from 'node:zlib';
import { AttestError } from '../errors.ts';
import { readCount, writeCount } from './head.ts';
import { PAGE_BYTES, PAGE_HEADER } from './heads-page.ts';
import { SLOT, type Slots } from './slots.ts';

/** CRC-32 of the rest of the slot, page number, generation; then the page. */
const [CHECKSUM, NUMBER, GENERATION, PAGE] = [0, 4, 8, 16];
/** The slot that holds the file's identity in place of a page. */
const IDENTITY = 0;
const NO_PAGE = 0xffff_ffff;
const NONE = 0;
/** Sums of checksums are taken modulo this, so that they stay exact. */
const SUM = 2 ** 51;

/** Room for a slot as it is read. */
export type Frame = { readonly slot: Buffer; readonly sealed: Buffer; readonly page: Buffer };

export const FRAME_BYTES = SLOT;

export function frameIn(slot: Buffer): Frame {
  return { slot, sealed: slot.subarray(NUMBER), page: slot.subarray(PAGE, PAGE + PAGE_BYTES) };
}

/** A state of all pages: those of the newest generation that is not above this one. */
export type PagesAt = {
  readonly generation: number;
  /** Of the checksums of all pages: another mixture of pages, each sound in itself, has another. */
  readonly sum: number;
};

/**
 * The pages of the heads map on disk. A page that changes goes to a free slot, and the slot where it was stays as it is until the change is
 * on disk for good: whenever the machine stops, all pages of the last synced generation are there, and those of a later one that was
 * committed are either all there or it is seen that they are not. Who commits, and where, is the caller's affair.
 */
export class PageStore {
  readonly #slots: Slots;
  #generation = 0;
  #sum = 0;
  #pages = 0;
  /** Of a page: its slot and its checksum. */
  #slotOf = new Uint32Array(64);
  #checksums = new Uint32Array(64);
  /** Slots that hold nothing of use, the first at the end. */
  #free: Uint32Array = new Uint32Array(0);
  #freeLeft = 0;
  #end = IDENTITY + 1;
  /** Slots whose pages have gone elsewhere, in generations that may not be on disk yet. */
  #heldBack: number[] = [];
  /** Pages that were written in the generation that is not committed yet. */
  readonly #written = new Set<number>();
  readonly #frame = frameIn(Buffer.alloc(SLOT));
  /** Those of the page that was read last, where no frame was given for it. */
  readonly bytes: Buffer = this.#frame.page;
  readonly #out = Buffer.alloc(SLOT);

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** Numbered from 0, without a gap. */
  get pages(): number {
    return this.#pages;
  }

  /** What the next commit is to name. */
  get next(): PagesAt {
    return { generation: this.#generation + 1, sum: this.#sum };
  }

  get heldBack(): number {
    return this.#heldBack.length;
  }

  /** Begins anew, with no page. On disk when it returns. */
  begin(identity: Buffer): void {
    this.#slots.clear();
    this.#forget();
    this.#out.fill(0);
    identity.copy(this.#out, PAGE);
    this.#seal(NO_PAGE, 0);
    this.#slots.write(IDENTITY, this.#out);
    this.#slots.sync();
  }

  /** Whether the slots are those that {@link begin} gave this identity. */
  isOf(identity: Uint8Array): boolean {
    if (this.#slots.count === 0) return false;
    const { slot, page } = this.#frame;
    this.#slots.read(IDENTITY, slot);
    return isSound(slot) && page.subarray(0, identity.length).equals(identity);
  }

  /**
   * Looks at every slot and takes up the last committed state, or the one that is on disk for good where the other is not there whole. What is of
   * a later generation is erased, so that it is never taken for a page of a generation to come.
   *
   * @param onPage told of the header of each page, in order
   * @returns the state that was found
   * @throws AttestError `heads-damaged` where none is there; its offset is that of a slot that is not sound, where there is one
   */
  load<T extends PagesAt>(committed: T, synced: T, onPage: (number: number, header: Buffer) => void): T {
    const seen = this.#look();
    const found = [committed, synced].find((state) => this.#takeUp(seen, state));
    if (found === undefined) throw damaged(seen);
    this.#eraseAbove(found.generation, seen);
    this.#sortOut(seen, found.generation, synced.generation);
    for (let number = 0; number < this.#pages; number++) {
      const at = this.#slotOf[number]! * PAGE_HEADER;
      onPage(number, seen.headers.subarray(at, at + PAGE_HEADER));
    }
    return found;
  }

  /**
   * The bytes of a page, read into a frame or else into {@link bytes}.
   *
   * @throws AttestError `heads-damaged` where they are not those that were written
   */
  read(number: number, { slot, sealed, page }: Frame = this.#frame): Buffer {
    this.#slots.read(this.#slotOf[number]!, slot);
    const checksum = this.#checksums[number];
    if (slot.readUInt32BE(CHECKSUM) !== checksum || crc32(sealed) !== checksum)
      throw new AttestError('heads-damaged', `page ${number} of the heads map is not what was written`, {
        offset: this.offsetOf(number),
      });
    return page;
  }

  /** Where the page stands in the file. */
  offsetOf(number: number): number {
    return this.#slotOf[number]! * SLOT;
  }

  /** Writes a page, a new one where `number` is {@link pages}. It counts when it is committed. */
  write(number: number, bytes: Buffer): void {
    const isNew = number === this.#pages;
    if (isNew) this.#grow();
    bytes.copy(this.#out, PAGE);
    const checksum = this.#seal(number, this.#generation + 1);
    if (!this.#written.has(number)) {
      if (!isNew) this.#heldBack.push(this.#slotOf[number]!);
      this.#slotOf[number] = this.#take();
      this.#written.add(number);
    }
    this.#slots.write(this.#slotOf[number]!, this.#out);
    this.#sum = (this.#sum - this.#checksums[number]! + checksum + SUM) % SUM;
    this.#checksums[number] = checksum;
  }

  /** Tells that {@link next} was committed by the caller. */
  committed(): void {
    this.#generation++;
    this.#written.clear();
  }

  /** Everything that was written is on disk when this returns. */
  sync(): void {
    this.#slots.sync();
  }

  /** Tells that what was committed is on disk for good, with the commit itself: no earlier state will be asked for. */
  release(): void {
    const free = new Uint32Array(this.#freeLeft + this.#heldBack.length);
    free.set(this.#free.subarray(0, this.#freeLeft));
    free.set(this.#heldBack, this.#freeLeft);
    this.#setFree(free);
    this.#heldBack = [];
  }

  close(): void {
    this.#slots.close();
  }

  #look(): Seen {
    const { count } = this.#slots;
    const seen: Seen = {
      numbers: new Uint32Array(count).fill(NO_PAGE),
      generations: new Float64Array(count),
      checksums: new Uint32Array(count),
      headers: Buffer.allocUnsafeSlow(count * PAGE_HEADER),
      unsound: undefined,
    };
    let slot = 0;
    for (const bytes of this.#slots.all()) {
      if (isSound(bytes)) {
        seen.numbers[slot] = bytes.readUInt32BE(NUMBER);
        seen.generations[slot] = readCount(bytes, GENERATION);
        seen.checksums[slot] = bytes.readUInt32BE(CHECKSUM);
        bytes.copy(seen.headers, slot * PAGE_HEADER, PAGE, PAGE + PAGE_HEADER);
      } else if (bytes.readUInt32BE(CHECKSUM) !== 0) seen.unsound ??= slot;
      slot++;
    }
    return seen;
  }

  #takeUp({ numbers, generations, checksums }: Seen, { generation, sum }: PagesAt): boolean {
    this.#forget();
    const { length } = numbers;
    for (let slot = IDENTITY + 1; slot < length; slot++) {
      const number = numbers[slot]!;
      if (number >= length || generations[slot]! > generation) continue;
      while (this.#pages <= number) this.#grow();
      const known = this.#slotOf[number]!;
      if (known === NONE || generations[slot]! > generations[known]!) this.#slotOf[number] = slot;
    }
    for (let number = 0; number < this.#pages; number++) {
      const slot = this.#slotOf[number]!;
      if (slot === NONE) return false;
      this.#checksums[number] = checksums[slot]!;
      this.#sum = (this.#sum + checksums[slot]!) % SUM;
    }
    this.#generation = generation;
    return this.#sum === sum;
  }

  /** A page that has moved since the last sync may still be asked for where it was, and its slots are held back. */
  #sortOut({ numbers, generations }: Seen, found: number, synced: number): void {
    const { length } = numbers;
    const free = new Uint32Array(length);
    let count = 0;
    for (let slot = IDENTITY + 1; slot < length; slot++) {
      const number = numbers[slot]!;
      const current = number < this.#pages && generations[slot]! <= found ? this.#slotOf[number]! : NONE;
      if (current === slot) continue;
      if (current !== NONE && generations[current]! > synced) this.#heldBack.push(slot);
      else free[count++] = slot;
    }
    this.#setFree(free.slice(0, count));
    this.#end = Math.max(length, IDENTITY + 1);
  }

  #eraseAbove(generation: number, { generations }: Seen): void {
    this.#out.fill(0);
    let isErased = false;
    for (let slot = IDENTITY + 1; slot < generations.length; slot++) {
      if (generations[slot]! <= generation) continue;
      this.#slots.write(slot, this.#out);
      isErased = true;
    }
    if (isErased) this.#slots.sync();
  }

  #forget(): void {
    this.#generation = 0;
    this.#sum = 0;
    this.#pages = 0;
    this.#freeLeft = 0;
    this.#end = IDENTITY + 1;
    this.#heldBack = [];
    this.#written.clear();
  }

  #grow(): void {
    const page = this.#pages++;
    if (page === this.#slotOf.length) {
      this.#slotOf = widened(this.#slotOf);
      this.#checksums = widened(this.#checksums);
    }
    this.#slotOf[page] = NONE;
    this.#checksums[page] = 0;
  }

  #take(): number {
    return this.#freeLeft > 0 ? this.#free[--this.#freeLeft]! : this.#end++;
  }

  /** Taken from the start of the file on, so that neighbours are written together. */
  #setFree(slots: Uint32Array): void {
    this.#free = slots.sort().reverse();
    this.#freeLeft = slots.length;
  }

  #seal(number: number, generation: number): number {
    const out = this.#out;
    out.writeUInt32BE(number, NUMBER);
    writeCount(out, GENERATION, generation);
    const checksum = checksumOf(out);
    out.writeUInt32BE(checksum, CHECKSUM);
    return checksum;
  }
}

/** Of each slot; page {@link NO_PAGE} where it holds none that is sound. */
type Seen = {
  readonly numbers: Uint32Array;
  readonly generations: Float64Array;
  readonly checksums: Uint32Array;
  readonly headers: Buffer;
  unsound: number | undefined;
};

function damaged({ unsound }: Seen): AttestError {
  return unsound === undefined
    ? new AttestError('heads-damaged', 'the pages of the heads map are not those that were committed')
    : new AttestError('heads-damaged', 'a page of the heads map is not what was written', { offset: unsound * SLOT });
}

function checksumOf(slot: Buffer): number {
  return crc32(slot.subarray(NUMBER));
}

function isSound(slot: Buffer): boolean {
  return slot.readUInt32BE(CHECKSUM) === checksumOf(slot);
}

function widened(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(2 * from.length);
  to.set(from);
  return to;
}
