import {
  type Actor,
  disclosureDigest,
  type JsonObject,
  noncedContentText,
  readDisclosure,
  type Signature,
} from '@cytoledger/attest';
import { type AnyFact, type Capture, instant, type PersonalField } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import type { Vault } from '@cytoledger/vault';
import { readRecorded, streamName } from './folded.ts';
import { isProposal, unfitProposal, withDigests } from './proposals.ts';
import { holdsPersonal, placesOf, redact, subjectOf, type VaultEntry } from './redaction.ts';
import type { Problem, SignedStatement, Submission } from './submission.ts';

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

/** Resolves to the exact content, or to why there is none. Called again, it gives the same promise. */
export type Preparing = () => Promise<Prepared | Problem>;

export type Preparation = {
  readonly prepared: Prepared;
  readonly pending: Preparing | null;
  /** What `pending` gives, where nothing needs to be stored before it. */
  readonly begun?: Promise<Prepared | Problem>;
};

/**
 * The exact content of a submission. Where personal fields must first become digests, `pending` makes it (or rejects with VaultError
 * `subject-erased`), and `prepared` says only what is known before.
 *
 * @throws AttestError where the content cannot be written as RFC 8785
 */
export function prepare(
  submission: Submission,
  nonceKey: Uint8Array,
  vault: Vault,
  store: Pick<EventStore, 'findById'>,
): Preparation {
  const { fact, target, statement, actor, correlation, causation } = submission;
  const { id, occurredAt, capture, data } = statement;
  const stream = streamName(fact.aggregate, target);
  const named = { fact, target, stream, id, occurredAt, capture, data, actor, correlation, causation };
  const base: Prepared = { ...named, contentText: '', signatures: [], disclosures: [] };
  if ('contentText' in statement) return prepareSigned(submission, statement, base, store);
  const plain = async (fields: readonly PersonalField[], said: JsonObject = data): Promise<Prepared> => {
    const redacted = await redact(fields, said, { stream, target, eventId: id, org: actor.org }, vault);
    const made = { ...base, data: redacted.data };
    return { ...made, contentText: contentOf(made, nonceKey), disclosures: redacted.entries };
  };
  if (isProposal(fact)) {
    const completed = async () => unfitProposal(data) ?? plain(fact.personal, await withDigests(data, store));
    return { prepared: base, pending: once(completed) };
  }
  if (isCorrection(fact)) {
    return {
      prepared: base,
      pending: once(() => personalFieldsOfCorrection(fact, stream, data, store).then((fields) => plain(fields))),
    };
  }
  if (!holdsPersonal(fact.personal, data)) {
    return { prepared: { ...named, contentText: contentOf(base, nonceKey), signatures: [], disclosures: [] }, pending: null };
  }
  const pending = once(() => plain(fact.personal));
  return { prepared: base, pending, begun: pending() };
}

function prepareSigned(
  submission: Submission,
  { contentText, signatures, disclosures }: SignedStatement,
  base: Prepared,
  store: Pick<EventStore, 'findById'>,
): Preparation {
  const prepared = (fields: readonly PersonalField[]): Prepared => ({
    ...base,
    contentText,
    signatures,
    disclosures: disclosures.map((disclosure) => vaultEntry(submission, fields, base.stream, disclosure)),
  });
  const { fact, data, stream } = base;
  if (isProposal(fact)) {
    return { prepared: prepared(fact.personal), pending: once(async () => unfitProposal(data) ?? prepared(fact.personal)) };
  }
  if (!isCorrection(fact)) return { prepared: prepared(fact.personal), pending: null };
  const pending = once(async () => {
    const fields = await personalFieldsOfCorrection(fact, stream, data, store);
    const [clear] = fields.flatMap((field) => placesOf(field, data));
    return clear ? inClear(clear.pointer) : prepared(fields);
  });
  return { prepared: base, pending };
}

function inClear(pointer: string): Problem {
  return {
    rule: 'content.personal-in-clear',
    pointer: `/content/data${pointer}`,
    message: {
      en: 'a signed content carries personal fields as digests in _sd',
      zh: '已签名内容中的个人信息须以 _sd 摘要形式给出',
    },
  };
}

/**
 * A correction holds the data of another type: what is personal there is personal here. Called when everything that was sent before it is
 * stored, so that the original is found; where there is none, whatever any type of the aggregate calls personal is taken to be.
 */
async function personalFieldsOfCorrection(
  fact: AnyFact,
  stream: string,
  data: JsonObject,
  store: Pick<EventStore, 'findById'>,
): Promise<readonly PersonalField[]> {
  const original = await store.findById(stream, String(data['event']));
  const corrected = original && fact.aggregate.facts.get(readRecorded(original).type);
  const inside = corrected ? corrected.personal : [...fact.aggregate.facts.values()].flatMap(({ personal }) => personal);
  const moved = inside.map(({ path, subject }) => ({
    path: ['data', ...path],
    subject: subject.startsWith('/') ? (`/data${subject}` as const) : subject,
  }));
  return [...fact.personal, ...moved] as readonly PersonalField[];
}

/** Whether it changes what an earlier entry of its stream is taken to say. */
export function isAmendment(fact: Pick<AnyFact, 'type'>): boolean {
  return isCorrection(fact) || fact.type.endsWith('.voided.v1');
}

function isCorrection(fact: Pick<AnyFact, 'type'>): boolean {
  return fact.type.endsWith('.corrected.v1');
}

/** Whoever awaits it sees a failure; until then it is nobody's unhandled rejection. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (!made) {
      made = make();
      made.catch(() => {});
    }
    return made;
  };
}

function vaultEntry(submission: Submission, fields: readonly PersonalField[], stream: string, disclosure: string): VaultEntry {
  return {
    subject: disclosedSubject(submission, fields, disclosure),
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
  return noncedContentText(nonceKey, {
    id,
    type: fact.type,
    stream,
    occurredAt,
    capture: capture as unknown as JsonObject,
    data,
  });
}

/** A sender that makes its own disclosures names personal fields by their member names; the first field of that name tells the subject. */
function disclosedSubject(
  { target, statement, actor }: Submission,
  fields: readonly PersonalField[],
  disclosure: string,
): string {
  const { name } = readDisclosure(disclosure);
  const field = fields.find((candidate) => candidate.path.at(-1) === name);
  return field ? subjectOf(field, statement.data, { target, org: actor.org }) : `org:${actor.org}`;
}

/** Time in ms that a UUIDv7 or v8 begins with (RFC 9562 §5.7). */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

export function occurredMs(prepared: Pick<Prepared, 'occurredAt'>): number | null {
  return prepared.occurredAt === null ? null : instant(prepared.occurredAt);
}
