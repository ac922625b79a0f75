import { base64url, isDigest } from './base64url.ts';
import { canonicalText } from './canonical-json.ts';
import { AttestError } from './errors.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { readJwsHeader, verifyJws } from './jws.ts';
import { type PrivateJwk, thumbprint } from './keys.ts';
import { checkMember, countMember, exactly, textMember } from './members.ts';
import { EMPTY_ROOT } from './merkle.ts';
import type { KeyObject } from './node-crypto.ts';
import { readCheckpoint } from './note/checkpoint.ts';
import type { Policy } from './note/policy.ts';
import { readNote } from './note/signed-note.ts';
import { checkKeyName } from './note/vkey.ts';
import { signStatement } from './statement.ts';

/** `typ` of signatures under a succession. */
export const SUCCESSION_TYP = 'cytoledger-succession';

/** What stands in the first entry of a log that takes the place of one that was lost. */
export type Succession = JsonObject & {
  /** The new log. */
  readonly origin: string;
  /** The old log, and its last checkpoint that a quorum had cosigned: a signed note, as it was released. */
  readonly predecessor: { readonly origin: string; readonly checkpoint: string };
  /** The first so many entries are still there; `root` is theirs, as a digest. */
  readonly survived: { readonly size: number; readonly root: string };
  /** Entries [from, below) are not. Empty where only the key was lost. */
  readonly lost: { readonly from: number; readonly below: number };
  readonly reason: 'storage-lost' | 'history-damaged' | 'key-lost';
};

const REASONS: readonly JsonValue[] = ['storage-lost', 'history-damaged', 'key-lost'];

/**
 * A value as a succession: its members agree with each other and with the checkpoint that it carries. No signature is checked.
 *
 * @throws AttestError `missing-member`, `unknown-member`, `invalid-member`, and those of {@link readNote} and {@link readCheckpoint}
 */
export function readSuccession(value: JsonValue): Succession {
  const { origin, predecessor, survived, lost, reason } = exactly(
    value,
    ['lost', 'origin', 'predecessor', 'reason', 'survived'],
    '',
  ) as Succession;
  textMember({ origin }, 'origin', '');
  checkKeyName(origin);
  exactly(predecessor, ['checkpoint', 'origin'], '/predecessor');
  textMember(predecessor, 'origin', '/predecessor');
  textMember(predecessor, 'checkpoint', '/predecessor');
  checkMember(predecessor.origin !== origin, '/origin', 'another origin than the old one');
  exactly(survived, ['root', 'size'], '/survived');
  countMember(survived, 'size', '/survived');
  checkMember(isDigest(survived.root), '/survived/root', 'a root as a SHA-256 digest');
  exactly(lost, ['below', 'from'], '/lost');
  checkMember(countMember(lost, 'from', '/lost') === survived.size, '/lost/from', 'the size that survived');
  checkMember(countMember(lost, 'below', '/lost') >= lost.from, '/lost/below', 'not below from');
  checkMember(REASONS.includes(reason), '/reason', `one of ${REASONS.join(', ')}`);
  const checkpoint = readCheckpoint(readNote(predecessor.checkpoint).text);
  checkMember(checkpoint.origin === predecessor.origin, '/predecessor/origin', 'the origin of the checkpoint');
  checkMember(checkpoint.size === lost.below, '/lost/below', 'the size of the checkpoint');
  if (survived.size === 0) checkMember(survived.root === base64url(EMPTY_ROOT), '/survived/root', 'the root of no entries');
  if (survived.size === checkpoint.size)
    checkMember(survived.root === base64url(checkpoint.root), '/survived/root', 'the root of the checkpoint');
  return value as Succession;
}

/** What an organisation signs with its root key. */
export function signSuccession(succession: Succession, rootKey: PrivateJwk | KeyObject): string {
  return signStatement(SUCCESSION_TYP, readSuccession(succession), rootKey);
}

/**
 * The organisations that signed, each with a root key that the policy of the new log pins: at least two, of which one is the regulator that
 * the reader expects there. That the old checkpoint was released is for who holds the old policy to check.
 *
 * @throws AttestError `quorum-not-met` (fewer than two), `signature-mismatch` (of nobody whom the policy pins, or over something else),
 *   `unexpected-origin`, and those of {@link readSuccession} and {@link verifyJws}
 */
export function verifySuccession(value: JsonValue, signatures: readonly string[], policy: Policy): readonly string[] {
  const succession = readSuccession(value);
  if (succession.origin !== policy.origin)
    throw new AttestError('unexpected-origin', `the succession is of another log than ${policy.origin}`);
  const text = canonicalText(succession);
  const signers = new Set<string>();
  for (const jws of signatures) {
    const { kid } = readJwsHeader(jws);
    const key = policy.organisations.find(({ publicJwk, from }) => from === 0 && thumbprint(publicJwk) === kid);
    if (!key) throw new AttestError('signature-mismatch', `the policy pins no root key ${kid} from size 0 on`);
    if (canonicalText(verifyJws(jws, key.publicJwk, SUCCESSION_TYP)) !== text)
      throw new AttestError('signature-mismatch', `${key.name} signed something else`);
    signers.add(key.name);
  }
  if (signers.size < 2)
    throw new AttestError('quorum-not-met', `${signers.size} organisations have signed: operator and regulator must`);
  return [...signers];
}
