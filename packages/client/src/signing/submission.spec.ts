import {
  contentDigest,
  generateKey,
  type JsonObject,
  readContent,
  readDisclosure,
  verifyKeyEnrolment,
  verifySignature,
} from '@cytoledger/attest';
import { describe, expect, it } from 'vitest';
import type { StreamStatement } from '../captured.ts';
import { enrolmentStatements } from './keys.ts';
import { countersign, prepareContent, signedSubmission, signTogether } from './submission.ts';

const key = generateKey();

const statement = (data: object = {}): StreamStatement<'person.registered.v1'> => ({
  id: '0192f5c4-0000-7000-8000-000000000001',
  type: 'person.registered.v1',
  stream: 'person-donor-000001',
  occurredAt: '2026-11-21T10:00:00+08:00',
  capture: { mode: 'direct', precision: 'min' },
  data: { role: 'donor', ...data } as never,
});

describe('a content to be signed', () => {
  it('holds personal fields as digests that the disclosures answer', () => {
    const { content, disclosures } = prepareContent(statement({ name: '王五', contact: 'here' }));

    const { data } = readContent(content);
    const disclosed = disclosures.map(readDisclosure);
    expect(data).toEqual({ role: 'donor', _sd: disclosed.map(({ digest }) => digest).sort() });
    expect(Object.fromEntries(disclosed.map(({ name, value }) => [name, value]))).toEqual({ name: '王五', contact: 'here' });
  });

  it('finds personal fields within lists', () => {
    const screened = {
      ...statement(),
      type: 'person.screened.v1',
      data: { risk: 'none-identified', tests: [{ marker: 'hbsag', result: 'non-reactive', value: '0.02 S/CO' }] },
    } as never;

    const { content, disclosures } = prepareContent(screened);

    const [test] = readContent(content).data['tests'] as readonly JsonObject[];
    expect(test).toEqual({
      marker: 'hbsag',
      result: 'non-reactive',
      _sd: disclosures.map((each) => readDisclosure(each).digest),
    });
  });

  it('hides the personal fields of the event that a correction corrects', () => {
    const correction = {
      ...statement(),
      type: 'person.corrected.v1',
      data: { event: statement().id, data: { role: 'donor', name: '王五' }, reason: 'transcription' },
    } as never;

    expect(prepareContent(correction, { corrects: 'person.registered.v1' }).content).not.toContain('王五');
  });

  it('is never the same twice, so that its digest tells nothing', () => {
    expect(prepareContent(statement()).content).not.toBe(prepareContent(statement()).content);
  });

  it('is refused for a type that nobody knows', () => {
    expect(() => prepareContent({ ...statement(), type: 'person.forgotten.v1' } as never)).toThrow(
      expect.objectContaining({ code: 'unsignable' }),
    );
  });
});

describe('a signature', () => {
  it('holds for the content and its meaning', () => {
    const { content, signatures } = signedSubmission(statement(), key.privateJwk, 'release', '2026-11-21T10:01:00+08:00');

    expect(verifySignature(signatures[0]!, content, key.publicJwk)).toMatchObject({
      kid: key.kid,
      meaning: 'release',
      signedAt: '2026-11-21T10:01:00+08:00',
    });
  });

  it('of a second person is over the same content', () => {
    const second = generateKey();
    const { content } = signedSubmission(statement(), key.privateJwk, 'release');

    const jws = countersign(content, second.privateJwk, 'release');

    expect(verifySignature({ jws }, content, second.publicJwk).kid).toBe(second.kid);
  });

  it('is not given to what is no content', () => {
    expect(() => countersign('{"pay":"1000"}', key.privateJwk, 'release')).toThrow(
      expect.objectContaining({ name: 'AttestError' }),
    );
  });

  it('over many holds for each of them by its path', () => {
    const bodies = signTogether([statement(), statement({ name: '甲' }), statement()], key.privateJwk, 'submission');

    for (const { content, signatures } of bodies) {
      expect(verifySignature(signatures[0]!, content, key.publicJwk).meaning).toBe('submission');
    }
    const [one, two] = bodies;
    expect(contentDigest(one!.content)).not.toBe(contentDigest(two!.content));
    expect(() => verifySignature(one!.signatures[0]!, two!.content, key.publicJwk)).toThrow();
  });
});

it('an enrolment is vouched for by the root and proves possession of the key', () => {
  const root = generateKey();
  const { statements, ...said } = enrolmentStatements(
    { key: key.privateJwk, org: 'lab-a', person: 'staff-0001', roles: ['lab.qa'] },
    root.privateJwk,
  );

  expect(verifyKeyEnrolment(statements, root.publicJwk)).toEqual(said);
});
