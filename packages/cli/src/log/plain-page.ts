import type { StoredEvent } from '@cytoledger/event-store';
import { agrees, HASH_BYTES, isBodyOf, LeafHasher, readPlainHeader } from './plain-event.ts';

/** Events on their way to another thread: their bytes one behind the other, each as id (36 ASCII), header, body. */
export type PackedEvents = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each: bytes of the header, bytes of the body, word of the stream, word of the type. */
  readonly layout: Uint32Array<ArrayBuffer>;
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

const ID_BYTES = 36;
const LAYOUT = 4;

export function packEvents(events: readonly StoredEvent[]): PackedEvents {
  const words = new Map<string, number>();
  const wordOf = (text: string): number => {
    const known = words.get(text);
    if (known !== undefined) return known;
    words.set(text, words.size);
    return words.size - 1;
  };
  let length = 0;
  for (const { header, body } of events) length += ID_BYTES + header.length + body.length;
  const bytes = Buffer.allocUnsafeSlow(length);
  const layout = new Uint32Array(LAYOUT * events.length);
  const revisions = new Float64Array(events.length);
  let at = 0;
  for (let n = 0; n < events.length; n++) {
    const { id, header, body, stream, type, revision } = events[n]!;
    // A store's id of another length is no id: what stands here then is equal to none.
    bytes.fill(0, at, at + ID_BYTES);
    bytes.write(id, at, ID_BYTES, 'latin1');
    bytes.set(header, at + ID_BYTES);
    bytes.set(body, at + ID_BYTES + header.length);
    at += ID_BYTES + header.length + body.length;
    layout[LAYOUT * n] = header.length;
    layout[LAYOUT * n + 1] = body.length;
    layout[LAYOUT * n + 2] = wordOf(stream);
    layout[LAYOUT * n + 3] = wordOf(type);
    revisions[n] = revision;
  }
  return { bytes, layout, revisions, words: [...words.keys()] };
}

const hasher = new LeafHasher();

export function readPlainly({ bytes, layout, revisions, words }: PackedEvents): PlainVerdicts {
  const count = revisions.length;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const verdicts = new Uint8Array(count);
  const leaves = Buffer.allocUnsafeSlow(HASH_BYTES * count);
  const prevs = Buffer.allocUnsafeSlow(HASH_BYTES * count);
  const times = new Float64Array(count);
  let at = 0;
  for (let n = 0; n < count; n++) {
    const headerAt = at + ID_BYTES;
    const bodyAt = headerAt + layout[LAYOUT * n]!;
    const end = bodyAt + layout[LAYOUT * n + 1]!;
    const header = bytes.subarray(headerAt, bodyAt);
    const body = bytes.subarray(bodyAt, end);
    hasher.into(leaves, HASH_BYTES * n, header);
    const said = readPlainHeader(header);
    const isPlain =
      said !== undefined &&
      said.id === all.toString('latin1', at, headerAt) &&
      said.stream === words[layout[LAYOUT * n + 2]!] &&
      said.seq === revisions[n] &&
      isBodyOf(said, body) &&
      agrees(body, said, words[layout[LAYOUT * n + 3]!]!);
    if (isPlain) {
      verdicts[n] = said.prev === null ? PLAIN_FIRST : PLAIN_FOLLOWING;
      if (said.prev !== null) prevs.write(said.prev, HASH_BYTES * n, 'base64url');
      times[n] = Date.parse(said.recordedAt);
    }
    at = end;
  }
  return { verdicts, leaves, prevs, times };
}
