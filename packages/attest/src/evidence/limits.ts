/** What a bundle may have at most, so that a verifier knows beforehand what it has to hold. */
export const LIMITS = {
  /** Bytes of a line, without its newline. */
  lineBytes: 1_048_576,
  lines: 4_000_000,
  sizes: 10_000,
  entries: 2_000_000,
  streams: 200_000,
  /** UTF-8 bytes of a signed note. */
  noteBytes: 65_535,
  consistencyHashes: 64,
  disclosures: 1000,
  inclusionHashesInLine: 8192,
  inclusionHashes: 100_000_000,
  /** A body is 65 deep; the line around it adds one. */
  depth: 66,
} as const;
