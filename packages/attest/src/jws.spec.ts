import { createPrivateKey, sign } from 'node:crypto';
import { CompactSign, compactVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  contentDigest,
  digestOf,
  generateKey,
  KEY_TYP,
  type KeyStatement,
  signContent,
  signStatement,
  signSubmission,
  submissionOf,
  thumbprint,
  verifyJws,
  verifyKeyEnrolment,
  verifySignature,
  verifyStatement,
} from './index.ts';

/** RFC 8037 appendix A. */
const RFC_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const;
const key = generateKey();
const said = { contentDigest: digestOf('content'), meaning: 'release', signedAt: '2026-11-21T16:15:00+08:00' };
const jws = signContent(said, key.privateJwk);
const refused = (code: string) => expect.objectContaining({ code });
const b64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A signature that holds over whatever is put before it. */
function forge(header: unknown, payload: unknown): string {
  const signed = `${b64(header)}.${b64(payload)}`;
  const own = createPrivateKey({ key: { ...key.privateJwk }, format: 'jwk' });
  return `${signed}.${sign(null, Buffer.from(signed), own).toString('base64url')}`;
}

describe('signatures', () => {
  it('are named by the thumbprint of RFC 8037 A.3', () => {
    expect(thumbprint({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })).toBe(
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    );
  });

  it('hold for another JWS library, with exactly the three header members', async () => {
    const { protectedHeader, payload } = await compactVerify(jws, await importJWK({ ...key.publicJwk }, 'EdDSA'));
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: key.kid, typ: 'cytoledger-esig' });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(said);
  });

  it('are accepted from another JWS library', async () => {
    const theirs = await new CompactSign(Buffer.from(JSON.stringify(said)))
      .setProtectedHeader({ typ: 'cytoledger-esig', kid: key.kid, alg: 'EdDSA' })
      .sign(await importJWK({ ...key.privateJwk }, 'EdDSA'));
    expect(verifyJws(theirs, key.publicJwk, 'cytoledger-esig')).toEqual(said);
  });

  it('are deterministic, so that a retry makes the same bytes', () => {
    expect(signContent(said, key.privateJwk)).toBe(jws);
    expect(signContent(said, createPrivateKey({ key: { ...key.privateJwk }, format: 'jwk' }))).toBe(jws);
  });

  it('hold for one content and not for another', () => {
    const text = '{"a":1}';
    const own = signContent({ ...said, contentDigest: contentDigest(text) }, key.privateJwk);
    expect(verifySignature({ jws: own }, text, key.publicJwk)).toEqual({
      kid: key.kid,
      typ: 'cytoledger-esig',
      meaning: 'release',
      signedAt: said.signedAt,
    });
    expect(() => verifySignature({ jws: own }, '{"a":2}', key.publicJwk)).toThrow(refused('root-mismatch'));
  });

  it('over a submission hold for each of its contents by its path, and only so', () => {
    const texts = ['{"a":1}', '{"a":2}', '{"a":3}'];
    const { root, paths } = submissionOf(texts.map(contentDigest));
    const one = signSubmission({ root, meaning: 'submit', signedAt: said.signedAt }, key.privateJwk);
    texts.forEach((text, i) => {
      expect(verifySignature({ jws: one, path: paths[i]! }, text, key.publicJwk).typ).toBe('cytoledger-submission');
    });
    expect(() => verifySignature({ jws: one, path: paths[1]! }, texts[0]!, key.publicJwk)).toThrow(refused('root-mismatch'));
    expect(() => verifySignature({ jws: one }, texts[0]!, key.publicJwk)).toThrow(refused('unexpected-typ'));
    expect(() => verifySignature({ jws, path: paths[0]! }, texts[0]!, key.publicJwk)).toThrow(refused('unexpected-typ'));
  });

  it('fail for another key, and for any changed character', () => {
    expect(() => verifyJws(jws, generateKey().publicJwk, 'cytoledger-esig')).toThrow(refused('unexpected-kid'));
    for (let i = 0; i < jws.length; i++) {
      const changed = `${jws.slice(0, i)}${jws[i] === 'A' ? 'B' : 'A'}${jws.slice(i + 1)}`;
      expect(() => verifyJws(changed, key.publicJwk, 'cytoledger-esig'), `character ${i}`).toThrow();
    }
  });

  it('need exactly alg EdDSA, kid and typ in their header', () => {
    const header = { alg: 'EdDSA', kid: key.kid, typ: 'cytoledger-esig' };
    const check = (made: string) => () => verifyJws(made, key.publicJwk, 'cytoledger-esig');
    expect(check(forge(header, said))()).toEqual(said);
    expect(check(forge({ ...header, crit: [] }, said))).toThrow(refused('invalid-jws'));
    expect(check(forge({ ...header, jwk: key.publicJwk }, said))).toThrow(refused('invalid-jws'));
    expect(check(forge({ ...header, alg: 'none' }, said))).toThrow(refused('invalid-jws'));
    expect(check(forge({ ...header, alg: 'Ed25519' }, said))).toThrow(refused('invalid-jws'));
    expect(check(forge({ alg: 'EdDSA', typ: 'cytoledger-esig' }, said))).toThrow(refused('invalid-jws'));
    expect(check(forge({ ...header, kid: 'other' }, said))).toThrow(refused('unexpected-kid'));
    expect(check(forge('{"alg":"EdDSA","alg":"EdDSA","kid":"x","typ":"y"}', said))).toThrow(refused('duplicate-key'));
    expect(check(forge(header, '[]'))).toThrow(refused('invalid-jws'));
    expect(check(forge(header, '{"a":1,"a":2}'))).toThrow(refused('duplicate-key'));
  });

  it('have one spelling: no padding, no stray bits, no fourth part', () => {
    const check = (made: string) => () => verifyJws(made, key.publicJwk, 'cytoledger-esig');
    expect(check(`${jws}=`)).toThrow(refused('invalid-jws'));
    expect(check(`${jws}.`)).toThrow(refused('invalid-jws'));
    expect(check(jws.split('.').slice(0, 2).join('.'))).toThrow(refused('invalid-jws'));
    // 64 bytes leave four unused bits in the last character.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(jws.at(-1)!);
    const twin = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last ^ 1]!;
    expect(check(jws.slice(0, -1) + twin)).toThrow(refused('invalid-jws'));
  });

  it('refuse payloads that do not say what they are over, as what and when', () => {
    const header = { alg: 'EdDSA', kid: key.kid, typ: 'cytoledger-esig' };
    const check = (payload: unknown) => () => verifySignature({ jws: forge(header, payload) }, 'x', key.publicJwk);
    expect(check({ ...said, extra: 1 })).toThrow(refused('unknown-member'));
    expect(check({ contentDigest: said.contentDigest, meaning: 'release' })).toThrow(refused('missing-member'));
    expect(check({ ...said, signedAt: 'yesterday' })).toThrow(refused('invalid-member'));
    expect(() => signContent({ ...said, meaning: '' }, key.privateJwk)).toThrow(refused('invalid-member'));
  });

  it('refuse private keys that are none, or whose halves differ', () => {
    expect(() => signContent(said, { ...RFC_KEY, x: key.publicJwk.x })).toThrow(refused('invalid-key'));
    expect(() => signContent(said, { ...RFC_KEY, d: 'short' })).toThrow(refused('invalid-key'));
  });
});

describe('key enrolment', () => {
  const root = generateKey();
  const staff = generateKey();
  const statement: KeyStatement = {
    kid: staff.kid,
    publicKey: staff.publicJwk,
    org: 'lab',
    person: 'p-1',
    roles: ['qa.reviewer'],
  };
  const sign_ = (payload: KeyStatement, by: typeof root) => signStatement(KEY_TYP, payload, by.privateJwk);

  it('counts when the organisation vouches and the new key proves possession', () => {
    const enrolment = { byOrganisation: sign_(statement, root), byKey: sign_(statement, staff) };
    expect(verifyKeyEnrolment(enrolment, root.publicJwk)).toEqual(statement);
    expect(verifyStatement(enrolment.byOrganisation, root.publicJwk, KEY_TYP)).toEqual(statement);
  });

  it('does not count without the organisation’s root', () => {
    const enrolment = { byOrganisation: sign_(statement, staff), byKey: sign_(statement, staff) };
    expect(() => verifyKeyEnrolment(enrolment, root.publicJwk)).toThrow(refused('unexpected-kid'));
  });

  it('does not count without possession of the key', () => {
    const enrolment = { byOrganisation: sign_(statement, root), byKey: sign_(statement, root) };
    expect(() => verifyKeyEnrolment(enrolment, root.publicJwk)).toThrow(refused('unexpected-kid'));
  });

  it('does not count when the two say different things, or the key goes by another name', () => {
    const other = { ...statement, roles: ['qualified-person'] };
    expect(() =>
      verifyKeyEnrolment({ byOrganisation: sign_(other, root), byKey: sign_(statement, staff) }, root.publicJwk),
    ).toThrow(refused('enrolment-mismatch'));
    const misnamed = { ...statement, kid: root.kid };
    expect(() =>
      verifyKeyEnrolment({ byOrganisation: sign_(misnamed, root), byKey: sign_(misnamed, staff) }, root.publicJwk),
    ).toThrow(refused('enrolment-mismatch'));
  });

  it('is not another kind of statement', () => {
    const enrolment = {
      byOrganisation: signStatement('cytoledger-other', statement, root.privateJwk),
      byKey: sign_(statement, staff),
    };
    expect(() => verifyKeyEnrolment(enrolment, root.publicJwk)).toThrow(refused('unexpected-typ'));
  });
});
