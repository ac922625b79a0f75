import { COSIGNATURE, cosignNote, formatNote, type NoteSignature, type PrivateJwk, type Vkey, vkeyOf } from '@cytoledger/attest';
import { WitnessError } from './errors.ts';

/** A clock that was set back by no more is corrected by time itself. */
const TOLERATED_SECONDS = 2;

/** The key of a witness or a monitor, and what it may do with it. */
export type CosignerKey = { readonly name: string; readonly privateKey: PrivateJwk };

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Cosigns notes with times that never go back. */
export class Cosigner {
  readonly vkey: Vkey;
  readonly #key: CosignerKey;
  readonly #clock: Clock;

  constructor(key: CosignerKey, clock: Clock) {
    const { kty, crv, x } = key.privateKey;
    this.vkey = vkeyOf(key.name, { kty, crv, x }, COSIGNATURE);
    this.#key = key;
    this.#clock = clock;
  }

  /**
   * Seconds for the next cosignature; `last` is that of the newest before. Undefined where the clock is behind it by more than a
   * moment: a time that has not come yet, or one that was told before, would be false.
   */
  time(last: number): number | undefined {
    const now = Math.floor(this.#clock() / 1000);
    if (now < last - TOLERATED_SECONDS) return undefined;
    return Math.max(now, last);
  }

  sign(text: string, time: number): NoteSignature {
    return cosignNote(text, this.#key, time);
  }
}

/** The signature's line as a note has it, with its newline. */
export function signatureLine(text: string, signature: NoteSignature): string {
  return formatNote({ text, signatures: [signature] }).slice(text.length + 1);
}

/** @throws WitnessError `invalid-key-file` */
export function readCosignerKey(content: string, role: Role, path: string): CosignerKey {
  let value: { role?: unknown; name?: unknown; privateKey?: Partial<PrivateJwk> } | null;
  try {
    value = JSON.parse(content) as typeof value;
  } catch (cause) {
    throw new WitnessError('invalid-key-file', `${path} is not JSON`, { cause });
  }
  const { kty, crv, x, d } = value?.privateKey ?? {};
  if (typeof value?.name !== 'string' || kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string')
    throw new WitnessError('invalid-key-file', `${path} holds no name and private Ed25519 key (RFC 8037)`);
  if (value.role !== role)
    throw new WitnessError(
      'invalid-key-file',
      `${path} is the key of a ${String(value.role)}, not of a ${role}: a key has one meaning`,
    );
  return { name: value.name, privateKey: { kty, crv, x, d } };
}

export type Role = 'witness' | 'monitor';
