import { contentText, disclose } from '@cytoledger/attest';
import { persons } from '@cytoledger/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, eventId, type Office, openOffice, said } from './office.fixture.ts';

const CHINESE = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' };
const HAN = /\p{Script=Han}/u;
const PERSON = '/v1/persons/donor-0001';
const { registered } = persons.examples;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

type Violation = { readonly rule: string; readonly severity: string; readonly pointer: string; readonly message: string };
type Headers = Record<string, string>;
type Family = readonly [what: string, rule: string, ask: (headers: Headers) => Promise<Answer>];

const posted =
  (body: unknown, path = PERSON) =>
  (headers: Headers) =>
    office.post(path, body, headers);

const content = (over: Record<string, unknown> = {}) => ({
  ...{ nonce: 'A'.repeat(22), id: eventId(), type: 'person.registered.v1', stream: 'person-donor-0001' },
  ...{ occurredAt: '2026-11-21T08:00:00+08:00', capture: { mode: 'direct', precision: 's' }, data: registered() },
  ...over,
});
const signed = (over: Record<string, unknown> = {}, beside: object = {}) => ({
  content: contentText(content(over) as never),
  disclosures: [],
  signatures: [],
  ...beside,
});

const SCHEMA: readonly Family[] = [
  ['a wrong type', 'schema.invalid_type', posted(said(registered({ name: 7 })))],
  ['a wrong code', 'schema.invalid_value', posted(said(registered({ role: 'king' })))],
  ['a missing field', 'schema.invalid_value', posted(said({ ...registered(), role: undefined }))],
  ['a missing member', 'schema.invalid_type', posted({ ...said(registered()), capture: undefined })],
  ['an unknown field', 'schema.unrecognized_keys', posted(said(registered({ shoeSize: 43 })))],
  ['an id of another version', 'schema.invalid_format', posted(said(registered(), { id: 'x' }))],
  ['a text that is too long', 'schema.too_big', posted(said(registered({ name: '王'.repeat(9000) })))],
  ['a wrong format', 'time.format', posted(said(registered(), { occurredAt: 'noon' }))],
  ['a list instead of an object', 'schema.invalid_type', posted('[]')],
  [
    'the platform’s own mode',
    'schema.derived-mode',
    posted(said(registered(), { capture: { mode: 'derived', precision: 's' } })),
  ],
  ['digests that nobody signed', 'schema.unsigned-digests', posted(said(registered({ _sd: ['A'.repeat(43)] })))],
];

const JSON_TEXTS: readonly Family[] = [
  ['no JSON', 'json.invalid-json', posted('{"id":')],
  ['a duplicate key', 'json.duplicate-key', posted('{"id":"a","id":"b"}')],
  ['a number beyond doubles', 'json.number-out-of-range', posted('{"data":9007199254740993}')],
  ['no UTF-8', 'json.invalid-utf8', posted(Buffer.from([0x22, 0xff, 0x22]))],
  ['a byte order mark', 'json.byte-order-mark', posted(Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))],
  ['a prototype', 'json.forbidden-key', posted('{"__proto__":{}}')],
  ['a lone surrogate', 'json.lone-surrogate', posted('{"id":"\\ud800"}')],
  ['nesting without end', 'json.too-deep', posted('['.repeat(5000))],
];

const CONTENTS: readonly Family[] = [
  ['another type', 'content.type', posted(signed({ type: 'person.screened.v1' }))],
  ['another stream', 'content.stream', posted(signed({ stream: 'person-donor-0009' }))],
  ['no canonical form', 'content.content-not-canonical', posted({ ...signed(), content: JSON.stringify(content()) })],
  [
    'a nonce that can be guessed',
    'content.invalid-member',
    posted({ ...signed(), content: JSON.stringify(content({ nonce: 'AA' })) }),
  ],
  ['a personal field in clear', 'content.personal-in-clear', posted(signed({ data: registered({ name: '王' }) }))],
  [
    'a disclosure that no digest answers',
    'content.disclosure-unknown',
    posted(signed({}, { disclosures: [disclose('B'.repeat(43), 'name', '王').disclosure] })),
  ],
  ['a signature that is no text', 'schema.invalid_type', posted(signed({}, { signatures: [{ jws: 7 }] }))],
];

const PATHS: readonly Family[] = [
  ['a name too short for a pseudonym', 'path.', posted(said(registered()), '/v1/persons/short')],
  ['a donation that is no UUID', 'path.', posted(said({}), '/v1/donations/d-1')],
  [
    'data that contradicts it',
    'path.mismatch',
    async (headers) => {
      const physician = await office.authorised({ roles: ['hospital.physician'] });
      const closing = said({ outcome: 'no-impact', deviation: eventId() });
      return office.post(`${PERSON}/deviations/${eventId()}/closure`, closing, { ...headers, ...physician });
    },
  ],
];

const copied = (over: object) => ({
  sourceRecord: { binder: 'BR-2026-117', page: '14', imageDigest: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' },
  transcriber: 'staff-0001',
  checker: 'staff-0002',
  entries: [entry({ id: eventId() })],
  ...over,
});
const entry = (over: object = {}) => ({
  ...{ type: 'person.registered.v1', stream: 'person-donor-0001' },
  ...{ occurredAt: '2026-11-20T08:00:00+08:00', precision: 'min', data: registered() },
  ...over,
});
const page = (over: object) => async (headers: Headers) => {
  const { authorization } = await office.authorised({ person: 'staff-0002' });
  return office.post('/v1/transcriptions', copied(over), { 'second-authorization': authorization!, ...headers });
};
const PAGES: readonly Family[] = [
  ['without entries', 'schema.too_small', page({ entries: [] })],
  ['with an unknown type', 'transcription.type', page({ entries: [entry({ id: eventId(), type: 'person.baptised.v1' })] })],
  ['with a type of elsewhere', 'transcription.type', page({ entries: [entry({ id: eventId(), type: 'batch.opened.v1' })] })],
  ['with another stream', 'transcription.stream', page({ entries: [entry({ id: eventId(), stream: 'donation-x' })] })],
  ['checked by its transcriber', 'transcription.second-person', page({ checker: 'staff-0001', again: [entry()] })],
  [
    'copied twice by one',
    'transcription.second-token',
    page({ transcriber: 'staff-0002', checker: 'staff-0001', again: [entry()] }),
  ],
  ['with two copies that differ', 'transcription.differs', page({ again: [entry({ data: registered({ sex: 'male' }) })] })],
  ['with copies of two lengths', 'transcription.differs', page({ again: [] })],
];

describe.each([
  ['data', SCHEMA],
  ['JSON', JSON_TEXTS],
  ['a signed content', CONTENTS],
  ['a path', PATHS],
  ['a page of paper', PAGES],
] as const)('what is wrong with %s is told in the language that is preferred', (_family, cases) => {
  it.each(cases)('%s', async (_what, rule, ask) => {
    const [zh, en] = [(await ask(CHINESE)).body, (await ask({})).body];
    expect(same(zh.violations)).toEqual(same(en.violations));
    expect(en.violations[0].rule).toContain(rule);
    for (const [n, { message }] of (zh.violations as Violation[]).entries()) {
      expect(message).toMatch(HAN);
      expect(en.violations[n].message).not.toMatch(HAN);
    }
  });
});

/** Everything but the sentence. */
function same(violations: readonly Violation[]): object[] {
  return violations.map(({ message: _, ...rest }) => rest);
}

describe('what is wrong with a line of many is told in the language that is preferred', () => {
  const line = (over: object = {}) => JSON.stringify({ type: 'person.registered.v1', stream: 'person-donor-0001', ...over });
  it.each<[what: string, rule: string, line: string]>([
    ['no JSON', 'json.invalid-json', '{"id":'],
    ['no object', 'schema.invalid_type', '[]'],
    ['no type', 'line.type', '{}'],
    ['no stream', 'line.stream', '{"type":"person.registered.v1"}'],
    ['a stream that is none', 'line.stream', line({ stream: 'nothing' })],
    ['a stream of elsewhere', 'line.stream', line({ stream: `donation-${eventId()}` })],
    ['an unknown type', 'line.type', line({ type: 'person.baptised.v1' })],
    ['a type that is not taken here', 'line.type', line({ type: 'batch.opened.v1' })],
    ['a content that is no JSON', 'content.invalid-json', '{"content":"{"}'],
    ['a content without a stream', 'content.missing-member', '{"content":"{}"}'],
    ['data that is not the type’s', 'schema.', line(said(registered({ shoeSize: 43 })))],
    ['too much', 'line.too-long', `"${'x'.repeat(300_000)}"`],
  ])('%s', async (_what, rule, text) => {
    const told = async (headers: Headers) => {
      const answer = await office.post('/v1/events', `${text}\n`, { ...headers, 'content-type': 'application/x-ndjson' });
      return JSON.parse(answer.text) as { readonly violations: readonly Violation[] };
    };
    const [zh, en] = [await told(CHINESE), await told({})];
    expect(same(zh.violations)).toEqual(same(en.violations));
    expect(en.violations[0]!.rule).toContain(rule);
    expect(en.violations.map(({ message }) => message).join()).not.toMatch(HAN);
    for (const { message } of zh.violations) expect(message).toMatch(HAN);
  });

  it('a last line without its end', async () => {
    const headers = { ...CHINESE, 'content-type': 'application/x-ndjson' };
    const { text } = await office.post('/v1/events', '{"id":', headers);
    expect(JSON.parse(text).violations[0].message).toContain('最后一行不完整');
  });
});

it('a Chinese sentence says what is expected and what was sent', async () => {
  const sent = said({ ...registered({ role: 'king', sex: 7, x: 1 }) }, { capture: undefined, occurredAt: 'noon' });
  const { body } = await office.post(PERSON, sent, CHINESE);
  const told = new Map((body.violations as Violation[]).map(({ pointer, message }) => [pointer, message]));
  expect(told.get('/capture')).toBe('缺少此项：应为对象');
  expect(told.get('/data/x')).toBe('此处没有这个字段');
  expect(told.get('/data/role')).toMatch(/^只能是以下之一："/);
});
