import { type Caller, Refusal } from '@cytoledger/service-kit';
import type { OpenedDisclosure } from '@cytoledger/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuid } from '../specification/ids.ts';
import * as story from '../specification/story.ts';
import { TraceBench } from '../specification/trace-bench.ts';
import { requireEvidence } from './evidence-streams.ts';

const { ids, LAB } = story;
const recipient = { treatment: 0, patient: 0, site: 'hosp-a' };
const other = { treatment: 1, patient: 1, site: 'hosp-b' };

const [batch, parent] = [`batch-${ids.batch(1)}`, `batch-${ids.batch(0)}`];
const donation = `donation-${ids.donation(0)}`;
const donor = `person-${ids.donor(0)}`;
const [serum, medium, tested] = [uuid(0xca, 1), uuid(0xca, 2), uuid(0xcb, 1)];
const says = (stream: string, type: string, data: object, org = LAB) => ({
  ...{ stream, type, data, actor: { org, person: 'staff-0001', role: 'lab.operator', client: null } },
});
const lot = (name: string, more: object = {}) => ({ kind: 'medium', name, lot: `${name}-1`, supplier: 'Nanbei', ...more });

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
    says(`material-${serum}`, 'material.received.v1', lot('serum')),
    says(`material-${medium}`, 'material.prepared.v1', { ...lot('medium'), parents: [{ material: serum }] }),
    says(parent, 'batch.material-used.v1', { ...lot('medium'), material: medium }),
    says(`sample-${tested}`, 'sample.taken.v1', { from: { material: serum }, laboratory: 'qc-lab' }),
    ...story.issueEvents(1, second),
    ...story.openingEvents(1, second),
    ...story.processEvents(1, 2),
    ...story.releaseEvents(1),
    ...story.plannedEvents(recipient),
    ...story.plannedEvents(other),
    ...story.handingEvents({ batch: 1, unit: 0 }, recipient),
    ...story.followUpEvents({ batch: 1, unit: 0 }, recipient),
    ...story.handingEvents({ batch: 1, unit: 1 }, other),
  );
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

const BODY = '{"content":{"data":{}}}';

/** Which streams, and whether an ordinary body of each is shown. */
async function seenBy(who: Caller, lineage = true): Promise<Record<string, boolean>> {
  const batch = ids.batch(1);
  const question = { batch, lineage, position: last, vault: undefined, signal: new AbortController().signal };
  const { streams } = await requireEvidence(bench.trace, who, question);
  return Object.fromEntries(streams.map(({ stream, shows }) => [stream, shows(BODY)]));
}

/** What touched the cells upstream, with what that was made of, and what was tested of it. */
const touched = (lots: boolean, samples: boolean) => ({
  ...{ [`material-${serum}`]: lots, [`material-${medium}`]: lots, [`sample-${tested}`]: samples },
});

describe('the evidence about a batch', () => {
  it('is all of it for oversight, with donors', async () => {
    expect(await seenBy(caller('oversight', 'qc-centre'))).toMatchObject({
      [batch]: true,
      [parent]: true,
      [donation]: true,
      [donor]: true,
      ...touched(true, true),
    });
    expect(await seenBy(caller('oversight', 'qc-centre'), false)).toEqual({ [batch]: true });
  });

  it('shows the laboratory its own batches', async () => {
    expect(await seenBy(caller('lab.qa', LAB))).toMatchObject({
      ...{ [batch]: true, [parent]: true },
      ...touched(true, true),
    });
    expect(Object.keys(await seenBy(caller('lab.qa', LAB), false))).toEqual([batch]);
  });

  it('shows an auditor what was granted, and headers of the rest without the names of persons', async () => {
    const auditor = caller('auditor', 'qc-centre', { batches: [ids.batch(1)] });
    const chain = { [batch]: true, [parent]: false, [donation]: false };
    expect(await seenBy(auditor)).toEqual({ ...chain, ...touched(false, false) });
  });

  it('proves the whole chain to a hospital and to a patient, and shows only what is theirs', async () => {
    const own = { [`treatment-${ids.treatment(0)}`]: true };
    const chain = { [batch]: false, [parent]: false, [donation]: false, ...touched(false, false) };
    expect(await seenBy(caller('hospital.physician', 'hosp-a'))).toEqual({ ...chain, ...own });
    const patient = caller('patient', 'hosp-a', { person: ids.patient(0) });
    expect(await seenBy(patient)).toEqual({ ...chain, ...own });
  });

  it('is nobody else’s', async () => {
    const strangers = [
      caller('hospital.physician', 'hosp-c'),
      caller('lab.qa', 'lab-x'),
      caller('patient', 'hosp-a', { person: 'nobody-0001' }),
      caller('auditor', LAB),
    ];
    for (const stranger of strangers) {
      const refused = await seenBy(stranger).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Refusal);
      expect((refused as Refusal).problem.status).toBe(404);
    }
    const question = { batch: ids.batch(1), lineage: false, vault: undefined, signal: new AbortController().signal };
    const unreadable = requireEvidence(bench.trace, caller('lab.qa', LAB), { ...question, position: 'x' });
    await expect(unreadable).rejects.toMatchObject({ problem: { status: 400 } });
    const monitor = await seenBy(caller('log.monitor', 'watch')).catch((error: unknown) => error);
    expect((monitor as Refusal).problem.status).toBe(403);
  });

  it('opens what the reader’s own organisation reported, and marks what is erased', async () => {
    const vault = {
      open: async (digests: readonly string[]) =>
        new Map<string, OpenedDisclosure>(
          digests.map((digest) => [
            digest,
            digest === 'gone'
              ? 'erased'
              : { subject: 's', stream: 'batch-b', eventId: 'e', pointer: '', disclosure: `of ${digest}` },
          ]),
        ),
    };
    const question = { batch: ids.batch(1), lineage: false, position: last, vault, signal: new AbortController().signal };
    const { disclose } = await requireEvidence(bench.trace, caller('lab.qa', LAB), question);
    const body = (org: string, digests: string[], stream = 'batch-b', id = 'e') =>
      JSON.stringify({ actor: { org }, content: { stream, id, data: { a: { _sd: digests } } } });
    expect(await disclose!([body(LAB, ['x', 'gone']), body('hosp-a', ['y']), body(LAB, [])])).toEqual([
      ['of x', 'erased:gone'],
      [],
      [],
    ]);
    expect(await disclose!([body('hosp-a', ['gone'])])).toEqual([[]]);
    // A digest that was read in another's event and repeated in an own one opens nothing.
    expect(await disclose!([body(LAB, ['x'], 'batch-own'), body(LAB, ['x'], 'batch-b', 'own')])).toEqual([[], []]);
  });
});
