import type { batches } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateAt } from './record/state.ts';
import { uuid } from './specification/ids.ts';
import { ids, issueEvents, LAB, openingEvents, processEvents } from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceFailure } from './traces/failure.ts';
import { traceMaterials } from './traces/materials.ts';
import { traceOrigins } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { traceWork } from './traces/work.ts';

const UNITS = 4;
const FIRST = Date.parse('2026-11-10T00:00:00Z');

let bench: TraceBench;
let next = 0;
beforeAll(async () => {
  bench = await TraceBench.open();
});
afterAll(() => bench.close());

/** What somebody saw or did, to be entered whenever: place, storage, condition, process, measurement. */
const observation = fc.record({
  what: fc.constantFrom(
    ...['moved', 'stored', 'retrieved', 'thawed', 'cryopreserved', 'material', 'passaged', 'expanded', 'tested', 'sampled'],
  ),
  unit: fc.nat(UNITS - 1),
  other: fc.nat(3),
  all: fc.boolean(),
});
type Observation = { readonly what: string; readonly unit: number; readonly other: number; readonly all: boolean };

function observed(batch: number, { what, unit, other, all }: Observation, n: number): Said {
  const scope = all ? 'whole-batch' : { units: [ids.unit({ batch, unit })] };
  const test = { test: `T${other}`, verdict: 'pass', method: 'm', analyst: 'staff-0005', reviewer: 'staff-0006' };
  const facts: Readonly<Record<string, readonly [type: string, data: object]>> = {
    moved: ['unit-moved.v1', { scope, tank: `T${other}`, slot: `S${n}` }],
    stored: ['unit-stored.v2', { scope, tank: `T${other}`, box: `B${n}`, phase: 'vapour' }],
    retrieved: ['unit-retrieved.v1', { scope, purpose: 'inventory' }],
    thawed: ['unit-thawed.v1', { scope, device: `W${other}`, expiry: `2026-12-0${other + 1}T00:00:00Z` }],
    cryopreserved: ['unit-cryopreserved.v1', { scope: 'whole-batch', device: 'CRF-1' }],
    material: ['material-used.v1', { name: 'serum', supplier: 'S', lot: `L${other}`, role: 'contact' }],
    passaged: ['passaged.v1', { passage: other, room: `R${other}`, equipment: [`E${other}`] }],
    expanded: ['expanded.v1', { passage: other + 1, media: [{ name: 'medium', lot: `M${other}` }] }],
    tested: ['test-recorded.v1', { report: `R${n}`, results: [test] }],
    sampled: ['unit-sampled.v1', { sample: uuid(0x5a00 + n, batch), laboratory: 'qc-lab', material: 'supernatant' }],
  };
  const [type, data] = facts[what]!;
  return { stream: `batch-${ids.batch(batch)}`, type: `batch.${type}`, id: uuid(0xe000 + n, batch), data };
}

/** What folds in the order in which it is recorded: whom a bag is for, who has it, what is decided, what became of it. */
function handed(batch: number): Said[] {
  const stream = `batch-${ids.batch(batch)}`;
  const unit = (n: number) => ids.unit({ batch, unit: n });
  const to = { treatment: uuid(0x71, batch), patient: `patient-of-${batch}`, site: 'hosp-a' };
  const facts: readonly (readonly [type: string, data: object, org?: string])[] = [
    ['quarantined', { scope: { units: [unit(3)] }, reason: 'precaution' }],
    ['released', { scope: 'whole-batch', reviewed: { seq: 1, leaf: 'A'.repeat(43) } }],
    ['unit-allocated', { unit: unit(0), ...to }],
    ['unit-shipped', { shipment: ids.shipment(1), from: LAB, to: 'hosp-a', custodian: 'carrier-a', units: [unit(0), unit(1)] }],
    ['unit-received', { from: 'carrier-a', to: 'hosp-a', units: [{ unit: unit(0), condition: 'accepted' }] }, 'hosp-a'],
    ['unit-infused', { unit: unit(0), treatment: to.treatment, patient: to.patient }, 'hosp-a'],
    ['unit-discarded', { scope: { units: [unit(2)] }, reason: 'damaged' }],
  ];
  const events = facts.map(
    ([type, data, org = LAB], n): Said => ({
      ...{ stream, type: `batch.${type}.v1`, data, actor: { org } },
      id: uuid(0xf000 + n, batch),
    }),
  );
  const planned = { patient: to.patient, product: ids.product, physician: 'staff-0010', infusions: 1 };
  return [
    { stream: `treatment-${to.treatment}`, type: 'treatment.planned.v1', data: planned, actor: { org: 'hosp-a' } },
    ...events,
  ];
}

/** Each has its own moment, whenever it is entered. */
const happened = (events: readonly Said[], from: number): Said[] =>
  events.map((each, n) => ({ ...each, occurredAt: new Date(FIRST + (from + n) * 3_600_000).toISOString() }));

/** Two sequences in one, each in its own order. */
function interleaved(a: readonly Said[], b: readonly Said[], picks: readonly boolean[]): Said[] {
  const [left, right] = [[...a], [...b]];
  const all: Said[] = [];
  for (let n = 0; left.length + right.length > 0; n++) {
    const first = picks[n % picks.length] ? left : right;
    all.push((first.length > 0 ? first : first === left ? right : left).shift()!);
  }
  return all;
}

type Order = { readonly places: readonly number[]; readonly picks: readonly boolean[] };

/** A batch of its own to which these things happened, entered in this order. */
async function told(observations: readonly Observation[], { places, picks }: Order): Promise<number> {
  const batch = next++;
  const seen = happened(
    observations.map((each, n) => observed(batch, each, n)),
    0,
  );
  const entered = seen.map((each, n) => [places[n] ?? 0, each] as const).sort(([a], [b]) => a - b);
  // Between the hours of the others: two things of one moment fold in the order in which they are recorded.
  const handing = happened(handed(batch), 5.5);
  await bench.say(
    ...happened([...issueEvents(batch, [{ donation: 7 }]), ...openingEvents(batch, [{ donation: 7 }])], -100),
    ...happened(processEvents(batch, UNITS), -90),
  );
  await bench.say(
    ...interleaved(
      entered.map(([, each]) => each),
      handing,
      picks,
    ),
  );
  return batch;
}

/** The batch's own number stands in its ids; what depends on when something was entered is left out. */
async function answersOf(batch: number): Promise<unknown> {
  const patient = `patient-of-${batch}`;
  const answers = await bench.ask((asking) => ({
    units: traceUnits(asking, { batch: ids.batch(batch) }),
    recipients: traceRecipients(asking, { batch: ids.batch(batch) }),
    failure: traceFailure(asking, { batch: ids.batch(batch) }),
    origins: traceOrigins(asking, { batch: ids.batch(batch) }),
    materials: traceMaterials(asking, patient),
    work: traceWork(asking, patient),
  }));
  const rows = Object.fromEntries(
    Object.entries(answers).map(([trace, { rows: own, balance, links, asOf }]) => [
      trace,
      { rows: own.map((row) => plain(row, batch)).sort(), balance, links: links.length, occurredAt: asOf.occurredAt },
    ]),
  );
  const { samples } = answers.units;
  return { ...rows, samples: samples.map((each) => plain(each, batch)).sort() };
}

function plain(value: unknown, batch: number): string {
  return JSON.stringify(value)
    .replaceAll(batch.toString(16).padStart(12, '0'), 'BATCH')
    .replaceAll(`patient-of-${batch}`, 'PATIENT')
    .replaceAll(new RegExp(`HUCMSC-P4-${batch}\\b`, 'g'), 'HUCMSC')
    .replaceAll(/"(lot|tank|box)":"(PL-\d+|T\d|B\d+)"/g, (all, name, text) =>
      text === `PL-${batch % 20}` || text === `T${batch % 9}` || text === `B${batch}` ? `"${name}":"ITS"` : all,
    );
}

/** What the domain folds of it, without where in the stream each thing stands. */
async function stateOf(batch: number): Promise<string[]> {
  const state = await stateAt<batches.BatchState>(bench.store, `batch-${ids.batch(batch)}`, 10_000);
  const units = [...state.units.values()].map((unit) => ({
    place: unit.place?.value,
    condition: unit.condition?.value,
    retrieved: unit.retrieved,
    custodian: unit.custodian,
    cryopreserved: unit.cryopreserved,
    thawed: unit.thawed && [unit.thawed.occurredAt, unit.thawed.expiry],
    end: [unit.end, unit.endedAt],
  }));
  const counted = [...state.steps].map(([kind, { count, occurredAt }]) => [kind, count, occurredAt]);
  const tests = [...state.tests.values()].map(({ test, verdict }) => [test, verdict]);
  const materials = state.materials.map(({ name, lot }) => [name, lot]);
  return [units, counted.sort(), tests.sort(), materials.sort(), [...state.openSamples.keys()].sort()].map((each) =>
    plain(each, batch),
  );
}

const order = fc.record({
  places: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
  picks: fc.array(fc.boolean(), { minLength: 3, maxLength: 12 }).filter((picks) => picks.includes(true) && picks.includes(false)),
});

describe('the same facts', () => {
  it('end in the same state and the same traces in whatever order they arrive, decisions and consumption in theirs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(observation, { minLength: 2, maxLength: 12 }), order, order, async (seen, one, other) => {
        // The batch's lot, tank and box follow from its number: alike in both.
        next += 180 - (next % 180);
        const first = await told(seen, one);
        next += 179;
        const second = await told(seen, other);
        expect(await stateOf(second)).toEqual(await stateOf(first));
        expect(await answersOf(second)).toEqual(await answersOf(first));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);
});
