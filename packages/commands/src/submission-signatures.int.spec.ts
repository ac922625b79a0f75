import {
  contentDigest,
  contentNonce,
  contentText,
  generateKey,
  KEY_TYP,
  type Signature,
  signStatement,
  signSubmission,
  submissionOf,
  verifySignature,
} from '@cytoledger/attest';
import { persons, registry } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventId, type Laboratory, openLaboratory, recordedOf, rulesOf, submission, verifiedLog } from './laboratory.fixture.ts';
import type { Submission } from './submission.ts';

const root = generateKey();
const program = generateKey();
const AT = '2026-11-21T08:00:00+08:00';

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
  recordedOf(await lab.submit(registry.siteRegistered, 'lab-a', registry.examples.siteRegistered({ rootKey: root.publicJwk })));
});
afterEach(() => lab.close());

const vouched = (payload: object) => signStatement(KEY_TYP, payload as never, root.privateJwk);

/** The key of a program: no person, no roles. */
async function enrol(key = program): Promise<void> {
  const said = { kid: key.kid, publicKey: key.publicJwk, org: 'lab-a', person: null, roles: [] };
  const statements = { byOrganisation: vouched(said), byKey: signStatement(KEY_TYP, said as never, key.privateJwk) };
  const outcome = await lab.submit(registry.keyEnrolled, key.kid, { ...said, statements });
  expect(outcome).toMatchObject({ kind: 'recorded', findings: [] });
}

type Content = { readonly id: string; readonly target: string; readonly text: string };

function content(n: number): Content {
  const [id, target] = [eventId(), `donor-${String(n).padStart(4, '0')}`];
  const stream = `person-${target}`;
  const nonce = contentNonce(Buffer.alloc(32, n), stream, id);
  const said = { type: persons.registered.type, occurredAt: AT, capture: { mode: 'import', precision: 's' } };
  return { id, target, text: contentText({ nonce, id, stream, ...said, data: { role: 'donor' } }) };
}

/** One signature for all of them, each with its path. */
function signedTogether(contents: readonly Content[], key = program): Signature[] {
  const { root: over, paths } = submissionOf(contents.map(({ text }) => contentDigest(text)));
  const jws = signSubmission({ root: over, meaning: 'submission', signedAt: new Date().toISOString() }, key.privateJwk);
  return paths.map((path) => ({ jws, path }));
}

function signed({ id, target, text }: Content, signature: Signature): Submission {
  const plain = submission(persons.registered, target, persons.examples.registered(), { id, occurredAt: AT });
  const capture = { mode: 'import', precision: 's' } as const;
  const statement = {
    id,
    occurredAt: AT,
    capture,
    data: { role: 'donor' },
    contentText: text,
    disclosures: [],
    signatures: [signature],
  };
  return { ...plain, statement };
}

async function findingsOf(sent: Submission): Promise<string[]> {
  return rulesOf(recordedOf(await lab.commands.submit(sent)).findings);
}

describe('what a program has signed for its organisation', () => {
  it('bears in its header, for each event, who vouches for it', async () => {
    await enrol();
    const contents = [1, 2, 3].map(content);
    const signatures = signedTogether(contents);
    for (const [n, each] of contents.entries()) expect(await findingsOf(signed(each, signatures[n]!))).toEqual([]);

    const log = await verifiedLog(lab.store);
    const registered = log.filter(({ body }) => body.content.type === persons.registered.type);
    expect(registered).toHaveLength(3);
    for (const { header } of registered) {
      const [signature] = header.signatures;
      expect(verifySignature(signature!, contents.find(({ id }) => id === header.id)!.text, program.publicJwk)).toMatchObject({
        kid: program.kid,
        meaning: 'submission',
        typ: 'cytoledger-submission',
      });
    }
  });

  it('is the same event when it is sent again under a new signature', async () => {
    await enrol();
    const one = content(1);
    const first = recordedOf(await lab.commands.submit(signed(one, signedTogether([one])[0]!)));
    const again = recordedOf(await lab.commands.submit(signed(one, signedTogether([content(2), one])[1]!)));
    expect(again).toMatchObject({ replayed: true, receipt: first.receipt });
  });

  it('is recorded with a finding where nobody has enrolled the key', async () => {
    const one = content(1);
    expect(await findingsOf(signed(one, signedTogether([one], generateKey())[0]!))).toEqual(['signature.unknown-key']);
  });

  it('is recorded with a finding where another organisation reports it', async () => {
    await enrol();
    const one = content(1);
    const sent = signed(one, signedTogether([one])[0]!);
    expect(await findingsOf({ ...sent, actor: { ...sent.actor, org: 'lab-b' } })).toEqual(['signature.wrong-organisation']);
  });

  it('is recorded with a finding where the key was revoked', async () => {
    await enrol();
    const { kid } = program;
    const statements = { byOrganisation: vouched({ kid, revoked: true }) };
    recordedOf(await lab.submit(registry.keyRevoked, kid, { reason: 'replaced', statements }));
    const one = content(1);
    expect(await findingsOf(signed(one, signedTogether([one])[0]!))).toEqual(['signature.revoked-key']);
  });

  it.each([
    [
      'a path for another index',
      (own: Signature, other: Signature) => ({ ...own, path: { ...own.path!, index: other.path!.index } }),
    ],
    ['the path of another event', (own: Signature, other: Signature) => ({ ...own, path: other.path! })],
    ['no path', ({ jws }: Signature) => ({ jws })],
  ])('is recorded with a finding where the signature comes with %s', async (_, changed) => {
    await enrol();
    const contents = [1, 2].map(content);
    const [own, other] = signedTogether(contents);
    expect(await findingsOf(signed(contents[0]!, changed(own!, other!)))).toEqual(['signature.invalid']);
  });
});

describe('a statement about a key that says more, less or otherwise than its entry, and that verifiers of evidence would pass over', () => {
  const said = { kid: program.kid, publicKey: program.publicJwk, org: 'lab-a', person: null, roles: [] };

  it.each<[string, object, object?]>([
    ['a member more', { ...said, until: '2030-01-01' }],
    ['no roles', { ...said, roles: undefined }],
    ['another key in the entry', said, { publicKey: generateKey().publicJwk }],
  ])('enrols nothing: %s', async (_, signedOver, entered = {}) => {
    const payload = JSON.parse(JSON.stringify(signedOver)) as object;
    const statements = {
      byOrganisation: vouched(payload),
      byKey: signStatement(KEY_TYP, payload as never, program.privateJwk),
    };
    const outcome = await lab.submit(registry.keyEnrolled, program.kid, { ...said, ...entered, statements });
    expect(outcome).toMatchObject({ kind: 'refused' });
  });

  const [then, other] = ['2026-11-20T08:00:00Z', '2026-11-19T08:00:00Z'];
  it.each<[string, object, object]>([
    ['compromised from what is no time', { compromisedFrom: 'yesterday' }, {}],
    ['compromised from another time', { compromisedFrom: other }, { compromisedFrom: then }],
    ['compromised in the statement only', { compromisedFrom: then }, {}],
    ['compromised in the entry only', {}, { compromisedFrom: then }],
  ])('revokes nothing: %s', async (_, signedOver, entered) => {
    await enrol();
    const statements = { byOrganisation: vouched({ kid: program.kid, revoked: true, ...signedOver }) };
    const outcome = await lab.submit(registry.keyRevoked, program.kid, { reason: 'compromised', ...entered, statements });
    expect(outcome).toMatchObject({ kind: 'refused' });
  });

  it('revokes where both say from when on the key was compromised', async () => {
    await enrol();
    const since = { compromisedFrom: then };
    const statements = { byOrganisation: vouched({ kid: program.kid, revoked: true, ...since }) };
    recordedOf(await lab.submit(registry.keyRevoked, program.kid, { reason: 'compromised', ...since, statements }));
  });
});
