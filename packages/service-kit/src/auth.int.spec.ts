import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { persons, registry } from '@cytoledger/domain';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticator } from './caller.ts';
import { AUDIENCE, ISSUER, newIssuer, type Office, openOffice, said } from './office.fixture.ts';

const { registered, screened } = persons.examples;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { iss: ISSUER, aud: AUDIENCE, exp: 4_000_000_000, org: 'clinic-a', roles: ['hospital.nurse'] };

describe('a token is refused', () => {
  const refused: [string, () => Promise<string | undefined> | string | undefined][] = [
    ['when there is none', () => undefined],
    ['of another scheme', () => 'Basic c3RhZmY6c2VjcmV0'],
    ['that is no token', () => 'Bearer not.a.token'],
    ['without a signature (alg none)', () => `Bearer ${b64({ alg: 'none' })}.${b64(claims)}.`],
    [
      'signed with the public key as if it were a secret',
      async () => {
        const secret = Buffer.from(JSON.stringify(office.issuer.jwks.keys[0]));
        const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(secret);
        return `Bearer ${token}`;
      },
    ],
    ['of another issuer’s key', async () => `Bearer ${await (await newIssuer()).token()}`],
    ['of another issuer', async () => `Bearer ${await office.issuer.token({}, { issuer: 'urn:other' })}`],
    ['for another audience', async () => `Bearer ${await office.issuer.token({}, { audience: 'other' })}`],
    ['that has expired', async () => `Bearer ${await office.issuer.token({}, { expires: '-1s' })}`],
    ['that never ends', async () => `Bearer ${await office.issuer.token({}, { expires: null })}`],
    ['without an organisation', async () => `Bearer ${await office.issuer.token({ org: undefined })}`],
    ['with a role that nobody knows', async () => `Bearer ${await office.issuer.token({ roles: ['hospital.nurse', 'root'] })}`],
    ['with the platform’s own role', async () => `Bearer ${await office.issuer.token({ roles: ['platform.policy'] })}`],
    [
      'that was altered',
      async () => {
        const [header, , signature] = (await office.issuer.token()).split('.');
        return `Bearer ${header}.${b64({ ...claims, roles: ['platform.admin'] })}.${signature}`;
      },
    ],
  ];
  it.each(refused)('%s', async (_what, authorization) => {
    const value = await authorization();
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (value !== undefined) headers['authorization'] = value;
    const before = (await office.events()).length;
    const response = await office.app.inject({
      ...{ method: 'POST', url: '/v1/persons/donor-0001', headers },
      payload: JSON.stringify(said(registered())),
    });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect(response.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(await office.events()).toHaveLength(before);
  });
});

it('is not remembered beyond its end', async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'k' }] };
  const authenticate = authenticator({ issuer: ISSUER, audience: AUDIENCE, jwks });
  const token = await new SignJWT({ ...claims, exp: Math.floor(Date.now() / 1000) + 3 })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .sign(privateKey);
  await expect(Promise.resolve(authenticate(`Bearer ${token}`))).resolves.toMatchObject({ org: 'clinic-a' });
  await expect
    .poll(
      async () =>
        Promise.resolve(authenticate(`Bearer ${token}`)).then(
          () => 'taken',
          () => 'refused',
        ),
      { timeout: 45_000 },
    )
    .toBe('refused');
});

it('says "not now", not "wrong token", when the issuer does not answer', async () => {
  const authenticate = authenticator({ issuer: ISSUER, audience: AUDIENCE, jwks: new URL('http://127.0.0.1:1/jwks') });
  await expect(Promise.resolve(authenticate(`Bearer ${await office.issuer.token()}`))).rejects.toMatchObject({
    problem: { status: 503, code: 'issuer-unavailable' },
  });
});

it.each([
  [502, 'Bad Gateway'],
  [200, '<html>maintenance</html>'],
  [200, '{"message":"try again"}'],
])('says "not now" too when the issuer answers %i %s in the place of its keys', async (status, body) => {
  const issuer = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = issuer.address() as AddressInfo;
    const authenticate = authenticator({ issuer: ISSUER, audience: AUDIENCE, jwks: new URL(`http://127.0.0.1:${port}/jwks`) });
    await expect(Promise.resolve(authenticate(`Bearer ${await office.issuer.token()}`))).rejects.toMatchObject({
      problem: { status: 503, code: 'issuer-unavailable' },
    });
  } finally {
    issuer.closeAllConnections();
    await new Promise((resolve) => issuer.close(resolve));
  }
});

describe('who may not know of a thing', () => {
  beforeAll(async () => {
    await office.post('/v1/persons/donor-0002', said(registered()));
  });

  it('is told that there is none', async () => {
    const answer = await office.post(
      '/v1/persons/donor-0002/screenings',
      said(screened()),
      await office.authorised({ org: 'clinic-b' }),
    );
    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('cannot tell it from what does not exist, without the role', async () => {
    const courier = await office.authorised({ org: 'clinic-b', roles: ['courier'] });
    const existing = await office.post('/v1/persons/donor-0002/screenings', said(screened()), courier);
    const missing = await office.post('/v1/persons/donor-9999/screenings', said(screened()), courier);
    expect([existing.status, existing.body.code]).toEqual([missing.status, missing.body.code]);
    expect(existing.status).toBe(404);
  });

  it('may know, and not do: that is forbidden', async () => {
    const courier = await office.authorised({ roles: ['courier'] });
    expect(await office.post('/v1/persons/donor-0002/screenings', said(screened()), courier)).toMatchObject({ status: 403 });
  });

  it('has no role for what opens a stream: that is forbidden', async () => {
    const courier = await office.authorised({ roles: ['courier'] });
    expect(await office.post('/v1/persons/donor-0002', said(registered()), courier)).toMatchObject({ status: 403 });
  });
});

describe('a system client', () => {
  const client = { org: 'clinic-a', person: undefined, client_id: 'his-1', roles: ['hospital.nurse', 'site.admin'] };
  beforeAll(async () => {
    const { person: _, ...admin } = client;
    await office.post(
      '/v1/staff/staff-0042',
      said(registry.examples.staffEnrolled({ org: 'clinic-a', roles: ['hospital.nurse'] })),
      await office.authorised({ ...admin, roles: ['site.admin'] }),
    );
  });

  it('may name the enrolled person who acted', async () => {
    const headers = { ...(await office.authorised(client)), 'x-on-behalf-of': 'staff-0042' };
    const { body } = await office.post('/v1/persons/donor-0003', said(registered()), headers);
    const stored = (await office.events()).find((event) => event.id === body.receipt.id)!;
    expect(JSON.parse(Buffer.from(stored.body).toString()).actor).toEqual({
      ...{ org: 'clinic-a', person: 'staff-0042', role: 'hospital.nurse', client: 'his-1' },
    });
  });

  it('may name nobody else', async () => {
    const headers = { ...(await office.authorised(client)), 'x-on-behalf-of': 'staff-0043' };
    expect(await office.post('/v1/persons/donor-0003', said(registered()), headers)).toMatchObject({
      ...{ status: 403, body: { code: 'staff-not-enrolled' } },
    });
  });

  it('is the only one who may', async () => {
    expect(await office.post('/v1/persons/donor-0003', said(registered()), { 'x-on-behalf-of': 'staff-0042' })).toMatchObject({
      ...{ status: 403, body: { code: 'not-on-behalf' } },
    });
  });
});
