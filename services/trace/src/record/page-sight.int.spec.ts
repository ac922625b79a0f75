import type { StoredEvent } from '@cytoledger/event-store';
import { type Caller, Refusal } from '@cytoledger/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as story from '../specification/story.ts';
import { TraceBench } from '../specification/trace-bench.ts';
import { type Shown, sightOfPage } from './page-sight.ts';

const { ids, LAB } = story;
const twins = [
  { treatment: 0, patient: 0, site: 'hosp-a' },
  { treatment: 1, patient: 1, site: 'hosp-b' },
] as const;

let bench: TraceBench;
let page: StoredEvent[];

beforeAll(async () => {
  bench = await TraceBench.open();
  const inputs = [{ donation: 0 }];
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.issueEvents(0, inputs),
    ...story.openingEvents(0, inputs),
    ...story.processEvents(0, 2),
    ...story.releaseEvents(0),
    // Two hospitals, each with a unit of the same batch, a patient and a treatment of its own.
    ...twins.flatMap((twin, unit) => [
      ...story.plannedEvents(twin),
      ...story.handingEvents({ batch: 0, unit }, twin),
      ...story.followUpEvents({ batch: 0, unit }, twin),
    ]),
  );
  page = [];
  for await (const events of bench.store.readAll()) page.push(...events);
});
afterAll(() => bench.close());

const caller = (role: Caller['roles'][number], org: string, more: Partial<Caller> = {}): Caller => ({
  org,
  person: null,
  roles: [role],
  client: null,
  treatments: [],
  batches: [],
  ...more,
});

const sight = (who: Caller) => sightOfPage(bench.trace, who, page, new AbortController().signal);

/** By stream: what the caller gets of its events. */
async function seenBy(who: Caller): Promise<Map<string, Set<Shown>>> {
  const seen = new Map<string, Set<Shown>>();
  for (const [n, shown] of (await sight(who)).entries()) {
    const { stream } = page[n]!;
    seen.set(stream, (seen.get(stream) ?? new Set()).add(shown));
  }
  return seen;
}

const streamsOf = async (who: Caller, wanted: Shown = 'whole') =>
  [...(await seenBy(who))].filter(([, shown]) => shown.has(wanted)).map(([stream]) => stream);

const [own, others] = [`treatment-${ids.treatment(0)}`, `treatment-${ids.treatment(1)}`];
const batch = `batch-${ids.batch(0)}`;

describe('what somebody may see of a page of the log', () => {
  it('is all of it for oversight', async () => {
    expect(new Set(await sight(caller('oversight', 'qc-centre')))).toEqual(new Set(['whole']));
  });

  it("is a hospital's own treatments and never another's, though both have units of one batch", async () => {
    const [a, b] = [await streamsOf(caller('hospital.nurse', 'hosp-a')), await streamsOf(caller('hospital.nurse', 'hosp-b'))];
    expect([a.includes(own), a.includes(others)]).toEqual([true, false]);
    expect([b.includes(own), b.includes(others)]).toEqual([false, true]);
  });

  it("is nothing at all of another hospital's streams, not even that they are there", async () => {
    const seen = await seenBy(caller('hospital.nurse', 'hosp-a'));
    expect([seen.get(others), seen.get(batch)]).toEqual([new Set(['nothing']), new Set(['nothing'])]);
  });

  it("is a laboratory's batches, of what names patients only the headers, and no treatment", async () => {
    const seen = await seenBy(caller('lab.qa', LAB));
    expect(seen.get(batch)).toEqual(new Set(['whole', 'header']));
    expect([seen.get(own), seen.get(others)]).toEqual([new Set(['nothing']), new Set(['nothing'])]);
    const shown = await sight(caller('lab.qa', LAB));
    const told = page.filter((_, n) => shown[n] === 'whole').map(({ body }) => Buffer.from(body).toString());
    expect(told.filter((body) => body.includes('patient-0000'))).toEqual([]);
  });

  it('is nothing of a batch for another laboratory', async () => {
    expect(await streamsOf(caller('lab.qa', 'lab-z'))).toEqual([]);
  });

  it("is a patient's own treatment, and an auditor's granted batch", async () => {
    const patient = caller('patient', 'hosp-a', { person: ids.patient(0) });
    const mine = await streamsOf(patient);
    expect([mine.includes(own), mine.includes(others)]).toEqual([true, false]);
    const auditor = caller('auditor', 'inspectors', { batches: [ids.batch(0)] });
    expect(await streamsOf(auditor, 'whole')).toEqual([batch]);
  });

  it('is refused to roles that read no records', async () => {
    const refused = await sight(caller('site.admin', LAB)).catch((error: unknown) => error);
    expect(refused instanceof Refusal && [refused.problem.status, refused.problem.code]).toEqual([403, 'role-asks-no-traces']);
  });
});
