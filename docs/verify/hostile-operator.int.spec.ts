import {
  contentDigest,
  disclose,
  disclosureDigest,
  type JsonObject,
  KEY_TYP,
  type Signature,
  signStatement,
  submissionOf,
} from '@cytoledger/attest';
import { reportText, verifyEvidence } from '@cytoledger/attest/evidence';
import { describe, expect, it } from 'vitest';
import { type Append, type BundleOptions, esig, type Key, keyNamed, Ledger } from '../../test/attacks/ledger.fixture.ts';
import { digestOfReport, GOLDEN, noPython, verdictsOn } from './python.fixture.ts';

const BATCH = 'batch-1';
const [qa, qp, client, thief] = ['qa', 'qp', 'client', 'thief'].map((name) => keyNamed(`hostile ${name}`)) as [
  Key,
  Key,
  Key,
  Key,
];
const keyStream = ({ kid }: Key) => `key-${kid}`;

type Deed = ((ledger: Ledger) => Partial<BundleOptions>) | ((ledger: Ledger) => void);
const one =
  (event: Append, stream = BATCH): Deed =>
  (ledger) =>
    void ledger.append(stream, event);

/** A JWS of any typ and payload. */
const signed =
  (key: Key, typ: string, payload: (text: string) => JsonObject) =>
  (text: string): Signature[] => [{ jws: signStatement(typ, payload(text), key.privateJwk) }];
const esigOf = (payload: (text: string) => JsonObject, typ = 'cytoledger-esig', key = qa) =>
  one({ type: 'batch.noted.v1', sign: signed(key, typ, payload) });
const full = (text: string) => ({ contentDigest: contentDigest(text), meaning: 'm', signedAt: '2026-11-21T08:00:00Z' });

const statement = (key: Key, org = 'lab', person: string | null = 'p') => ({
  kid: key.kid,
  org,
  person,
  publicKey: key.publicJwk as unknown as JsonObject,
  roles: ['r'],
});
/** What the entry says otherwise than was signed. */
type Otherwise = { readonly data?: JsonObject; readonly statements?: JsonObject; readonly without?: string };
const enrols =
  (
    { data = {}, statements = {}, without = '' }: Otherwise,
    { root = 'lab', typ = KEY_TYP, by = thief, payload = {} as JsonObject } = {},
  ): Deed =>
  (ledger) => {
    const said = { ...statement(thief), ...payload };
    const made = {
      byOrganisation: signStatement(typ, said, ledger.roots.get(root)!.privateJwk),
      byKey: signStatement(typ, said, by.privateJwk),
      ...statements,
    };
    const whole = Object.entries({ ...statement(thief), statements: made, ...data }).filter(([name]) => name !== without);
    ledger.append(keyStream(thief), { type: 'key.enrolled.v1', data: Object.fromEntries(whole) });
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, thief, 'm')] });
  };
const revokes =
  (payload: JsonObject, { root = 'lab', typ = KEY_TYP, data = {} as JsonObject } = {}): Deed =>
  (ledger) => {
    const made = { kid: qa.kid, revoked: true, ...payload };
    const statements = { byOrganisation: signStatement(typ, made, ledger.roots.get(root)!.privateJwk) };
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, qa, 'before')] });
    ledger.append(keyStream(qa), { type: 'key.revoked.v1', data: { statements, ...data } });
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, qa, 'after')] });
  };
const takesEffect =
  (type: string, sign: (text: string) => Signature[], data?: JsonObject): Deed =>
  (ledger) => {
    const { seq, leaf } = ledger.head(BATCH)!;
    ledger.append(BATCH, { type, sign, data: data ?? { reviewed: { seq, leaf } } });
  };
const by =
  (...signers: [Key, string][]) =>
  (text: string) =>
    signers.map(([key, meaning]) => esig(text, key, meaning));
const discloses =
  (digests: JsonObject, disclosures: readonly string[]): Deed =>
  (ledger) => {
    const { index } = ledger.append(BATCH, { type: 'batch.noted.v1', data: digests });
    return { disclosures: (event) => (event.index === index ? disclosures : []) };
  };
const raw = (text: string) => Buffer.from(text).toString('base64url');
const good = disclose('c2FsdHNhbHRzYWx0c2FsdA', 'note', 1.5);
const sd = (...disclosures: string[]): JsonObject => ({ _sd: disclosures.map(disclosureDigest) });
const lineage =
  (event: Append, streams: readonly string[] = []): Deed =>
  (ledger) => {
    ledger.append(BATCH, event);
    return { lineage: true, streams };
  };

const DEEDS: Readonly<Record<string, Deed>> = {
  'nothing wrong': one({ type: 'batch.noted.v1' }),
  // signatures
  'a signature': esigOf(full),
  'of another typ': esigOf(full, 'cytoledger-key'),
  'of a submission without a path': esigOf(
    (text) => ({ root: contentDigest(text), meaning: 'm', signedAt: '2026-11-21T08:00:00Z' }),
    'cytoledger-submission',
  ),
  'without a meaning': esigOf((text) => ({ ...full(text), meaning: '' })),
  'with a meaning that is no text': esigOf((text) => ({ ...full(text), meaning: 1 })),
  'with one more member': esigOf((text) => ({ ...full(text), more: 1 })),
  'without a time': esigOf((text) => ({ contentDigest: contentDigest(text), meaning: 'm' })),
  'with a time that is none': esigOf((text) => ({ ...full(text), signedAt: '2026-02-30T08:00:00Z' })),
  'of another content': esigOf(() => full('other')),
  'with a digest that is none': esigOf((text) => ({ ...full(text), contentDigest: 'x' })),
  'by a key that nobody enrolled': esigOf(full, 'cytoledger-esig', thief),
  'by a client': esigOf(full, 'cytoledger-esig', client),
  'that is not strict JSON': one({
    type: 'batch.noted.v1',
    sign: () => [{ jws: `${raw('{"alg":"EdDSA","alg":"EdDSA","kid":"x","typ":"cytoledger-esig"}')}.AA.AA` }],
  }),
  'of another algorithm': one({
    type: 'batch.noted.v1',
    sign: () => [{ jws: `${raw('{"alg":"ES256","kid":"x","typ":"cytoledger-esig"}')}.AA.AA` }],
  }),
  'whose header has one more member': one({
    type: 'batch.noted.v1',
    sign: () => [{ jws: `${raw('{"alg":"EdDSA","crit":1,"kid":"x","typ":"cytoledger-esig"}')}.AA.AA` }],
  }),
  'whose header is spelled otherwise': one({
    type: 'batch.noted.v1',
    sign: () => [{ jws: `${raw(' { "typ" : "cytoledger-\\u0065sig", "kid":"x", "alg":"EdDSA" } ')}.AA.AA` }],
  }),
  'not canonical base64url': one({
    type: 'batch.noted.v1',
    sign: (text) => [{ jws: esig(text, qa, 'm').jws.replace(/.$/, 'B') }],
  }),
  'of five bytes': one({
    type: 'batch.noted.v1',
    sign: (text) => [{ jws: esig(text, qa, 'm').jws.replace(/[^.]*$/, 'AAAAAAA') }],
  }),
  'two, of which one is moved': one({ type: 'batch.noted.v1', sign: (text) => [esig('other', qp, 'm'), esig(text, qa, 'm')] }),
  ...Object.fromEntries(
    [0, 1, 2, 3].flatMap((index) =>
      [1, 2, 3, 4].map((size) => [
        `a submission, the content ${index} of ${size}`,
        one({
          type: 'batch.noted.v1',
          sign: (text) => {
            const { root, paths } = submissionOf([contentDigest('a'), contentDigest(text), contentDigest('b')]);
            const jws = signStatement(
              'cytoledger-submission',
              { root, meaning: 'm', signedAt: '2026-11-21T08:00:00Z' },
              client.privateJwk,
            );
            return [{ jws, path: { index: Math.min(index, size - 1), size, hashes: paths[1]!.hashes } }];
          },
        }),
      ]),
    ),
  ),
  // keys
  'a key is enrolled': enrols({}),
  'by the root of another organisation': enrols({}, { root: 'hospital' }),
  'by an organisation that the policy does not know': enrols(
    { data: { org: 'nobody' } },
    {
      payload: { org: 'nobody' },
    },
  ),
  'with statements of another typ': enrols({}, { typ: 'cytoledger-esig' }),
  'without proof of possession': enrols({}, { by: qa }),
  'with other roles than signed': enrols({ data: { roles: ['lab.admin'] } }),
  'with another person than signed': enrols({ data: { person: 'other' } }),
  'with one more member signed': enrols({}, { payload: { more: 1 } }),
  'with one more member unsigned': enrols({ data: { more: 1 } }),
  'with one more statement': enrols({ statements: { more: 'x' } }),
  'for a client': enrols({ data: { person: null } }, { payload: { person: null } }),
  'with roles in numbers': enrols({ data: { roles: [1, 1.5, 1e-7] } }, { payload: { roles: [1, 1.5, 1e-7] } }),
  'with true where 1 was signed': enrols({ data: { roles: [true] } }, { payload: { roles: [1] } }),
  'without a person': enrols({ without: 'person' }),
  'without roles': enrols({ without: 'roles' }),
  'with roles that are no array': enrols({ data: { roles: 'r' } }, { payload: { roles: 'r' } }),
  'with a statement that is none': enrols({ statements: { byKey: 'é.x' } }),
  'with a statement of two parts': enrols({ statements: { byKey: 'AA.AA' } }),
  'with a public key with one more member': enrols({ data: { publicKey: { ...statement(thief).publicKey, use: 'sig' } } }),
  'with a key of another stream': enrols({ data: { kid: qa.kid } }),
  'with a key of low order': enrols({ data: { publicKey: { kty: 'OKP', crv: 'Ed25519', x: `AQ${'A'.repeat(41)}` } } }),
  'enrolled twice, by another organisation': (ledger) => {
    ledger.enrol(thief, 'hospital', 'p-victim');
    ledger.enrol(thief, 'lab', 'p-thief');
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, thief, 'm')] });
  },
  'enrolled after it signed': (ledger) => {
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, thief, 'm')] });
    ledger.enrol(thief, 'lab', 'p');
  },
  'enrolled in vain, then well, signing in between': (ledger) => {
    ledger.enrol(thief, 'lab', 'p', { root: keyNamed('anyone') });
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, thief, 'm')] });
    ledger.enrol(thief, 'lab', 'p');
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, thief, 'm')] });
  },
  revoked: revokes({}),
  'revoked by another organisation': revokes({}, { root: 'hospital' }),
  'revoked by a statement of another typ': revokes({}, { typ: 'cytoledger-esig' }),
  'revoked with another kid': revokes({ kid: qp.kid }),
  'revoked with a word': revokes({ revoked: 'true' }),
  'revoked with more members': revokes({ more: [1], reason: 'x' }),
  'revoked without statements': revokes({}, { data: { statements: [] } }),
  'compromised long ago': revokes({ compromisedFrom: '2026-01-01T00:00:00Z' }),
  'compromised in future': revokes({ compromisedFrom: '2027-01-01T00:00:00.123456789+23:59' }),
  'compromised at a time that is none': revokes({ compromisedFrom: 'yesterday' }),
  'compromised null': revokes({ compromisedFrom: null }),
  'compromised the second in which it was attested': revokes({ compromisedFrom: '2026-11-21T08:00:14Z' }),
  'revoked twice, the second from earlier': (ledger) => {
    ledger.revoke(qa, 'lab', '2027-01-01T00:00:00Z');
    ledger.revoke(qa, 'lab', '2026-01-01T08:00:00+08:00');
    ledger.revoke(qa, 'lab', '2026-01-01T00:00:00.000Z');
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, qa, 'm')] });
  },
  'revoked before it was enrolled': (ledger) => {
    ledger.revoke(thief, 'lab');
    ledger.enrol(thief, 'lab', 'p');
    ledger.append(BATCH, { type: 'batch.noted.v1', sign: (text) => [esig(text, thief, 'm')] });
  },
  // effect
  released: takesEffect('batch.released.v1', by([qa, 'release'], [qp, 'release'])),
  'released by one person twice': takesEffect('batch.released.v1', by([qa, 'release'], [qa, 'release'])),
  'released by a person and a client': takesEffect('batch.released.v1', by([qa, 'release'], [client, 'release'])),
  'released with another meaning': takesEffect('batch.released.v1', by([qa, 'release'], [qp, 'review'])),
  'released by two and a stranger': takesEffect('batch.released.v1', by([qa, 'release'], [qp, 'release'], [thief, 'release'])),
  'released by nobody': takesEffect('batch.released.v1', () => []),
  'conditionally released': takesEffect(
    'batch.conditionally-released.v1',
    by([qa, 'conditional-release'], [qp, 'conditional-release']),
  ),
  rejected: takesEffect('batch.rejected.v1', by([qa, 'anything'])),
  'rejected by a client': takesEffect('batch.rejected.v1', by([client, 'rejection'])),
  'a quarantine lifted': takesEffect('batch.quarantine-lifted.v1', by([qp, 'quarantine-lifting'])),
  'a quarantine lifted with another meaning': takesEffect('batch.quarantine-lifted.v1', by([qp, 'lifting'])),
  'rejected over nothing': takesEffect('batch.rejected.v1', by([qa, 'x']), {}),
  'rejected over what is not an object': takesEffect('batch.rejected.v1', by([qa, 'x']), { reviewed: [] }),
  'rejected over itself': takesEffect('batch.rejected.v1', by([qa, 'x']), { reviewed: { seq: 1, leaf: 'A'.repeat(43) } }),
  'rejected over half an entry': takesEffect('batch.rejected.v1', by([qa, 'x']), {
    reviewed: { seq: 0.5, leaf: 'A'.repeat(43) },
  }),
  'rejected over another leaf': takesEffect('batch.rejected.v1', by([qa, 'x']), { reviewed: { seq: 0, leaf: 'A'.repeat(43) } }),
  'rejected over the beginning, with more said': (ledger) => {
    const { seq, leaf } = ledger.head(BATCH)!;
    for (let n = 0; n < 3; n++) ledger.append(BATCH, { type: 'batch.noted.v1' });
    ledger.append(BATCH, { type: 'batch.rejected.v1', data: { reviewed: { seq, leaf, more: 1 } }, sign: by([qa, 'x']) });
  },
  // basis
  'decided on what is not here': one({
    type: 'batch.noted.v1',
    basis: [{ stream: 'batch-other', seq: 0, leaf: 'A'.repeat(43) }],
  }),
  'decided on an entry of its own': one({ type: 'batch.noted.v1', basis: [{ stream: BATCH, seq: 0, leaf: 'A'.repeat(43) }] }),
  'decided on itself': one({ type: 'batch.noted.v1', basis: [{ stream: BATCH, seq: 1, leaf: 'A'.repeat(43) }] }),
  'decided on a key': one({ type: 'batch.noted.v1', basis: [{ stream: keyStream(qa), seq: 0, leaf: 'A'.repeat(43) }] }),
  // disclosures
  'a value disclosed': discloses(sd(good.disclosure), [good.disclosure]),
  'deep inside': discloses({ a: [{ b: sd(good.disclosure) }] }, [good.disclosure]),
  'among odd digests': discloses({ _sd: [1, null, { _sd: [good.digest] }] }, [good.disclosure]),
  'as a digest that is not in an array': discloses({ _sd: good.digest }, [good.disclosure]),
  'as a digest in an array within': discloses({ _sd: [[good.digest]] }, [good.disclosure]),
  twice: discloses(sd(good.disclosure, good.disclosure), [good.disclosure, good.disclosure]),
  'of another event': discloses({}, [good.disclosure]),
  ...Object.fromEntries(
    [
      ...[
        '["c2FsdHNhbHRzYWx0c2FsdA","a",1]',
        ' [ "c2FsdHNhbHRzYWx0c2FsdA" , "\\u0061" , 1.0e0 ] ',
        '["c2FsdHNhbHRzYWx0c2FsdA","a"]',
        '["c2FsdHNhbHRzYWx0c2FsdA","a",1,2]',
      ],
      ...[
        '["short","a",1]',
        '["c2FsdHNhbHRzYWx0c2Fsd=","a",1]',
        '["c2FsdHNhbHRzYWx0c2FsdA",1,1]',
        '["c2FsdHNhbHRzYWx0c2FsdA","_sd",1]',
        '["c2FsdHNhbHRzYWx0c2FsdA","...",1]',
      ],
      ...[
        '["c2FsdHNhbHRzYWx0c2FsdA","__proto__",1]',
        '["c2FsdHNhbHRzYWx0c2FsdA","a",{"__proto__":1}]',
        '["c2FsdHNhbHRzYWx0c2FsdA","a",{"b":1,"b":1}]',
        '{"0":1}',
        'null',
        '',
      ],
      ...[
        '["c2FsdHNhbHRzYWx0c2FsdA","",1]',
        '["c2FsdHNhbHRzYWx0c2FsdA","a",9007199254740993]',
        '["c2FsdHNhbHRzYWx0c2FsdA","a","\\ud800"]',
        `["c2FsdHNhbHRzYWx0c2FsdA","a",${'['.repeat(64)}${']'.repeat(64)}]`,
      ],
    ].map((text) => [`of the text ${text.slice(0, 60)}`, discloses(sd(raw(text)), [raw(text)])]),
  ),
  'not in base64url': discloses(sd('é', 'AAB', 'A'), ['é']),
  'in base64url that is not canonical': discloses(sd('é', 'AAB', 'A'), ['AAB']),
  'in base64url of no length': discloses(sd('é', 'AAB', 'A'), ['A']),
  // lineage
  'an ancestor that is not here': lineage({ type: 'batch.opened.v1', data: { inputs: [{ batch: 'none' }] } }),
  'one that is here': lineage({ type: 'batch.opened.v1', data: { inputs: [{ donation: 'd', batch: '1' }] } }, ['donation-d']),
  'ancestors in other shapes': lineage({
    type: 'batch.opened.v1',
    data: { inputs: [1, null, 'x', { donation: 1 }, { batch: null }, [{ batch: 'x' }]] },
  }),
  'inputs that are no array': lineage({ type: 'batch.opened.v1', data: { inputs: { batch: 'x' } } }),
  'an ancestor that cannot have a stream': lineage({ type: 'batch.opened.v1', data: { inputs: [{ batch: 'é' }] } }),
  'origins that are not here': lineage({ type: 'batch.origins-resolved.v1', data: { donations: ['none'], batches: [] } }),
  'origins in other shapes': lineage({ type: 'batch.origins-resolved.v1', data: { donations: [1, null, ['x']], batches: '1' } }),
  'a donor who is not here': lineage({ type: 'donation.registered.v1', data: { donor: 'none', birthMother: null } }),
  'a mother who is here': lineage({ type: 'donation.registered.v1', data: { donor: 1, birthMother: 'm' } }, ['person-m']),
  'ancestors that an event of another type names': lineage({ type: 'batch.opened.v2', data: { inputs: [{ batch: 'none' }] } }),
  // the chain
  'recorded long before': one({ type: 'batch.noted.v1', against: { recordedAt: '2026-11-21T07:00:00.000Z' } }, 'batch-2'),
  'recorded before the one before': one({ type: 'batch.noted.v1', against: { recordedAt: '2026-11-21T08:00:01.000Z' } }),
  ...Object.fromEntries(
    [0, 1].flatMap((hidden) =>
      (['withheld', 'erased'] as const).map((unshown) => [
        `the entry ${hidden} of a revoked key's stream ${unshown}`,
        (ledger: Ledger) => {
          revokes({})(ledger);
          return { unshown: ({ stream, seq }) => (stream === keyStream(qa) && seq === hidden ? unshown : undefined) };
        },
      ]),
    ) as [string, Deed][],
  ),
  'recorded in future': one({ type: 'batch.noted.v1', against: { recordedAt: '2026-11-21T09:00:00.000Z' } }),
  'with a gap': one({ type: 'batch.noted.v1', against: { seq: 2 } }),
  'after another entry': one({ type: 'batch.noted.v1', against: { prev: 'A'.repeat(43) } }),
  'with an id that was there': (ledger) =>
    void ledger.append(BATCH, { type: 'batch.noted.v1', against: { id: ledger.head(BATCH)!.id } }),
  'with an id of another stream': (ledger) =>
    void ledger.append('batch-2', { type: 'batch.noted.v1', against: { id: ledger.head(BATCH)!.id } }),
};

async function bundleOf(deed: Deed): Promise<{ bundle: string; policyText: string; ledger: Ledger }> {
  const ledger = new Ledger();
  ledger.append('donation-d', { type: 'donation.noted.v1' });
  ledger.enrol(qa, 'lab', 'p-qa');
  ledger.enrol(qp, 'hospital', 'p-qa');
  ledger.enrol(client, 'lab', null);
  ledger.append('person-m', { type: 'person.noted.v1' });
  ledger.append(BATCH, { type: 'batch.noted.v1' });
  ledger.checkpoint();
  const more = (deed(ledger) as Partial<BundleOptions> | undefined) ?? {};
  const [first] = ledger.notes.keys();
  ledger.checkpoint();
  const streams = [keyStream(qa), keyStream(qp), keyStream(client), keyStream(thief), 'batch-2', ...(more.streams ?? [])];
  const recorded = new Set(ledger.events.map(({ stream }) => stream));
  const options = { subject: BATCH, checkpoints: [first!], ...more, streams: streams.filter((stream) => recorded.has(stream)) };
  return { bundle: await ledger.bundle(options), policyText: ledger.policyText, ledger };
}

describe.skipIf(noPython !== undefined)('the Python verifier', () => {
  it('gives the same report as the Node verifier of what an operator might sign against the rules', {
    timeout: 120_000,
  }, async () => {
    const names = Object.keys(DEEDS);
    const bundles = await Promise.all(Object.values(DEEDS).map(bundleOf));
    const asked = bundles.map(({ bundle, policyText: policy }, n) => ({
      n,
      bundle: Buffer.from(bundle).toString('base64'),
      policy,
    }));
    const python = verdictsOn(asked, ['--policy', GOLDEN.policy]);
    const own = bundles.map(({ bundle, ledger }) => verifyEvidence([Buffer.from(bundle)], ledger.policy).report);
    expect(python.map(({ code, line, report }, n) => [names[n], code, line, report])).toEqual(
      own.map((report, n) => [names[n], report.code, report.line, digestOfReport(reportText(report))]),
    );
    const codes = new Set(own.map(({ code }) => code));
    for (const code of [
      'ok',
      'signatures-missing',
      'reviewed-mismatch',
      'basis-mismatch',
      'disclosure-malformed',
      'ancestor-missing',
      'id-repeated',
    ])
      expect(codes).toContain(code);
  });
});
