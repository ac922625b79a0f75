import { corrections, facts, recalls, spanningDeviations } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import type { Caller } from '@cytoledger/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuid } from '../specification/ids.ts';
import * as story from '../specification/story.ts';
import { TraceBench } from '../specification/trace-bench.ts';
import { requireEvidence } from './evidence-streams.ts';

const { ids, LAB } = story;
const [RECALL, EXERCISE, ELSEWHERE] = [uuid(0xd1, 1), uuid(0xd1, 2), uuid(0xd1, 3)];
const [OF_PARENT, OF_RECALL, OF_TREATMENT] = [uuid(0xd2, 1), uuid(0xd2, 2), uuid(0xd2, 3)];
const [OF_ROOM, LATER, OOS] = [uuid(0xd3, 1), uuid(0xd3, 2), uuid(0xd3, 3)];
const serum = uuid(0xca, 1);
const [batch, parent] = [`batch-${ids.batch(1)}`, `batch-${ids.batch(0)}`];
const recipient = { treatment: 0, patient: 0, site: 'hosp-a' };

const says = (stream: string, type: string, data: object, org = LAB): Said => ({
  ...{ stream, type, data, actor: { org, person: 'staff-0001', role: 'lab.qa', client: null } },
});
const recalled = (id: string, more: object) =>
  says(`recall-${id}`, recalls.initiated.type, recalls.examples.initiated({ batches: [], units: [], lots: [], ...more }));
const corrected = (id: string, stream: string, org?: string) =>
  says(
    `correction-${id}`,
    corrections.proposed.type,
    corrections.examples.proposed({ targets: [corrections.examples.neverHappened({ stream })] }),
    org,
  );
const deviating = (id: string, more: object) =>
  says(`deviation-${id}`, spanningDeviations.raised.type, spanningDeviations.examples.raised(more));

const room = `room-${uuid(0xcc, 1)}`;
const processes: Said[] = [
  recalled(RECALL, { lots: [{ lot: 'S-1', material: serum }] }),
  recalled(EXERCISE, { mock: true, batches: [ids.batch(0)] }),
  recalled(ELSEWHERE, { batches: [ids.batch(7)] }),
  corrected(OF_PARENT, parent),
  corrected(OF_RECALL, `recall-${RECALL}`),
  corrected(OF_TREATMENT, `treatment-${ids.treatment(0)}`, 'hosp-a'),
  deviating(OF_ROOM, { records: [room], linked: [{ stream: batch, deviation: uuid(0xcd, 1) }] }),
  deviating(LATER, { records: [room] }),
  says(`deviation-${LATER}`, spanningDeviations.linked.type, { records: [parent] }),
  deviating(OOS, { records: [room] }),
  says(
    `deviation-${OOS}`,
    spanningDeviations.oosInvestigated.type,
    spanningDeviations.examples.oosInvestigated({ batch: ids.batch(1) }),
  ),
];

let bench: TraceBench;
let last: string;

beforeAll(async () => {
  bench = await TraceBench.open();
  const [first, second] = [[{ donation: 0 }], [{ batch: 0, unit: 1 }]];
  last = await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.issueEvents(0, first),
    ...story.openingEvents(0, first),
    ...story.processEvents(0, 3),
    says(`material-${serum}`, 'material.received.v1', { kind: 'serum', name: 'serum', lot: 'S-1', supplier: 'Nanbei' }),
    says(parent, 'batch.material-used.v1', { kind: 'serum', name: 'serum', lot: 'S-1', material: serum }),
    ...story.issueEvents(1, second),
    ...story.openingEvents(1, second),
    ...story.processEvents(1, 2),
    ...story.releaseEvents(1),
    ...story.plannedEvents(recipient),
    ...story.handingEvents({ batch: 1, unit: 0 }, recipient),
    ...processes,
  );
});
afterAll(() => bench.close());

const caller = (role: Caller['roles'][number], org: string, more: Partial<Caller> = {}): Caller => ({
  ...{ org, person: null, roles: [role], client: null, treatments: [], batches: [] },
  ...more,
});
const oversight = caller('oversight', 'qc-centre');

/** The processes in the evidence, and whether their bodies are shown. */
async function seenBy(who: Caller, lineage = true, of = 1): Promise<Record<string, boolean>> {
  const question = { batch: ids.batch(of), lineage, position: last, vault: undefined, signal: new AbortController().signal };
  const { streams } = await requireEvidence(bench.trace, who, question);
  return Object.fromEntries(
    streams
      .filter(({ stream }) => /^(?:recall|correction|deviation)-/.test(stream))
      .map(({ stream, shows }) => [stream, shows('{"content":{"data":{}}}')]),
  );
}

/** All that touched the batch or what it was made of, shown or not. */
const all = (shown: boolean) => ({
  [`recall-${RECALL}`]: shown,
  [`correction-${OF_PARENT}`]: shown,
  [`correction-${OF_RECALL}`]: shown,
  [`deviation-${OF_ROOM}`]: shown,
  [`deviation-${LATER}`]: shown,
  [`deviation-${OOS}`]: shown,
});

it('is told in events that the domain accepts', () => {
  for (const { type, data } of processes) expect(facts.get(type)?.schema.safeParse(data).error, type).toBeUndefined();
});

describe('what was done about a batch across records', () => {
  it('is in its evidence where it names the batch, or what the batch was made of and touched by', async () => {
    const exercise = { [`recall-${EXERCISE}`]: true };
    expect(await seenBy(oversight)).toEqual({ ...all(true), ...exercise });
    expect(await seenBy(caller('lab.qa', LAB))).toEqual({ ...all(true), ...exercise });
  });

  it('is there without the lineage where it names the batch itself', async () => {
    const own = { [`deviation-${OF_ROOM}`]: true, [`deviation-${OOS}`]: true };
    expect(await seenBy(oversight, false)).toEqual(own);
    expect(await seenBy(oversight, false, 0)).toEqual({
      [`recall-${EXERCISE}`]: true,
      [`correction-${OF_PARENT}`]: true,
      [`deviation-${LATER}`]: true,
    });
  });

  it('is proved to an auditor and to a hospital, headers alone, and an exercise is nothing to them', async () => {
    expect(await seenBy(caller('auditor', 'qc-centre', { batches: [ids.batch(1)] }))).toEqual(all(false));
    const withheld = { ...all(false), [`correction-${OF_TREATMENT}`]: true };
    expect(await seenBy(caller('hospital.physician', 'hosp-a'))).toEqual(withheld);
    expect(await seenBy(caller('patient', 'hosp-a', { person: ids.patient(0) }))).toEqual({
      ...all(false),
      [`correction-${OF_TREATMENT}`]: false,
    });
  });

  it('is found again after the read model was built anew', async () => {
    await bench.rebuild();
    expect(await seenBy(oversight, false)).toEqual({ [`deviation-${OF_ROOM}`]: true, [`deviation-${OOS}`]: true });
  });
});
