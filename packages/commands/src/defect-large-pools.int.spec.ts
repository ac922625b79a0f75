// The limits of one append are 65,535 bytes a body and 500 events. What the decision about a pool of some 300 donors had read did not fit into the
// body, so that its opening, its authorisations and its infusions were refused as invalid; so was a fact that was wrong about hundreds of units, each
// of them a deviation, and a report about hundreds of unknown ones. What has happened was then recorded nowhere.
import { batches, donations, persons, sentence } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, recordedOf, submission, uuid, verifiedLog } from './laboratory.fixture.ts';

const { examples } = batches;
const DONORS = 400;

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

async function donated(n: number): Promise<string> {
  const donation = uuid();
  await lab.submit(persons.registered, `donor-${n}`, persons.examples.registered());
  await lab.submit(donations.registered, donation, donations.examples.registered({ donor: `donor-${n}` }));
  return donation;
}

describe('a pool of 400 donors', () => {
  it('is opened, and what is given of it is recorded', async () => {
    const pool = await Promise.all(Array.from({ length: DONORS }, (_, n) => donated(n)));
    const inputs = pool.map((donation) => ({ donation }));
    const opened = await lab.submit(batches.opened, examples.BATCH, examples.opened({ inputs }));
    expect(opened.kind, JSON.stringify(opened).slice(0, 500)).toBe('recorded');
    recordedOf(await lab.submit(batches.split, examples.BATCH, examples.split(1)));
    const given = await lab.submit(batches.unitInfused, examples.BATCH, { unit: examples.unitId(1), treatment: uuid() });
    expect(given.kind, JSON.stringify(given).slice(0, 500)).toBe('recorded');
    const bodies = (await verifiedLog(lab.store)).map(({ body }) => body);
    const { basis } = bodies.find(({ content }) => content.type === 'batch.opened.v1')!;
    expect(basis).toEqual([{ stream: 'basis', seq: expect.any(Number), leaf: expect.any(String) }]);
    expect(basis[0]!.seq).toBeGreaterThanOrEqual(DONORS);
  });
});

describe('a fact about 400 units', () => {
  it('that is wrong about each of them in several ways is recorded', async () => {
    const donation = await donated(1);
    await lab.submit(batches.opened, examples.BATCH, examples.opened({ inputs: [{ donation }] }));
    recordedOf(await lab.submit(batches.split, examples.BATCH, examples.split(300)));
    recordedOf(await lab.submit(batches.unitThawed, examples.BATCH, { scope: 'whole-batch' }));
    const sent = submission(batches.unitThawed, examples.BATCH, { scope: 'whole-batch', bagIntegrity: 'leaking' });
    const again = recordedOf(await lab.commands.submit(sent));
    const twice = again.findings.find(({ rule }) => rule.id === 'batch.thawed-twice')!;
    expect(sentence(twice, 'en')).toMatch(/ is thawed for the second time\. The same holds 299 times more\.$/);
    const replayed = recordedOf(await lab.commands.submit(sent));
    expect(replayed.findings.map((finding) => sentence(finding, 'en'))).toEqual(
      again.findings.map((finding) => sentence(finding, 'en')),
    );
  });

  it('that are all unknown is kept', async () => {
    const donation = await donated(1);
    await lab.submit(batches.opened, examples.BATCH, examples.opened({ inputs: [{ donation }] }));
    const scope = { units: Array.from({ length: 400 }, (_, n) => examples.unitId(n)) };
    const kept = await lab.submit(batches.unitThawed, examples.BATCH, { scope });
    expect(kept.kind, JSON.stringify(kept).slice(0, 500)).toBe('unreconciled');
  });
});
