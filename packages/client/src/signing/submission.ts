import {
  contentDigest,
  contentText,
  type JsonObject,
  type PrivateJwk,
  readContent,
  signContent,
  signSubmission,
  submissionOf,
} from '@cytoledger/attest';
import { facts, type PersonalField } from '@cytoledger/domain';
import type { EventType, StreamStatement } from '../captured.ts';
import { ClientError } from '../errors.ts';
import { newEventId } from '../event-id.ts';
import { undisclosed } from './personal-fields.ts';
import { FRESH, type Randomness } from './randomness.ts';
import type { SignedBody } from './signed-body.ts';

export type Preparing = {
  /** For a correction: the type of the event that it corrects, whose personal fields stand in the correction's `data`. */
  readonly corrects?: EventType;
  /** Default: new for each content. */
  readonly randomness?: Randomness;
};

/**
 * The exact content of a statement, with a nonce of its own and its personal fields as digests: ready to be signed by one person or several.
 *
 * @throws ClientError `unsignable` for a type that the domain does not know; AttestError where a member cannot be written
 */
export function prepareContent(
  statement: StreamStatement,
  { corrects, randomness = FRESH }: Preparing = {},
): SignedBody & { readonly id: string } {
  const { type, stream, id = newEventId(), occurredAt, capture } = statement;
  const corrected = corrects === undefined ? [] : personalOf(corrects).map(({ path }) => ({ path: ['data', ...path] }));
  const { data, disclosures } = undisclosed(
    [...personalOf(type), ...corrected],
    statement.data as unknown as JsonObject,
    (pointer) => randomness.salt(stream, id, pointer),
  );
  const content = contentText({
    nonce: randomness.nonce(stream, id),
    id,
    type,
    stream,
    occurredAt,
    capture: capture as unknown as JsonObject,
    data,
  });
  return { id, content, disclosures, signatures: [] };
}

function personalOf(type: string): readonly PersonalField[] {
  const fact = facts.get(type);
  if (!fact) throw new ClientError('unsignable', `no fact is called ${type}`);
  return fact.personal;
}

/**
 * A statement as a person signs it (21 CFR 11.50): the signature names the content's digest, the meaning and the signer's time.
 *
 * @param meaning as the fact asks for, e.g. `release`
 */
export function signedSubmission(statement: StreamStatement, key: PrivateJwk, meaning: string, signedAt = now()): SignedBody {
  const { content, disclosures } = prepareContent(statement);
  return { content, disclosures, signatures: [{ jws: countersign(content, key, meaning, signedAt) }] };
}

/**
 * A further signature over a content that somebody else has made: what the second releaser, or the second nurse, adds.
 *
 * @throws AttestError `content-not-canonical` and others: what is signed is read first
 */
export function countersign(content: string, key: PrivateJwk, meaning: string, signedAt = now()): string {
  readContent(content);
  return signContent({ contentDigest: contentDigest(content), meaning, signedAt }, key);
}

/** One signature for many statements that are sent together: over the RFC 6962 root of their digests; each carries its path. */
export function signTogether(
  statements: readonly StreamStatement[],
  key: PrivateJwk,
  meaning: string,
  signedAt = now(),
): readonly SignedBody[] {
  return vouchedTogether(
    statements.map((statement) => prepareContent(statement)),
    key,
    meaning,
    signedAt,
  );
}

/** As {@link signTogether}, over contents that are there already. */
export function vouchedTogether(
  contents: readonly SignedBody[],
  key: PrivateJwk,
  meaning: string,
  signedAt = now(),
): readonly SignedBody[] {
  if (contents.length === 0) return [];
  const { root, paths } = submissionOf(contents.map(({ content }) => contentDigest(content)));
  const jws = signSubmission({ root, meaning, signedAt }, key);
  return contents.map(({ content, disclosures }, n) => ({ content, disclosures, signatures: [{ jws, path: paths[n]! }] }));
}

function now(): string {
  return new Date().toISOString();
}
