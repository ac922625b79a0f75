import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

/** Tokens of the demo: fresh keys at each start, so that yesterday's tokens open nothing. */
export type LocalIssuer = {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: JSONWebKeySet;
  token(claims: TokenClaims): Promise<string>;
};

export type TokenClaims = {
  readonly org: string;
  readonly roles: readonly string[];
  readonly person?: string;
  readonly client_id?: string;
  readonly treatments?: readonly string[];
  readonly batches?: readonly string[];
};

const LIFETIME = '12h';

export async function localIssuer(): Promise<LocalIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const issuer = 'urn:cytoledger:demo';
  const audience = 'cytoledger';
  return {
    issuer,
    audience,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', use: 'sig', kid: 'demo' }] },
    token: (claims) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'demo' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(claims.person ?? claims.client_id ?? claims.org)
        .setIssuedAt()
        .setExpirationTime(LIFETIME)
        .sign(privateKey),
  };
}
