import { base64url, fromBase64url, isDigest } from './base64url.ts';
import { AttestError } from './errors.ts';
import type { SignaturePath } from './header.ts';
import { inclusionPaths, merkleLeaf, merkleRoot, rootFromInclusion } from './merkle.ts';

/**
 * One signature over many contents: an RFC 6962 tree whose entries are the 32-byte content digests, in the order in which they are sent.
 */
export type Submission = {
  /** Unpadded base64url. */
  readonly root: string;
  /** One for each digest, in order. */
  readonly paths: readonly SignaturePath[];
};

/** @throws AttestError `invalid-tree-size` (no digest), `invalid-hash` */
export function submissionOf(contentDigests: readonly string[]): Submission {
  const { root, paths } = inclusionPaths(contentDigests.map(leafOf));
  return {
    root: base64url(root),
    paths: paths.map((path, index) => ({ index, size: contentDigests.length, hashes: path.map(base64url) })),
  };
}

/** @throws AttestError `invalid-hash` */
export function submissionRoot(contentDigests: readonly string[]): string {
  return base64url(merkleRoot(contentDigests.map(leafOf)));
}

/** @throws AttestError `invalid-tree-size`, `index-out-of-range`, `invalid-hash` */
export function submissionPath(index: number, contentDigests: readonly string[]): SignaturePath {
  const path = submissionOf(contentDigests).paths[index];
  if (path === undefined) throw new AttestError('index-out-of-range', `no digest ${index} among ${contentDigests.length}`);
  return path;
}

/**
 * The submission root under which a content digest stands by its path; to be compared with the signed one.
 *
 * @throws AttestError `invalid-hash`, `invalid-tree-size`, `index-out-of-range`, `path-length-mismatch`
 */
export function rootOfSubmission(contentDigest: string, { index, size, hashes }: SignaturePath): string {
  return base64url(rootFromInclusion({ index, size, leafHash: leafOf(contentDigest), path: hashes.map(hashOf) }));
}

function leafOf(contentDigest: string): Buffer {
  return merkleLeaf(hashOf(contentDigest));
}

function hashOf(text: string): Buffer {
  if (!isDigest(text)) throw new AttestError('invalid-hash', 'a hash is 32 bytes in canonical unpadded base64url');
  return fromBase64url(text);
}
