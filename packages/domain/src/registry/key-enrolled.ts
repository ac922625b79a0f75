import { z } from 'zod';
import { authorisation, broken, type Context, record, type Signer } from '../kernel/index.ts';
import { KeyId, OrganisationId, Pseudonym } from '../vocabulary/index.ts';
import { keyRules } from './key-rules.ts';
import { PublicKey, RoleName } from './names.ts';
import { key, site, staff } from './state.ts';

/**
 * What the command handler gives as `kid` of a signer whose statement it verified against the organisation's registered root key. No enrolled key
 * can be called that: their ids are thumbprints.
 */
export const ORGANISATION_ROOT = 'root';

/** A compact JWS over a statement about a key. */
export const Statement = z
  .string()
  .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, { error: 'a compact JWS is expected' })
  .max(4000);

/**
 * A key counts once the organisation's root has vouched for it and its holder has proved possession. Both signatures are verified by the
 * command handler before the decision; it reports them as signers: {@link ORGANISATION_ROOT}, and the new
 * key's own `kid`.
 */
export const keyEnrolled = authorisation(key, 'enrolled', {
  title: { en: 'Key enrolled', zh: '密钥登记' },
  opens: true,
  schema: z.strictObject({
    kid: KeyId.describe('RFC 7638 thumbprint of the key, and the id of its record'),
    publicKey: PublicKey,
    org: OrganisationId,
    person: Pseudonym.nullable().describe('Staff pseudonym; null for the key of a client'),
    roles: z.array(RoleName).max(40),
    statements: z.strictObject({
      byOrganisation: Statement.describe('JWS of the organisation’s root key'),
      byKey: Statement.describe('JWS of the new key over the same statement'),
    }),
  }),

  decide: ({ kid, org, person, roles }, state, context) => {
    const member = person === null ? undefined : context.state(staff, person);
    return record(
      kid !== state.id && broken(keyRules.wrongId, '/kid', { kid, stream: context.stream }),
      state.publicKey !== null && broken(keyRules.enrolledBefore),
      !context.state(site, org)?.rootKey && broken(keyRules.organisationUnknown, '/org', { org }),
      !signedByRoot(context, org) && broken(keyRules.notVouched, '/statements/byOrganisation', { missing: org }),
      !context.signers.some((signer) => signer.kid === kid) && broken(keyRules.notVouched, '/statements/byKey', { missing: kid }),
      person !== null && member?.org !== org && broken(keyRules.staffUnknown, '/person', { person, org }),
      person !== null &&
        member?.org === org &&
        roles.map(
          (role, index) => !member.roles.includes(role) && broken(keyRules.rolesBeyondStaff, `/roles/${index}`, { person, role }),
        ),
    );
  },

  evolve: (state, { data }) => {
    state.publicKey = data.publicKey;
    state.org = data.org;
    state.person = data.person;
    state.roles = data.roles;
  },
});

export function signedByRoot({ signers }: Pick<Context, 'signers'>, org: string | null): boolean {
  return signers.some((signer: Signer) => signer.org === org && signer.kid === ORGANISATION_ROOT);
}
