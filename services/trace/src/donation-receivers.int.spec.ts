import type { Said } from '@cytoledger/read-models/specification';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seesStream } from './query/stream-sight.ts';
import type { Viewer } from './query/viewer.ts';
import { donationEvents, donorEvents, ids, LAB } from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceUnits } from './traces/units.ts';

const DONATION = `donation-${ids.donation(0)}`;
const laboratory = (org: string): Viewer => ({ kind: 'laboratory', org });

const receivedBy = (org: string, outcome: string): Said => ({
  stream: DONATION,
  type: 'donation.received.v1',
  data: { outcome, checkedBy: ['staff-0001', 'staff-0002'], ...(outcome !== 'accepted' && { reasons: ['other'] }) },
  actor: { org, person: 'staff-0001', role: 'lab.operator', client: null },
});

let bench: TraceBench;
beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...donorEvents(0, 'hosp-a'),
    ...donationEvents(0, 0, 'hosp-a'),
    receivedBy('lab-b', 'rejected'),
    receivedBy('lab-c', 'accepted'),
  );
});
afterAll(() => bench.close());

describe('a donation that went from laboratory to laboratory', () => {
  it.each([LAB, 'lab-b', 'lab-c'])('is known to %s, whoever received it after', async (org) => {
    expect(
      await bench.ask(({ snapshot, sight }) => seesStream(snapshot, sight, snapshot.number(DONATION)!), laboratory(org)),
    ).toBe(true);
    expect(await bench.ask((asking) => traceUnits(asking, { donation: ids.donation(0) }).rows, laboratory(org))).toEqual([]);
  });

  it('is not known to a laboratory that never had it', async () => {
    const asked = bench.ask((asking) => traceUnits(asking, { donation: ids.donation(0) }), laboratory('lab-d'));
    await expect(asked).rejects.toMatchObject({ code: 'not-found' });
  });

  it('stays rejected though another laboratory accepts it', async () => {
    const [row] = await bench.ask(({ snapshot }) =>
      snapshot.all<{ outcome: string; received_by: string; receivers: string }>(
        'SELECT outcome, received_by, receivers FROM donations d WHERE d.stream = :stream AND {rows d}',
        { stream: snapshot.number(DONATION)! },
      ),
    );
    expect(row).toEqual({ outcome: 'rejected', received_by: 'lab-b', receivers: JSON.stringify([LAB, 'lab-b', 'lab-c']) });
  });
});
