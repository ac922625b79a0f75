import { type JsonObject, KEY_TYP, type PrivateJwk, type PublicJwk, signStatement, thumbprint } from '@cytoledger/attest';
import type { DataOf } from '../captured.ts';

export type Enrolment = {
  /** The new key: it proves that its holder possesses it. */
  readonly key: PrivateJwk;
  readonly org: string;
  /** Staff pseudonym; null for the key of a client. */
  readonly person: string | null;
  readonly roles: readonly string[];
};

/** `data` of `key.enrolled.v1`: one statement, signed by the organisation's root, which vouches for it, and by the new key. */
export function enrolmentStatements({ key, org, person, roles }: Enrolment, rootKey: PrivateJwk): DataOf<'key.enrolled.v1'> {
  const publicKey = publicHalf(key);
  const kid = thumbprint(publicKey);
  const statement: JsonObject = { kid, publicKey, org, person, roles };
  return {
    kid,
    publicKey,
    org,
    person,
    roles: [...roles] as DataOf<'key.enrolled.v1'>['roles'],
    statements: {
      byOrganisation: signStatement(KEY_TYP, statement, rootKey),
      byKey: signStatement(KEY_TYP, statement, key),
    },
  };
}

export type Revocation = {
  readonly kid: string;
  readonly reason: DataOf<'key.revoked.v1'>['reason'];
  /** RFC 3339: signatures since then are in doubt. */
  readonly compromisedFrom?: string;
};

/** `data` of `key.revoked.v1`, signed by the organisation's root. */
export function revocationStatement({ kid, reason, compromisedFrom }: Revocation, rootKey: PrivateJwk): DataOf<'key.revoked.v1'> {
  const since: { compromisedFrom?: string } = compromisedFrom === undefined ? {} : { compromisedFrom };
  const statement = { kid, revoked: true, reason, ...since } as JsonObject;
  return { reason, ...since, statements: { byOrganisation: signStatement(KEY_TYP, statement, rootKey) } };
}

export function publicHalf({ kty, crv, x }: PublicJwk): PublicJwk {
  return { kty, crv, x };
}
