import { contentDigest, contentText, disclose, generateKey, signContent } from '@cytoledger/attest';
import { persons } from '@cytoledger/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventId, type Office, openOffice, said } from './office.fixture.ts';

const { registered, screened } = persons.examples;
const PATH = '/v1/persons/donor-0001';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

describe('a receipt', () => {
  it('tells where the event stands', async () => {
    const answer = await office.post('/v1/persons/donor-0100', said(registered()));
    expect(answer).toMatchObject({
      status: 201,
      body: {
        outcome: 'recorded',
        receipt: { stream: 'person-donor-0100', seq: 0, proof: '/v1/streams/person-donor-0100/0/proof' },
      },
    });
    expect(answer.body.receipt.leaf).toMatch(/^[\w-]{43}$/);
    const { position } = answer.body.receipt;
    expect(answer.headers['location']).toBe(`/v1/streams/person-donor-0100/history?from=0&limit=1&minPosition=${position}`);
  });

  it('is the same with 200 when the event is sent again', async () => {
    const sent = said(registered());
    const first = await office.post('/v1/persons/donor-0101', sent);
    const second = await office.post('/v1/persons/donor-0101', sent);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });
});

describe('what cannot be read', () => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  it.each<[string, unknown, string, string]>([
    ['no JSON', '{"id":', 'json.invalid-json', ''],
    ['an empty body', '', 'json.invalid-json', ''],
    ['a duplicate key', '{"id":"a","id":"b"}', 'json.duplicate-key', '/id'],
    ['a number beyond doubles', '{"data":9007199254740993}', 'json.number-out-of-range', '/data'],
    ['NaN', '{"data":NaN}', 'json.invalid-json', ''],
    ['text that is no UTF-8', bytes('{"id":"', [0xff, 0xfe], '"}'), 'json.invalid-utf8', ''],
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], '{}'), 'json.byte-order-mark', ''],
    ['a prototype', '{"__proto__":{"org":"x"}}', 'json.forbidden-key', '/__proto__'],
    ['a lone surrogate', '{"id":"\\ud800"}', 'json.lone-surrogate', '/id'],
    ['nesting without end', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'json.too-deep', ''],
    ['a list', '[]', 'schema.invalid_type', ''],
    ['a text', '"text"', 'schema.invalid_type', ''],
    ['an unknown field', said(registered({ shoeSize: 43 })), 'schema.unrecognized_keys', '/data/shoeSize'],
    ['an unknown member', said(registered(), { type: 'x' }), 'schema.unrecognized_keys', '/type'],
    ['a code that nobody knows', said(registered({ role: 'king' })), 'schema.invalid_value', '/data/role'],
    ['an impossible date', said(registered(), { occurredAt: '2026-02-30T08:00:00+08:00' }), 'time.date', '/occurredAt'],
    ['a time without an offset', said(registered(), { occurredAt: '2026-02-20T08:00:00' }), 'time.format', '/occurredAt'],
    ['an id of another version', said(registered(), { id: '0192f5c4-0000-4000-8000-000000000001' }), 'schema.', '/id'],
    ['an id in capitals', said(registered(), { id: eventId().toUpperCase() }), 'schema.', '/id'],
    [
      'the platform’s own mode',
      said(registered(), { capture: { mode: 'derived', precision: 's' } }),
      'schema.derived-mode',
      '/capture/mode',
    ],
    ['digests that nobody signed', said(registered({ _sd: ['A'.repeat(43)] })), 'schema.unsigned-digests', '/data/_sd'],
  ])('is refused with rule and place: %s', async (_what, sent, rule, pointer) => {
    const before = (await office.events()).length;
    const answer = await office.post(PATH, sent);
    expect(answer.status).toBe(400);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'invalid', status: 400, type: 'urn:cytoledger:problem:invalid' });
    const [violation] = answer.body.violations;
    expect(violation.rule).toMatch(rule);
    expect(violation.pointer).toContain(pointer);
    expect(violation.message).not.toBe('');
    expect(await office.events()).toHaveLength(before);
  });

  it('names every place at once', async () => {
    const { body } = await office.post(PATH, said(registered({ role: 'king', sex: 7, x: 1 }), { occurredAt: 'yesterday' }));
    expect(body.violations.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      ...['/data/role', '/data/sex', '/data/x', '/occurredAt'],
    ]);
  });
});

describe('a path', () => {
  it.each([
    ['too short for a pseudonym', '/v1/persons/short'],
    ['in another script', `/v1/persons/${encodeURIComponent('张三张三张三张三')}`],
    ['that holds a resident number', '/v1/persons/11010519491231002X'],
    ['that holds a blank', '/v1/persons/donor%200001'],
    ['that leads elsewhere', '/v1/persons/..%2F..%2Fetc'],
    ['in capitals', `/v1/donations/${eventId().toUpperCase()}`],
    ['with a NUL', '/v1/persons/donor-0001%00'],
  ])('is refused when it is %s', async (_what, path) => {
    const before = (await office.events()).length;
    const answer = await office.post(path, said(registered()));
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect(answer.body.violations[0].rule).toMatch(/^path\./);
    expect(await office.events()).toHaveLength(before);
  });

  it('need not be repeated in the data, and may not be contradicted there', async () => {
    await office.post(PATH, said(registered()));
    const physician = await office.authorised({ roles: ['hospital.physician'] });
    const deviation = eventId();
    const closing = (over: object) => said({ outcome: 'no-impact', ...over });
    const path = `${PATH}/deviations/${deviation}/closure`;
    const other = await office.post(path, closing({ deviation: eventId() }), physician);
    expect(other.body.violations).toMatchObject([{ rule: 'path.mismatch', pointer: '/data/deviation' }]);
    const filled = await office.post(path, closing({}), physician);
    expect(filled.body.violations?.map(({ pointer }: { pointer: string }) => pointer) ?? []).not.toContain('/data/deviation');
  });
});

describe('a signed submission', () => {
  const key = generateKey();
  const content = (over: Record<string, unknown> = {}) => ({
    ...{ nonce: 'A'.repeat(22), id: eventId(), type: 'person.registered.v1', stream: 'person-donor-0200' },
    ...{ occurredAt: '2026-11-21T08:00:00+08:00', capture: { mode: 'direct', precision: 's' }, data: registered() },
    ...over,
  });
  const text = (over?: Record<string, unknown>) => contentText(content(over) as never);
  const send = (body: object, path = '/v1/persons/donor-0200') => office.post(path, body);

  it('is stored as it was signed, with its disclosures in the vault', async () => {
    const { disclosure, digest } = disclose('A'.repeat(43), 'name', '王小明');
    const signed = text({ data: { ...registered(), _sd: [digest] } });
    const answer = await send({ content: signed, disclosures: [disclosure], signatures: [] });
    expect(answer.status).toBe(201);
    const stored = (await office.events()).find((event) => event.id === answer.body.receipt.id)!;
    expect(Buffer.from(stored.body).toString()).toContain(signed);
    expect((await office.vault.open([digest])).get(digest)).toMatchObject({ subject: 'donor-0200', disclosure });
  });

  it('with a signature of an unknown key is a finding, not a loss', async () => {
    const signed = text();
    const jws = signContent(
      { contentDigest: contentDigest(signed), meaning: 'registered', signedAt: '2026-11-21T00:00:00.000Z' },
      key.privateJwk,
    );
    const answer = await send({ content: signed, disclosures: [], signatures: [{ jws }] });
    expect(answer.status).toBe(201);
    expect(answer.body.findings.map(({ rule }: { rule: string }) => rule)).toContain('signature.unknown-key');
  });

  it.each<[string, () => object, string, string]>([
    ['a content that is not canonical', () => ({ content: ` ${text()}` }), 'content.', '/content'],
    ['members in another order', () => ({ content: JSON.stringify(content()) }), 'content.', '/content'],
    ['another stream than the path’s', () => ({ content: text({ stream: 'person-donor-0201' }) }), 'content.stream', '/content'],
    ['another type than the route’s', () => ({ content: text({ type: 'person.screened.v1' }) }), 'content.type', '/content'],
    [
      'a personal field in clear',
      () => ({ content: text({ data: registered({ name: '王' }) }) }),
      'content.personal-in-clear',
      '/content/data/name',
    ],
    [
      'a disclosure that no digest answers',
      () => ({ content: text(), disclosures: [disclose('B'.repeat(43), 'name', '王').disclosure] }),
      'content.disclosure-unknown',
      '/disclosures/0',
    ],
    ['a nonce that can be guessed', () => ({ content: text({ nonce: 'AA' }) }), 'content.', '/content'],
    [
      'an unknown field',
      () => ({ content: text({ data: registered({ x: 1 }) }) }),
      'schema.unrecognized_keys',
      '/content/data/x',
    ],
    ['an unknown member beside it', () => ({ content: text(), data: {} }), 'schema.unrecognized_keys', '/data'],
    [
      'a signature that is no text',
      () => ({ content: text(), signatures: [{ jws: 7 }] }),
      'schema.invalid_type',
      '/signatures/0/jws',
    ],
  ])('is refused with %s', async (_what, body, rule, pointer) => {
    const before = (await office.events()).length;
    let sent: object;
    try {
      sent = body();
    } catch {
      // What our own writer refuses to make, somebody else's may make.
      sent = { content: JSON.stringify(content({ nonce: 'AA' })) };
    }
    const answer = await send(sent);
    expect(answer.status).toBe(400);
    expect(answer.body.violations[0].rule).toContain(rule);
    expect(answer.body.violations[0].pointer).toContain(pointer);
    expect(await office.events()).toHaveLength(before);
  });

  it('of a correction may hold no personal field of its original in clear', async () => {
    const { body } = await office.post('/v1/persons/donor-0202', said(registered()));
    const data = { event: body.receipt.id, data: registered({ name: '王小明' }), reason: 'transcription' };
    const signed = text({ type: 'person.corrected.v1', stream: 'person-donor-0202', data });
    const answer = await send({ content: signed }, '/v1/persons/donor-0202/corrections');
    expect(answer.status).toBe(400);
    expect(answer.body.violations).toMatchObject([{ rule: 'content.personal-in-clear', pointer: '/content/data/data/name' }]);
  });
});

describe('the language', () => {
  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en', 'en'],
    [undefined, 'en'],
    ['en;q=0.1, zh', 'zh'],
    ['fr, zh;q=0', 'en'],
  ])('of findings follows Accept-Language %s', async (language, expected) => {
    const person = `donor-${eventId()}`;
    await office.post(`/v1/persons/${person}`, said(registered()));
    const answer = await office.post(
      `/v1/persons/${person}/screenings`,
      said(screened(), { occurredAt: '2126-11-21T08:00:00+08:00' }),
      language === undefined ? {} : { 'accept-language': language },
    );
    const [finding] = answer.body.findings;
    expect(/[\u4e00-\u9fff]/.test(finding.message)).toBe(expected === 'zh');
    expect(finding).toMatchObject({ rule: 'observation.from-future', severity: 'finding', pointer: '/occurredAt' });
    expect(finding.citation).not.toBe('');
  });

  it('of a title follows it too', async () => {
    const sent = said(registered(), { shoeSize: 1 });
    expect((await office.post(PATH, sent, { 'accept-language': 'zh' })).body.title).toBe('无法识别所提交的内容');
  });
});
