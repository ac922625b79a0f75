import { hash } from 'node:crypto';
import type { StoredEvent } from '@cytoledger/event-store';
import {
  agrees,
  HASH_BYTES,
  hasPlainLength,
  ID_BYTES,
  isFirst,
  isPlainHeader,
  MAX_ENTRY,
  nameBytes,
  type Place,
  RecordedAtReader,
  readPrev,
} from './plain-event.ts';

/** Events on their way to another thread, as columns. */
export type PackedEvents = {
  /** Headers and bodies, and what else stands between them. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each: where its header begins, its bytes, where its body begins, its bytes, word of the stream, word of the type. */
  readonly layout: Uint32Array<ArrayBuffer>;
  /** Of each, 36 ASCII; zeros in the place of all else. */
  readonly ids: Uint8Array<ArrayBuffer>;
  readonly revisions: Float64Array<ArrayBuffer>;
  readonly words: readonly string[];
};

/** What was found about each event by itself, without its neighbours. */
export type PlainVerdicts = {
  /** NOT_PLAIN where the event has to be read in full; its leaf hash is given all the same. */
  readonly verdicts: Uint8Array<ArrayBuffer>;
  readonly leaves: Uint8Array<ArrayBuffer>;
  readonly prevs: Uint8Array<ArrayBuffer>;
  /** `recordedAt`, ms since 1970. */
  readonly times: Float64Array<ArrayBuffer>;
};

/** An event whose header and body are as they were sealed, and say what the store says about it. */
export const [NOT_PLAIN, PLAIN_FIRST, PLAIN_FOLLOWING] = [0, 1, 2] as const;

const LAYOUT = 6;
/** One byte in front of the first header is not of the store. */
const MARGIN = 1;

/** @param room made before, for other events: taken where it is large enough */
export function packEvents(events: readonly StoredEvent[], room?: Uint8Array<ArrayBuffer>): PackedEvents {
  const words = new Map<string, number>();
  const wordOf = (text: string): number => {
    const known = words.get(text);
    if (known !== undefined) return known;
    words.set(text, words.size);
    return words.size - 1;
  };
  const { bytes, layout } = together(events, room) ?? oneBehindTheOther(events, room);
  const ids = new Uint8Array(ID_BYTES * events.length);
  const revisions = new Float64Array(events.length);
  for (let n = 0; n < events.length; n++) {
    const event = events[n]!;
    layout[LAYOUT * n + 4] = wordOf(event.stream);
    layout[LAYOUT * n + 5] = wordOf(event.type);
    revisions[n] = event.revision;
    writeId(ids, ID_BYTES * n, event.id);
  }
  return { bytes, layout, ids, revisions, words: [...words.keys()] };
}

function writeId(ids: Uint8Array, at: number, id: string): void {
  if (id.length !== ID_BYTES) return;
  for (let i = 0; i < ID_BYTES; i++) {
    const code = id.charCodeAt(i);
    ids[at + i] = code < 0x80 ? code : 0;
  }
}

type Bytes = Pick<PackedEvents, 'bytes' | 'layout'>;

/** A store's page stands in one run of bytes, mostly, which is copied as it is. */
function together(events: readonly StoredEvent[], room: Uint8Array<ArrayBuffer> | undefined): Bytes | undefined {
  const { buffer } = events[0]!.header;
  const layout = new Uint32Array(LAYOUT * events.length);
  let [from, to, content] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let n = 0; n < events.length; n++) {
    const { header, body } = events[n]!;
    if (header.buffer !== buffer || body.buffer !== buffer) return undefined;
    const [headerAt, bodyAt] = [header.byteOffset, body.byteOffset];
    from = Math.min(from, headerAt, bodyAt);
    to = Math.max(to, headerAt + header.length, bodyAt + body.length);
    content += header.length + body.length;
    layout[LAYOUT * n] = headerAt;
    layout[LAYOUT * n + 1] = header.length;
    layout[LAYOUT * n + 2] = bodyAt;
    layout[LAYOUT * n + 3] = body.length;
  }
  if (to - from > 2 * content) return undefined;
  for (let n = 0; n < events.length; n++) {
    layout[LAYOUT * n] = layout[LAYOUT * n]! - from + MARGIN;
    layout[LAYOUT * n + 2] = layout[LAYOUT * n + 2]! - from + MARGIN;
  }
  const bytes = roomFor(to - from, room);
  bytes.set(new Uint8Array(buffer, from, to - from), MARGIN);
  return { bytes, layout };
}

function oneBehindTheOther(events: readonly StoredEvent[], room: Uint8Array<ArrayBuffer> | undefined): Bytes {
  const layout = new Uint32Array(LAYOUT * events.length);
  let at = MARGIN;
  for (const [n, { header, body }] of events.entries()) {
    layout.set([at, header.length, at + header.length, body.length], LAYOUT * n);
    at += header.length + body.length;
  }
  const bytes = roomFor(at - MARGIN, room);
  for (const [n, { header, body }] of events.entries()) {
    bytes.set(header, layout[LAYOUT * n]);
    bytes.set(body, layout[LAYOUT * n + 2]);
  }
  return { bytes, layout };
}

function roomFor(length: number, room: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> {
  return room !== undefined && room.length >= length + MARGIN ? room : new Uint8Array(2 * length + MARGIN);
}

const recordedAt = new RecordedAtReader();

/** Changes nothing in the packed events that it does not change back. */
export function readPlainly({ bytes, layout, ids, revisions, words }: PackedEvents): PlainVerdicts {
  const count = revisions.length;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = words.map(nameBytes);
  const verdicts = new Uint8Array(count);
  const leaves = new Uint8Array(HASH_BYTES * count);
  const prevs = new Uint8Array(HASH_BYTES * count);
  const times = new Float64Array(count);
  const place: Place = { headerAt: 0, headerLength: 0, bodyAt: 0, bodyLength: 0 };
  for (let n = 0; n < count; n++) {
    place.headerAt = layout[LAYOUT * n]!;
    place.headerLength = layout[LAYOUT * n + 1]!;
    place.bodyAt = layout[LAYOUT * n + 2]!;
    place.bodyLength = layout[LAYOUT * n + 3]!;
    const { headerAt, headerLength, bodyAt, bodyLength } = place;
    writeLeaf(leaves, HASH_BYTES * n, all, headerAt, headerLength);
    const stream = names[layout[LAYOUT * n + 4]!];
    const type = names[layout[LAYOUT * n + 5]!];
    const seq = revisions[n]!;
    if (stream === undefined || type === undefined || headerLength > MAX_ENTRY || bodyLength > MAX_ENTRY) continue;
    if (!hasPlainLength(all, place, stream, seq)) continue;
    const digest = hash('sha256', all.subarray(bodyAt, bodyAt + bodyLength), 'base64url');
    if (!isPlainHeader(all, headerAt, digest, ids, ID_BYTES * n, stream, seq)) continue;
    if (!agrees(all, bodyAt, bodyLength, ids, ID_BYTES * n, stream, type)) continue;
    const time = recordedAt.read(all, headerAt);
    if (Number.isNaN(time)) continue;
    const first = isFirst(all, headerAt);
    if (!first && !readPrev(all, headerAt, prevs, HASH_BYTES * n)) continue;
    times[n] = time;
    verdicts[n] = first ? PLAIN_FIRST : PLAIN_FOLLOWING;
  }
  return { verdicts, leaves, prevs, times };
}

/** RFC 6962 §2.1. */
function writeLeaf(leaves: Uint8Array, at: number, bytes: Buffer, headerAt: number, headerLength: number): void {
  const before = bytes[headerAt - 1]!;
  bytes[headerAt - 1] = 0;
  const leaf = hash('sha256', bytes.subarray(headerAt - 1, headerAt + headerLength), 'binary');
  bytes[headerAt - 1] = before;
  for (let i = 0; i < HASH_BYTES; i++) leaves[at + i] = leaf.charCodeAt(i);
}
