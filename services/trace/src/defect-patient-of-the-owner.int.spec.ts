// A patient's or an auditor's token names an organisation, and what that organisation owns or holds was theirs to see: a patient of a hospital that
// prepares cells itself read the whole batch with all its other patients, and followed any donor to all recipients.
import { type Caller, type QueryRoute, type Question, Refusal } from '@cytoledger/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Sight } from './query/viewer.ts';
import { traceRoutes } from './routes.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';

const { ids } = story;
const inputs = [{ donation: 0 }];
const recipient = { treatment: 0, patient: 0, site: story.LAB };

let bench: TraceBench;
let routes: QueryRoute[];
let minPosition: string;
beforeAll(async () => {
  bench = await TraceBench.open();
  minPosition = await bench.say(
    ...story.donorEvents(0, story.LAB),
    ...story.donationEvents(0, 0, story.LAB),
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

/** The hospital that made the cells, gave them, and took the donation. */
const of = (role: Caller['roles'][number], person: string): Caller => ({
  ...{ org: story.LAB, person, roles: [role], client: null, treatments: [], batches: [] },
});

function ask(path: string, as: Caller, params: Record<string, string>, query: object): Promise<unknown> {
  const route = routes.find((each) => each.path === path)!;
  const parsed = (route.query as z.ZodType).parse({ minPosition, ...query });
  const question = {
    caller: as,
    language: 'en',
    params,
    query: parsed,
    accepts: 'application/json',
    signal: new AbortController().signal,
  };
  return Promise.resolve(route.handle(question as unknown as Question)).then(
    ({ body }) => body,
    (error: unknown) => (error instanceof Refusal ? error.problem.status : error),
  );
}

const ASKED: [string, Record<string, string>, object][] = [
  ['/v1/batches/:batchId', { batchId: ids.batch(0) }, {}],
  ['/v1/batches/:batchId/history', { batchId: ids.batch(0) }, {}],
  ['/v1/batches/:batchId/dossier', { batchId: ids.batch(0) }, {}],
  ['/v1/streams/:stream/state', { stream: `batch-${ids.batch(0)}` }, {}],
  ['/v1/streams/:stream/state', { stream: `person-${ids.donor(0)}` }, {}],
  ['/v1/units/:unitId', { unitId: ids.unit({ batch: 0, unit: 0 }) }, {}],
  ['/v1/treatments/:treatmentId', { treatmentId: ids.treatment(0) }, {}],
  ['/v1/traces/recipients', {}, { donor: ids.donor(0) }],
  ['/v1/traces/recipients', {}, { donation: ids.donation(0) }],
  ['/v1/traces/units', {}, { batch: ids.batch(0) }],
];

describe.each([
  ['another patient', of('patient', ids.patient(1))],
  ['an auditor who was granted nothing', of('auditor', 'auditor-0001')],
])('%s of the hospital that made and gave the cells', (_, viewer) => {
  it.each(ASKED)('is told of nothing at %s %j %j', async (path, params, query) => {
    expect(await ask(path, viewer, params, query)).toBe(404);
    expect(await ask(path, of('hospital.physician', 'staff-0001'), params, query)).toBeTypeOf('object');
  });
});

it('the patient whose cells they are sees their own treatment', async () => {
  const own = of('patient', ids.patient(0));
  expect(await ask('/v1/treatments/:treatmentId', own, { treatmentId: ids.treatment(0) }, {})).toMatchObject({
    treatment: ids.treatment(0),
  });
});

it('an auditor sees the batches granted, whoever owns them', () => {
  const granted = new Sight({ kind: 'auditor', org: 'o', granted: new Set(['batch-1']) }, new Uint8Array(32));
  expect([granted.batch({ batch: 'batch-1', owner: 'x' }), granted.batch({ batch: 'batch-2', owner: 'o' })]).toEqual([
    true,
    false,
  ]);
});
