import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import {
  AttestError,
  type HeadsNote,
  type Policy,
  readCheckpoint,
  readHeadsNote,
  readNote,
  readPolicy,
  verifyHeadsNote,
  verifyReleasedCheckpoint,
  verifySignedCheckpoint,
} from '@cytoledger/attest';
import { attestationFiles } from '@cytoledger/attest/disk';
import type { Fault } from '../fault.ts';
import { textIfThere } from './text-file.ts';

/** A root that the log signed, for its first `size` entries. */
export type SignedRoot = { readonly size: number; readonly root: Buffer; readonly file: string };

export type Notes = {
  readonly origin: string;
  readonly policy: Policy | undefined;
  /** What was signed last; nothing above it is trusted, or looked at. */
  readonly signed: SignedRoot;
  readonly published: SignedRoot | undefined;
  readonly heads: HeadsNote | undefined;
};

/**
 * The notes of a folder, each read and, where there is a policy, verified: what cannot be is a fault. Undefined where nothing was signed.
 * What was signed is read last, so that it is not behind the others while somebody attests.
 */
export function readNotes(folder: string, policyPath: string | undefined, onFault: (fault: Fault) => void): Notes | undefined {
  const files = attestationFiles(folder);
  const read = <T>(path: string, reading: (text: string) => T): T | undefined => {
    const text = textIfThere(path);
    if (text === undefined) return undefined;
    try {
      return reading(text);
    } catch (error) {
      if (!(error instanceof AttestError)) throw error;
      onFault({ code: error.code, message: error.message, file: path });
      return undefined;
    }
  };
  const policy = read(policyPath ?? files.policy, readPolicy);
  const heads = read(files.headsNote, (text) =>
    policy ? verifyHeadsNote(text, policy).heads : readHeadsNote(readNote(text).text),
  );
  const published = read(files.published, (text) => ({
    ...(policy ? verifyReleasedCheckpoint(text, policy).checkpoint : readCheckpoint(readNote(text).text)),
    file: 'published',
  }));
  const signed = read(files.signed, (text) => ({
    ...(policy ? verifySignedCheckpoint(text, policy) : readCheckpoint(readNote(text).text)),
    file: 'signed',
  }));
  if (signed) return { origin: signed.origin, policy, signed, published, heads };
  if (published)
    onFault({ code: 'signed-missing', message: 'a checkpoint was published, and none was signed', file: files.signed });
  return undefined;
}

const PAGE = 1000;

/** Roots of every checkpoint that was released, by size. */
export function* releasedRoots(folder: string, below: number, onFault: (fault: Fault) => void): Generator<SignedRoot> {
  const file = attestationFiles(folder).releases;
  for (const { size, note } of releasedNotes(folder, below)) {
    const root = readRelease(note, size, file, onFault);
    if (root) yield { size, root, file: 'releases.db' };
  }
}

/** Every checkpoint that was released, up to a size, by size. Nothing is verified. */
export function* releasedNotes(folder: string, below: number): Generator<{ readonly size: number; readonly note: string }> {
  const { releases } = attestationFiles(folder);
  if (!existsSync(releases)) return;
  const db = new DatabaseSync(releases, { readOnly: true });
  try {
    const page = db.prepare(`SELECT size, note FROM release WHERE size > ? AND size <= ? ORDER BY size LIMIT ${PAGE}`);
    for (let after = -1; ; ) {
      const rows = page.all(after, below) as { size: number; note: string }[];
      yield* rows;
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.size;
    }
  } finally {
    db.close();
  }
}

function readRelease(note: string, size: number, file: string, onFault: (fault: Fault) => void): Buffer | undefined {
  try {
    const checkpoint = readCheckpoint(readNote(note).text);
    if (checkpoint.size === size) return checkpoint.root;
    onFault({ code: 'release-misplaced', message: `the checkpoint of size ${size} says ${checkpoint.size}`, file });
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    onFault({ code: error.code, message: error.message, file, record: size });
  }
  return undefined;
}
