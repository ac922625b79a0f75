import type { Readable } from 'node:stream';
import { type Answer, type Caller, type QueryRoute, type Question, Refusal } from '@cytoledger/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { traceRoutes } from './routes.ts';
import { readWorkbook } from './specification/read-workbook.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { BESIDE } from './traces/beside.ts';
import { XLSX } from './workbook/workbook.ts';

const { ids } = story;
const inputs = [{ donation: 0 }];
const recipient = { treatment: 0, patient: 0, site: 'hosp-a' };

let bench: TraceBench;
let routes: QueryRoute[];
let last: string;

beforeAll(async () => {
  bench = await TraceBench.open();
  last = await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.issueEvents(0, inputs),
    ...story.openingEvents(0, inputs),
    ...story.processEvents(0, 2),
    ...story.releaseEvents(0),
    ...story.plannedEvents(recipient),
    ...story.handingEvents({ batch: 0, unit: 0 }, recipient),
    ...story.followUpEvents({ batch: 0, unit: 0 }, recipient),
  );
  routes = traceRoutes(bench.trace);
});
afterAll(() => bench.close());

const caller = (role: Caller['roles'][number], org: string): Caller => ({
  org,
  person: 'staff-0001',
  roles: [role],
  client: null,
  treatments: [],
  batches: [],
});
const OVERSIGHT = caller('oversight', 'qc-centre');

async function get(
  path: string,
  query: Record<string, unknown> = {},
  {
    as = OVERSIGHT,
    params = {},
    accepts = 'application/json',
  }: { as?: Caller; params?: Record<string, string>; accepts?: string } = {},
): Promise<Answer> {
  const route = routes.find((each) => each.path === path)!;
  const parsed = (route.query as z.ZodType<Record<string, unknown>>).parse({ minPosition: last, ...query });
  return route.handle({
    caller: as,
    language: 'en',
    params,
    query: parsed,
    body: undefined,
    accepts,
    correlation: 'c',
    signal: new AbortController().signal,
  } as unknown as Question);
}

/** Members of an answer that are its rows, or stand on the sheet about it. */
const TOLD_ABOUT = ['trace', 'asOf', 'columns', 'rows', 'balance', 'completeness', 'finding'];

type Table = { readonly columns: readonly { readonly key: string; readonly en: string }[]; readonly links: readonly unknown[] };

const problemOf = (asked: Promise<Answer>) =>
  asked.then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? [error.problem.status, error.problem.code] : error),
  );

describe('the routes', () => {
  it('answer a trace as JSON, and as CSV for a spreadsheet', async () => {
    const { body } = await get('/v1/traces/units', { donor: ids.donor(0) });
    expect(body).toMatchObject({ trace: 'units', rows: [{ fate: 'infused' }, { fate: null }] });
    const csv = await get('/v1/traces/units', { donor: ids.donor(0) }, { accepts: 'text/csv' });
    expect(csv.type).toBe('text/csv; charset=utf-8');
    expect(String(csv.body).split('\r\n')).toHaveLength(4);
    expect(csv.headers).toMatchObject({ 'cytoledger-position': last });
  });

  it('say in every row of a CSV as of when it holds and what the answer may be lacking', async () => {
    const csv = String((await get('/v1/traces/units', { donor: ids.donor(0) }, { accepts: 'text/csv' })).body);
    const [heading, first] = csv.split('\r\n');
    expect(heading).toMatch(/,As of log position,"As of, recorded","As of, occurred",Completeness$/);
    expect(first).toContain(`,${last},`);
    expect(first).toContain('What became of it: infused = given to a patient');
    expect(first).toMatch(/,unreconciled 0 of 0; silent sites 0; declared gaps 0; open deviations 0; not taken in 0$/);
  });

  it('say in a CSV too what is not shown, also where nothing else is', async () => {
    const as = caller('lab.qa', story.LAB);
    const csv = await get('/v1/traces/recipients', { batch: ids.batch(0) }, { accepts: 'text/csv', as });
    const [, only, ...rest] = String(csv.body).split('\r\n');
    expect(only).toContain(`,${last},`);
    expect(only).toMatch(/; "?not shown, at hosp-a: 1 units, 1 infused, 1 recipients"?$/);
    expect(rest).toEqual(['']);
  });

  it('put into a workbook whatever the JSON tells beside the rows', async () => {
    for (const [path, query] of [
      ['/v1/traces/look-back', { donor: ids.donor(0) }],
      ['/v1/traces/failures', { lot: 'PL-0' }],
    ] as const) {
      const { body } = (await get(path, query)) as { body: Record<string, unknown> };
      const told = new Set([...BESIDE.map(({ member }) => member), ...TOLD_ABOUT]);
      expect(Object.keys(body).filter((member) => !told.has(member))).toEqual([]);
      for (const { member, columns } of BESIDE) {
        for (const row of (body[member] ?? []) as object[]) {
          expect([member, Object.keys(row).sort()]).toEqual([member, columns.map(({ key }) => key).sort()]);
        }
      }
    }
    const lookBack = await get('/v1/traces/look-back', { donor: ids.donor(0) }, { accepts: XLSX });
    const about = (await readWorkbook(lookBack.body as Readable))['About this answer']!.map((row) =>
      row.map((cell) => cell?.[1]),
    );
    expect(about).toContainEqual(['Eligibility of the donor', 'eligible']);
  });

  it('answer what is due and where every unit is as JSON, CSV and workbook', async () => {
    const due = await get('/v1/due', { now: '2027-02-05T08:00:00Z', kind: 'visit, expiry' });
    expect(due.body).toMatchObject({ now: '2027-02-05T08:00:00Z', position: last, due: [{ kind: 'visit' }] });
    const csv = await get('/v1/due', { now: '2027-02-05T08:00:00Z' }, { accepts: 'text/csv' });
    expect(String(csv.body)).toContain('visit,2027-02-15,false,treatment-');
    const held = await get('/v1/whereabouts', { limit: 1 });
    expect(held.body).toMatchObject({ rows: [{ holder: 'lab-a', unit: ids.unit({ batch: 0, unit: 1 }) }], next: null });
    const sheets = await readWorkbook((await get('/v1/whereabouts', {}, { accepts: XLSX })).body as Readable);
    expect(sheets['Answer']).toHaveLength(2);
  });

  it('hold a visit to be due from the morning of its first day in China, when it is the day before in UTC', async () => {
    const due = async (now: string) => ((await get('/v1/due', { now, kind: 'visit' })).body as { due: unknown[] }).due.length;
    expect([await due('2027-01-31T15:59:59Z'), await due('2027-01-31T16:00:00Z')]).toEqual([0, 1]);
  });

  it('answer a trace as a workbook, with what must be read with its rows', async () => {
    const answer = await get('/v1/traces/units', { donor: ids.donor(0) }, { accepts: XLSX });
    expect([answer.type, answer.headers?.['content-disposition']]).toEqual([XLSX, `attachment; filename="units-${last}.xlsx"`]);
    const sheets = await readWorkbook(answer.body as Readable);
    const { body } = (await get('/v1/traces/units', { donor: ids.donor(0) })) as { body: Table };
    const rows = sheets['Answer']!.map((row) => row.map((cell) => cell?.[1] ?? null));
    expect(rows[0]).toEqual(body.columns.map(({ en }) => en));
    const column = body.columns.findIndex(({ key }) => key === 'unitIdentifiers');
    expect(rows.slice(1).map((row) => row[column])).toEqual(['HUCMSC-P4-0-1', 'HUCMSC-P4-0-2']);
    const about = new Map(sheets['About this answer']!.map(([what, value]) => [what![1], value?.[1]]));
    expect(about.get('As of log position')).toBe(last);
    expect(about.get('Containers made')).toBe('2');
    expect(sheets['Lineage followed']).toHaveLength(1 + body.links.length);
    const codes = sheets['Codes in words']!.map((row) => row.map((cell) => cell?.[1]));
    expect(codes).toContainEqual(['What became of it', 'infused', 'given to a patient']);
  });

  it('answer as of a position and a time', async () => {
    const then = await get('/v1/traces/recipients', { donor: ids.donor(0), asOf: '12' });
    expect(then.body).toMatchObject({ asOf: { position: '12' }, rows: [] });
    const early = get('/v1/traces/recipients', { donor: ids.donor(0), asOf: '2020-01-01T00:00:00Z' });
    expect(await problemOf(early)).toEqual([400, 'before-the-log']);
  });

  it('say which position cannot be waited for', async () => {
    expect(await problemOf(get('/v1/due', { minPosition: '99999' }))).toEqual([400, 'position-beyond-head']);
    expect(await problemOf(get('/v1/due', { minPosition: 'x' }))).toEqual([400, 'invalid-position']);
    expect(await problemOf(get('/v1/due', { asOf: '99999' }))).toEqual([400, 'position-beyond-head']);
    for (const asOf of ['x', '1-2-3', '007', '2026-11-21']) {
      expect([asOf, await problemOf(get('/v1/due', { asOf }))]).toEqual([asOf, [400, expect.stringMatching('invalid-')]]);
    }
  });

  it('refuse a question without exactly one origin', () => {
    const { query } = routes.find(({ path }) => path === '/v1/traces/units')!;
    for (const wrong of [{}, { donor: 'a', batch: 'b' }, { donor: 'a', supplier: 'x' }]) {
      expect(query!.safeParse(wrong).success).toBe(false);
    }
  });

  it('tell strangers that there is nothing, and roles without traces that they ask none', async () => {
    const params = { batchId: ids.batch(0), unitId: ids.unit({ batch: 0, unit: 0 }), treatmentId: ids.treatment(0) };
    const as = caller('hospital.physician', 'hosp-z');
    for (const path of [
      '/v1/batches/:batchId',
      '/v1/units/:unitId',
      '/v1/treatments/:treatmentId',
      '/v1/batches/:batchId/dossier',
    ]) {
      expect([path, await problemOf(get(path, {}, { as, params }))]).toEqual([path, [404, 'not-found']]);
    }
    expect(await problemOf(get('/v1/due', {}, { as: caller('site.admin', 'lab-a') }))).toEqual([403, 'role-asks-no-traces']);
  });

  it('lead from a unit back to its donors', async () => {
    const unit = ids.unit({ batch: 0, unit: 1 });
    const { body } = await get('/v1/traces/origins', { unit });
    expect(body).toMatchObject({ rows: [{ unit, donor: ids.donor(0), eligibilityThen: null, eligibilityNow: 'eligible' }] });
    const lab = await get('/v1/traces/origins', { batch: ids.batch(0) }, { as: caller('lab.qa', story.LAB) });
    expect(lab.body).toMatchObject({ rows: [{ donor: ids.donor(0) }, { donor: ids.donor(0) }] });
  });

  it('give a history in pages, and whole as NDJSON', async () => {
    const params = { batchId: ids.batch(0) };
    const page = await get('/v1/batches/:batchId/history', { limit: '5' }, { params });
    const { entries, events, next } = page.body as { entries: number; events: unknown[]; next: number };
    expect([events.length, next]).toEqual([5, 5]);
    const whole = await get('/v1/batches/:batchId/history', {}, { params, accepts: 'application/x-ndjson' });
    const lines = (await (whole.body as Readable).toArray()).join('').trimEnd().split('\n');
    expect(lines).toHaveLength(entries);
  });

  it('give one event of a record by its seq, as the Location of what was recorded does', async () => {
    const { body } = await get(
      '/v1/streams/:stream/history',
      { from: '3', limit: '1' },
      { params: { stream: `batch-${ids.batch(0)}` } },
    );
    expect(body).toMatchObject({ events: [{ header: { seq: 3 } }] });
  });

  it('tell on one page of a history what a later page corrects, and of which moment the pages are', async () => {
    const stream = `batch-${ids.batch(0)}`;
    const whole = await get('/v1/streams/:stream/history', {}, { params: { stream } });
    type Told = { header: { id: string }; body: { content: { data: object } } };
    const { position, events } = whole.body as { position: string; events: Told[] };
    expect(position).toBe(last);
    const { header, body } = events[1]!;
    const data = { event: header.id, reason: 'transcription', data: body.content.data };
    await bench.say({
      ...{ stream, type: 'batch.corrected.v1', data },
      actor: { org: story.LAB, person: 'staff-0001', role: 'lab.qa', client: null },
    });
    const read = async (query: object) =>
      (await get('/v1/streams/:stream/history', { limit: '2', ...query }, { params: { stream } })).body as {
        entries: number;
        events: { correctedBy: string | null }[];
      };
    await bench.ask(() => undefined);
    expect((await read({})).events.map(({ correctedBy }) => correctedBy !== null)).toEqual([false, true]);
    const then = await read({ asOf: position });
    expect([then.entries, then.events.map(({ correctedBy }) => correctedBy)]).toEqual([events.length, [null, null]]);
  });

  it('say in one and the same words that nothing is there, and that nothing may be known of it', async () => {
    const as = caller('hospital.physician', 'hosp-z');
    const wordsOf = (query: Record<string, string>) =>
      get('/v1/traces/units', query, { as }).then(
        () => 'answered',
        (error: Refusal) => error.message.replace(Object.values(query)[0]!, '…'),
      );
    const [there, notThere] = [0, 77];
    expect(await wordsOf({ batch: ids.batch(there) })).toBe(await wordsOf({ batch: ids.batch(notThere) }));
    expect(await wordsOf({ donor: ids.donor(there) })).toBe(await wordsOf({ donor: ids.donor(notThere) }));
    expect(await wordsOf({ lot: 'PL-0' })).toBe(await wordsOf({ lot: 'PL-77' }));
  });

  it('give a record as it was, and what changed since', async () => {
    const params = { stream: `person-${ids.donor(0)}` };
    const state = await get('/v1/streams/:stream/state', { asOf: '2' }, { params });
    expect(state.body).toMatchObject({ position: '2', state: { registered: true, eligibility: null } });
    const route = routes.find(({ path }) => path === '/v1/streams/:stream/differences')!;
    const { body } = await route.handle({
      caller: OVERSIGHT,
      params,
      query: { before: '2', after: '3' },
      signal: new AbortController().signal,
    } as unknown as Question);
    expect(body).toMatchObject({ differences: [{ pointer: '/eligibility', before: null, after: { status: 'eligible' } }] });
  });

  it('show a laboratory the state of its batch without the patients', async () => {
    const params = { stream: `batch-${ids.batch(0)}` };
    const all = await get('/v1/streams/:stream/state', {}, { params });
    expect(JSON.stringify(all.body)).toContain(ids.patient(0));
    const own = await get('/v1/streams/:stream/state', {}, { params, as: caller('lab.qa', story.LAB) });
    expect(JSON.stringify(own.body)).not.toContain('patient-0');
  });

  it('give the dossier', async () => {
    const { body } = await get('/v1/batches/:batchId/dossier', {}, { params: { batchId: ids.batch(0) } });
    expect(body).toMatchObject({ batch: ids.batch(0), reviewed: [{ disposition: 'released' }] });
  });

  it('find what a code means', async () => {
    const { body } = await get('/v1/search', { q: 'hucmsc-p4-0' });
    expect(body).toMatchObject({ candidates: [{ kind: 'batch', id: ids.batch(0), by: 'local' }] });
  });
});
