import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { walkDown, walkUp } from './query/walk.ts';
import {
  donationEvents,
  donorEvents,
  type Input,
  ids,
  issueEvents,
  openingEvents,
  processEvents,
} from './specification/story.ts';
import { OVERSIGHT, TraceBench } from './specification/trace-bench.ts';
import { traceUnits } from './traces/units.ts';

let bench: TraceBench;

beforeEach(async () => {
  bench = await TraceBench.open();
});
afterEach(() => bench.close());

const DONATIONS = 4;
const UNITS = 3;

/** For each batch in turn, which earlier things it is made of: donations, and units of earlier batches. Pools of pools at will. */
const lineages = fc.array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }).map((picks) => {
  const free: Input[] = Array.from({ length: DONATIONS }, (_, donation) => ({ donation }));
  return picks.map((wanted, batch) => {
    const inputs = new Set(wanted.map((pick) => free[pick % free.length]!));
    for (const input of inputs) if (!('donation' in input)) free.splice(free.indexOf(input), 1);
    for (let unit = 0; unit < UNITS; unit++) free.push({ batch, unit });
    return [...inputs];
  });
});

/** Donations of each batch, by the definition. */
function origins(lineage: readonly (readonly Input[])[]): Set<number>[] {
  const found: Set<number>[] = [];
  for (const inputs of lineage) {
    const own = inputs.flatMap((input) => ('donation' in input ? [input.donation] : [...found[input.batch]!]));
    found.push(new Set(own));
  }
  return found;
}

describe('lineage', () => {
  it('leads from each donor to exactly those units that lead back to the donor, through pools of pools', async () => {
    await fc.assert(
      fc.asyncProperty(lineages, async (lineage) => {
        const own = await TraceBench.open();
        try {
          for (let n = 0; n < DONATIONS; n++) await own.say(...donorEvents(n, 'hosp-a'), ...donationEvents(n, n, 'hosp-a'));
          for (const [batch, inputs] of lineage.entries()) {
            await own.say(...issueEvents(batch, inputs), ...openingEvents(batch, inputs), ...processEvents(batch, UNITS));
          }
          const expected = origins(lineage);
          for (let donor = 0; donor < DONATIONS; donor++) {
            const { rows } = await own.ask((asking) => traceUnits(asking, { donor: ids.donor(donor) }));
            const batches = lineage.flatMap((_, batch) => (expected[batch]!.has(donor) ? [batch] : []));
            const units = batches.flatMap((batch) => Array.from({ length: UNITS }, (_, unit) => ids.unit({ batch, unit })));
            expect(rows.map(({ unit }) => unit).sort()).toEqual(units.sort());
          }
          await own.ask(({ snapshot }) => {
            for (const [batch, donations] of expected.entries()) {
              const up = walkUp(snapshot, [snapshot.number(`batch-${ids.batch(batch)}`)!]);
              const names = up.streams.map((stream) => snapshot.name(stream)).filter((name) => name.startsWith('donation-'));
              expect(names.sort()).toEqual([...donations].map((n) => `donation-${ids.donation(n)}`).sort());
              for (const stream of up.streams) {
                expect(walkDown(snapshot, [stream]).from.has(snapshot.number(`batch-${ids.batch(batch)}`)!)).toBe(true);
              }
            }
          });
        } finally {
          await own.close();
        }
      }),
      { numRuns: 12 },
    );
  });

  it('tells the way: which donation, through which batches', async () => {
    await bench.say(...donorEvents(0, 'hosp-a'), ...donationEvents(0, 0, 'hosp-a'));
    await bench.say(...issueEvents(0, [{ donation: 0 }]), ...openingEvents(0, [{ donation: 0 }]), ...processEvents(0, 2));
    const bank = { batch: 0, unit: 1 };
    await bench.say(...issueEvents(1, [bank]), ...openingEvents(1, [bank]), ...processEvents(1, 1));
    const answer = await bench.ask((asking) => traceUnits(asking, { donor: ids.donor(0) }));
    const last = answer.rows.at(-1)!;
    expect(last).toMatchObject({ unit: ids.unit({ batch: 1, unit: 0 }), depth: 2, donations: [ids.donation(0)] });
    expect(last.path).toEqual([
      `person-${ids.donor(0)}`,
      `donation-${ids.donation(0)}`,
      `batch-${ids.batch(0)}`,
      `batch-${ids.batch(1)}`,
    ]);
    expect(answer.rows.find(({ unit }) => unit === ids.unit(bank))).toMatchObject({
      fate: 'consumed',
      consumedInto: ids.batch(1),
    });
    expect(answer.balance).toMatchObject({ made: 3, onHand: 2, consumed: 1, unaccounted: 0 });
  });

  it('from a unit leads only to what was made of that unit', async () => {
    await bench.say(...donationEvents(0, 0, 'hosp-a'), ...openingEvents(0, [{ donation: 0 }]), ...processEvents(0, 3));
    for (const [batch, unit] of [
      [1, 0],
      [2, 1],
    ] as const) {
      const input = { batch: 0, unit };
      await bench.say(...issueEvents(batch, [input]), ...openingEvents(batch, [input]), ...processEvents(batch, 1));
    }
    const { rows } = await bench.ask((asking) => traceUnits(asking, { unit: ids.unit({ batch: 0, unit: 0 }) }));
    expect(rows.map(({ unit }) => unit)).toEqual([ids.unit({ batch: 0, unit: 0 }), ids.unit({ batch: 1, unit: 0 })]);
  });

  it('ends, also where somebody recorded a circle', async () => {
    await bench.say(...openingEvents(0, [{ batch: 1, unit: 0 }]), ...processEvents(0, 1));
    await bench.say(...openingEvents(1, [{ batch: 0, unit: 0 }]), ...processEvents(1, 1));
    const { rows } = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(0) }));
    expect(rows).toHaveLength(2);
  });

  it('forgets an input that was given back because the opening was abandoned', async () => {
    await bench.say(...donationEvents(0, 0, 'hosp-a'), ...issueEvents(5, [{ donation: 0 }]));
    const links = async () => (await bench.ask((asking) => traceUnits(asking, { donation: ids.donation(0) }), OVERSIGHT)).links;
    expect(await links()).toHaveLength(1);
    await bench.say({
      stream: `donation-${ids.donation(0)}`,
      type: 'donation.material-returned.v1',
      data: { into: ids.batch(5) },
    });
    expect(await links()).toEqual([]);
  });
});
