import type { Position, StoredEvent } from '../port.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { PackedPage } from './messages.ts';
import { UUID_BYTES, writeUuidText } from './uuid-bytes.ts';

/**
 * A page of stored events as one transferable run of bytes (little-endian), beside the words that repeat.
 *
 * event: f64 position, f64 revision, 36 bytes id (ASCII), u32 word of the stream, u32 word of the type, u32 header length,
 *        u32 body length, header, body
 */
const FIXED = 8 + 8 + 36 + 4 * 4;

const SMALLEST = 1024;

export type Row = {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly headerLength: number;
  /** 16 bytes id, header and body, one behind the other. */
  readonly bytes: Uint8Array;
};

export class PageWriter {
  readonly #bytes: GrowingBytes;
  readonly #words = new Map<string, number>();
  events = 0;
  /** Headers and bodies together. */
  contentBytes = 0;
  lastPosition = 0;

  /** @param room bytes that it will take, probably */
  constructor(room = SMALLEST) {
    this.#bytes = new GrowingBytes(new ArrayBuffer(Math.max(room, SMALLEST)));
  }

  /** Of all that was added so far. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  add(row: Row): void {
    const { bytes: from, headerLength: headerBytes } = row;
    const bodyBytes = from.byteLength - UUID_BYTES - headerBytes;
    const at = this.#bytes.reserve(FIXED + headerBytes + bodyBytes);
    const { bytes, view } = this.#bytes;
    view.setFloat64(at, row.position, true);
    view.setFloat64(at + 8, row.revision, true);
    // The id's bytes stand where its text ends, until the text is written.
    bytes.set(from, at + FIXED - UUID_BYTES);
    writeUuidText(bytes, bytes, at + 16, at + FIXED - UUID_BYTES);
    view.setUint32(at + 52, this.#word(row.stream), true);
    view.setUint32(at + 56, this.#word(row.type), true);
    view.setUint32(at + 60, headerBytes, true);
    view.setUint32(at + 64, bodyBytes, true);
    this.#bytes.length = at + FIXED + headerBytes + bodyBytes;
    this.events++;
    this.lastPosition = row.position;
    this.contentBytes += headerBytes + bodyBytes;
  }

  finish(rest: { reached: number; head: number; end: boolean }): PackedPage {
    const { buffer, length } = this.#bytes;
    return {
      // To cut it means to copy it.
      buffer: length > buffer.byteLength / 2 ? buffer : buffer.transfer(length),
      events: this.events,
      words: [...this.#words.keys()],
      ...rest,
    };
  }

  #word(text: string): number {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    this.#words.set(text, this.#words.size);
    return this.#words.size - 1;
  }
}

/** The page's events; header and body are views of the page's one buffer. */
export function unpackPage({ buffer, events, words }: PackedPage): StoredEvent[] {
  const bytes = Buffer.from(buffer);
  const view = new DataView(buffer);
  const page = new Array<StoredEvent>(events);
  for (let i = 0, at = 0; i < events; i++) {
    const headerAt = at + FIXED;
    const bodyAt = headerAt + view.getUint32(at + 60, true);
    const end = bodyAt + view.getUint32(at + 64, true);
    page[i] = {
      id: bytes.toString('latin1', at + 16, at + 52),
      type: words[view.getUint32(at + 56, true)]!,
      header: new Uint8Array(buffer, headerAt, bodyAt - headerAt),
      body: new Uint8Array(buffer, bodyAt, end - bodyAt),
      stream: words[view.getUint32(at + 52, true)]!,
      revision: view.getFloat64(at + 8, true),
      position: String(view.getFloat64(at, true)) as Position,
    };
    at = end;
  }
  return page;
}
