import { base64url } from '../base64url.ts';
import { canonicalText } from '../canonical-json.ts';
import type { JsonObject } from '../json.ts';
import { batchProof } from './batch-proof.ts';
import { LIMITS } from './limits.ts';
import type { Unshown } from './lines.ts';

/** A size of the log to be given: a released checkpoint, or only a root for a reader who saved that size. */
export type BundleSize =
  | { readonly size: number; readonly note: string }
  | { readonly size: number; readonly root: Uint8Array; readonly note?: undefined };

/** The log and the heads map at the size that a bundle speaks of. */
export type BundleSource = {
  readonly origin: string;
  /** Ascending; the last is the checkpoint, and has a note. */
  readonly sizes: readonly BundleSize[];
  /** The heads note of that size. */
  readonly heads: string;
  /** RFC 9162 §2.1.4.1. */
  readonly consistency: (size1: number, size2: number) => readonly Uint8Array[];
  /** Hash over leaves [low, high) of the log of the checkpoint's size. */
  readonly subtree: (low: number, high: number) => Buffer;
  /** A stream's encoded head proof. */
  readonly headProof: (stream: string) => Uint8Array;
};

export type BundleEntry = {
  readonly index: number;
  readonly stream: string;
  /** As sealed. */
  readonly header: Uint8Array;
  readonly body: Uint8Array | Unshown;
  /** And marks in the place of those that were erased: see {@link erasedMark}. */
  readonly disclosures?: readonly string[];
};

type Entries = Iterable<BundleEntry> | AsyncIterable<BundleEntry>;

export type BundleParts = {
  /** Stream that was asked for. */
  readonly subject: string;
  readonly lineage: boolean;
  /** All entries of key streams below the size, in the order of the log. */
  readonly keys: Entries;
  /** All entries of all other streams below the size, in the order of the log. */
  readonly entries: Entries;
  /** Streams of which there is nothing. */
  readonly absent?: readonly string[];
};

/** The lines of a bundle (docs/formats/evidence-bundle.md), each with its newline. What is stored is spliced in verbatim and not read. */
export async function* bundleLines(source: BundleSource, parts: BundleParts): AsyncGenerator<string> {
  const { origin, sizes, heads } = source;
  const { subject, lineage } = parts;
  const { size } = sizes.at(-1)!;
  let lines = 0;
  const line = (value: JsonObject) => {
    lines++;
    return `${canonicalText(value)}\n`;
  };
  yield line({ kind: 'bundle', v: 1, origin, size, subject, lineage });
  for (const [n, each] of sizes.entries()) {
    const before = sizes[n - 1];
    const consistency = before === undefined ? [] : source.consistency(before.size, each.size).map(base64url);
    yield each.note === undefined
      ? line({ kind: 'prefix', size: each.size, root: base64url(each.root), consistency })
      : line({ kind: 'checkpoint', note: each.note, consistency });
  }
  yield line({ kind: 'heads', note: heads });
  const indices: number[] = [];
  const streams = new Set<string>(parts.absent);
  for (const part of [parts.keys, parts.entries]) {
    for await (const entry of part) {
      indices.push(entry.index);
      streams.add(entry.stream);
      lines++;
      yield entryLine(entry);
    }
  }
  indices.sort((a, b) => a - b);
  yield* inclusionLines(size, indices, source.subtree, line);
  for (const stream of [...streams].sort()) yield line({ kind: 'stream', stream, proof: base64url(source.headProof(stream)) });
  yield line({ kind: 'end', entries: indices.length, lines: lines + 1 });
}

function entryLine({ index, header, body, disclosures = [] }: BundleEntry): string {
  const shown = typeof body === 'string' ? `"${body}"` : textOf(body);
  return `{"body":${shown},"disclosures":${canonicalText(disclosures)},"header":${textOf(header)},"index":${index},"kind":"entry"}\n`;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function* inclusionLines(
  size: number,
  indices: readonly number[],
  subtree: BundleSource['subtree'],
  line: (value: JsonObject) => string,
): Generator<string> {
  let hashes: string[] = [];
  for (const hash of batchProof(size, indices, subtree)) {
    if (hashes.length === LIMITS.inclusionHashesInLine) {
      yield line({ kind: 'inclusion', hashes, more: true });
      hashes = [];
    }
    hashes.push(base64url(hash));
  }
  yield line({ kind: 'inclusion', hashes, more: false });
}
