// Where only the child's own record names the mother, and not the donation, a trace from the mother found none of the child's cells.
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceRecipients } from './traces/recipients.ts';

const { ids } = story;
const [CHILD, MOTHER] = [0, 1];
const RECIPIENT = { treatment: 0, patient: 0, site: 'hosp-a' };

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  const [registered, ...rest] = story.donorEvents(CHILD, 'collector');
  await bench.say(
    ...story.donorEvents(MOTHER, 'collector'),
    { ...registered!, data: { ...registered!.data, newborn: true, birthMother: ids.donor(MOTHER) } },
    ...rest,
    ...story.donationEvents(0, CHILD, 'collector'),
    ...story.openingEvents(0, [{ donation: 0 }]),
    ...story.processEvents(0, 1),
    ...story.plannedEvents(RECIPIENT),
    ...story.handingEvents({ batch: 0, unit: 0 }, RECIPIENT),
  );
});
afterAll(() => bench.close());

it('leads from a mother, whom only the child’s record names, to whoever was given the child’s cells', async () => {
  const { rows } = await bench.ask((asking) => traceRecipients(asking, { donor: ids.donor(MOTHER) }));
  expect(rows.map(({ patient }) => patient)).toEqual([ids.patient(0)]);
});
