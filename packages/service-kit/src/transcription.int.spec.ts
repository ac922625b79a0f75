import { persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventId, type Office, openOffice } from './office.fixture.ts';

const { registered, screened } = persons.examples;
const IMAGE = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().replace(/:\d\d\.\d+Z/, ':00Z');

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const entry = (data: object = registered(), type = 'person.registered.v1', stream = 'person-donor-0001') => ({
  ...{ type, stream, occurredAt: YESTERDAY, precision: 'min', data },
});
const both = () => [entry(), entry(screened(), 'person.screened.v1')];
const withIds = (entries: readonly object[]) => entries.map((each) => ({ id: eventId(), ...each }));
const page = (over: object = {}) => ({
  form: 'F-112 v3',
  sourceRecord: { binder: 'BR-2026-117', page: '14', imageDigest: IMAGE },
  transcriber: 'staff-0001',
  checker: 'staff-0002',
  entries: withIds(both()),
  ...over,
});
const copy = (over: object = {}, headers: Record<string, string> = {}) => office.post('/v1/transcriptions', page(over), headers);
/** The token of who made the second copy, beside that of who sends both. */
const second = async (claims: object = { person: 'staff-0002' }) => ({
  'second-authorization': (await office.authorised(claims))['authorization']!,
});
const copiedTwice = async (over: object = {}, headers: Record<string, string> = {}) =>
  copy({ again: both(), ...over }, { ...(await second()), ...headers });
const contents = async () => (await office.events()).map(({ body }) => JSON.parse(Buffer.from(body).toString()).content);

describe('a page of paper that is copied', () => {
  it('is recorded entry by entry, with both times, both persons, and the image of the page', async () => {
    const { status, body } = await copiedTwice();
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({ comparedWithSecondEntry: true, level: 'release-ready', missing: [] });
    expect(body.entries.map((each: { status: number; outcome: string }) => [each.status, each.outcome])).toEqual([
      [201, 'recorded'],
      [201, 'recorded'],
    ]);
    const [told] = body.entries;
    expect(told.occurredAt).toBe(YESTERDAY);
    expect(Date.parse(told.receipt.recordedAt)).toBeGreaterThan(Date.parse(YESTERDAY) + 86_000_000);
    const [first] = await contents();
    expect(first).toMatchObject({ occurredAt: YESTERDAY });
    expect(first.capture).toEqual({
      ...{ mode: 'paper', precision: 'min', form: 'F-112 v3', reasonLate: 'paper-transcribed' },
      sourceRecord: { binder: 'BR-2026-117', page: '14', imageDigest: IMAGE },
      ...{ transcriber: 'staff-0001', checker: 'staff-0002' },
    });
  });

  it('is compared first where it was copied twice: every difference has its place, and nothing is recorded', async () => {
    const misread = [
      entry({ ...registered(), role: 'birth-mother' }),
      { ...both()[1]!, occurredAt: '2026-11-19T10:30:00+08:00' },
    ];
    const { status, body } = await copiedTwice({ again: misread });
    expect([status, body.code]).toEqual([409, 'transcriptions-differ']);
    expect(body.violations.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/entries/0/data/role',
      '/entries/1/occurredAt',
    ]);
    expect(body.violations[0].message).toBe('the first copy says "donor", the second "birth-mother"');
    expect(await office.events()).toEqual([]);
    expect((await copiedTwice({ again: [entry()] })).body.violations[0].pointer).toBe('/again');
  });

  it('says the same where a member stands in another order, or a moment in another offset', async () => {
    const { type, stream, occurredAt, precision, data } = entry();
    const elsewhere = `${new Date(Date.parse(occurredAt) + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
    const reordered = {
      data: Object.fromEntries(Object.entries(data).reverse()),
      precision,
      occurredAt: elsewhere,
      stream,
      type,
    };
    expect((await copiedTwice({ entries: withIds([entry()]), again: [reordered] })).status).toBe(201);
  });

  it('is stored once when it is sent again', async () => {
    const sent = page();
    const first = await office.post('/v1/transcriptions', sent);
    const again = await office.post('/v1/transcriptions', sent);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(await office.events()).toHaveLength(2);
  });

  it('is copied by one of its two persons, and a second copy is that of another', async () => {
    const stranger = await office.authorised({ person: 'staff-0009' });
    expect((await copy({}, stranger)).body).toMatchObject({ status: 403, code: 'neither-transcriber-nor-checker' });
    expect((await copy({}, await office.authorised({ person: 'staff-0002' }))).status).toBe(201);
    for (const checker of ['staff-0001', undefined])
      expect((await copiedTwice({ checker })).body.violations[0].rule).toBe('transcription.second-person');
    expect(await office.events()).toHaveLength(2);
  });

  it.each<[string, object | null, object | undefined]>([
    ['one token alone', null, undefined],
    ['the same token twice', { person: 'staff-0001' }, undefined],
    ['a second token of somebody else than the checker', { person: 'staff-0009' }, undefined],
    ['a second token of nobody', { person: undefined, client_id: 'scanner-1' }, undefined],
    ['a second token of another organisation', { org: 'clinic-b', person: 'staff-0002' }, undefined],
    ['the checker’s token twice', { person: 'staff-0002' }, { person: 'staff-0002' }],
  ])('is not taken as copied twice from %s: who is named as checker is not yet who copied', async (_, claims, sender) => {
    const headers = { ...(sender && (await office.authorised(sender))), ...(claims && (await second(claims))) };
    const { status, body } = await copy({ again: both() }, headers);
    expect([status, body.code, body.violations]).toEqual([
      403,
      'second-copy-not-theirs',
      [expect.objectContaining({ rule: 'transcription.second-token', pointer: '/again' })],
    ]);
    expect(body.violations[0].message).toContain('staff-0002');
    const chinese = await copy({ again: both() }, { ...headers, 'accept-language': 'zh' });
    expect(chinese.body.violations[0].message).toMatch(/第二份抄录.*staff-0002/);
    expect(await office.events()).toEqual([]);
  });

  it('is not taken with a second token that does not hold', async () => {
    const { status, body } = await copy({ again: both() }, { 'second-authorization': 'Bearer x.y.z' });
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });

  it('may be sent by a program of the organisation, where the second person brings an own token', async () => {
    const program = await office.authorised({ person: undefined, client_id: 'scanner-1' } as never);
    expect((await copiedTwice({}, program)).status).toBe(201);
    expect((await copy({ again: both() }, program)).body.code).toBe('second-copy-not-theirs');
  });

  it('that its transcriber checked alone is kept, as a finding', async () => {
    const { body } = await copy({ checker: 'staff-0001', entries: withIds([entry()]) });
    expect(body).toMatchObject({ level: 'step', missing: ['checker'] });
    expect(body.entries[0].findings.map(({ rule }: { rule: string }) => rule)).toEqual(['paper.checked-by-transcriber']);
  });

  it('without an image of the page says what is missing', async () => {
    const { body } = await copy({ sourceRecord: { binder: 'B', page: '1' }, entries: withIds([entry()]) });
    expect(body).toMatchObject({ level: 'step', missing: ['sourceRecord/imageDigest'] });
    expect(body.entries[0].warnings.map(({ rule }: { rule: string }) => rule)).toEqual(['paper.incomplete']);
  });

  it('is read as a whole before anything is recorded: every problem has its place', async () => {
    const entries = withIds([
      entry(),
      entry({ role: 'astronaut' }),
      entry({}, 'person.unknown.v1'),
      entry(registered(), 'person.registered.v1', 'batch-x'),
    ]);
    const { status, body } = await copy({ entries });
    expect(status).toBe(400);
    expect(body.violations.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/entries/1/data/role',
      '/entries/2/type',
      '/entries/3/stream',
    ]);
    expect(await office.events()).toEqual([]);
  });

  it('records what may be recorded, and tells beside it what may not', async () => {
    const closure = { deviation: '0192f5c4-0000-7000-8000-0000000000dd', impact: 'none' };
    const entries = withIds([entry(), entry(closure, 'person.deviation-closed.v1')]);
    const { status, body } = await copy({ entries });
    expect([status, ...body.entries.map((each: { status: number }) => each.status)]).toEqual([207, 201, 403]);
    expect(await office.events()).toHaveLength(1);
  });
});
