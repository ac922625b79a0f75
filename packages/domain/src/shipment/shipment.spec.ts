import { describe, expect, it } from 'vitest';
import { aBatch, aShipment, aSpecification, aUnit, surroundings } from '../batch/hospital-examples.ts';
import { batch, unitPacked, unitReceived, unitShipped } from '../batch/index.ts';
import { type Answer, broken, type Signer } from '../kernel/index.ts';
import { product } from '../registry/state.ts';
import { type folded, given } from '../specification.ts';
import * as s from './index.ts';
import { examples, shipment } from './index.ts';
import { shipmentRules } from './rules.ts';

const { SHIPMENT, BATCH, OTHER_BATCH, UNIT, OTHER_UNIT, THIRD_UNIT, HOSPITAL, CARRIER, LIMITS } = examples;
type Past = Parameters<typeof folded>[2][number];

const onHand = (over: object) => aUnit({ custodian: 'lab-a', receivedBy: null, lastShipment: null, thawed: null, ...over });
const world = surroundings({
  [`batch-${BATCH}`]: aBatch({}, onHand({ id: UNIT }), onHand({ id: OTHER_UNIT, ordinal: 2 })),
  [`batch-${OTHER_BATCH}`]: { ...aBatch({}, onHand({ id: THIRD_UNIT })), id: OTHER_BATCH },
});
const PACKED: Past = [s.packed, examples.packed()];
const LISTED: Past = [s.manifestListed, examples.manifestListed()];
const DEPARTED: Past = [s.departed, examples.departed()];
const RECEIVED: Past = [s.received, examples.received(), { org: HOSPITAL }];
const packedUp = [PACKED, LISTED];
const underway = [PACKED, LISTED, DEPARTED];

const signer = (person: string): Signer => ({
  kid: person.padEnd(43, 'x'),
  org: CARRIER,
  person,
  roles: [],
  meaning: 'custody-handover',
  signedAt: '2026-11-21T07:00:00Z',
});

describe('packing', () => {
  const packing = (over: object = {}, past: readonly Past[] = [], others: Map<string, unknown> = world) =>
    given(shipment, SHIPMENT, past, others).when(s.packed, examples.packed(over));

  it('asks each batch for its units, once', () => {
    const units = [
      { batch: BATCH, unit: UNIT },
      { batch: OTHER_BATCH, unit: THIRD_UNIT },
      { batch: BATCH, unit: OTHER_UNIT },
    ];
    const done = packing({ units });
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.decision.first?.asked).toMatchObject([
      { fact: unitPacked, target: BATCH, data: { shipment: SHIPMENT, shipper: 'lab-a', units: [UNIT, OTHER_UNIT] } },
      { fact: unitPacked, target: OTHER_BATCH, data: { units: [THIRD_UNIT] } },
    ]);
    expect(done.afterwards()).toMatchObject({ status: 'packed', shipper: 'lab-a', consignee: HOSPITAL, intended: units });
  });

  it('lists what the batches confirmed and why they refused the rest', () => {
    const { first } = packing({ units: [...examples.packed().units, { batch: OTHER_BATCH, unit: THIRD_UNIT }] }).decision;
    const [one, other] = first!.asked;
    const answers: Answer[] = [
      { asked: one!, refusedBy: [broken(shipmentRules.departedEmpty, '/units/1')] },
      { asked: other!, refusedBy: [] },
    ];
    expect(first!.closing!(answers)).toMatchObject([
      {
        fact: s.manifestListed,
        target: SHIPMENT,
        data: {
          units: [{ batch: OTHER_BATCH, unit: THIRD_UNIT }],
          refused: [
            { unit: UNIT, rules: [] },
            { unit: OTHER_UNIT, rules: ['shipment.departed-empty'] },
          ],
          limits: LIMITS,
        },
      },
    ]);
  });

  it('leaves out what its batch would not give, with a finding, and asks for the rest', () => {
    const hold = { event: 'e', scope: { units: [OTHER_UNIT] }, reason: 'deviation', cause: null, lifted: null };
    const others = new Map(world);
    others.set(`batch-${BATCH}`, aBatch({ holds: [hold] }, onHand({ id: UNIT }), onHand({ id: OTHER_UNIT, ordinal: 2 })));
    const done = packing({}, [], others);
    expect(done).toMatchObject({ outcome: 'record', rules: ['packing.restricted'] });
    expect(done.decision.violations[0]?.pointer).toBe('/data/units/1');
    const { asked, closing } = done.decision.first!;
    expect(asked).toMatchObject([{ target: BATCH, data: { units: [UNIT] } }]);
    expect(closing!(asked.map((each) => ({ asked: each, refusedBy: [] })))).toMatchObject([
      { data: { units: [{ unit: UNIT }], refused: [{ unit: OTHER_UNIT, rules: ['packing.restricted'] }] } },
    ]);
  });

  it('knows the batch of every unit', () => {
    const units = [{ batch: SHIPMENT, unit: UNIT }];
    const done = packing({ units });
    expect(done.rules).toEqual(['shipment.batch-unknown']);
    expect(done.decision.first).toBeUndefined();
    expect(done.decision.also).toMatchObject([{ data: { units: [], refused: [{ unit: UNIT, rules: done.rules }] } }]);
  });

  it('names a unit once and at most 400', () => {
    const twice = [examples.packed().units[0], examples.packed().units[0]];
    expect(s.packed.schema.safeParse(examples.packed({ units: twice })).success).toBe(false);
  });

  it('can be said again, until the shipment has left or is closed', () => {
    expect(packing({}, packedUp).rules).toEqual([]);
    expect(packing({}, underway).rules).toEqual(['shipment.packed-after-departure']);
    expect(packing({}, [...packedUp, [s.closed, examples.closed({ reason: 'cancelled' })]]).rules).toEqual([
      'shipment.packed-after-departure',
    ]);
  });

  it('is for one consignee', () => {
    expect(packing({ consignee: 'hospital-x' }, packedUp).rules).toEqual(['shipment.consignee-differs']);
  });

  it('uses a shipper whose qualification stands', () => {
    const container = (over: object) => ({ container: { ...examples.packed().container, ...over } });
    expect(packing(container({ qualifiedUntil: '2026-11-20' })).rules).toEqual(['shipment.shipper-not-qualified']);
    expect(packing(container({ qualifiedUntil: '2026-11-21' })).rules).toEqual([]);
    expect(packing(container({ qualification: undefined })).warnings).toEqual(['shipment.shipper-qualification-unknown']);
    expect(packing({ logger: undefined }).warnings).toEqual(['shipment.logger-missing']);
  });

  it('is held to the narrowest limits of its products, which the sender may narrow and not widen', () => {
    const listedLimits = (over: object) => {
      const done = packing(over);
      const [closing] = done.decision.first!.closing!([]);
      return { rules: done.rules, limits: (closing!.data as { limits?: object }).limits };
    };
    const narrow = { ...LIMITS, maximum: '-160' };
    expect(listedLimits({ limits: narrow })).toEqual({ rules: [], limits: narrow });
    expect(listedLimits({ limits: { ...LIMITS, maximum: '-120' } })).toEqual({
      rules: ['shipment.limits-wider'],
      limits: LIMITS,
    });
  });

  it('warns where no limits are known', () => {
    const specifications = new Map([[1, aSpecification({ transport: null })]]);
    const others = new Map(world);
    others.set(`product-${aBatch().product!.id}`, { ...product.initial('p'), specifications });
    expect(packing({}, [], others).warnings).toEqual(['shipment.limits-missing']);
  });
});

describe('a departure', () => {
  const leaving = (over: object = {}, past: readonly Past[] = packedUp) =>
    given(shipment, SHIPMENT, past, world).when(s.departed, examples.departed(over));

  it('lets each batch say that its units left, and the carrier answers for them', () => {
    const done = leaving();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.decision.first?.asked).toMatchObject([
      {
        fact: unitShipped,
        target: BATCH,
        data: { shipment: SHIPMENT, from: 'lab-a', to: HOSPITAL, custodian: CARRIER, units: [UNIT, OTHER_UNIT] },
      },
    ]);
    expect(done.afterwards()).toMatchObject({ status: 'departed', carrier: CARRIER });
  });

  it('is of what was scanned at the door', () => {
    const scanned = [
      { batch: BATCH, unit: UNIT },
      { batch: BATCH, unit: THIRD_UNIT },
    ];
    const done = leaving({ units: scanned });
    expect(done.rules).toEqual(['shipment.unit-not-on-manifest']);
    expect(done.warnings).toEqual(['shipment.unit-left-behind']);
    expect(done.afterwards().manifest).toEqual(scanned);
  });

  it('happens once and not with nothing', () => {
    expect(leaving({}, underway).rules).toEqual(['shipment.departed-before']);
    expect(leaving({}, [PACKED]).rules).toEqual(['shipment.departed-empty']);
  });
});

describe('readings', () => {
  const START = '2026-11-21T02:00:00Z';
  const warm = (minutes: number) => [...Array.from({ length: minutes }, () => '-140'), '-180'];
  const reading = (celsius: readonly string[], past: readonly Past[] = underway, from = START, logger = 'TL-1188') =>
    given(shipment, SHIPMENT, past).when(s.readingsRecorded, { logger, readings: examples.readings(from, ...celsius) });
  const recorded = (celsius: readonly string[], from = START, logger = 'TL-1188'): Past => [
    s.readingsRecorded,
    { logger, readings: examples.readings(from, ...celsius) },
  ];
  const detected = (over: object): Past => [
    s.excursionDetected,
    { excursion: SHIPMENT, beyondLimit: false, minutesOutside: 1, minimum: '-140', maximum: '-140', limits: LIMITS, ...over },
  ];

  it('within the limits are only kept', () => {
    const done = reading(['-180', '-150', '-196']);
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.decision.also).toEqual([]);
    expect(done.afterwards().readings).toMatchObject({ count: 3, lowest: '-196', highest: '-150', last: { celsius: '-196' } });
  });

  it('outside bring an excursion along, beyond the limit or not', () => {
    const within = reading(warm(10));
    expect(within.rules).toEqual(['shipment.excursion']);
    expect(within.decision.also).toMatchObject([
      { fact: s.excursionDetected, data: { beyondLimit: false, minutesOutside: 10, minimum: '-140', maximum: '-140' } },
    ]);
    expect(reading(warm(11)).decision.also).toMatchObject([{ data: { beyondLimit: true, minutesOutside: 11 } }]);
  });

  it('are summed over the transport, and the excursion is said again when it passes the limit', () => {
    const sixty = '2026-11-21T03:00:00Z';
    const past = [...underway, recorded(warm(6)), detected({ minutesOutside: 6 })];
    expect(reading(warm(4), past, sixty).decision.also).toEqual([]);
    const beyond = reading(warm(5), past, sixty);
    expect(beyond.decision.also).toMatchObject([{ data: { excursion: SHIPMENT, beyondLimit: true, minutesOutside: 11 } }]);
    expect(s.openExcursions(beyond.afterwards())).toMatchObject([{ id: SHIPMENT, beyondLimit: true, minutesOutside: 11 }]);
  });

  it('that go on outside add minutes and no second alarm', () => {
    const past = [...underway, recorded(warm(20)), detected({ beyondLimit: true, minutesOutside: 20 })];
    const done = reading(warm(5), past, '2026-11-21T03:00:00Z');
    expect(done.decision.also).toEqual([]);
    expect(s.openExcursions(done.afterwards())).toMatchObject([{ minutesOutside: 25 }]);
  });

  it('outside after an excursion was found acceptable are a new one', () => {
    const past = [
      ...underway,
      recorded(warm(20)),
      detected({ beyondLimit: true, minutesOutside: 20 }),
      [s.excursionAssessed, examples.excursionAssessed()] as Past,
    ];
    const [also] = reading(warm(1), past, '2026-11-21T03:00:00Z').decision.also;
    expect(also?.data).toMatchObject({ beyondLimit: true, minutesOutside: 21 });
    expect(also?.data).not.toMatchObject({ excursion: SHIPMENT });
  });

  it('that are sent twice, or by two loggers, or late, count once', () => {
    const past = [...underway, recorded(warm(6)), detected({ minutesOutside: 6 })];
    expect(reading(warm(6), past).decision.also).toEqual([]);
    expect(reading(warm(6), past, START, 'TL-2').decision.also).toEqual([]);
    const early = reading(warm(5), past, '2026-11-21T01:00:00Z');
    expect(early.decision.also).toMatchObject([{ data: { beyondLimit: true, minutesOutside: 11 } }]);
  });

  it('hold until the next one of the same logger, also over a gap between two events', () => {
    const past = [...underway, recorded(['-140']), detected({ minutesOutside: 0 })];
    const done = reading(['-180'], past, '2026-11-21T02:30:00Z');
    expect(done.decision.also).toMatchObject([{ data: { excursion: SHIPMENT, beyondLimit: true, minutesOutside: 30 } }]);
  });

  it('are judged in the order of their times', () => {
    const readings = examples.readings(START, ...warm(3)).reverse();
    const done = given(shipment, SHIPMENT, underway).when(s.readingsRecorded, { logger: 'TL-1', readings });
    expect(done.warnings).toEqual(['shipment.readings-not-ascending']);
    expect(done.decision.also).toMatchObject([{ data: { minutesOutside: 3 } }]);
  });

  it('cannot be judged without limits', () => {
    const unlimited: Past = [s.manifestListed, examples.manifestListed({ limits: undefined })];
    expect(reading(warm(20), [PACKED, unlimited, DEPARTED])).toMatchObject({ rules: [], warnings: ['shipment.limits-missing'] });
  });

  it('outside at all are beyond a limit of no minutes', () => {
    const strict: Past = [s.manifestListed, examples.manifestListed({ limits: { ...LIMITS, cumulativeMinutes: 0 } })];
    expect(reading(['-140'], [PACKED, strict, DEPARTED]).decision.also).toMatchObject([{ data: { beyondLimit: true } }]);
  });
});

describe('an excursion that somebody sees', () => {
  const seeing = (over: object) =>
    given(shipment, SHIPMENT, underway).when(s.excursionDetected, {
      excursion: SHIPMENT,
      beyondLimit: true,
      minutesOutside: 0,
      ...over,
    });

  it('needs no logger', () => {
    const done = seeing({});
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(s.openExcursions(done.afterwards())).toMatchObject([{ beyondLimit: true, minimum: null }]);
  });

  it('is not smaller than its minutes', () => {
    const done = seeing({ beyondLimit: false, minutesOutside: 11 });
    expect(done.rules).toEqual(['shipment.excursion-understated']);
    expect(s.openExcursions(done.afterwards())).toMatchObject([{ beyondLimit: true }]);
    expect(seeing({ beyondLimit: false, minutesOutside: 10 }).rules).toEqual([]);
  });
});

describe('an excursion that is said again', () => {
  const again = (over: object, assessed?: string) => {
    const first = {
      excursion: SHIPMENT,
      beyondLimit: true,
      minutesOutside: 20,
      minimum: '-140',
      maximum: '-140',
      limits: LIMITS,
    };
    const past: readonly Past[] = [
      ...[...underway, [s.excursionDetected, first] as Past],
      ...(assessed ? [[s.excursionAssessed, examples.excursionAssessed({ outcome: assessed })] as Past] : []),
    ];
    const done = given(shipment, SHIPMENT, past).when(s.excursionDetected, { ...first, ...over });
    return done.afterwards().excursions.get(SHIPMENT);
  };

  it('is not made smaller by whoever carries the box', () => {
    expect(again({ beyondLimit: false, minutesOutside: 1 })).toMatchObject({ beyondLimit: true, minutesOutside: 20 });
  });

  it('is open again when it went on after it was found acceptable, and not before', () => {
    expect(again({ minutesOutside: 200 }, 'acceptable')?.assessed).toBeNull();
    expect(again({}, 'acceptable')?.assessed?.outcome).toBe('acceptable');
    expect(again({ minutesOutside: 200 }, 'not-acceptable')?.assessed?.outcome).toBe('not-acceptable');
  });
});

describe('assessing an excursion', () => {
  const assessor = (over: Partial<Signer> = {}): Signer => ({
    ...signer('qa-0001'),
    ...{ org: 'lab-a', roles: ['lab.qa'], meaning: 'excursion-assessment', ...over },
  });
  const DETECTED: Past = [
    s.excursionDetected,
    { excursion: SHIPMENT, beyondLimit: true, minutesOutside: 20, minimum: '-140', maximum: '-140', limits: LIMITS },
  ];
  const assessing = (over: object = {}, past: readonly Past[] = [...underway, DETECTED], signers = [assessor()]) =>
    given(shipment, SHIPMENT, past).when(s.excursionAssessed, examples.excursionAssessed(over), { signers });

  it('as acceptable closes it, as not acceptable does not', () => {
    expect(s.openExcursions(assessing().afterwards())).toEqual([]);
    expect(s.openExcursions(assessing({ outcome: 'not-acceptable' }).afterwards())).toHaveLength(1);
  });

  it('is of one that was detected', () => {
    expect(assessing({}, underway)).toMatchObject({ outcome: 'refuse', rules: ['shipment.excursion-unknown'] });
  });

  it.each<[string, Signer[]]>([
    ['nobody', []],
    ['a client', [assessor({ person: null })]],
    ['the carrier', [assessor({ org: CARRIER })]],
    ['an operator', [assessor({ roles: ['lab.operator'] })]],
    ['somebody who meant something else', [assessor({ meaning: 'custody-handover' })]],
  ])('opens no gate when it is signed by %s', (_, signers) => {
    expect(assessing({}, undefined, signers)).toMatchObject({ outcome: 'refuse', rules: ['shipment.acceptance-unsigned'] });
  });

  it('may change its mind, with a warning, and may say the worst unsigned, with another', () => {
    const past: readonly Past[] = [...underway, DETECTED, [s.excursionAssessed, examples.excursionAssessed()]];
    expect(assessing({ outcome: 'not-acceptable' }, past).warnings).toEqual(['shipment.excursion-assessed-before']);
    expect(assessing({}, past).warnings).toEqual([]);
    expect(assessing({ outcome: 'not-acceptable' }, [...underway, DETECTED], []).warnings).toEqual([
      'shipment.assessment-unsigned',
    ]);
  });
});

describe('handing over', () => {
  const handing = (
    over: object = {},
    past: readonly Past[] = underway,
    signers = [signer('driver-0001'), signer('driver-0002')],
  ) => given(shipment, SHIPMENT, past).when(s.handedOver, examples.handedOver(over), { signers });

  it('on the way tells the batches who answers for the units now', () => {
    const done = handing();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.decision.first?.asked).toMatchObject([{ fact: unitShipped, target: BATCH, data: { custodian: 'carrier-d' } }]);
    expect(done.afterwards()).toMatchObject({ status: 'handed-over', carrier: 'carrier-d' });
  });

  it('to the consignee waits for its receipt, and before the departure the shipper still answers', () => {
    expect(handing({ to: HOSPITAL }).decision.first).toBeUndefined();
    expect(handing({ from: 'lab-a', to: CARRIER }, packedUp).decision.first).toBeUndefined();
  });

  it('is signed by two different persons', () => {
    expect(handing({}, underway, [signer('driver-0001')])).toMatchObject({
      outcome: 'record',
      rules: ['shipment.handover-not-signed-by-both'],
    });
    expect(handing({}, underway, [signer('driver-0001'), signer('driver-0001')]).rules).toEqual([
      'shipment.handover-not-signed-by-both',
    ]);
  });

  it('is done by who holds it, with the seal intact', () => {
    expect(handing({ from: 'carrier-x' }).rules).toEqual(['shipment.handed-over-by-other']);
    expect(handing({ seal: { intact: false } }).rules).toEqual(['shipment.seal-broken']);
  });
});

describe('a receipt', () => {
  const receiving = (over: object = {}, past: readonly Past[] = underway, org: string = HOSPITAL) =>
    given(shipment, SHIPMENT, past).when(s.received, examples.received(over), { actor: { org } });

  it('in one tap gives every unit of the manifest to the receiver', () => {
    const done = receiving();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.decision.first?.asked).toMatchObject([
      {
        fact: unitReceived,
        target: BATCH,
        data: {
          from: CARRIER,
          to: HOSPITAL,
          shipment: SHIPMENT,
          units: [
            { unit: UNIT, condition: 'accepted' },
            { unit: OTHER_UNIT, condition: 'accepted' },
          ],
        },
      },
    ]);
    expect(unitReceived.schema.safeParse(done.decision.first?.asked[0]?.data).success).toBe(true);
    expect(done.afterwards().status).toBe('received');
  });

  it('may say another condition of one unit', () => {
    const units = [
      { batch: BATCH, unit: UNIT },
      { batch: BATCH, unit: OTHER_UNIT, condition: 'rejected', found: ['leaking'] },
    ];
    expect(receiving({ units }).decision.first?.asked[0]?.data).toMatchObject({
      units: [
        { unit: UNIT, condition: 'accepted' },
        { unit: OTHER_UNIT, condition: 'rejected', found: ['leaking'] },
      ],
    });
  });

  it('names what is missing and what was not expected', () => {
    const units = [
      { batch: BATCH, unit: UNIT },
      { batch: BATCH, unit: THIRD_UNIT },
    ];
    expect(receiving({ units }).rules).toEqual(['shipment.unit-missing', 'shipment.unit-unexpected']);
  });

  it('is by the consignee, after a departure, once, with the seal intact', () => {
    expect(receiving({}, underway, 'hospital-x').rules).toEqual(['shipment.received-by-other']);
    expect(receiving({}, packedUp).rules).toEqual(['shipment.received-without-departure']);
    expect(receiving({}, [...underway, RECEIVED])).toMatchObject({ rules: [], warnings: ['shipment.received-before'] });
    expect(receiving({ seal: { intact: false } }).rules).toEqual(['shipment.seal-broken']);
  });

  it('accepts nothing while an excursion beyond the limit is not assessed', () => {
    const past: readonly Past[] = [
      ...underway,
      [
        s.excursionDetected,
        { excursion: SHIPMENT, beyondLimit: true, minutesOutside: 20, minimum: '-140', maximum: '-140', limits: LIMITS },
      ],
    ];
    expect(receiving({}, past).rules).toEqual(['shipment.accepted-with-open-excursion']);
    expect(receiving({ condition: 'to-be-assessed' }, past).rules).toEqual([]);
    expect(receiving({}, [...past, [s.excursionAssessed, examples.excursionAssessed()]]).rules).toEqual([]);
  });
});

describe('closing', () => {
  const closing = (reason: string, past: readonly Past[]) =>
    given(shipment, SHIPMENT, past).when(s.closed, examples.closed({ reason }));

  it('as completed follows a receipt', () => {
    expect(closing('completed', [...underway, RECEIVED]).rules).toEqual([]);
    expect(closing('completed', underway).rules).toEqual(['shipment.closed-without-receipt']);
  });

  it('waits for the assessment of excursions', () => {
    const past: readonly Past[] = [
      ...underway,
      [
        s.excursionDetected,
        { excursion: SHIPMENT, beyondLimit: false, minutesOutside: 2, minimum: '-140', maximum: '-140', limits: LIMITS },
      ],
      RECEIVED,
    ];
    expect(closing('completed', past).rules).toEqual(['shipment.closed-with-open-excursion']);
    expect(closing('completed', [...past, [s.excursionAssessed, examples.excursionAssessed()]]).rules).toEqual([]);
  });

  it('as cancelled precedes the departure, as lost is critical', () => {
    expect(closing('cancelled', packedUp).rules).toEqual([]);
    expect(closing('cancelled', underway).rules).toEqual(['shipment.cancelled-after-departure']);
    expect(closing('lost', underway).rules).toEqual(['shipment.lost']);
  });

  it('frees the units of a shipment that was given up', () => {
    const packedElsewhere = aUnit({ custodian: 'lab-a', shipment: SHIPMENT, receivedBy: null });
    const pack = (state: object) =>
      given(
        { ...batch, initial: () => aBatch({}, packedElsewhere) },
        BATCH,
        [],
        new Map<string, unknown>([[`shipment-${SHIPMENT}`, aShipment(state)]]),
      ).when(unitPacked, { shipment: OTHER_BATCH, shipper: 'lab-a', units: [UNIT] }).rules;
    expect(pack({ status: 'packed', departed: null })).toEqual(['packing.not-on-hand']);
    expect(pack({ status: 'closed', departed: null })).toEqual([]);
    expect(pack({ status: 'departed', departed: 'e' })).toEqual([]);
  });
});
