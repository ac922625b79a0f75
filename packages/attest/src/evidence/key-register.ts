import { isDigest } from '../base64url.ts';
import { canonicalText } from '../canonical-json.ts';
import type { Content } from '../content.ts';
import { AttestError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { verifyJws } from '../jws.ts';
import { checkPublicKey, type PublicJwk, thumbprint } from '../keys.ts';
import type { Policy } from '../note/policy.ts';
import { KEY_TYP } from '../statement.ts';
import { isTimestamp } from '../timestamp.ts';
import { millisecondsOf } from './moment.ts';
import type { SignatureCode } from './refusal.ts';

export const KEY_STREAM_PREFIX = 'key-';

/** A key for which the organisation's pinned root vouches. */
export type EnrolledKey = {
  readonly kid: string;
  readonly org: string;
  /** Null for a client of the organisation. */
  readonly person: string | null;
  readonly publicKey: PublicJwk;
  /** Leaf index of the enrolment. */
  readonly index: number;
  readonly revocations: readonly Revocation[];
};

type Revocation = { readonly index: number; readonly compromisedFrom?: string };

type KeyRecord = { firstAsked: number | undefined; enrolled: (EnrolledKey & { readonly revocations: Revocation[] }) | undefined };

/** What a key stream's entry did to the key. */
export type KeyChange = 'enrolled' | 'revoked' | undefined;

/** Which keys count from when, by leaf index. Nothing counts that a root of the policy has not signed. */
export class KeyRegister {
  readonly #policy: Policy;
  readonly #records = new Map<string, KeyRecord>();
  /** Keys of which an entry is not shown. */
  readonly #hidden = new Set<string>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** An entry of a key stream, in order. */
  see(stream: string, index: number, { type, data }: Content): KeyChange {
    const kid = stream.slice(KEY_STREAM_PREFIX.length);
    if (type === 'key.enrolled.v1') return this.#enrol(kid, index, data);
    return type === 'key.revoked.v1' ? this.#revoke(kid, index, data) : undefined;
  }

  /** An entry of a key stream whose body is not shown: it may revoke the key, so nothing can be said for it any more. */
  hide(stream: string): void {
    this.#hidden.add(stream.slice(KEY_STREAM_PREFIX.length));
  }

  /**
   * The key with which an entry can have been signed, or why there is none.
   *
   * @param provedBy seconds: the entry was attested by then
   */
  keyAt(kid: string, index: number, provedBy: number): EnrolledKey | SignatureCode {
    const record = this.#records.get(kid);
    if (record?.firstAsked === undefined || record.firstAsked >= index) return 'key-unknown';
    const { enrolled } = record;
    if (enrolled === undefined || enrolled.index >= index || this.#hidden.has(kid)) return 'key-not-vouched';
    const revoked = enrolled.revocations.some(
      ({ index: from, compromisedFrom }) =>
        from < index || (compromisedFrom !== undefined && millisecondsOf(compromisedFrom) < (provedBy + 1) * 1000),
    );
    return revoked ? 'key-revoked' : enrolled;
  }

  /** Those of which every entry is shown, in order of kid. */
  enrolled(): EnrolledKey[] {
    const keys = [...this.#records.values()].flatMap(({ enrolled }) =>
      enrolled === undefined || this.#hidden.has(enrolled.kid) ? [] : [enrolled],
    );
    return keys.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  }

  #enrol(kid: string, index: number, data: JsonObject): KeyChange {
    const record = this.#records.get(kid) ?? { firstAsked: undefined, enrolled: undefined };
    this.#records.set(kid, record);
    record.firstAsked ??= index;
    if (record.enrolled !== undefined) return undefined;
    const statement = enrolmentIn(kid, data);
    const root = statement && this.#rootOf(statement.org, index);
    if (statement === undefined || root === undefined) return undefined;
    const { org, person, publicKey, byOrganisation, byKey } = statement;
    const said = canonicalText({ kid, org, person, publicKey, roles: statement.roles });
    const agrees = (jws: string, key: PublicJwk) => {
      const payload = payloadBy(jws, key);
      return payload !== undefined && canonicalText(payload) === said;
    };
    if (!agrees(byOrganisation, root) || !agrees(byKey, publicKey)) return undefined;
    record.enrolled = { kid, org, person, publicKey, index, revocations: [] };
    return 'enrolled';
  }

  #revoke(kid: string, index: number, data: JsonObject): KeyChange {
    const enrolled = this.#records.get(kid)?.enrolled;
    const statements = data['statements'];
    const byOrganisation = isJsonObject(statements) ? statements['byOrganisation'] : undefined;
    const root = enrolled && this.#rootOf(enrolled.org, index);
    if (enrolled === undefined || root === undefined || typeof byOrganisation !== 'string') return undefined;
    const payload = payloadBy(byOrganisation, root);
    if (payload?.['kid'] !== kid || payload['revoked'] !== true) return undefined;
    if (!Object.hasOwn(payload, 'compromisedFrom')) enrolled.revocations.push({ index });
    else {
      const compromisedFrom = payload['compromisedFrom'];
      if (!isTimestamp(compromisedFrom)) return undefined;
      enrolled.revocations.push({ index, compromisedFrom });
    }
    return 'revoked';
  }

  #rootOf(org: string, index: number): PublicJwk | undefined {
    return this.#policy.organisations.find(({ name, from, below }) => name === org && from <= index && index < below)?.publicJwk;
  }
}

type Enrolment = {
  readonly org: string;
  readonly person: string | null;
  readonly publicKey: PublicJwk;
  readonly roles: JsonValue;
  readonly byOrganisation: string;
  readonly byKey: string;
};

function enrolmentIn(kid: string, data: JsonObject): Enrolment | undefined {
  const { org, person, publicKey, roles, statements } = data;
  if (data['kid'] !== kid || typeof org !== 'string' || !(typeof person === 'string' || person === null)) return undefined;
  if (!isJsonObject(publicKey) || !Array.isArray(roles) || !isJsonObject(statements)) return undefined;
  const { byOrganisation, byKey } = statements;
  if (typeof byOrganisation !== 'string' || typeof byKey !== 'string') return undefined;
  if (Object.keys(publicKey).length !== 3 || !isDigest(publicKey['x']) || !isFit(publicKey)) return undefined;
  return thumbprint(publicKey) === kid ? { org, person, publicKey, roles, byOrganisation, byKey } : undefined;
}

function isFit(key: JsonObject): key is JsonObject & PublicJwk {
  try {
    checkPublicKey(key);
    return true;
  } catch (error) {
    if (error instanceof AttestError) return false;
    throw error;
  }
}

function payloadBy(jws: string, key: PublicJwk): JsonObject | undefined {
  try {
    return verifyJws(jws, key, KEY_TYP);
  } catch (error) {
    if (error instanceof AttestError) return undefined;
    throw error;
  }
}
