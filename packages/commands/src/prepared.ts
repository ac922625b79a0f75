import {
  type Actor,
  contentNonce,
  contentText,
  disclosureDigest,
  type JsonObject,
  readDisclosure,
  type Signature,
} from '@cytoledger/attest';
import { type AnyFact, type Capture, instant } from '@cytoledger/domain';
import type { Vault } from '@cytoledger/vault';
import { streamName } from './folded.ts';
import { holdsPersonal, redact, type VaultEntry } from './redaction.ts';
import type { Submission } from './submission.ts';

/** A submission with its exact content: what is decided, sealed and compared. */
export type Prepared = {
  readonly fact: AnyFact;
  readonly target: string;
  readonly stream: string;
  readonly id: string;
  readonly occurredAt: string | null;
  readonly capture: Capture;
  /** Personal fields are digests by now. */
  readonly data: JsonObject;
  readonly contentText: string;
  readonly signatures: readonly Signature[];
  readonly disclosures: readonly VaultEntry[];
  readonly actor: Actor;
  readonly correlation: string;
  readonly causation: string | null;
};

export type Preparation = { readonly prepared: Prepared; readonly pending: Promise<Prepared> | null };

/**
 * The exact content of a submission. Where personal fields must first become digests, `pending` resolves to it (or rejects with VaultError
 * `subject-erased`), and `prepared` says only what is known before.
 *
 * @throws AttestError where the content cannot be written as RFC 8785
 */
export function prepare(submission: Submission, nonceKey: Uint8Array, vault: Vault): Preparation {
  const { fact, target, statement, actor, correlation, causation } = submission;
  const { id, occurredAt, capture, data } = statement;
  const stream = streamName(fact.aggregate, target);
  const base = {
    fact,
    target,
    stream,
    id,
    occurredAt,
    capture,
    actor,
    correlation,
    causation,
    data,
    signatures: [],
    disclosures: [],
  };
  if ('contentText' in statement) {
    const { contentText, signatures, disclosures } = statement;
    return {
      prepared: {
        ...base,
        contentText,
        signatures,
        disclosures: disclosures.map((disclosure) => vaultEntry(submission, stream, disclosure)),
      },
      pending: null,
    };
  }
  if (!holdsPersonal(fact, data)) return { prepared: { ...base, contentText: contentOf(base, nonceKey) }, pending: null };
  const pending = redact(fact, data, { stream, target, eventId: id, org: actor.org }, vault).then((redacted) => ({
    ...base,
    data: redacted.data,
    contentText: contentOf({ ...base, data: redacted.data }, nonceKey),
    disclosures: redacted.entries,
  }));
  // Whoever awaits it later sees the failure; until then it is nobody's unhandled rejection.
  pending.catch(() => {});
  return { prepared: { ...base, contentText: '' }, pending };
}

function vaultEntry(submission: Submission, stream: string, disclosure: string): VaultEntry {
  return {
    subject: disclosedSubject(submission, disclosure),
    stream,
    eventId: submission.statement.id,
    pointer: `/${readDisclosure(disclosure).name}`,
    digest: disclosureDigest(disclosure),
    disclosure,
  };
}

/** The canonical content of what the platform writes itself. */
export function contentOf(
  { stream, fact, id, occurredAt, capture, data }: Pick<Prepared, 'stream' | 'fact' | 'id' | 'occurredAt' | 'capture' | 'data'>,
  nonceKey: Uint8Array,
): string {
  return contentText({
    nonce: contentNonce(nonceKey, stream, id),
    id,
    type: fact.type,
    stream,
    occurredAt,
    capture: capture as unknown as JsonObject,
    data,
  });
}

/** A sender that makes its own disclosures names personal fields by their member names; the first field of that name tells the subject. */
function disclosedSubject({ fact, target, statement, actor }: Submission, disclosure: string): string {
  const { name } = readDisclosure(disclosure);
  const field = fact.personal.find((candidate) => candidate.path.at(-1) === name);
  if (field?.subject === 'stream') return target;
  if (field && field.subject !== 'organisation') {
    const value = field.subject
      .slice(1)
      .split('/')
      .reduce<unknown>((at, segment) => (at as Record<string, unknown> | undefined)?.[segment], statement.data);
    if (typeof value === 'string') return value;
  }
  return `org:${actor.org}`;
}

/** Time in ms that a UUIDv7 or v8 begins with (RFC 9562 §5.7). */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

export function occurredMs(prepared: Pick<Prepared, 'occurredAt'>): number | null {
  return prepared.occurredAt === null ? null : instant(prepared.occurredAt);
}
