import {
  AttestError,
  canonicalText,
  isDigest,
  isTimestamp,
  KEY_TYP,
  readJwsHeader,
  type Signature,
  verifyKeyEnrolment,
  verifySignature,
  verifyStatement,
} from '@cytoledger/attest';
import { broken, instant, kernelRules, registry, type Signer, type Violation } from '@cytoledger/domain';
import type { Prepared } from './prepared.ts';

/** How a decision looks at another stream: see Context.state. */
export type Look = <S>(
  aggregate: { readonly name: string } & import('@cytoledger/domain').Aggregate<S>,
  id: string,
) => S | undefined;

export type Vouched = { readonly signers: readonly Signer[]; readonly violations: readonly Violation[] };

/**
 * Verifies the signatures of a content by the keys enrolled in `key-<kid>`. A signature that does not hold is a broken rule, never an
 * exception: what was reported is judged with it.
 */
export function vouch(prepared: Prepared, look: Look, now: number): Vouched {
  const signers: Signer[] = [];
  const violations: Violation[] = [];
  const foreign: Violation[] = [];
  const reporting = prepared.actor.org;
  prepared.signatures.forEach((signature, n) => {
    const found = verifyOne(signature, n, prepared, look, now);
    if ('rule' in found) violations.push(found);
    else signers.push(found);
    if ('org' in found && found.org !== reporting) {
      const { kid, org } = found;
      foreign.push(broken(kernelRules.signatureWrongOrganisation, `//signatures/${n}`, { kid, org, reporting }));
    }
  });
  // Others may sign beside the organisation that reports, as at a handover; alone they do not speak for it.
  return { signers, violations: foreign.length === signers.length ? [...violations, ...foreign] : violations };
}

/** A signature may be dated at most this much after now: clocks of signing devices differ. */
const SIGNED_AHEAD_MS = 120_000;

function verifyOne(signature: Signature, n: number, prepared: Prepared, look: Look, now: number): Signer | Violation {
  const at = `//signatures/${n}`;
  let kid: string;
  try {
    kid = readJwsHeader(signature.jws).kid;
    if (!isDigest(kid)) throw new AttestError('unexpected-kid', 'the kid is no RFC 7638 thumbprint');
  } catch (error) {
    return broken(kernelRules.signatureInvalid, at, { problem: messageOf(error) });
  }
  const key = look(registry.key, kid);
  if (!key?.publicKey || key.org === null) return broken(kernelRules.signatureUnknownKey, at, { kid });
  if (key.revoked) return broken(kernelRules.signatureRevokedKey, at, { kid });
  try {
    const { meaning, signedAt } = verifySignature(signature, prepared.contentText, key.publicKey);
    if (instant(signedAt) > now + SIGNED_AHEAD_MS) return broken(kernelRules.signatureFromFuture, at, { signedAt });
    return { kid, org: key.org, person: key.person, roles: key.roles, meaning, signedAt };
  } catch (error) {
    return broken(kernelRules.signatureInvalid, at, { problem: messageOf(error) });
  }
}

/**
 * Who vouches for the enrolment or revocation of a key: the organisation's root (its `kid` is `root`), and for an enrolment the new key. What
 * the verifiers of evidence would pass over (docs/formats/evidence-bundle.md, "Keys") vouches for nothing here either.
 */
export function vouchForKey(prepared: Prepared, look: Look): Vouched {
  const { fact, data } = prepared;
  const org = String(data['org'] ?? look(registry.key, prepared.target)?.org ?? '');
  const root = look(registry.site, org)?.rootKey;
  if (!root) return { signers: [], violations: [] };
  const signer = (kid: string, roles: readonly string[]): Signer => ({
    kid,
    org,
    person: null,
    roles,
    meaning: fact.type,
    signedAt: prepared.occurredAt ?? '',
  });
  try {
    const statements = data['statements'] as { byOrganisation?: string; byKey?: string } | undefined;
    if (fact.type.startsWith('key.enrolled.')) {
      const statement = verifyKeyEnrolment(
        { byOrganisation: statements?.byOrganisation ?? '', byKey: statements?.byKey ?? '' },
        root,
      );
      const { statements: _, ...asked } = data;
      if (canonicalText(statement) !== canonicalText(asked))
        throw new AttestError('enrolment-mismatch', 'the statement and the enrolment say different things');
      return { signers: [signer('root', ['root']), signer(prepared.target, ['key'])], violations: [] };
    }
    const statement = verifyStatement(statements?.byOrganisation ?? '', root, KEY_TYP);
    if (statement['kid'] !== prepared.target || statement['revoked'] !== true) {
      throw new AttestError('enrolment-mismatch', 'the statement does not revoke this key');
    }
    const { compromisedFrom } = statement;
    if (compromisedFrom !== data['compromisedFrom'] || !(compromisedFrom === undefined || isTimestamp(compromisedFrom))) {
      throw new AttestError(
        'enrolment-mismatch',
        'the statement and the revocation say different things of when the key was compromised',
      );
    }
    return { signers: [signer('root', ['root'])], violations: [] };
  } catch (error) {
    return { signers: [], violations: [broken(kernelRules.signatureInvalid, '/statements', { problem: messageOf(error) })] };
  }
}

function messageOf(error: unknown): string {
  return error instanceof AttestError ? `${error.code}: ${error.message}` : 'unreadable';
}
