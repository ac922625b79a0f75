import type { Policy } from '../note/policy.ts';
import { checkLogSignature, readKeptNote, verifyReleased } from './attested-sizes.ts';
import type { VerifiedBundle } from './bundle-verifier.ts';
import type { StreamRecord } from './entry-checker.ts';
import { millisecondsOf } from './moment.ts';
import { check, refusedAs } from './refusal.ts';
import type { ComparedClaim, SavedClaim } from './report.ts';

/** @throws EvidenceRefusal `size-below-minimum` */
export function checkSize({ sizes }: VerifiedBundle, minimum: number): void {
  const { size } = sizes.checkpoint;
  check(size >= minimum, 'size-below-minimum', `the bundle speaks of the first ${size} entries, not of ${minimum}`);
}

/**
 * @param time RFC 3339
 * @throws EvidenceRefusal `older-than-asked`
 */
export function checkAge({ sizes }: VerifiedBundle, time: string): void {
  const { seen } = sizes.checkpoint.released;
  check(seen * 1000 >= millisecondsOf(time), 'older-than-asked', `the checkpoint is older than ${time}`);
}

/**
 * Checks that the log of a bundle begins with what a reader has seen before.
 *
 * @throws EvidenceRefusal `saved-malformed`, `older-than-saved`, `saved-not-covered`, `split-view`
 */
export function checkSaved({ sizes, heads }: VerifiedBundle, note: string, policy: Policy): SavedClaim {
  const { signed, checkpoint, heads: saved } = refusedAs('saved-malformed', () => readKeptNote(note));
  const { size } = checkpoint;
  check(saved !== undefined || size > 0, 'saved-malformed', 'a checkpoint of no entries says nothing');
  check(checkpoint.origin === policy.origin, 'saved-malformed', `what was saved is of another log than ${policy.origin}`);
  checkLogSignature(signed, size, policy, 'saved-malformed');
  const last = sizes.checkpoint;
  check(size <= last.size, 'older-than-saved', `the bundle is of ${last.size} entries; ${size} were seen before`);
  const known = sizes.all.find((each) => each.size === size);
  check(known !== undefined, 'saved-not-covered', `the bundle does not tell the root at size ${size}; ask for one that does`);
  check(known.root.equals(checkpoint.root), 'split-view', `at size ${size} there are two histories`);
  const sameMap = saved === undefined || size < last.size || saved.mapRoot.equals(heads.mapRoot);
  check(sameMap, 'split-view', `at size ${size} there are two heads maps`);
  return { claim: 'saved', size };
}

/** Another view of the log that was verified with the same policy. */
export type OtherView = {
  readonly size: number;
  readonly sizes: readonly { readonly size: number; readonly root: Buffer }[];
  /** Those too of which it shows that they have no entry. */
  readonly streams: ReadonlyMap<string, Entries>;
};

type Entries = { readonly [Of in 'leaves' | 'indices']: Readonly<StreamRecord[Of]> };

export function viewOf({ sizes, streams, claims }: VerifiedBundle): OtherView {
  const proven = claims.flatMap((claim) => (claim.claim === 'stream' ? [claim.stream] : []));
  return {
    size: sizes.checkpoint.size,
    sizes: sizes.all,
    streams: new Map(proven.map((stream) => [stream, streams.get(stream) ?? NO_ENTRIES])),
  };
}

const NO_ENTRIES = { leaves: [], indices: [] } as const;

/**
 * A checkpoint that was got elsewhere.
 *
 * @throws EvidenceRefusal `note-malformed`, `origin-mismatch`, `log-signature-invalid`, `cosignature-invalid`, `quorum-not-met`
 */
export function viewOfCheckpoint(note: string, policy: Policy): OtherView {
  const { signed, checkpoint, heads } = refusedAs('note-malformed', () => readKeptNote(note));
  check(heads === undefined && checkpoint.size > 0, 'note-malformed', 'a checkpoint of a size from 1 is compared');
  verifyReleased(signed, note, checkpoint, policy);
  return { size: checkpoint.size, sizes: [checkpoint], streams: new Map() };
}

/**
 * Looks for two histories in two views. Both verified on their own; so what contradicts is signed.
 *
 * @throws EvidenceRefusal `split-view`, `compare-not-covered`
 */
export function compareViews(one: OtherView, other: OtherView): ComparedClaim {
  const roots = new Map(one.sizes.map(({ size, root }) => [size, root]));
  const both = other.sizes.filter(({ size }) => roots.has(size));
  for (const { size, root } of both) check(roots.get(size)!.equals(root), 'split-view', `at size ${size} there are two roots`);
  compareIndices(one, other);
  const upTo = Math.min(one.size, other.size);
  let streams = 0;
  for (const [stream, record] of one.streams) {
    const again = other.streams.get(stream);
    if (again === undefined) continue;
    streams++;
    check(entriesOf(record, upTo) === entriesOf(again, upTo), 'split-view', `there are two histories of ${stream}`);
  }
  check(
    both.length > 0 || streams > 0,
    'compare-not-covered',
    `no size and no stream is in both: ask for a bundle with the size ${other.size}`,
  );
  return { claim: 'compared', size: other.size, sizes: both.length, streams };
}

function compareIndices(one: OtherView, other: OtherView): void {
  const leaves = new Map<number, string>();
  for (const { indices, leaves: own } of one.streams.values()) {
    for (const [n, index] of indices.entries()) leaves.set(index, own[n]!);
  }
  for (const { indices, leaves: own } of other.streams.values()) {
    for (const [n, index] of indices.entries()) {
      const known = leaves.get(index);
      check(known === undefined || known === own[n], 'split-view', `there are two entries at ${index}`);
    }
  }
}

function entriesOf({ indices, leaves }: Entries, upTo: number): string {
  return leaves
    .filter((_, n) => indices[n]! < upTo)
    .map((leaf, n) => `${indices[n]} ${leaf}`)
    .join();
}
