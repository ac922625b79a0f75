import { VaultError, type VaultErrorCode } from '../errors.ts';

/** Paths of the vault's HTTP interface. All are POST, so that no pseudonym or digest gets into an access log, and all may be repeated. */
export const PATHS = {
  saltKey: '/v1/vault/salt-key',
  put: '/v1/vault/put',
  open: '/v1/vault/open',
  erase: '/v1/vault/erase',
  restrict: '/v1/vault/restrict',
} as const;

/** HTTP status (RFC 9110) of each refusal; the code travels in the problem (RFC 9457). */
export const STATUS = {
  'subject-erased': 410,
  'subject-restricted': 409,
  'digest-mismatch': 422,
  'digest-conflict': 409,
  'invalid-entry': 422,
  'disclosure-unreadable': 500,
  'key-missing': 500,
  'wrong-master-key': 500,
  'register-damaged': 500,
  'vault-in-use': 500,
  overloaded: 503,
  'storage-failed': 503,
  closed: 503,
  'vault-unreachable': 502,
  unauthorised: 401,
  'insecure-url': 500,
} as const satisfies Record<VaultErrorCode, number>;

export function isVaultErrorCode(code: unknown): code is VaultErrorCode {
  return typeof code === 'string' && Object.hasOwn(STATUS, code);
}

/** At most so many entries or digests in one request; a client divides what is more. */
export const MAX_ITEMS = 1000;

/** Disclosures of one request; a client divides what is more. */
export const MAX_BYTES = 4 * 1024 * 1024;

/**
 * A bearer token as both ends take it: 32 to 512 characters that a header carries as they are.
 *
 * @throws VaultError `invalid-entry`
 */
export function checkToken(token: string): void {
  if (!TOKEN.test(token))
    throw new VaultError('invalid-entry', 'a vault token is 32 to 512 characters of printable ASCII without spaces');
}

const TOKEN = /^[!-~]{32,512}$/;
