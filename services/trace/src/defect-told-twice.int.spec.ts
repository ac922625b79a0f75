// What is told a second time: a unit found one by one before its site's answer was counted beside the answer, and hid another of which nobody knew
// anything; a deviation raised again became as mild as it was said last, and forgot its rule.
import { recalls } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as story from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceFailure } from './traces/failure.ts';
import { viewBatch } from './views/batch.ts';

const { ids, LAB } = story;
const RECALL = `recall-${recalls.examples.RECALL}`;
const DEVIATION = ids.sample(4001);
const unit = (n: number) => ids.unit({ batch: 1, unit: n });
const by = (stream: string, type: string, data: object): Said => ({
  ...{ stream, type, data },
  actor: { org: LAB, person: 'staff-0001', role: 'lab.qa', client: null },
});
const found = (n: number) =>
  by(RECALL, recalls.unitAccounted.type, recalls.examples.unitAccounted({ unit: unit(n), fate: 'destroyed' }));
const answer = (destroyed: number) =>
  by(
    RECALL,
    recalls.acknowledged.type,
    recalls.examples.acknowledged({ site: LAB, onHand: 0, used: 0, quarantined: 0, destroyed }),
  );
const raised = (data: object) =>
  by(`batch-${ids.batch(1)}`, 'batch.deviation-raised.v1', { deviation: DEVIATION, rule: 'release.test-failed', ...data });

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...story.donorEvents(0, 'collector'),
    ...story.donationEvents(0, 0, 'collector'),
    ...story.issueEvents(1, [{ donation: 0 }]),
    ...story.openingEvents(1, [{ donation: 0 }]),
    ...story.processEvents(1, 4),
    by(
      RECALL,
      recalls.initiated.type,
      recalls.examples.initiated({
        mock: false,
        batches: [ids.batch(1)],
        units: [{ batch: ids.batch(1), site: LAB, units: [0, 1, 2].map(unit) }],
      }),
    ),
  );
});
afterAll(() => bench.close());

const unaccounted = async () => {
  const { rows } = await bench.ask((asking) => traceFailure(asking, { batch: ids.batch(1) }), { kind: 'laboratory', org: LAB });
  return rows.find(({ site }) => site === LAB)?.unaccounted;
};

describe('a unit of a recall', () => {
  it('that was found before its site answered is counted by the answer, and one found since beside it', async () => {
    await bench.say(found(0));
    expect(await unaccounted()).toBe(2);
    await bench.say(answer(1));
    expect(await unaccounted()).toBe(2);
    await bench.say(found(1));
    expect(await unaccounted()).toBe(1);
  });
});

describe('a deviation that is raised again', () => {
  it('is no milder, and keeps its rule', async () => {
    await bench.say(raised({ class: 'critical' }), raised({ class: 'minor', rule: null }));
    const batch = await bench.ask((asking) => viewBatch(asking, ids.batch(1)), { kind: 'laboratory', org: LAB });
    expect(batch.openDeviations).toContainEqual({ id: DEVIATION, class: 'critical', rule: 'release.test-failed' });
  });
});
