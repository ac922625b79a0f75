import { AttestError, canonicalText, type Header, readHeader, sha256 } from '@cytoledger/attest';
import { type AlarmCode, Found } from './alarm.ts';
import type { Bounds } from './time-bounds.ts';

/** The newest entry of a stream. */
export type StreamEnd = {
  readonly seq: number;
  readonly index: number;
  readonly leafHash: Buffer;
  readonly headerHash: Buffer;
  /** Milliseconds since the epoch. */
  readonly recordedAt: number;
};

/** Of a log, at a leaf index. */
export type Entry = { readonly bytes: Buffer; readonly index: number; readonly leafHash: Buffer };

type CheckedEntry = { readonly stream: string; readonly end: StreamEnd };

/**
 * An entry as the next one of its stream.
 *
 * @param endOf the newest entry of a stream before this one
 * @throws Found
 */
export function checkEntry(
  { bytes, index, leafHash }: Entry,
  bounds: Bounds,
  endOf: (stream: string) => StreamEnd | undefined,
): CheckedEntry {
  const header = canonicalHeader(bytes, index);
  const { stream, seq, prev } = header;
  const wrong = (code: AlarmCode, message: string) =>
    new Found({ code, message: `entry ${index} (${stream}/${seq}): ${message}`, size: index + 1, index, stream, seq });
  const last = endOf(stream);
  const next = last === undefined ? 0 : last.seq + 1;
  if (seq < next) throw wrong('seq-repeated', `the log has this seq of the stream already; ${next} comes next`);
  if (seq > next) throw wrong('seq-missing', `seq ${next} was left out`);
  if (last !== undefined && prev !== last.leafHash.toString('base64url'))
    throw wrong('prev-wrong', `prev is not the leaf hash of entry ${last.index}, the stream's entry before`);
  const recordedAt = Date.parse(header.recordedAt);
  if (last !== undefined && recordedAt < last.recordedAt)
    throw wrong('recorded-at-decreases', `recordedAt ${header.recordedAt} is before that of the stream's entry ${last.index}`);
  const { earliest, latest } = bounds.of(index);
  if (recordedAt < earliest)
    throw wrong('back-dated', `recordedAt ${header.recordedAt}, but at ${iso(earliest)} the log was cosigned without it`);
  if (recordedAt > latest) throw wrong('post-dated', `recordedAt ${header.recordedAt}, but it was cosigned by ${iso(latest)}`);
  return { stream, end: { seq, index, leafHash, headerHash: sha256(bytes), recordedAt } };
}

function canonicalHeader(bytes: Buffer, index: number): Header {
  const wrong = (message: string) =>
    new Found({ code: 'entry-unreadable', message: `entry ${index}: ${message}`, size: index + 1, index });
  try {
    const header = readHeader(bytes);
    if (canonicalText(header) !== bytes.toString('utf8')) throw wrong('not in canonical form');
    return header;
  } catch (error) {
    throw error instanceof AttestError ? wrong(`${error.code}: ${error.message}`) : error;
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
