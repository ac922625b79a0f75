import { AttestError, canonicalText, type JsonValue, readJwsHeader, type Signature, verifySignature } from '@cytoledger/attest';
import type { registry } from '@cytoledger/domain';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';
import { stateAt } from './state.ts';

/** A person's signature on an entry, as far as it can be shown again (21 CFR 11.50(a)). */
export type PersonSignature = {
  readonly kid: string;
  readonly org: string | null;
  /** Staff pseudonym; null where the key is not known here or is no person's. */
  readonly person: string | null;
  readonly roles: readonly string[];
  /** What it was given as, e.g. `release`; null where it could not be read. */
  readonly meaning: string | null;
  readonly signedAt: string | null;
  /** Whether it holds for the entry as it stands, by the key that was enrolled. */
  readonly holds: boolean;
  readonly revoked: boolean;
};

export type SignedEntry = {
  readonly event: string;
  readonly type: string;
  readonly seq: number;
  readonly recordedAt: string;
  readonly signatures: readonly PersonSignature[];
};

const UNSIGNED = Buffer.from('"signatures":[]');

/**
 * A stream's entries that persons have signed, up to a seq, with each signature checked anew. Signatures of systems are left out, and entries that are not
 * shown: who may not read what was signed is not told who signed it.
 *
 * @param keyUntil seq of the newest entry of a key's record that the answer may know of; −1 for none
 */
export async function signedEntries(
  store: EventStore,
  stream: string,
  until: number,
  shows: (event: string, body: string) => boolean,
  keyUntil: (key: string) => number,
): Promise<SignedEntry[]> {
  const found: SignedEntry[] = [];
  if (until < 0) return found;
  const keys = new Map<string, Promise<registry.KeyState>>();
  const keyOf = (kid: string) => {
    let key = keys.get(kid);
    if (!key) {
      key = stateAt<registry.KeyState>(store, `key-${kid}`, keyUntil(`key-${kid}`));
      keys.set(kid, key);
    }
    return key;
  };
  for await (const page of store.readStream(stream, { limit: until + 1 })) {
    for (const stored of page) {
      if (Buffer.from(stored.header).includes(UNSIGNED) || !shows(stored.id, textOf(stored.body))) continue;
      const signatures = await personsIn(stored, keyOf);
      if (signatures.length === 0) continue;
      const { recordedAt } = JSON.parse(textOf(stored.header)) as { recordedAt: string };
      found.push({ event: stored.id, type: stored.type, seq: stored.revision, recordedAt, signatures });
    }
  }
  return found;
}

async function personsIn(stored: StoredEvent, keyOf: (kid: string) => Promise<registry.KeyState>): Promise<PersonSignature[]> {
  const { signatures } = JSON.parse(textOf(stored.header)) as { signatures: readonly Signature[] };
  const { content } = JSON.parse(textOf(stored.body)) as { content: JsonValue };
  const own = signatures.filter(({ path }) => path === undefined);
  return Promise.all(own.map((signature) => shown(signature, canonicalText(content), keyOf)));
}

async function shown(
  signature: Signature,
  content: string,
  keyOf: (kid: string) => Promise<registry.KeyState>,
): Promise<PersonSignature> {
  const { kid } = readJwsHeader(signature.jws);
  const { org, person, roles, publicKey, revoked } = await keyOf(kid);
  const unknown = { kid, org, person, roles, meaning: null, signedAt: null, holds: false, revoked: revoked !== null };
  if (!publicKey) return unknown;
  try {
    const { meaning, signedAt } = verifySignature(signature, content, publicKey);
    return { ...unknown, meaning, signedAt, holds: true };
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return unknown;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
