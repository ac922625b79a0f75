import type { BasisHead, EventToAppend, ExpectedRevision } from '../port.ts';
import type { GrowingBytes } from './growing-bytes.ts';
import { writeUuidBytes } from './uuid-bytes.ts';

/**
 * A group of appends as one run of bytes, so that it crosses to the writer thread as one transferred buffer: structured cloning of the
 * objects costs the sending thread several times as much. All numbers are little-endian.
 *
 * append: u8 name length, name (ASCII), f64 expected revision (-1: none), u16 heads of the basis, each: u8 name length, name, f64;
 *         u16 events, each: 16 bytes id, u16 type length, u16 header length, u16 body length, type (UTF-8), header, body
 */
const HEAD_BYTES = 1 + 200 + 8;
const EVENT_BYTES = 16 + 3 * 2;
const LONGEST_TYPE = 200 * 3;

/** Adds one checked append to the group. */
export function packAppend(
  group: GrowingBytes,
  stream: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
  basis: readonly BasisHead[],
): void {
  writeHead(group, stream, expected);
  writeCount(group, basis.length);
  for (const head of basis) writeHead(group, head.stream, head.revision);
  writeCount(group, events.length);
  for (const event of events) writeEvent(group, event);
}

function writeHead(group: GrowingBytes, stream: string, revision: ExpectedRevision): void {
  const at = group.reserve(HEAD_BYTES);
  group.bytes[at] = stream.length;
  group.bytes.write(stream, at + 1, 'latin1');
  group.view.setFloat64(at + 1 + stream.length, revision === 'none' ? -1 : revision, true);
  group.length = at + 9 + stream.length;
}

function writeCount(group: GrowingBytes, count: number): void {
  const at = group.reserve(2);
  group.view.setUint16(at, count, true);
  group.length = at + 2;
}

function writeEvent(group: GrowingBytes, { id, type, header, body }: EventToAppend): void {
  const at = group.reserve(EVENT_BYTES + LONGEST_TYPE + header.byteLength + body.byteLength);
  const { bytes, view } = group;
  writeUuidBytes(id, bytes, at);
  const typeAt = at + EVENT_BYTES;
  const typeBytes = bytes.write(type, typeAt, 'utf8');
  view.setUint16(at + 16, typeBytes, true);
  view.setUint16(at + 18, header.byteLength, true);
  view.setUint16(at + 20, body.byteLength, true);
  const headerAt = typeAt + typeBytes;
  bytes.set(header, headerAt);
  bytes.set(body, headerAt + header.byteLength);
  group.length = headerAt + header.byteLength + body.byteLength;
}

type PackedHead = { readonly stream: string; readonly revision: number };
export type PackedEvent = {
  readonly id: Uint8Array;
  readonly type: string;
  readonly header: Uint8Array;
  readonly body: Uint8Array;
};
/** Revisions are -1 for `none`. The arrays of bytes are views of the group's buffer. */
export type PackedAppend = {
  readonly stream: string;
  readonly expected: number;
  readonly basis: readonly PackedHead[];
  readonly events: readonly PackedEvent[];
};

export function* unpackGroup(buffer: ArrayBuffer, length: number): Generator<PackedAppend> {
  const bytes = Buffer.from(buffer);
  const view = new DataView(buffer);
  let at = 0;

  const readHead = (): PackedHead => {
    const nameLength = bytes[at]!;
    const stream = bytes.toString('latin1', at + 1, at + 1 + nameLength);
    const revision = view.getFloat64(at + 1 + nameLength, true);
    at += 9 + nameLength;
    return { stream, revision };
  };
  const readCount = (): number => {
    at += 2;
    return view.getUint16(at - 2, true);
  };
  const readEvent = (): PackedEvent => {
    const typeAt = at + EVENT_BYTES;
    const headerAt = typeAt + view.getUint16(at + 16, true);
    const bodyAt = headerAt + view.getUint16(at + 18, true);
    const end = bodyAt + view.getUint16(at + 20, true);
    const event = {
      id: new Uint8Array(buffer, at, 16),
      type: bytes.toString('utf8', typeAt, headerAt),
      header: new Uint8Array(buffer, headerAt, bodyAt - headerAt),
      body: new Uint8Array(buffer, bodyAt, end - bodyAt),
    };
    at = end;
    return event;
  };

  while (at < length) {
    const { stream, revision: expected } = readHead();
    const basis = Array.from({ length: readCount() }, readHead);
    const events = Array.from({ length: readCount() }, readEvent);
    yield { stream, expected, basis, events };
  }
}
