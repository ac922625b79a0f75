// Two batches may say that they made a unit of one id: that is a finding, and both reports stand. A question about the unit took the first and was
// silent about whoever was given the other; its own laboratory was told that there is nothing, and a search told it of the other's batch. Of what was
// drawn from a bag only the first level was followed, and not into the batches that it went into.
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bagsCalled } from './query/bags.ts';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceLookBack } from './traces/ineligible.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { search } from './views/search.ts';
import { viewUnit } from './views/unit.ts';

const { ids, LAB } = story;
const LAB_A: Viewer = { kind: 'laboratory', org: LAB };
const LAB_B: Viewer = { kind: 'laboratory', org: 'lab-b' };
const TWICE = ids.unit({ batch: 1, unit: 0 });
const BAG = ids.unit({ batch: 1, unit: 1 });
const SYRINGE = ids.unit({ batch: 90, unit: 0 });
const DRAWN_AGAIN = ids.unit({ batch: 91, unit: 0 });
const to = (n: number, site: string) => ({ treatment: n, patient: n, site });

const say = (batch: number, type: string, data: object, org: string = LAB): Said => ({
  ...{ stream: `batch-${ids.batch(batch)}`, type: `batch.${type}.v1`, data },
  actor: { org, person: 'staff-0001', role: 'lab.operator', client: null },
});
const drawn = (from: string, id: string) =>
  say(1, 'unit-reconstituted', { unit: from, site: 'hosp-a', diluents: [], syringes: [{ id, number: 1 }] });
const given = (batch: number, unit: string, n: number, site: string): Said[] => {
  const whom = { unit, treatment: ids.treatment(n), patient: ids.patient(n) };
  return [
    ...story.plannedEvents(to(n, site)),
    say(batch, 'unit-allocated', { ...whom, site }),
    say(batch, 'unit-infused', { ...whom, operator: 'staff-0011' }, site),
  ];
};
const notified: Said = {
  stream: `treatment-${ids.treatment(5)}`,
  type: 'treatment.recipient-notified.v1',
  data: { patient: ids.patient(5), told: 'recipient', by: 'staff-0010', testsOffered: [], acknowledged: true },
  occurredAt: '2026-11-23T10:00:00+08:00',
  actor: { org: 'hosp-b', person: 'staff-0010', role: 'hospital.physician', client: null },
};

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.openingEvents(1, [{ donation: 0 }]),
    ...story.processEvents(1, 2),
    ...story.openingEvents(2, [{ donation: 0 }]).map((said) => ({ ...said, actor: { ...said.actor!, org: 'lab-b' } })),
    say(2, 'split', { units: [{ id: TWICE, kind: 'cryobag', ordinal: 1 }], operator: 'staff-0001' }, 'lab-b'),
    ...given(1, TWICE, 0, 'hosp-a'),
    ...given(2, TWICE, 5, 'hosp-b'),
    notified,
    drawn(BAG, SYRINGE),
    drawn(SYRINGE, DRAWN_AGAIN),
    ...given(1, DRAWN_AGAIN, 7, 'hosp-c'),
    ...story.openingEvents(3, [], { inputs: [{ batch: ids.batch(1), unit: SYRINGE }] }),
    ...story.processEvents(3, 1),
  );
});
afterAll(() => bench.close());

describe('a unit that two batches say they made', () => {
  it('leads to the recipients of both', async () => {
    const { rows } = await bench.ask((asking) => traceRecipients(asking, { unit: TWICE }));
    expect(rows.map(({ batch, patient }) => [batch, patient])).toEqual([
      [ids.batch(1), ids.patient(0)],
      [ids.batch(2), ids.patient(5)],
    ]);
  });

  it('is to each laboratory that of its own batch, and no word of the other', async () => {
    for (const [viewer, batch] of [
      [LAB_A, ids.batch(1)],
      [LAB_B, ids.batch(2)],
    ] as const) {
      const { rows, elsewhere } = await bench.ask((asking) => traceUnits(asking, { unit: TWICE }), viewer);
      expect([rows.map((row) => row.batch), elsewhere]).toEqual([[batch], []]);
      expect((await bench.ask((asking) => viewUnit(asking, TWICE), viewer)).batch).toBe(batch);
      expect((await bench.ask((asking) => search(asking, TWICE), viewer)).map(({ id }) => id)).toEqual([batch]);
    }
  });

  it('is two bags at the bedside', async () => {
    expect((await bench.ask((asking) => bagsCalled(asking, TWICE))).map(({ batch }) => batch)).toEqual([
      ids.batch(1),
      ids.batch(2),
    ]);
  });

  it('tells of each recipient what that one was told', async () => {
    const { rows } = await bench.ask((asking) => traceLookBack(asking, ids.donor(0)));
    expect(rows.filter(({ unit }) => unit === TWICE).map(({ batch, notifiedAt }) => [batch, notifiedAt])).toEqual([
      [ids.batch(1), null],
      [ids.batch(2), '2026-11-23T10:00:00+08:00'],
    ]);
  });
});

describe('what was drawn from a bag', () => {
  it('is followed to whoever was given of it, however often it was drawn on', async () => {
    const { rows } = await bench.ask((asking) => traceRecipients(asking, { unit: BAG }));
    expect(rows.map(({ unit, patient }) => [unit, patient])).toEqual([[DRAWN_AGAIN, ids.patient(7)]]);
  });

  it('is followed into the batch that it went into', async () => {
    const { rows } = await bench.ask((asking) => traceUnits(asking, { unit: BAG }));
    expect(rows.map(({ unit }) => unit)).toEqual([BAG, SYRINGE, DRAWN_AGAIN, ids.unit({ batch: 3, unit: 0 })]);
  });
});
