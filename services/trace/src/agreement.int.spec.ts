import { batches } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decisions, unitsOf } from './query/unit-rows.ts';
import { stateAt } from './record/state.ts';
import { ids, openingEvents, processEvents } from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';

let bench: TraceBench;
let batchNumber = 0;

beforeAll(async () => {
  bench = await TraceBench.open();
});
afterAll(() => bench.close());

const UNITS = 3;

/** Yesterday's paper, tomorrow's slip of the pen, and times that nobody knows. */
const occurredAt = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 5 }).map((hour) => `2026-11-21T0${hour}:00:00Z`),
);
const step = fc.record({
  what: fc.constantFrom(
    'moved',
    'retrieved',
    'thawed',
    'sampled',
    'discarded',
    'packed',
    'shipped',
    'received',
    'infused',
    'consumed',
    'returned',
    'allocated',
    'quarantined',
    'released',
    'rejected',
    'divided',
    'slotted',
  ),
  unit: fc.nat(UNITS - 1),
  other: fc.nat(3),
  all: fc.boolean(),
  occurredAt,
});

type Step = {
  readonly what: string;
  readonly unit: number;
  readonly other: number;
  readonly all: boolean;
  readonly occurredAt: string | null;
};

function said(batch: number, { what, unit: n, other, all, occurredAt }: Step, sample: number): Said {
  const unit = ids.unit({ batch, unit: n });
  const scope = all ? 'whole-batch' : other === 0 ? { ranges: [{ from: 1, to: n + 1 }] } : { units: [unit] };
  const shipment = ids.shipment(other);
  const reviewed = { seq: 1, leaf: 'A'.repeat(43) };
  const data: Readonly<Record<string, object>> = {
    moved: { scope, tank: `T${other}`, slot: `S${other}` },
    slotted: { scope, tank: `T${other}`, slots: [{ unit, slot: `S${other}` }] },
    divided: {
      units: [{ id: ids.unit({ batch, unit: sample }), kind: 'segment', ordinal: UNITS + 1 + (sample % 100), parent: unit }],
    },
    retrieved: { scope },
    thawed: { scope, expiry: `2026-11-2${other}T00:00:00Z` },
    sampled: { sample: ids.sample(sample), laboratory: 'qc-lab', unit },
    discarded: { scope, reason: 'expired' },
    packed: { shipment, shipper: 'lab-a', units: [unit] },
    shipped: { shipment, from: 'lab-a', to: `hosp-${other}`, custodian: 'carrier-a', units: [unit] },
    received: { to: `hosp-${other}`, units: [{ unit, condition: other === 0 ? 'rejected' : 'accepted' }] },
    infused: { unit, treatment: ids.treatment(other) },
    consumed: { unit, into: ids.batch(900 + other) },
    returned: { unit, into: ids.batch(900 + other) },
    allocated: { unit, treatment: ids.treatment(other), patient: ids.patient(other), site: `hosp-${other}` },
    quarantined: { scope, reason: 'precaution' },
    released: { scope, reviewed },
    rejected: { scope, reviewed, reason: 'other' },
  };
  const type = {
    returned: 'unit-returned-to-stock',
    quarantined: 'quarantined',
    released: 'released',
    rejected: 'rejected',
    divided: 'split',
    slotted: 'unit-moved',
  } as Record<string, string>;
  return { stream: `batch-${ids.batch(batch)}`, type: `batch.${type[what] ?? `unit-${what}`}.v1`, data: data[what]!, occurredAt };
}

describe('the rows of units', () => {
  it('say what the domain folds, whatever happened in whatever order it was entered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const batch = batchNumber++;
        const stream = `batch-${ids.batch(batch)}`;
        await bench.say(...openingEvents(batch, [{ donation: batch }]), ...processEvents(batch, UNITS));
        await bench.say(...steps.map((each, n) => said(batch, each, batch * 100 + n)));
        const state = await stateAt<batches.BatchState>(bench.store, stream, 10_000);
        const rows = await bench.ask(({ snapshot }) => {
          const number = snapshot.number(stream)!;
          const decisions = new Decisions(snapshot, [number]);
          return unitsOf(snapshot, [number]).map((unit) => ({
            id: unit.id,
            place: [unit.site, unit.tank, unit.slot],
            retrieved: unit.retrieved === 1,
            custodian: unit.custodian,
            condition: unit.condition,
            allocated: snapshot.name(unit.allocated_to),
            shipment: snapshot.name(unit.shipment),
            inTransit: unit.in_transit === 1,
            thawed: [unit.thawed_at, unit.thaw_expiry],
            infusedIn: snapshot.name(unit.infused_in),
            infusedAt: unit.infused_at,
            consumedInto: snapshot.name(unit.consumed_into),
            end: [unit.fate, unit.fate_at],
            disposition: decisions.dispositionOf(unit)?.disposition,
            quarantines: decisions.standing(unit).map(({ event }) => event),
          }));
        });
        expect(rows).toEqual(
          [...state.units.values()].map((unit) => ({
            id: unit.id,
            place: [unit.place?.value.site ?? null, unit.place?.value.tank ?? null, unit.place?.value.slot ?? null],
            retrieved: unit.retrieved,
            custodian: unit.custodian,
            condition: unit.condition?.value ?? null,
            allocated: named('treatment', unit.allocation?.treatment),
            shipment: named('shipment', unit.shipment),
            inTransit: unit.inTransit,
            thawed: [unit.thawed?.occurredAt ?? null, unit.thawed?.expiry ?? null],
            infusedIn: named('treatment', unit.infusion?.treatment),
            infusedAt: unit.infusion?.occurredAt ?? null,
            consumedInto: named('batch', unit.consumedInto),
            end: [unit.end, unit.endedAt ?? null],
            disposition: batches.dispositionOf(state, unit)?.kind,
            quarantines: batches.standing(state, state.quarantines, unit).map(({ event }) => event),
          })),
        );
      }),
      { numRuns: 400 },
    );
  });
});

function named(kind: string, id: string | null | undefined): string | null {
  return id == null ? null : `${kind}-${id}`;
}
