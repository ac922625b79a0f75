import { canonicalText } from './canonical-json.ts';
import { AttestError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { signJws, verifyJws } from './jws.ts';
import { checkPublicKey, type PrivateJwk, type PublicJwk, thumbprint } from './keys.ts';
import type { KeyObject } from './node-crypto.ts';

/** `typ` of statements about keys: enrolment and revocation. */
export const KEY_TYP = 'cytoledger-key';

/** A signed statement of any kind; `typ` keeps one kind from passing for another. */
export function signStatement(typ: string, payload: JsonObject, privateKey: PrivateJwk | KeyObject): string {
  return signJws(typ, payload, privateKey);
}

/** @throws AttestError as {@link verifyJws} */
export function verifyStatement(jws: string, publicKey: PublicJwk | KeyObject, typ: string): JsonObject {
  return verifyJws(jws, publicKey, typ);
}

/** Whose key it is. Further members (roles, validity) are the registry's. */
export type KeyStatement = JsonObject & {
  readonly kid: string;
  readonly publicKey: PublicJwk;
  readonly org: string;
  readonly person: string | null;
};

/** Two signatures over one statement: the organisation vouches, and the key's holder proves possession of it. */
export type KeyEnrolment = { readonly byOrganisation: string; readonly byKey: string };

/**
 * Checks both signatures, that they say the same, and that the key is fit for use and is the one it is called.
 *
 * @throws AttestError `enrolment-mismatch`, and those of {@link checkPublicKey} and {@link verifyJws}
 */
export function verifyKeyEnrolment(
  { byOrganisation, byKey }: KeyEnrolment,
  organisationRoot: PublicJwk | KeyObject,
): KeyStatement {
  const statement = verifyJws(byOrganisation, organisationRoot, KEY_TYP);
  const { kid, publicKey, org, person } = statement;
  checkPublicKey(publicKey);
  if (kid !== thumbprint(publicKey))
    throw new AttestError('enrolment-mismatch', 'kid is not the thumbprint of the key', { pointer: '/kid' });
  if (typeof org !== 'string' || !(typeof person === 'string' || person === null)) {
    throw new AttestError('enrolment-mismatch', 'the statement must say whose key it is', {
      pointer: typeof org === 'string' ? '/person' : '/org',
    });
  }
  if (canonicalText(verifyJws(byKey, publicKey, KEY_TYP)) !== canonicalText(statement)) {
    throw new AttestError('enrolment-mismatch', 'organisation and key signed different statements');
  }
  return statement as KeyStatement;
}
