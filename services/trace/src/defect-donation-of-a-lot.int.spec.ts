// Whoever holds a unit in which a lot is may ask what else it is in. Where the lot was used at a collection too, the answer gave the hospital the number
// and the day of that donation with its units, by which two hospitals could tell that they have cells of one donor.
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from './query/viewer.ts';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';

const { ids } = story;
const RECIPIENT = { treatment: 0, patient: 0, site: 'hosp-a' };
/** The lot of the collection's container. */
const LOT = 'C2611';
const diluted = (batch: number): Said => ({
  stream: `batch-${ids.batch(batch)}`,
  type: 'batch.material-used.v1',
  data: { name: 'bag', supplier: 'Supplier C', lot: LOT },
  actor: { org: story.LAB, person: 'staff-0001', role: 'lab.operator', client: null },
});

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...[0, 1].flatMap((batch) => [...story.openingEvents(batch, [{ donation: 0 }]), ...story.processEvents(batch, 1)]),
    diluted(1),
    ...[0, 1].flatMap((batch) => {
      const to = { ...RECIPIENT, treatment: batch };
      return [...story.plannedEvents(to), ...story.handingEvents({ batch, unit: 0 }, to)];
    }),
  );
});
afterAll(() => bench.close());

const asked = async (viewer?: Viewer) => [
  await bench.ask((asking) => traceUnits(asking, { lot: LOT }), viewer),
  await bench.ask((asking) => traceRecipients(asking, { lot: LOT }), viewer),
];

it('shows a hospital its units without the donation that the lot leads through', async () => {
  const [units, recipients] = await asked({ kind: 'hospital', org: 'hosp-a' });
  expect([units!.rows.length, recipients!.rows.length]).toEqual([2, 2]);
  expect(JSON.stringify([units, recipients])).not.toContain(ids.donation(0));
  expect(units!.rows[0]).toMatchObject({ donations: [expect.stringMatching(/^alias-/)], collectedAt: null });
});

it('shows it to the laboratory of the batch, which took it in', async () => {
  const [units] = await asked({ kind: 'laboratory', org: story.LAB });
  expect(units!.rows[0]).toMatchObject({
    donations: [ids.donation(0)],
    path: [`donation-${ids.donation(0)}`, `batch-${ids.batch(0)}`],
  });
});
