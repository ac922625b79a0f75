import type { Bilingual } from '@cytoledger/domain';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { Refusal } from './problem.ts';
import { isRole, type Role } from './roles.ts';
import { inWords, TITLES } from './titles.ts';

/** Who is asking, as the token says. */
export type Caller = {
  readonly org: string;
  /** Staff pseudonym (or the patient's own); null for a system client. */
  readonly person: string | null;
  readonly roles: readonly Role[];
  /** Client id; null for a person at a browser. */
  readonly client: string | null;
  /** For role `patient`: their treatments. For role `auditor`: batches granted until the token ends. */
  readonly treatments: readonly string[];
  readonly batches: readonly string[];
};

export type AuthOptions = {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its keys (RFC 7517), or the keys themselves. */
  readonly jwks: URL | JSONWebKeySet;
};

export type Authenticate = (authorization: string | undefined) => Promise<Caller> | Caller;

/** Verified tokens are remembered until they end, at most so many: verifying costs more than capturing. */
const REMEMBERED = 10_000;

/** @throws Refusal 401 */
export function authenticator({ issuer, audience, jwks }: AuthOptions): Authenticate {
  const keys: JWTVerifyGetKey = jwks instanceof URL ? createRemoteJWKSet(jwks) : createLocalJWKSet(jwks);
  const known = new LRUCache<string, { caller: Caller; until: number }>({ max: REMEMBERED });

  async function verify(authorization: string | undefined): Promise<Caller> {
    const token = bearer(authorization);
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, { issuer, audience, requiredClaims: ['exp', 'org', 'roles'] }));
    } catch (error) {
      if (isIssuersFault(error)) {
        throw new Refusal(
          {
            status: 503,
            code: 'issuer-unavailable',
            title: TITLES.notNow,
            detail: { en: 'The issuer of tokens does not answer.', zh: '令牌签发方没有应答。' },
          },
          { 'retry-after': '5' },
        );
      }
      throw unauthenticated(inWords('令牌无效', (error as Error).message));
    }
    const caller = callerOf(payload);
    known.set(authorization!, { caller, until: payload.exp! * 1000 });
    return caller;
  }

  return (authorization) => {
    const held = authorization === undefined ? undefined : known.get(authorization);
    if (held && held.until > Date.now()) return held.caller;
    return verify(authorization);
  };
}

/** Keys that could not be had, or are none, say nothing of the token. An answer that is not 200 or no JSON comes as the bare kind of error. */
function isIssuersFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === errors.JOSEError.code;
}

function bearer(authorization: string | undefined): string {
  const match = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '');
  if (!match) throw unauthenticated({ en: 'a bearer token is needed (RFC 6750)', zh: '需要持有者令牌（RFC 6750）' });
  return match[1]!;
}

function callerOf(payload: JWTPayload): Caller {
  const { org, person, roles, client_id: client } = payload;
  if (typeof org !== 'string' || !Array.isArray(roles) || !roles.every(isRole)) {
    throw unauthenticated({
      en: 'the token must say org and roles, and roles that this platform knows',
      zh: '令牌须注明机构和角色，且角色须为本平台所知',
    });
  }
  return {
    org,
    person: typeof person === 'string' ? person : null,
    roles: roles as Role[],
    client: typeof client === 'string' ? client : null,
    treatments: strings(payload['treatments']),
    batches: strings(payload['batches']),
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function unauthenticated(detail: Bilingual): Refusal {
  return new Refusal(
    { status: 401, code: 'unauthenticated', title: TITLES.unauthenticated, detail },
    { 'www-authenticate': 'Bearer' },
  );
}
