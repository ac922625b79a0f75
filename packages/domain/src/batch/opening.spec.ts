import { describe, expect, it } from 'vitest';
import { type DonationState, donation } from '../donation/index.ts';
import { person } from '../person/index.ts';
import { type ProductState, product, type Specification, type StudyState, study } from '../registry/index.ts';
import { eventId, folded, given } from '../specification.ts';
import * as example from './examples.ts';
import {
  type BatchState,
  batch,
  held,
  opened,
  openingAbandoned,
  originsResolved,
  quarantined,
  split,
  unitConsumed,
  unitReceived,
  unitReturnedToStock,
  unitSampled,
} from './index.ts';

const OTHER = '0192f5c4-0000-7000-8000-0000000000d1';
const SECOND_SOURCE = '0192f5c4-0000-7000-8000-0000000000b2';

const donated = (over: Partial<DonationState> = {}): DonationState => ({
  ...donation.initial(example.DONATION),
  registered: true,
  donor: 'donor-0001',
  kind: 'allogeneic',
  ...over,
});
const autologousOf = (donor: string, coi = 'COI-1') => donated({ kind: 'autologous', donor, coi });

const specified = (over: Partial<Specification> = {}): ProductState => {
  const state = product.initial(example.PRODUCT);
  state.specifications.set(1, {
    version: 1,
    event: eventId(0),
    name: { zh: '脐带间充质干细胞', en: 'UC-MSC' },
    autologous: false,
    lines: [],
    transport: null,
    thawToInfusionMinutes: null,
    ...over,
  });
  return state;
};
const filed = (over: Partial<StudyState> = {}): StudyState => ({
  ...study.initial(example.STUDY),
  filed: true,
  regime: 'cn-818-clinical-research',
  sites: ['lab-a'],
  ...over,
});

/** A source batch with three bags. */
const source = (more: Partial<BatchState> = {}, past: Parameters<typeof folded>[2] = []): BatchState =>
  Object.assign(
    folded(batch, example.SOURCE_BATCH, [
      [opened, example.opened()],
      [originsResolved, example.originsResolved()],
      [split, example.split(3)],
      ...past,
    ]),
    more,
  );

const registered = new Map<string, unknown>([
  [`product-${example.PRODUCT}`, specified()],
  [`study-${example.STUDY}`, filed()],
]);
const withSources = (sources: Readonly<Record<string, unknown>>) => new Map([...registered, ...Object.entries(sources)]);
const opening = (sources: Readonly<Record<string, unknown>>, data: object = {}) =>
  given(batch, example.BATCH, [], withSources(sources)).when(opened, example.opened(data));

const fromDonation = { [`donation-${example.DONATION}`]: donated() };
const twoDonations = { inputs: [{ donation: example.DONATION }, { donation: OTHER }] };
const fromBatch = { inputs: [{ batch: example.SOURCE_BATCH, unit: example.unitId(1) }] };

describe('opening a batch', () => {
  it('is recorded without findings when all it names is known', () => {
    const { outcome, rules, warnings, afterwards } = opening(fromDonation);
    expect({ outcome, rules, warnings }).toEqual({ outcome: 'record', rules: [], warnings: [] });
    expect(afterwards()).toMatchObject({ status: 'open', owner: 'lab-a', regime: 'cn-818-clinical-research', passageCeiling: 5 });
  });

  it('asks the donation first, and gives the material back when another source refuses', () => {
    const { first } = opening(fromDonation, {
      inputs: [{ donation: example.DONATION, quantity: { value: '12', unit: 'g' } }],
    }).decision;
    expect(first).toMatchObject({ onRefusal: 'abandon' });
    const [asked] = first!.asked;
    expect(asked).toMatchObject({
      target: example.DONATION,
      data: { into: example.BATCH, quantity: { value: '12', unit: 'g' } },
    });
    expect(asked!.fact.type).toBe('donation.material-issued.v1');
    expect(first!.undo!(asked!)).toMatchObject({ target: example.DONATION, data: { into: example.BATCH } });
    expect(first!.undo!(asked!).fact.type).toBe('donation.material-returned.v1');
  });

  it('asks the source batch for each unit, under ids that differ', () => {
    const units = [1, 2, 3].map((n) => ({ batch: example.SOURCE_BATCH, unit: example.unitId(n) }));
    const { first } = opening({ [`batch-${example.SOURCE_BATCH}`]: source() }, { inputs: units }).decision;
    expect(first!.asked.map(({ fact, data }) => [fact.type, data])).toEqual(
      units.map(({ unit }) => ['batch.unit-consumed.v1', { unit, into: example.BATCH }]),
    );
    expect(new Set(first!.asked.map(({ n }) => n)).size).toBe(3);
    expect(first!.undo!(first!.asked[1]!)).toMatchObject({ data: { unit: example.unitId(2), into: example.BATCH }, n: 1 });
    expect(first!.undo!(first!.asked[1]!).fact.type).toBe('batch.unit-returned-to-stock.v1');
  });

  it('fixes everything upstream, the sources of its source too', () => {
    const origins = { donations: new Set([OTHER]), batches: new Set([SECOND_SOURCE]) };
    const state = opening(
      { [`batch-${example.SOURCE_BATCH}`]: source({ origins }), ...fromDonation },
      {
        inputs: [...fromBatch.inputs, { donation: example.DONATION }],
      },
    ).afterwards();
    expect([...state.origins.donations].sort()).toEqual([example.DONATION, OTHER]);
    expect([...state.origins.batches].sort()).toEqual([example.SOURCE_BATCH, SECOND_SOURCE]);
  });

  it('names more than 400 origins in further events', () => {
    const many = Array.from({ length: 900 }, (_, n) => example.unitId(n));
    const origins = { donations: new Set(many), batches: new Set<string>() };
    const decided = opening({ [`batch-${example.SOURCE_BATCH}`]: source({ origins }) }, fromBatch);
    expect(decided.decision.also).toHaveLength(3);
    for (const { data } of decided.decision.also) expect(originsResolved.schema.safeParse(data).success).toBe(true);
    expect(decided.afterwards().origins.donations.size).toBe(900);
  });

  it.each([
    ['an unknown donation', {}, {}],
    ['a donation that was not registered', { [`donation-${example.DONATION}`]: donated({ registered: false }) }, {}],
    ['an unknown batch', {}, fromBatch],
    [
      'an unknown unit',
      { [`batch-${example.SOURCE_BATCH}`]: source() },
      { inputs: [{ batch: example.SOURCE_BATCH, unit: example.unitId(9) }] },
    ],
    ['a unit of an abandoned batch', { [`batch-${example.SOURCE_BATCH}`]: source({ status: 'abandoned' }) }, fromBatch],
    ['itself', {}, { inputs: [{ batch: example.BATCH, unit: example.unitId(1) }] }],
  ])('of %s is kept as unreconciled', (_, sources, data) => {
    const { outcome, rules } = opening(sources, data);
    expect({ outcome, rules }).toEqual({ outcome: 'unreconciled', rules: ['batch.input-unknown'] });
  });

  it('with one input named twice is kept as unreconciled', () => {
    const { outcome, rules } = opening(fromDonation, {
      inputs: [{ donation: example.DONATION }, { donation: example.DONATION }],
    });
    expect({ outcome, rules }).toEqual({ outcome: 'unreconciled', rules: ['batch.input-twice'] });
  });

  it('from autologous material of two persons is never applied', () => {
    const sources = {
      [`donation-${example.DONATION}`]: autologousOf('person-a'),
      [`donation-${OTHER}`]: autologousOf('person-b'),
    };
    const { outcome, rules } = opening(sources, { ...twoDonations, autologous: true, coi: 'COI-1' });
    expect(outcome).toBe('unreconciled');
    expect(rules).toContain('batch.autologous-pool');
  });

  it('from a bank of one person and a donation of another is never applied either', () => {
    const sources = {
      [`donation-${example.DONATION}`]: autologousOf('person-a'),
      [`batch-${example.SOURCE_BATCH}`]: source({ autologous: true, autologousDonor: 'person-b', coi: 'COI-1' }),
    };
    const inputs = [...fromBatch.inputs, { donation: example.DONATION }];
    expect(opening(sources, { inputs, autologous: true, coi: 'COI-1' }).rules).toContain('batch.autologous-pool');
  });

  it('from autologous material of two pseudonyms that are linked is of one person, until the link is undone', () => {
    const named = (id: string, other: string, undone: string | null) => ({
      ...person.initial(id),
      links: new Map([['l', { link: 'l', with: other, event: 'e', undone }]]),
    });
    const sources = (undone: string | null) => ({
      [`donation-${example.DONATION}`]: autologousOf('person-a'),
      [`donation-${OTHER}`]: autologousOf('person-b'),
      [`product-${example.PRODUCT}`]: specified({ autologous: true }),
      'person-person-a': named('person-a', 'person-b', undone),
      'person-person-b': named('person-b', 'person-a', undone),
    });
    const { outcome, rules, afterwards } = opening(sources(null), { ...twoDonations, autologous: true, coi: 'COI-1' });
    expect({ outcome, rules }).toEqual({ outcome: 'record', rules: [] });
    expect(afterwards()).toMatchObject({ autologousDonor: 'person-a' });
    expect(opening(sources('e2'), { ...twoDonations, autologous: true, coi: 'COI-1' })).toMatchObject({
      outcome: 'unreconciled',
      rules: ['batch.autologous-pool'],
    });
  });

  it('from two apheresis days of one person is one autologous batch', () => {
    const sources = {
      [`donation-${example.DONATION}`]: autologousOf('person-a'),
      [`donation-${OTHER}`]: autologousOf('person-a'),
      [`product-${example.PRODUCT}`]: specified({ autologous: true }),
    };
    const { outcome, rules, afterwards } = opening(sources, { ...twoDonations, autologous: true, coi: 'COI-1' });
    expect({ outcome, rules }).toEqual({ outcome: 'record', rules: [] });
    expect(afterwards()).toMatchObject({ autologousDonor: 'person-a', coi: 'COI-1' });
  });

  it('from allogeneic donations of many persons is a pool like any other', () => {
    const sources = { ...fromDonation, [`donation-${OTHER}`]: donated({ donor: 'donor-0002' }) };
    expect(opening(sources, twoDonations).rules).toEqual([]);
  });

  it.each([
    ['batch.autologous-mismatch', { [`donation-${example.DONATION}`]: autologousOf('person-a') }, {}],
    ['batch.autologous-mismatch', { ...fromDonation, [`product-${example.PRODUCT}`]: specified({ autologous: true }) }, {}],
    ['batch.coi-missing', fromDonation, { autologous: true }],
    ['batch.coi-mismatch', { [`donation-${example.DONATION}`]: autologousOf('person-a') }, { autologous: true, coi: 'COI-2' }],
    ['batch.specification-unknown', fromDonation, { product: { id: example.PRODUCT, specification: 2 } }],
    ['batch.study-unknown', fromDonation, { study: OTHER }],
    [
      'batch.donation-not-accepted',
      { [`donation-${example.DONATION}`]: donated({ received: { event: eventId(0), by: 'lab-a', outcome: 'rejected' } }) },
      {},
    ],
    [
      'batch.input-restricted',
      { [`batch-${example.SOURCE_BATCH}`]: source({}, [[quarantined, example.quarantined()]]) },
      fromBatch,
    ],
    ['batch.input-restricted', { [`batch-${example.SOURCE_BATCH}`]: source({}, [[held, example.held()]]) }, fromBatch],
    [
      'batch.input-in-other-custody',
      {
        [`batch-${example.SOURCE_BATCH}`]: source({}, [
          [unitReceived, { to: 'lab-b', units: [{ unit: example.unitId(1), condition: 'accepted' }] }],
        ]),
      },
      fromBatch,
    ],
  ])('is recorded with the finding %s', (rule, sources, data) => {
    const { outcome, rules } = opening(sources, data);
    expect(outcome).toBe('record');
    expect(rules).toContain(rule);
  });

  it.each([
    ['batch.site-not-in-study', { ...fromDonation, [`study-${example.STUDY}`]: filed({ sites: ['hospital-b'] }) }, {}],
    ['batch.tier-order', { [`batch-${example.SOURCE_BATCH}`]: source({ tier: 'seed' }) }, { ...fromBatch, tier: 'working' }],
    ['batch.identifier-malformed', fromDonation, { identifiers: [{ scheme: 'isbt128-din', value: 'G1234' }] }],
  ])('warns: %s', (rule, sources, data) => {
    const { rules, warnings } = opening(sources, data);
    expect({ rules, warnings }).toEqual({ rules: [], warnings: [rule] });
  });

  it('warns of no tier where the working bank comes from a master bank', () => {
    const sources = { [`batch-${example.SOURCE_BATCH}`]: source({ tier: 'master' }) };
    expect(opening(sources, { ...fromBatch, tier: 'working' }).warnings).toEqual([]);
  });

  it('needs at least one input', () => {
    expect(opened.schema.safeParse(example.opened({ inputs: [] })).success).toBe(false);
  });
});

describe('an abandoned opening', () => {
  it('leaves a batch that nothing can be recorded of', () => {
    const decided = given(batch, example.BATCH, [[openingAbandoned, example.openingAbandoned()]]).when(split, example.split());
    expect(decided.outcome).toBe('unreconciled');
    expect(decided.rules).toContain('batch.abandoned');
  });
});

describe('consuming a unit', () => {
  const stock = [
    [opened, example.opened()],
    [split, example.split(2)],
  ] as const;
  const into = example.SOURCE_BATCH;

  it('ends it', () => {
    const { outcome, afterwards } = given(batch, example.BATCH, stock).when(unitConsumed, example.unitConsumed(1, into));
    expect(outcome).toBe('record');
    expect(afterwards().units.get(example.unitId(1))).toMatchObject({ end: 'consumed', consumedInto: into });
  });

  it('for the same batch again changes nothing and is not refused', () => {
    const past = [...stock, [unitConsumed, example.unitConsumed(1, into)] as const];
    const { outcome, afterwards } = given(batch, example.BATCH, past).when(unitConsumed, example.unitConsumed(1, into));
    expect(outcome).toBe('record');
    expect(afterwards().units.get(example.unitId(1))).toMatchObject({ consumedInto: into });
  });

  it('is refused for a second batch', () => {
    const past = [...stock, [unitConsumed, example.unitConsumed(1, into)] as const];
    const { outcome, rules } = given(batch, example.BATCH, past).when(unitConsumed, example.unitConsumed(1, SECOND_SOURCE));
    expect({ outcome, rules }).toEqual({ outcome: 'refuse', rules: ['batch.consumed-elsewhere'] });
  });

  it('is refused after it became a sample', () => {
    const past = [...stock, [unitSampled, example.unitSampled({ unit: example.unitId(1) })] as const];
    const { outcome, rules } = given(batch, example.BATCH, past).when(unitConsumed, example.unitConsumed(1, into));
    expect({ outcome, rules }).toEqual({ outcome: 'refuse', rules: ['batch.unit-gone'] });
  });

  it('is refused where there is no such unit', () => {
    const { outcome, rules } = given(batch, example.BATCH, stock).when(unitConsumed, example.unitConsumed(9));
    expect({ outcome, rules }).toEqual({ outcome: 'refuse', rules: ['batch.unit-unknown'] });
  });

  it('is undone once the opening was abandoned, and then it can be consumed again', () => {
    const past = [...stock, [unitConsumed, example.unitConsumed(1, into)] as const];
    const state = given(batch, example.BATCH, past).when(unitReturnedToStock, example.unitConsumed(1, into)).afterwards();
    expect(state.units.get(example.unitId(1))).toMatchObject({ end: null, consumedInto: null });
    const again = [...past, [unitReturnedToStock, example.unitConsumed(1, into)] as const];
    expect(given(batch, example.BATCH, again).when(unitConsumed, example.unitConsumed(1, SECOND_SOURCE)).outcome).toBe('record');
  });

  it('is not undone for a batch that did not take it', () => {
    const past = [...stock, [unitConsumed, example.unitConsumed(1, into)] as const];
    const { outcome, rules } = given(batch, example.BATCH, past).when(
      unitReturnedToStock,
      example.unitConsumed(1, SECOND_SOURCE),
    );
    expect({ outcome, rules }).toEqual({ outcome: 'refuse', rules: ['batch.not-consumed'] });
  });
});
