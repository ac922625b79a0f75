import { fromBase64url } from '../base64url.ts';
import { type HeadsNote, readHeadsNote } from '../heads/heads-note.ts';
import { verifyConsistency } from '../log/consistency.ts';
import { type Checkpoint, readCheckpoint } from '../note/checkpoint.ts';
import { signaturesOf } from '../note/note-signatures.ts';
import { keysAt, type Policy, toleratedWitnesses } from '../note/policy.ts';
import { readNote, type SignedNote } from '../note/signed-note.ts';
import { LIMITS } from './limits.ts';
import type { CheckpointLine, HeadsLine, PrefixLine } from './lines.ts';
import { check, type EvidenceCode, refusedAs } from './refusal.ts';

/** A size of the log whose root is proved to be a part of the bundle's checkpoint. Only checkpoints tell time. */
export type AttestedSize = { readonly size: number; readonly root: Buffer; readonly released?: Released };

export type Released = {
  /** The note as it stands in the bundle. */
  readonly note: string;
  /** Witnesses that cosigned, in the order of the policy. */
  readonly witnesses: readonly string[];
  /** f of the policy at this size. */
  readonly tolerated: number;
  /** Seconds. An honest witness saw it then or later, and none that extends it before. */
  readonly seen: number;
  /** Seconds. No entry beyond it had been seen by a quorum before. */
  readonly earliest: number;
  /** Seconds. An honest witness had seen it by then. */
  readonly seenBy: number;
};

export type AttestedHeads = {
  readonly note: string;
  readonly mapRoot: Buffer;
  /** That cosigned, in the order of the policy. */
  readonly monitors: readonly string[];
  readonly monitored: boolean;
};

/** When an entry was attested: not by a quorum before, and by an honest witness not after. Seconds. */
export type Attested = { readonly notBefore: number | null; readonly notAfter: number };

/** The sizes of the log that a bundle gives, in ascending order, each proved to begin the next. */
export class AttestedSizes {
  readonly #policy: Policy;
  readonly #sizes: AttestedSize[] = [];
  /** Those with a checkpoint. */
  readonly #released: (AttestedSize & { readonly released: Released })[] = [];

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  get all(): readonly AttestedSize[] {
    return this.#sizes;
  }

  get last(): AttestedSize | undefined {
    return this.#sizes.at(-1);
  }

  /** The checkpoint that the bundle speaks of. */
  get checkpoint(): AttestedSize & { readonly released: Released } {
    return this.#released.at(-1)!;
  }

  addCheckpoint({ note, consistency }: CheckpointLine): void {
    this.#checkCount();
    const [signed, checkpoint] = refusedAs('note-malformed', () => {
      const read = readNote(note);
      return [read, readCheckpoint(read.text)] as const;
    });
    check(checkpoint.size > 0, 'note-malformed', 'a checkpoint of no entries says nothing');
    const released = verifyReleased(signed, note, checkpoint, this.#policy, () => this.#checkOrder(checkpoint.size));
    const size = { size: checkpoint.size, root: checkpoint.root, released };
    this.#follow(size, consistency);
    this.#released.push(size);
  }

  addPrefix({ size, root, consistency }: PrefixLine): void {
    this.#checkCount();
    this.#checkOrder(size);
    this.#follow({ size, root: fromBase64url(root) }, consistency);
  }

  /** The heads note of the last checkpoint. */
  readHeads({ note }: HeadsLine, sizeSaid: number): AttestedHeads {
    const policy = this.#policy;
    const [signed, heads] = refusedAs('note-malformed', () => {
      const read = readNote(note);
      return [read, readHeadsNote(read.text)] as const;
    });
    check(heads.origin === policy.origin, 'origin-mismatch', `the heads note is of another log than ${policy.origin}`);
    const { size, root } = this.checkpoint;
    const fits = heads.size === size && heads.mainRoot.equals(root) && sizeSaid === size;
    check(fits, 'heads-mismatch', `the heads note, the checkpoint and the first line are not of one size and root`);
    checkLogSignature(signed, size, policy);
    const cosigned = refusedAs('cosignature-invalid', () => signaturesOf(signed, keysAt(policy.monitors, size)));
    return {
      note,
      mapRoot: heads.mapRoot,
      monitors: cosigned.map(({ key }) => key.name),
      monitored: policy.monitorQuorum > 0 && cosigned.length >= policy.monitorQuorum,
    };
  }

  /** When the entry with an index below the checkpoint's size was attested. */
  attested(index: number): Attested {
    const released = this.#released;
    let [low, high] = [0, released.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (released[middle]!.size > index) high = middle;
      else low = middle + 1;
    }
    return { notBefore: released[low - 1]?.released.earliest ?? null, notAfter: released[low]!.released.seenBy };
  }

  #checkCount(): void {
    check(this.#sizes.length < LIMITS.sizes, 'limit-exceeded', `a bundle gives at most ${LIMITS.sizes} sizes`);
  }

  #checkOrder(size: number): void {
    check(size > (this.last?.size ?? 0), 'checkpoint-order', 'sizes ascend from line to line');
  }

  #follow(next: AttestedSize, consistency: readonly string[]): void {
    const before = this.last;
    const path = consistency.map(fromBase64url);
    refusedAs('consistency-mismatch', () => {
      if (before === undefined) check(path.length === 0, 'consistency-mismatch', 'nothing stands before the first size');
      else verifyConsistency({ size1: before.size, root1: before.root, size2: next.size, root2: next.root, path });
    });
    this.#sizes.push(next);
  }
}

/**
 * A checkpoint that counts under a policy.
 *
 * @throws EvidenceRefusal `origin-mismatch`, then what `inOrder` throws, then `log-signature-invalid`, `cosignature-invalid`, `quorum-not-met`
 */
export function verifyReleased(
  signed: SignedNote,
  note: string,
  { origin, size }: Checkpoint,
  policy: Policy,
  inOrder: () => void = () => undefined,
): Released {
  check(origin === policy.origin, 'origin-mismatch', `the checkpoint is of another log than ${policy.origin}`);
  inOrder();
  checkLogSignature(signed, size, policy);
  const counting = keysAt(policy.witnesses, size).filter(({ ofOperator }) => !ofOperator);
  const cosigned = refusedAs('cosignature-invalid', () => signaturesOf(signed, counting));
  const enough = cosigned.length >= policy.quorum;
  check(enough, 'quorum-not-met', `${cosigned.length} witnesses have cosigned; the policy asks for ${policy.quorum}`);
  const tolerated = toleratedWitnesses(policy, size);
  const times = cosigned.map(({ timestamp }) => timestamp!).sort((a, b) => a - b);
  return {
    note,
    witnesses: cosigned.map(({ key }) => key.name),
    tolerated,
    seen: times.at(-1 - tolerated)!,
    earliest: times[0]!,
    seenBy: times[tolerated]!,
  };
}

/** @throws EvidenceRefusal `log-signature-invalid`, or the code that is given */
export function checkLogSignature(
  signed: SignedNote,
  size: number,
  { log }: Policy,
  code: EvidenceCode = 'log-signature-invalid',
): void {
  const signatures = refusedAs(code, () => signaturesOf(signed, keysAt(log, size)));
  check(signatures.length > 0, code, 'the note bears no signature of the log');
}

/** A note that a reader kept, of whichever kind. */
export type KeptNote = { readonly signed: SignedNote; readonly checkpoint: Checkpoint; readonly heads?: HeadsNote };

/** @throws AttestError those of {@link readNote}, {@link readCheckpoint} and {@link readHeadsNote} */
export function readKeptNote(note: string): KeptNote {
  const signed = readNote(note);
  if (!signed.text.startsWith('cytoledger/heads/v1\n')) return { signed, checkpoint: readCheckpoint(signed.text) };
  const heads = readHeadsNote(signed.text);
  return { signed, checkpoint: { origin: heads.origin, size: heads.size, root: heads.mainRoot }, heads };
}
