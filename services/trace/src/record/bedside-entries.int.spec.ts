import { facts } from '@cytoledger/domain';
import type { StoredEvent } from '@cytoledger/event-store';
import type { Said } from '@cytoledger/read-models/specification';
import type { Caller } from '@cytoledger/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../query/viewer.ts';
import { uuid } from '../specification/ids.ts';
import * as story from '../specification/story.ts';
import { TraceBench } from '../specification/trace-bench.ts';
import { BEDSIDE_TYPES } from './bedside-entries.ts';
import { requireEvidence } from './evidence-streams.ts';
import { historyOf, ndjsonOf, streamEntries } from './history.ts';
import { sightOfPage } from './page-sight.ts';

const { ids, LAB } = story;
const batch = `batch-${ids.batch(0)}`;
const recipient = { treatment: 0, patient: 0, site: 'hosp-a' };
const checks = {
  patient: { outcome: 'match' },
  coi: { outcome: 'not-applicable' },
  unit: { outcome: 'match' },
  product: { outcome: 'match' },
};
const at = { unit: ids.unit({ batch: 0, unit: 0 }), treatment: ids.treatment(0) };
const patient = ids.patient(0);

/** What each of them says at least, and with the patient’s name where it can have one. */
const DATA: Readonly<Record<string, readonly object[]>> = {
  'batch.unit-allocated.v1': [{ ...at, patient, site: 'hosp-a' }],
  'batch.unit-infusion-authorised.v1': [{ ...at, patient, checks }],
  'batch.break-glass-used.v1': [{ ...at, patient, checks, reason: 'life-threatening', holder: 'staff-0011' }],
  'batch.unit-infusion-started.v1': [at, { ...at, patient, operator: 'staff-0011' }],
  'batch.unit-infusion-interrupted.v1': [{ ...at, reason: 'line-occluded' }],
  'batch.unit-infusion-ended.v1': [{ ...at, reason: 'adverse-reaction', fraction: '40' }],
  'batch.unit-infused.v1': [at, { ...at, patient }],
};

const nurse = { org: 'hosp-a', person: 'staff-0011', role: 'hospital.nurse', client: null };
const corrected: Said = {
  stream: batch,
  type: 'batch.corrected.v1',
  data: { event: uuid(0xee, 1), data: { ...at, device: 'P-1' }, reason: 'transcription' },
  actor: nurse,
};

let bench: TraceBench;
let page: StoredEvent[];
let bedside: ReadonlySet<string>;

beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.issueEvents(0, [{ donation: 0 }]),
    ...story.openingEvents(0, [{ donation: 0 }]),
    ...story.processEvents(0, 2),
    ...story.releaseEvents(0),
    ...story.plannedEvents(recipient),
    ...Object.entries(DATA).flatMap(([type, told], kind) =>
      told.map((data, n) => ({ stream: batch, type, data, actor: nurse, id: uuid(0xee, 10 * kind + n + 100) })),
    ),
    corrected,
  );
  page = [];
  for await (const events of bench.store.readAll()) page.push(...events);
  page = page.filter(({ stream }) => stream === batch);
  bedside = new Set(page.filter(({ type }) => type in DATA || type === corrected.type).map(({ id }) => id));
});
afterAll(() => bench.close());

const signal = new AbortController().signal;
const caller = (role: Caller['roles'][number], org: string, batches: string[] = []): Caller => ({
  ...{ org, person: null, roles: [role], client: null, treatments: [], batches },
});
const READERS: readonly (readonly [string, Viewer, Caller])[] = [
  ['the laboratory', { kind: 'laboratory', org: LAB }, caller('lab.qa', LAB)],
  [
    'an auditor',
    { kind: 'auditor', org: 'inspectors', granted: new Set([batch]) },
    caller('auditor', 'inspectors', [ids.batch(0)]),
  ],
];
const withheldAmong = (shown: readonly boolean[]) => new Set(page.filter((_, n) => !shown[n]).map(({ id }) => id));

describe('what a batch tells of one patient’s bedside', () => {
  it('is every fact that names a unit and a treatment', () => {
    const naming = [...facts.values()].filter(({ type, schema }) => {
      const { unit, treatment } = (schema as { shape?: Record<string, unknown> }).shape ?? {};
      return type.startsWith('batch.') && unit !== undefined && treatment !== undefined;
    });
    expect([...BEDSIDE_TYPES].sort()).toEqual(naming.map(({ type }) => type).sort());
    expect([...BEDSIDE_TYPES].sort()).toEqual(Object.keys(DATA).sort());
    for (const [type, told] of Object.entries(DATA)) {
      for (const data of told) expect([type, facts.get(type)!.schema.safeParse(data).success]).toEqual([type, true]);
    }
  });

  it.each(READERS)('is withheld alike from %s, in feed, history, export and evidence', async (_, viewer, who) => {
    const shown = await sightOfPage(bench.trace, who, page, signal);
    expect(withheldAmong(shown.map((each) => each === 'whole'))).toEqual(bedside);
    const entries = await bench.ask((asking) => streamEntries(asking, batch), viewer);
    const told: boolean[] = [];
    for await (const { body } of historyOf(bench.store, entries)) told.push(body !== null);
    expect(withheldAmong(told)).toEqual(bedside);
    const lines: boolean[] = [];
    for await (const line of ndjsonOf(bench.store, entries)) lines.push((JSON.parse(line) as { body: unknown }).body !== null);
    expect(withheldAmong(lines)).toEqual(bedside);
    const { streams } = await requireEvidence(bench.trace, who, {
      ...{ batch: ids.batch(0), lineage: false, position: page.at(-1)!.position, vault: undefined, signal },
    });
    const { shows } = streams.find(({ stream }) => stream === batch)!;
    expect(withheldAmong(page.map(({ body }) => shows(Buffer.from(body).toString())))).toEqual(bedside);
  });

  it('is shown to oversight, and to a laboratory whose own patient it is', async () => {
    expect(new Set(await sightOfPage(bench.trace, caller('oversight', 'qc-centre'), page, signal))).toEqual(new Set(['whole']));
    const own = await TraceBench.open();
    try {
      const home = { ...recipient, site: LAB };
      await own.say(
        ...story.openingEvents(0, [{ donation: 0 }]),
        ...story.processEvents(0, 2),
        ...story.plannedEvents(home),
        ...story.handingEvents({ batch: 0, unit: 0 }, home),
      );
      const events: StoredEvent[] = [];
      for await (const some of own.store.readAll()) events.push(...some.filter(({ stream }) => stream === batch));
      expect(new Set(await sightOfPage(own.trace, caller('lab.qa', LAB), events, signal))).toEqual(new Set(['whole']));
    } finally {
      await own.close();
    }
  });

  it('is withheld where the bag was never meant for that patient', async () => {
    const own = await TraceBench.open();
    try {
      await own.say(
        ...story.openingEvents(0, [{ donation: 0 }]),
        ...story.processEvents(0, 2),
        ...story.plannedEvents(recipient),
        { stream: batch, type: 'batch.unit-infused.v1', data: { ...at, patient }, actor: nurse },
      );
      const events: StoredEvent[] = [];
      for await (const some of own.store.readAll()) events.push(...some.filter(({ stream }) => stream === batch));
      const shown = await sightOfPage(own.trace, caller('lab.qa', LAB), events, signal);
      expect(shown.at(-1)).toBe('header');
    } finally {
      await own.close();
    }
  });
});
