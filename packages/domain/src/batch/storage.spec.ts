import { describe, expect, it } from 'vitest';
import { type AnyFact, brokenRules, record } from '../kernel/index.ts';
import { type folded, given } from '../specification.ts';
import * as example from './examples.ts';
import {
  batch,
  batchUpcasters,
  isolated,
  opened,
  split,
  UnitStoredV1,
  unitConsumed,
  unitCryopreserved,
  unitLabelled,
  unitMoved,
  unitRetrieved,
  unitStored,
  unitsIn,
  unitThawed,
} from './index.ts';
import { slotFaults } from './storing.ts';

type Past = Parameters<typeof folded>[2];

const made = (count = 3): Past => [
  [opened, example.opened()],
  [isolated, example.isolated()],
  [split, example.split(count)],
];
const labelled = (count = 3): Past => [...made(count), [unitLabelled, example.unitLabelled(count)]];
const frozen: Past = [...labelled(), [unitCryopreserved, example.unitCryopreserved()]];
const thawed: Past = [...frozen, [unitThawed, example.unitThawed()]];
const used: Past = [...labelled(), [unitConsumed, example.unitConsumed(1), { occurredAt: '2026-11-21T08:00:00+08:00' }]];
const one = { scope: { units: [example.unitId(1)] } };
const when = (past: Past, fact: AnyFact, data: unknown, options = {}) =>
  given(batch, example.BATCH, past).when(fact, data, options);

describe('a scope', () => {
  const state = given(batch, example.BATCH, made(5)).when(unitStored, example.unitStored()).afterwards();
  const ordinals = (scope: Parameters<typeof unitsIn>[1]) => unitsIn(state, scope).map(({ ordinal }) => ordinal);

  it('means all units, ranges of their numbers, or those named', () => {
    expect(ordinals('whole-batch')).toEqual([1, 2, 3, 4, 5]);
    expect(
      ordinals({
        ranges: [
          { from: 1, to: 2 },
          { from: 5, to: 5 },
        ],
      }),
    ).toEqual([1, 2, 5]);
    expect(ordinals({ units: [example.unitId(4), example.unitId(2)] })).toEqual([4, 2]);
  });

  it('wider than the batch means what there is of it', () => {
    expect(ordinals({ ranges: [{ from: 4, to: 1_000_000 }] })).toEqual([4, 5]);
  });

  it('with an unknown unit, or without any, cannot be applied', () => {
    const unknown = when(made(), unitStored, example.unitStored({ scope: { units: [example.unitId(9)] } }));
    expect([unknown.outcome, unknown.rules]).toEqual(['unreconciled', ['batch.unit-unknown']]);
    const none = when([[opened, example.opened()]], unitStored, example.unitStored());
    expect([none.outcome, none.rules]).toEqual(['unreconciled', ['batch.scope-empty']]);
  });

  it('of which a part is recorded is a finding, and holds for that part', () => {
    const { rules, afterwards } = when(labelled(), unitStored, example.unitStored({ scope: { ranges: [{ from: 2, to: 5 }] } }));
    expect(rules).toEqual(['batch.scope-partly-unknown']);
    expect([...afterwards().units.values()].map(({ place }) => place?.value.tank)).toEqual([undefined, 'LN2-1', 'LN2-1']);
  });
});

describe('labelling', () => {
  it('labels a whole run in one entry', () => {
    const { rules, afterwards } = when(made(40), unitLabelled, example.unitLabelled(40));
    expect(rules).toEqual([]);
    expect(afterwards().units.get(example.unitId(40))?.labelled).toBe(example.labelId(40));
  });

  it('takes the printed expiry where none was known', () => {
    const expiry = '2027-11-20T23:59:59+08:00';
    expect(
      when(made(), unitLabelled, example.unitLabelled(1, { expiry })).afterwards().units.get(example.unitId(1))?.expiry,
    ).toBe(expiry);
  });

  it.each([
    [
      'batch.label-reused',
      [...made(), [unitLabelled, example.unitLabelled(1)]],
      { labels: [example.label(2, { label: example.labelId(1) })] },
    ],
    ['batch.label-reused', made(), { labels: [example.label(1), example.label(2, { label: example.labelId(1) })] }],
    ['batch.labelled-twice', labelled(), { labels: [example.label(1, { label: example.labelId(9) })] }],
    ['batch.scan-back-mismatch', made(), { labels: [example.label(1, { scanBack: 'mismatch' })], verifier: 'staff-0002' }],
    ['batch.label-unverified', made(), { labels: [example.label(1, { scanBack: 'not-done' })] }],
    ['batch.verifier-is-operator', made(), { labels: [example.label(1, { scanBack: undefined })], verifier: 'staff-0001' }],
    ['batch.unit-ended', used, { labels: [example.label(1)] }],
  ] as const)('finds: %s', (rule, past, over) => {
    const { outcome, rules } = when(past, unitLabelled, example.unitLabelled(1, over));
    expect([outcome, rules]).toEqual(['record', [rule]]);
  });

  it('counts a scan-back that agrees as the second pair of eyes', () => {
    expect(when(made(), unitLabelled, example.unitLabelled(1, { verifier: 'staff-0001' })).rules).toEqual([]);
  });

  it.each(['110101199003070011', 'BAG 110101 19900307 0011'])(
    'refuses a code that holds a resident number: %s',
    (encodedData) => {
      expect(
        unitLabelled.schema.safeParse(example.unitLabelled(1, { labels: [example.label(1, { encodedData })] })).success,
      ).toBe(false);
    },
  );

  it('refuses a code in which a name could stand', () => {
    expect(
      unitLabelled.schema.safeParse(example.unitLabelled(1, { labels: [example.label(1, { encodedData: '张三 A+' })] })).success,
    ).toBe(false);
  });
});

describe('storing', () => {
  it('stores forty vials in one entry, each in its slot', () => {
    const slots = Array.from({ length: 40 }, (_, i) => ({ unit: example.unitId(i + 1), slot: `${i + 1}` }));
    const { rules, warnings, afterwards } = when(labelled(40), unitStored, example.unitStored({ slots }));
    expect([rules, warnings]).toEqual([[], []]);
    expect(afterwards().units.get(example.unitId(17))?.place?.value).toEqual({
      site: 'lab-a',
      tank: 'LN2-1',
      rack: 'R2',
      box: 'B05',
      slot: '17',
      phase: 'vapour',
    });
  });

  it('of yesterday, entered today, does not move what was moved this morning', () => {
    const moved: Past = [...labelled(), [unitMoved, example.unitMoved(one), { occurredAt: '2026-11-21T09:00:00+08:00' }]];
    const late = when(moved, unitStored, example.unitStored(), { occurredAt: '2026-11-20T09:00:00+08:00' }).afterwards();
    expect(late.units.get(example.unitId(1))?.place?.value.tank).toBe('LN2-2');
    expect(late.units.get(example.unitId(2))?.place?.value.tank).toBe('LN2-1');
  });

  it.each([
    ['a slot that is taken', example.unitStored({ scope: { units: [example.unitId(2)] }, slot: 'C7' })],
    ['one slot for several units', example.unitStored({ box: 'B06', slot: 'C7' })],
  ])('finds %s', (_, data) => {
    const stored: Past = [...labelled(), [unitStored, example.unitStored({ ...one, slot: 'C7' })]];
    const { outcome, rules } = when(stored, unitStored, data);
    expect(outcome).toBe('record');
    expect(new Set(rules)).toEqual(new Set(['batch.slot-occupied']));
  });

  it('finds nothing in a slot whose unit was taken out', () => {
    const past: Past = [
      ...labelled(),
      [unitStored, example.unitStored({ ...one, slot: 'C7' })],
      [unitRetrieved, example.unitRetrieved(), { occurredAt: '2026-11-21T09:00:00+08:00' }],
    ];
    expect(when(past, unitStored, example.unitStored({ scope: { units: [example.unitId(2)] }, slot: 'C7' })).rules).toEqual([]);
  });

  it('finds nothing in a slot whose unit was moved on, and what it is moved into since it was last asked', () => {
    const slot = (n: number, name: string) => example.unitStored({ scope: { units: [example.unitId(n)] }, slot: name });
    const later = { occurredAt: '2026-11-21T12:00:00+08:00' };
    const { rules, afterwards } = when([...labelled(), [unitStored, slot(1, 'C7')]], unitMoved, slot(1, 'C8'), later);
    expect(rules).toEqual([]);
    const state = afterwards();
    const asked = (name: string) => slotFaults(slot(2, name) as never, [state.units.get(example.unitId(2))!], state);
    expect([asked('C7'), asked('C8')].map((check) => brokenRules(record(check)).length)).toEqual([0, 1]);
  });

  it('warns of units without a label, and of a move from nowhere', () => {
    expect(when(made(), unitStored, example.unitStored()).warnings).toEqual(['batch.stored-unlabelled']);
    expect(when(labelled(1), unitMoved, example.unitMoved(one)).warnings).toEqual(['batch.moved-unstored']);
  });

  it('finds what is done to a unit after it ended, and not what happened before', () => {
    const at = (occurredAt: string) => when(used, unitStored, example.unitStored(one), { occurredAt }).rules;
    expect(at('2026-11-21T09:00:00+08:00')).toEqual(['batch.unit-ended']);
    expect(at('2026-11-21T07:00:00+08:00')).toEqual([]);
  });

  it('takes a unit out, and back in', () => {
    const stored: Past = [...labelled(), [unitStored, example.unitStored()]];
    const later = { occurredAt: '2026-11-21T10:00:00+08:00' };
    const out = when(stored, unitRetrieved, example.unitRetrieved(), later);
    expect(out.rules).toEqual([]);
    expect(out.afterwards().units.get(example.unitId(1))).toMatchObject({ retrieved: true, place: { value: { site: 'lab-a' } } });
    const back = when([...stored, [unitRetrieved, example.unitRetrieved(), later]], unitStored, example.unitStored(one), {
      occurredAt: '2026-11-21T11:00:00+08:00',
    });
    expect(back.afterwards().units.get(example.unitId(1))?.retrieved).toBe(false);
  });
});

describe('version 1 of unit-stored', () => {
  const [upcaster] = batchUpcasters;
  const v1 = (position: string) => UnitStoredV1.parse({ units: [example.unitId(1), example.unitId(2)], tank: 'LN2-1', position });
  const upcast = (position: string) => upcaster!.upcast(v1(position) as never);

  it('is read as version 2, its text taken apart', () => {
    expect([upcaster?.from, upcaster?.to]).toEqual(['batch.unit-stored.v1', 'batch.unit-stored.v2']);
    expect(upcast('R2/B05/C7')).toEqual({ scope: { units: v1('x').units }, tank: 'LN2-1', rack: 'R2', box: 'B05', slot: 'C7' });
  });

  it.each(['R2-B05', 'R2/B05', 'R2//C7', 'R2/B05/C7/3'])(
    'keeps %s whole, since nothing that was written may be lost',
    (position) => {
      expect(upcast(position)).toMatchObject({ slot: position });
    },
  );

  it.each(['R2/B05/C7', 'R2-B05'])('becomes data that version 2 accepts and folds: %s', (position) => {
    const data = upcast(position);
    expect(unitStored.schema.safeParse(data).success).toBe(true);
    const state = when(labelled(), unitStored, data).afterwards();
    expect(state.units.get(example.unitId(1))?.place?.value.tank).toBe('LN2-1');
  });
});

describe('freezing and thawing', () => {
  it('freezes all units in one entry', () => {
    const { rules, afterwards } = when(labelled(), unitCryopreserved, example.unitCryopreserved());
    expect(rules).toEqual([]);
    expect([...afterwards().units.values()].every(({ cryopreserved }) => cryopreserved)).toBe(true);
  });

  it('thaws for a time', () => {
    const { rules, warnings, afterwards } = when(frozen, unitThawed, example.unitThawed());
    expect([rules, warnings]).toEqual([[], []]);
    expect(afterwards().units.get(example.unitId(1))?.thawed).toMatchObject({
      occurredAt: '2026-11-21T14:05:00+08:00',
      expiry: '2026-11-21T18:05:00+08:00',
    });
  });

  it.each([
    ['batch.refrozen', unitCryopreserved, example.unitCryopreserved(one)],
    ['batch.refrozen', unitStored, example.unitStored(one)],
    ['batch.thawed-twice', unitThawed, example.unitThawed()],
  ] as const)('finds %s', (rule, fact, data) => {
    const { outcome, rules } = when(thawed, fact, data);
    expect([outcome, rules]).toEqual(['record', [rule]]);
  });

  it('does not take freezing entered late for freezing again', () => {
    const early = { occurredAt: '2026-11-19T08:00:00+08:00' };
    expect(when(thawed, unitCryopreserved, example.unitCryopreserved(one), early).rules).toEqual([]);
    expect(when(thawed, unitStored, example.unitStored(one), early).rules).toEqual([]);
  });

  it('finds a bag that leaks, and an end before the start', () => {
    expect(when(frozen, unitThawed, example.unitThawed({ bagIntegrity: 'leaking' })).rules).toEqual(['batch.bag-not-intact']);
    expect(when(frozen, unitThawed, example.unitThawed({ end: '2026-11-21T13:00:00+08:00' })).rules).toEqual([
      'batch.interval-reversed',
    ]);
  });

  it('warns where the freezing is not recorded', () => {
    expect(when(labelled(), unitThawed, example.unitThawed()).warnings).toEqual(['batch.thawed-unfrozen']);
  });
});
