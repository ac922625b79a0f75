import { MAX_ENTRY_BYTES } from '../body.ts';
import { AttestError } from '../errors.ts';
import { TILE_WIDTH } from './tile-path.ts';

const LENGTH_BYTES = 2;

/**
 * C2SP tlog-tiles entry bundle: each entry after its length, 16 bits big-endian.
 *
 * @throws AttestError `invalid-entry-bundle`: no entry, more than 256, or one above 65,535 bytes
 */
export function entryBundle(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0 || entries.length > TILE_WIDTH) throw invalid(`a bundle has 1 to ${TILE_WIDTH} entries`);
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) throw invalid(`an entry has at most ${MAX_ENTRY_BYTES} bytes, not ${entry.length}`);
      return [Buffer.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/**
 * The entries of a bundle, as views of its bytes.
 *
 * @throws AttestError `invalid-entry-bundle`: other than `width` entries, or an entry cut short
 */
export function readEntryBundle(bundle: Uint8Array, width: number): Buffer[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + LENGTH_BYTES > bytes.length) throw invalid('the last length is cut short');
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt16BE(at);
    if (at > bytes.length) throw invalid('the last entry is cut short');
    entries.push(bytes.subarray(start, at));
  }
  if (entries.length !== width) throw invalid(`a bundle of ${width} entries was asked for; this has ${entries.length}`);
  return entries;
}

function invalid(message: string): AttestError {
  return new AttestError('invalid-entry-bundle', message);
}
