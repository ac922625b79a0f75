import { batches } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOf } from './query/balance.ts';
import { GivenOf } from './query/given.ts';
import { Decisions, unitsOf } from './query/unit-rows.ts';
import { stateAt } from './record/state.ts';
import {
  donationEvents,
  donorEvents,
  followUpEvents,
  handingEvents,
  ids,
  issueEvents,
  LAB,
  openingEvents,
  plannedEvents,
  processEvents,
  releaseEvents,
} from './specification/story.ts';
import { TraceBench } from './specification/trace-bench.ts';
import { traceMaterials } from './traces/materials.ts';
import { traceGiven } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { dueList } from './views/due.ts';
import { search } from './views/search.ts';
import { viewUnit } from './views/unit.ts';

const HOSPITAL = 'hosp-a';
const RECIPIENT = { treatment: 501, patient: 501, site: HOSPITAL };
const BATCH = 500;
const unit = (n: number) => ids.unit({ batch: BATCH, unit: n });
const syringe = (n: number) => ids.sample(9000 + n);
const label = (n: number) => ids.sample(8000 + n);
const treatment = ids.treatment(RECIPIENT.treatment);
const stream = `batch-${ids.batch(BATCH)}`;
const mL = (value: string) => ({ value, unit: 'mL', what: 'volume' });

const say = (what: string, data: object, occurredAt: string | null = null): Said => ({
  stream,
  type: `batch.${what}.v1`,
  data,
  actor: { org: HOSPITAL, person: 'staff-0011', role: 'hospital.nurse', client: null },
  ...(occurredAt !== null && { occurredAt }),
});
const at = (clock: string) => `2026-11-21T${clock}:00+08:00`;
const start = (id: string, clock: string) => say('unit-infusion-started', { unit: id, treatment }, at(clock));
const handedOver = (n: number) => handingEvents({ batch: BATCH, unit: n }, RECIPIENT).slice(0, -1);

let bench: TraceBench;

beforeAll(async () => {
  bench = await TraceBench.open();
  await bench.say(
    ...donorEvents(500, HOSPITAL),
    ...donationEvents(500, 500, HOSPITAL),
    ...issueEvents(BATCH, [{ donation: 500 }]),
    ...openingEvents(BATCH, [{ donation: 500 }]),
    ...processEvents(BATCH, 5),
    ...releaseEvents(BATCH),
    ...plannedEvents(RECIPIENT),
    ...[0, 1, 2].flatMap(handedOver),
    // Unit 0 is stopped at 40 %.
    start(unit(0), '15:00'),
    say('unit-infusion-interrupted', { unit: unit(0), treatment, reason: 'line-occluded', fraction: '20' }, at('15:10')),
    start(unit(0), '15:20'),
    say(
      'unit-infusion-ended',
      { unit: unit(0), treatment, reason: 'adverse-reaction', fraction: '40', remainder: { fate: 'discarded' } },
      at('15:30'),
    ),
    // Unit 1 is drawn up into two syringes, of which one is given.
    say(
      'unit-reconstituted',
      {
        unit: unit(1),
        diluents: [{ name: 'NaCl 0.9 %', lot: 'NS-4711' }],
        volume: mL('20'),
        syringes: [1, 2].map((number) => ({
          id: syringe(number),
          number,
          volume: mL('10'),
          identifiers: [{ scheme: 'local', site: HOSPITAL, kind: 'unit', value: `SYR-500-${number}` }],
        })),
        expiry: at('19:00'),
      },
      at('15:00'),
    ),
    say('unit-infused', { unit: syringe(1), treatment, volumeGiven: mL('10') }, at('15:40')),
    say('unit-reconstituted', { unit: unit(3), diluents: [{ name: 'NaCl 0.9 %', lot: 'NS-4712' }] }, at('15:00')),
    // Unit 2 is still running.
    start(unit(2), '16:00'),
    // Unit 3 is relabelled, twice; unit 4 comes back damaged.
    ...[1, 2].map((n) =>
      say('unit-relabelled', {
        labels: [
          {
            unit: unit(3),
            old: n === 1 ? oldLabel(3) : label(1),
            label: label(n),
            contentDigest: 'A'.repeat(43),
            encodedData: `=G-NEW-${n}`,
            oldEncodedData: n === 1 ? '=G-OLD' : '=G-NEW-1',
          },
        ],
        reason: 'unreadable',
        oldLabels: 'destroyed',
        template: { id: 'LBL-01', version: '2' },
      }),
    ),
    say('unit-returned', { from: HOSPITAL, to: LAB, reason: 'not-needed', units: [{ unit: unit(4), condition: 'accepted' }] }),
    say('unit-damaged', { units: [unit(4)], integrity: 'leaking', stage: 'before-thaw', fate: 'content-lost' }, at('17:00')),
  );
});
afterAll(() => bench.close());

/** As the story labels it. */
function oldLabel(n: number): string {
  return state().labelled(n);
}
function state() {
  const said = processEvents(BATCH, 5).find(({ type }) => type === 'batch.unit-labelled.v1')!;
  const labels = (said.data as { labels: readonly { label: string }[] }).labels;
  return { labelled: (n: number) => labels[n]!.label };
}

describe('how much was given', () => {
  it('stands in the traces to recipients and from a recipient: share, dose, remainder', async () => {
    const expected = {
      [unit(0)]: { partial: true, percentGiven: '40', dose: '20 10*6.{cells} viable', remainder: '12 mL volume, discarded' },
      [syringe(1)]: { partial: false, percentGiven: '100', dose: null, remainder: null },
      [unit(2)]: { partial: null, percentGiven: null, dose: null, remainder: null },
    };
    const recipients = await bench.ask((asking) => traceRecipients(asking, { batch: ids.batch(BATCH) }));
    const given = await bench.ask((asking) => traceGiven(asking, ids.patient(RECIPIENT.patient)));
    for (const { rows } of [recipients, given]) {
      expect(
        Object.fromEntries(
          rows.map((row) => [
            row.unit,
            { partial: row.partial, percentGiven: row.percentGiven, dose: row.dose, remainder: row.remainder },
          ]),
        ),
      ).toEqual(expected);
    }
    expect(recipients.rows.find((row) => row.unit === unit(0))).toMatchObject({
      infusedAt: at('15:00'),
      infusedUntil: at('15:30'),
    });
    expect(recipients.columns.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['dose', 'partial', 'percentGiven', 'remainder']),
    );
  });

  it('is shown of a unit to who may see the treatment, with reason and interruptions', async () => {
    const view = (viewer?: Parameters<typeof bench.ask>[1]) => bench.ask((asking) => viewUnit(asking, unit(0)), viewer);
    expect((await view({ kind: 'hospital', org: HOSPITAL })).given).toEqual({
      status: 'ended',
      percent: '40',
      dose: '20 10*6.{cells} viable',
      volume: '8 mL volume',
      remainder: '12 mL volume',
      remainderFate: 'discarded',
      reason: 'adverse-reaction',
      interruptions: 1,
      until: at('15:30'),
    });
    expect((await view({ kind: 'laboratory', org: LAB })).given).toBeNull();
  });

  it('is matched with the treatment’s record when it has ended, not while it runs', async () => {
    const unmatched = async () =>
      (await bench.ask((asking) => dueList(asking, '2026-11-22T00:00:00Z')))
        .filter(({ kind }) => kind === 'infusion-unmatched')
        .map(({ subject }) => subject);
    expect(await unmatched()).toEqual([unit(0), syringe(1)]);
    const open = (await bench.ask((asking) => dueList(asking, '2026-11-22T07:00:00Z'))).filter(
      ({ kind }) => kind === 'infusion-not-ended',
    );
    expect(open).toMatchObject([{ subject: unit(2), detail: 'running', dueBy: '2026-11-22T08:00:00.000Z', overdue: false }]);
    await bench.say(followUpEvents({ batch: BATCH, unit: 0 }, RECIPIENT)[0]!);
    expect(await unmatched()).toEqual([syringe(1)]);
  });
});

describe('syringes of a bag', () => {
  it('are units that say of which bag they are, and the bag lists them', async () => {
    const bag = await bench.ask((asking) => viewUnit(asking, unit(1)));
    expect(bag).toMatchObject({ fate: 'consumed', consumedInto: null, parts: [syringe(1), syringe(2)] });
    expect(bag).toMatchObject({ reconstitutedAt: at('15:00'), reconstitutedExpiry: at('19:00') });
    const second = await bench.ask((asking) => viewUnit(asking, syringe(2)));
    expect(second).toMatchObject({
      ordinal: 2,
      partOf: unit(1),
      container: 'syringe',
      holder: HOSPITAL,
      disposition: 'released',
      unitIdentifiers: ['SYR-500-2'],
      reconstitutedExpiry: at('19:00'),
      fate: null,
    });
  });

  it('are counted beside what the closing of the split says', async () => {
    const { balance } = await bench.ask((asking) => traceUnits(asking, { batch: ids.batch(BATCH) }));
    expect(balance).toEqual({
      ...{ made: 7, onHand: 2, inTransit: 0, infused: 3, sampled: 0, consumed: 1, discarded: 1, unaccounted: 0 },
    });
    expect(balance).toEqual(batches.containerBalance(await stateAt<batches.BatchState>(bench.store, stream, 10_000)));
  });

  it('lead to the lot of their diluent, and other bags of the batch do not', async () => {
    const lots = async () => {
      const { rows } = await bench.ask((asking) => traceMaterials(asking, ids.patient(RECIPIENT.patient)));
      return rows.map(({ lot, step }) => [lot, step]);
    };
    expect(await lots()).toContainEqual(['NS-4711', 'unit-reconstituted']);
    expect(await lots()).not.toContainEqual(['NS-4712', 'unit-reconstituted']);
  });

  it('are found by their number, and the batch by the lot of the diluent', async () => {
    const found = (text: string) => bench.ask((asking) => search(asking, text).map(({ kind, unit: id }) => [kind, id]));
    expect(await found('syr-500-2')).toEqual([['unit', syringe(2)]]);
    expect(await found('NS-4711')).toContainEqual(['batch', null]);
  });
});

describe('a label', () => {
  it('is found, the one on the unit and those before it, by code as by id', async () => {
    const found = (text: string) => bench.ask((asking) => search(asking, text).map(({ unit: id, by, value }) => [id, by, value]));
    expect(await found('=g-new-2')).toEqual([[unit(3), 'label', '=G-NEW-2']]);
    expect(await found(label(2))).toEqual([[unit(3), 'label', '=G-NEW-2']]);
    expect(await found('=G-NEW-1')).toEqual([[unit(3), 'old-label', '=G-NEW-1']]);
    expect(await found('=G-OLD')).toEqual([[unit(3), 'old-label', '=G-OLD']]);
    expect(await found(oldLabel(3))).toEqual([[unit(3), 'old-label', '=G-OLD']]);
  });

  it('is shown with those that it replaced', async () => {
    const view = await bench.ask((asking) => viewUnit(asking, unit(3)));
    expect(view.label).toBe(label(2));
    expect(view.oldLabels.map(({ code }) => code)).toEqual(['=G-OLD', '=G-NEW-1']);
  });

  it('of somebody else’s unit is not found', async () => {
    expect(await bench.ask((asking) => search(asking, '=G-OLD'), { kind: 'hospital', org: 'hosp-x' })).toEqual([]);
  });
});

describe('what came back and was damaged', () => {
  it('lies at the laboratory again, and is discarded where its content was lost', async () => {
    const view = await bench.ask((asking) => viewUnit(asking, unit(4)));
    expect(view).toMatchObject({ holder: LAB, fate: 'discarded', fateAt: at('17:00'), damage: 'leaking (before-thaw)' });
  });
});

const UNITS = 3;
const occurredAt = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 5 }).map((hour) => `2026-11-21T0${hour}:00:00Z`),
);
const KINDS = [
  'start',
  'interrupt',
  'end',
  'infuse',
  'draw',
  'dilute',
  'thaw',
  'return',
  'damage',
  'discard',
  'relabel',
  'sample',
];
const step = fc.record({
  what: fc.constantFrom(...KINDS),
  unit: fc.nat(UNITS - 1),
  part: fc.nat(2),
  other: fc.nat(1),
  occurredAt,
});
type Step = { what: string; unit: number; part: number; other: number; occurredAt: string | null };

/** What is said of a bag is said of one of its syringes too, whether there is such a one or not. */
function said(batch: number, { what, unit: n, part, other, occurredAt: when }: Step, i: number): Said {
  const bag = ids.unit({ batch, unit: n });
  const drawn = (k: number) => ids.sample(batch * 100 + n * 10 + k);
  const id = part === 0 ? bag : drawn(part);
  const into = { unit: id, treatment: ids.treatment(other) };
  const diluents = [{ name: 'NaCl', lot: 'N1' }];
  const data: Readonly<Record<string, readonly [string, object]>> = {
    start: ['unit-infusion-started', into],
    interrupt: ['unit-infusion-interrupted', { ...into, reason: 'other', fraction: '30' }],
    end: [
      'unit-infusion-ended',
      other === 0 ? { ...into, reason: 'completed' } : { ...into, reason: 'other', administered: mL('4') },
    ],
    infuse: ['unit-infused', into],
    draw: [
      'unit-reconstituted',
      {
        unit: bag,
        diluents,
        expiry: '2026-11-22T00:00:00Z',
        syringes: [1, 2].map((k) => ({ id: drawn(k), number: k, volume: mL('5') })),
      },
    ],
    dilute: ['unit-reconstituted', { unit: bag, diluents, volume: mL('30') }],
    thaw: ['unit-thawed', { scope: { units: [bag] }, expiry: '2026-11-21T06:00:00Z' }],
    return: ['unit-returned', { from: HOSPITAL, to: LAB, reason: 'other', units: [{ unit: id, condition: 'accepted' }] }],
    damage: ['unit-damaged', { units: [id], integrity: 'broken', stage: 'after-thaw', fate: 'content-lost' }],
    discard: ['unit-discarded', { scope: { units: [id] }, reason: 'other' }],
    sample: ['unit-sampled', { unit: id, sample: ids.sample(batch * 1000 + i), laboratory: 'qc-lab' }],
    relabel: [
      'unit-relabelled',
      {
        labels: [
          { unit: id, old: ids.sample(7000 + part), label: ids.sample(batch * 1000 + 500 + i), contentDigest: 'A'.repeat(43) },
        ],
        ...{ reason: 'other', oldLabels: 'destroyed', template: { id: 'L', version: '1' } },
      },
    ],
  };
  const [type, content] = data[what]!;
  return { stream: `batch-${ids.batch(batch)}`, type: `batch.${type}.v1`, data: content, occurredAt: when };
}

describe('the rows of units on their way to the bedside', () => {
  it('say what the domain folds, whatever happened in whatever order it was entered', async () => {
    let batch = 600;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        batch++;
        const name = `batch-${ids.batch(batch)}`;
        await bench.say(...openingEvents(batch, [{ donation: batch }]), ...processEvents(batch, UNITS));
        await bench.say(...steps.map((each, i) => said(batch, each, i)));
        const folded = await stateAt<batches.BatchState>(bench.store, name, 10_000);
        const found = await bench.ask(({ snapshot }) => {
          const number = snapshot.number(name)!;
          const decisions = new Decisions(snapshot, [number]);
          const units = unitsOf(snapshot, [number]);
          const given = new GivenOf(snapshot, units);
          return {
            balance: balanceOf(units, UNITS),
            units: units.map((each) => ({
              id: each.id,
              ordinal: each.ordinal,
              parent: each.parent,
              part: each.part,
              custodian: each.custodian,
              condition: each.condition,
              label: each.label,
              thawed: [each.thawed_at, each.thaw_expiry],
              reconstituted: [each.reconstituted_at, each.reconstituted_expiry],
              infusion: [snapshot.name(each.infused_in), each.infused_at, each.infusion_event],
              end: [each.fate, each.fate_at],
              fraction: given.of(each)?.fraction ?? null,
              disposition: decisions.dispositionOf(each)?.disposition ?? null,
            })),
          };
        });
        expect(found.balance).toEqual(batches.containerBalance(folded));
        expect(found.units).toEqual(
          [...folded.units.values()]
            .sort((a, b) => a.ordinal - b.ordinal)
            .map((each) => ({
              id: each.id,
              ordinal: each.ordinal,
              parent: each.parent,
              part: each.part ?? null,
              custodian: each.custodian,
              condition: each.condition?.value ?? null,
              label: each.labelled,
              thawed: [each.thawed?.occurredAt ?? null, each.thawed?.expiry ?? null],
              reconstituted: [each.reconstituted?.occurredAt ?? null, each.reconstituted?.expiry ?? null],
              infusion: [
                each.infusion ? `treatment-${each.infusion.treatment}` : null,
                each.infusion?.occurredAt ?? null,
                each.infusion?.event ?? null,
              ],
              end: [each.end, each.endedAt ?? null],
              fraction: batches.administeredOf(each)?.fraction ?? null,
              disposition: batches.dispositionOf(folded, each)?.kind ?? null,
            })),
        );
      }),
      { numRuns: 200 },
    );
  });
});
