import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  AttestError,
  type Checkpoint,
  formatNote,
  formatVkey,
  readCheckpoint,
  readNote,
  type SignedNote,
  type Vkey,
  verifyConsistency,
  verifyNote,
} from '@cytoledger/attest';
import { writeDurably } from '@cytoledger/attest/durable';
import { type Clock, Cosigner, signatureLine } from '../cosigner.ts';
import { keyOfFolder, makeFolder } from '../cosigner-folder.ts';
import { lockFolder } from '../folder-lock.ts';
import { privateFolder } from '../private-folder.ts';
import { KnownLogs, type KnownLogsOptions } from './known-logs.ts';
import { type AddCheckpoint, readAddCheckpoint } from './request.ts';
import { WitnessState } from './witness-state.ts';

/** An answer of C2SP tlog-witness. */
export type WitnessAnswer = {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 503;
  readonly contentType: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
};

export type WitnessOptions = KnownLogsOptions & {
  /** As {@link makeWitness} made it. */
  readonly folder: string;
  readonly clock?: Clock;
  /** A log has signed two histories, or offered what does not extend what it showed before. The notes are kept in `refused/`. */
  readonly onRefusal?: (refusal: Refusal) => void;
};

export type Refusal = {
  readonly origin: string;
  /** `two-roots`: the log signed two roots of one size, which proves its misbehaviour by itself. `no-extension`: the proof does not hold. */
  readonly kind: 'two-roots' | 'no-extension';
  readonly held: number;
  readonly offered: number;
};

/** So many refused checkpoints are kept; each that follows is told and not kept. */
const MAX_KEPT = 64;

/**
 * Makes the key and the empty state of a witness.
 *
 * @returns its vkey
 * @throws WitnessError `exists`; AttestError `invalid-vkey` (name)
 */
export function makeWitness(options: { readonly folder: string; readonly name: string }): Promise<string> {
  return makeFolder('witness', options, () => WitnessState.create(options.folder));
}

/**
 * Opens a witness; one process at a time.
 *
 * @throws WitnessError `invalid-key-file`, `state-missing`, `state-damaged`, `in-use`, `invalid-log`
 */
export async function openWitness(options: WitnessOptions): Promise<Witness> {
  const logs = new KnownLogs(options);
  const cosigner = new Cosigner(await keyOfFolder('witness', options.folder), options.clock ?? Date.now);
  const unlock = lockFolder(options.folder);
  try {
    return new Witness({ ...options, logs, cosigner, state: await WitnessState.open(options.folder), unlock });
  } catch (error) {
    unlock();
    throw error;
  }
}

type Parts = WitnessOptions & {
  readonly logs: KnownLogs;
  readonly cosigner: Cosigner;
  readonly state: WitnessState;
  readonly unlock: () => void;
};

/** Cosigns what extends the newest checkpoint that it has cosigned of a log, and nothing else (C2SP tlog-witness v1). */
export class Witness {
  readonly vkey: string;
  readonly #parts: Parts;
  #working: Promise<unknown> = Promise.resolve();
  #kept = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.vkey = formatVkey(parts.cosigner.vkey);
  }

  /** Size of the newest checkpoint of a log that was cosigned; 0 before the first. */
  sizeOf(origin: string): number {
    return this.#parts.state.get(origin)?.size ?? 0;
  }

  /** Answers a request's body. Check and record are one step, and the record is on disk before a cosignature leaves. */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const request = readAddCheckpoint(body);
    if (request === undefined) return said(400, 'not a request of add-checkpoint');
    try {
      const note = readNote(request.note);
      const signed = await this.#signed(note);
      if ('status' in signed) return signed;
      if (request.oldSize > signed.checkpoint.size) return said(400, 'the old size is above the size of the checkpoint');
      return await this.#inTurn(() => this.#cosigned(request, signed));
    } catch (error) {
      if (error instanceof AttestError) return said(400, `${error.code}: ${error.message}`);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#working.catch(() => undefined);
    this.#parts.unlock();
  }

  /** The checkpoint, if a key signed it that counts for its origin and size. */
  async #signed(note: SignedNote): Promise<Signed | WitnessAnswer> {
    const [origin, size] = note.text.split('\n') as [string, string];
    const known = await this.#parts.logs.keysOf(origin);
    if (known.length === 0) return said(404, 'this log is not served here');
    if (keysThatSigned(note, known).length === 0) return said(403, 'no key of this log signed the checkpoint');
    try {
      const checkpoint = readCheckpoint(note.text);
      const keys = keysThatSigned(note, await this.#parts.logs.keysOf(origin, checkpoint.size));
      if (keys.length === 0) return said(403, 'no key that counts at this size signed the checkpoint');
      return { checkpoint, text: note.text, note: formatNote({ text: note.text, signatures: linesOf(note, keys) }) };
    } catch (error) {
      if (error instanceof AttestError && size === '0') return said(422, error.message);
      throw error;
    }
  }

  async #cosigned({ oldSize, proof }: AddCheckpoint, { checkpoint, text, note }: Signed): Promise<WitnessAnswer> {
    const { state, cosigner } = this.#parts;
    const { origin, size, root } = checkpoint;
    const held = state.get(origin);
    const heldSize = held?.size ?? 0;
    if (oldSize !== heldSize) return sizeAnswer(heldSize);
    if (held?.size === size && !held.root.equals(root)) {
      await this.#keep({ origin, kind: 'two-roots', held: heldSize, offered: size }, [held.note, note]);
      return sizeAnswer(heldSize);
    }
    if (!extendsHeld(held, oldSize, checkpoint, proof)) {
      await this.#keep({ origin, kind: 'no-extension', held: heldSize, offered: size }, [...(held ? [held.note] : []), note]);
      return said(422, 'the proof does not show that the checkpoint extends the one before');
    }
    const time = cosigner.time(state.lastTime);
    if (time === undefined) return said(503, 'the clock of this witness was set back; it cosigns when that time has come again');
    const signature = cosigner.sign(text, time);
    await state.set(origin, { size, root, time, note });
    return { status: 200, contentType: TEXT, body: signatureLine(text, signature) };
  }

  async #keep(refusal: Refusal, notes: readonly string[]): Promise<void> {
    if (this.#kept++ < MAX_KEPT) {
      const content = notes.join('\n');
      const folder = join(this.#parts.folder, 'refused');
      await privateFolder(folder);
      const name = `${refusal.kind}-${refusal.offered}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}.txt`;
      await writeDurably(join(folder, name), content);
    }
    this.#parts.onRefusal?.(refusal);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#working.then(work, work);
    this.#working = result.catch(() => undefined);
    return result;
  }
}

type Signed = { readonly checkpoint: Checkpoint; readonly text: string; readonly note: string };

const TEXT = 'text/plain; charset=utf-8';

function said(status: Exclude<WitnessAnswer['status'], 200 | 409>, sentence: string): WitnessAnswer {
  return { status, contentType: TEXT, body: `${sentence}\n` };
}

function sizeAnswer(size: number): WitnessAnswer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` };
}

/** Signatures of other keys are passed over, and one that does not hold does not help. */
function keysThatSigned(note: SignedNote, keys: readonly Vkey[]): Vkey[] {
  return keys.filter((key) => {
    try {
      return verifyNote(note, [key]).length > 0;
    } catch (error) {
      if (error instanceof AttestError) return false;
      throw error;
    }
  });
}

function linesOf({ signatures }: SignedNote, keys: readonly Vkey[]): SignedNote['signatures'] {
  return signatures.filter((line) => keys.some(({ name, id }) => name === line.name && id === line.id));
}

function extendsHeld(
  held: { readonly root: Buffer } | undefined,
  oldSize: number,
  { size, root }: Checkpoint,
  proof: readonly Buffer[],
): boolean {
  // Whatever begins with nothing extends it (RFC 6962 has no proof for that).
  if (held === undefined || oldSize === 0) return proof.length === 0;
  try {
    verifyConsistency({ size1: oldSize, root1: held.root, size2: size, root2: root, path: proof });
    return true;
  } catch (error) {
    if (error instanceof AttestError) return false;
    throw error;
  }
}
