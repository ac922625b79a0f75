import { createHmac } from 'node:crypto';
import {
  contentDigest,
  contentNonce,
  contentText,
  disclose,
  type JsonObject,
  type JsonValue,
  signContent,
} from '@cytoledger/attest';
import { facts } from '@cytoledger/domain';
import type { DemoKey } from './keys.ts';
import { type RecordStep, ScenarioError } from './step.ts';

export type SignedBody = {
  readonly content: string;
  readonly disclosures: readonly string[];
  readonly signatures: readonly { readonly jws: string }[];
};

/** The content that a signing sender makes itself: personal fields as digests, nonce and salts from its own secret. */
export function contentOf(step: RecordStep, data: JsonObject, secret: Buffer): Pick<SignedBody, 'content' | 'disclosures'> {
  const { id, stream, type, occurredAt, capture } = step;
  const redacted = structuredClone(data);
  const disclosures = factOf(step).personal.flatMap(({ path }) => withhold(redacted, path, `${stream}\0${id}`, secret));
  const nonce = contentNonce(secret, stream, id);
  return { content: contentText({ nonce, id, type, stream, occurredAt, capture, data: redacted }), disclosures };
}

/** A signature over one content, dated by the scenario. */
export function signatureOf(step: RecordStep, content: string, key: DemoKey): string {
  const meaning = factOf(step).signatures?.meaning;
  if (meaning === undefined) throw new ScenarioError(`${step.type} is not signed`);
  return signContent({ contentDigest: contentDigest(content), meaning, signedAt: step.occurredAt! }, key.privateJwk);
}

/** How many persons sign it; 0 where nobody does. */
export function signaturesAsked(step: RecordStep): number {
  return factOf(step).signatures?.count ?? 0;
}

function factOf({ type }: RecordStep) {
  const fact = facts.get(type);
  if (!fact) throw new ScenarioError(`no fact is called ${type}`);
  return fact;
}

/** Puts the digest of a personal member in its place, wherever the path leads. */
function withhold(value: JsonValue | undefined, path: readonly string[], place: string, secret: Buffer): string[] {
  const [name, ...rest] = path;
  if (typeof value !== 'object' || value === null || name === undefined) return [];
  if (Array.isArray(value)) return name === '*' ? value.flatMap((item, n) => withhold(item, rest, `${place}/${n}`, secret)) : [];
  const holder = value as Record<string, JsonValue>;
  if (rest.length > 0) return withhold(holder[name], rest, `${place}/${name}`, secret);
  if (holder[name] === undefined) return [];
  const salt = createHmac('sha256', secret).update(`${place}/${name}`).digest('base64url');
  const { disclosure, digest } = disclose(salt, name, holder[name]);
  delete holder[name];
  holder['_sd'] = [...((holder['_sd'] as string[] | undefined) ?? []), digest].sort();
  return [disclosure];
}
