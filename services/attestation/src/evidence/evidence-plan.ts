import { isDigest, isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '@cytoledger/attest';
import { EVIDENCE_LIMITS, recordsNamedBy } from '@cytoledger/attest/evidence';
import type { StoredEvent } from '@cytoledger/event-store';
import { Refusal } from '@cytoledger/service-kit';
import { isBounded } from '../bounded-types.ts';
import type { AttestedLog } from '../reading/attested-log.ts';

/** What a reader may have of a stream: its headers, and the bodies that it shows. */
export type ShownStream = { readonly stream: string; readonly shows: (body: string) => boolean };

/** For each body, the disclosures of personal values in it that the reader may see, and marks for those that were erased. */
export type Disclose = (bodies: readonly string[]) => Promise<readonly (readonly string[])[]>;

/** Which entries a bundle has, found by reading them once and keeping none. */
export type EvidencePlan = {
  /** The log's, as of which the bundle is. */
  readonly size: number;
  /** By stream: leaf indices below the size, by seq. */
  readonly keys: ReadonlyMap<string, readonly number[]>;
  readonly others: ReadonlyMap<string, readonly number[]>;
  /** Entries whose time the checkpoints before and after shall bound. */
  readonly bounded: readonly number[];
  /** Streams that are named and empty: of keys, and of what changed a record. */
  readonly absent: readonly string[];
};

const KEY_STREAM = 'key-';
const NO_SIGNATURE = Buffer.from('"signatures":[]');

/** These name what changed their record. It may have come after the streams were asked for, as what follows of it has. */
const CHANGED = /\.(?:recalled|voided)\.v1$/;
const CHANGING = /^(?:recall|correction)-[!-~]{1,240}$/;

/**
 * @param lineage whether what shown bodies name as what changed their records belongs to it too, as headers alone where {@link streams} lacks it
 * @param size the log's, as of which the bundle is
 * @throws Refusal `evidence-too-large`
 */
export async function planEvidence(
  log: AttestedLog,
  streams: readonly ShownStream[],
  lineage: boolean,
  size: number,
): Promise<EvidencePlan> {
  const others = new Map<string, readonly number[]>();
  const keys = new Map<string, readonly number[]>();
  const bounded: number[] = [];
  /** By kid: the entries that it signed and that the reader sees; what signed others cannot be checked without their bodies. */
  const signed = new Map<string, number[]>();
  const changing = new Set<string>();
  let entries = 0;
  const read = async (stream: string, see: (event: StoredEvent, index: number) => void) => {
    const indices: number[] = [];
    for await (const page of log.store.readStream(stream)) {
      for (const event of page) {
        const index = log.indexOf(event.position);
        if (index === undefined || index >= size) return indices;
        indices.push(index);
        if (++entries > EVIDENCE_LIMITS.entries) throw tooLarge();
        see(event, index);
      }
    }
    return indices;
  };
  for (const { stream, shows } of streams) {
    const indices = await read(stream, ({ type, header, body }, index) => {
      if (isBounded(type)) bounded.push(index);
      const isNaming = lineage && CHANGED.test(type);
      if (!(isNaming || isSigned(header)) || !shows(textOf(body))) return;
      if (isNaming) for (const name of changedBy(body)) changing.add(name);
      if (!isSigned(header)) return;
      for (const kid of signersOf(header)) {
        const own = signed.get(kid);
        if (own === undefined) signed.set(kid, [index]);
        else own.push(index);
      }
    });
    (stream.startsWith(KEY_STREAM) ? keys : others).set(stream, indices);
  }
  const absent: string[] = [];
  for (const stream of changing) {
    if (others.has(stream)) continue;
    const indices = await read(stream, () => undefined);
    if (indices.length === 0) absent.push(stream);
    else others.set(stream, indices);
  }
  for (const [kid, own] of signed) {
    const stream = KEY_STREAM + kid;
    if (keys.has(stream)) continue;
    const indices = await read(stream, () => undefined);
    if (indices.length === 0) absent.push(stream);
    else keys.set(stream, indices);
    // Whether what a compromised key signed still counts is a matter of when it was attested.
    if (indices.length > 1) for (const index of own) bounded.push(index);
  }
  return { size, keys, others, bounded, absent };
}

function changedBy(body: Uint8Array): string[] {
  const { content } = JSON.parse(textOf(body)) as { content: { type: string; data: JsonObject } };
  return recordsNamedBy(content).filter((stream) => CHANGING.test(stream));
}

function isSigned(header: Uint8Array): boolean {
  return !Buffer.from(header.buffer, header.byteOffset, header.byteLength).includes(NO_SIGNATURE);
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function signersOf(header: Uint8Array): string[] {
  const { signatures } = JSON.parse(textOf(header)) as { signatures: readonly { readonly jws: string }[] };
  return signatures.flatMap(({ jws }) => {
    const kid = headerOf(jws)?.['kid'];
    return isDigest(kid) ? [kid] : [];
  });
}

/** What a sender wrote, and nobody has checked. */
function headerOf(jws: string): JsonObject | undefined {
  try {
    const value: JsonValue = parseStrictJson(Buffer.from(jws.split('.')[0]!, 'base64url'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tooLarge(): Refusal {
  return new Refusal({
    status: 422,
    code: 'evidence-too-large',
    title: { en: 'Too large for one bundle', zh: '超出一个证据包的容量' },
    detail: {
      en: `A bundle has at most ${EVIDENCE_LIMITS.entries} entries: ask without the lineage.`,
      zh: `一个证据包最多 ${EVIDENCE_LIMITS.entries} 条记录：请不带谱系查询。`,
    },
  });
}
