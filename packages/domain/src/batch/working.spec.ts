import { describe, expect, it } from 'vitest';
import { alarm, calibrated, examples as devices, equipment, failedSince, qualified } from '../equipment/index.ts';
import type { AnyFact, Capture } from '../index.ts';
import {
  examples as registry,
  staff,
  staffAuthorised,
  staffEnrolled,
  staffSuspended,
  study,
  studyFiled,
  studySuspended,
} from '../registry/index.ts';
import { monitoringRecorded, registered, room, examples as rooms, sessionClosed, sessionOpened } from '../room/index.ts';
import { folded, given, type Others } from '../specification.ts';
import * as example from './examples.ts';
import {
  batch,
  isolated,
  opened,
  originsResolved,
  passaged,
  split,
  unitCryopreserved,
  unitLabelled,
  unitStored,
  unitThawed,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

const past: Past = [
  [opened, example.opened()],
  [originsResolved, example.originsResolved()],
  [isolated, example.isolated()],
];
const made: Past = [...past, [split, example.split(1)]];
const at = (occurredAt: string) => ({ occurredAt });
const MORNING = '2026-11-20T09:00:00+08:00';
const at9 = at(MORNING);

describe('a step names the records of its devices', () => {
  const device = (...more: Past) =>
    folded(equipment, devices.EQUIPMENT, [
      [qualified, devices.qualified(), at('2026-01-10T09:00:00+08:00')],
      [calibrated, devices.calibrated({ due: '2026-11-30' }), at('2026-01-11T09:00:00+08:00')],
      ...more,
    ]);
  const using = (state: unknown, over: object = {}, occurredAt = MORNING) =>
    given(batch, example.BATCH, past, new Map([[`equipment-${devices.EQUIPMENT}`, state]])).when(
      passaged,
      example.passaged({ equipmentIds: [devices.EQUIPMENT], ...over }),
      { occurredAt },
    );

  it('and has no finding where they are fit', () => {
    expect(using(device())).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
  });

  it('of which nothing is known, or which is another’s, is a minor finding', () => {
    expect(using(undefined).rules).toEqual(['batch.equipment-unknown']);
    expect(using({ ...device(), owner: 'lab-b', code: 'SECRET' }).rules).toEqual(['batch.equipment-unknown']);
  });

  it.each([
    ['overdue', device(), {}, '2026-12-01T09:00:00+08:00', 'batch.equipment-calibration-overdue'],
    ['not qualified by then', device(), {}, '2026-01-10T08:00:00+08:00', 'batch.equipment-not-qualified'],
    [
      'never calibrated',
      folded(equipment, devices.EQUIPMENT, [[qualified, devices.qualified(), at('2026-01-10T09:00:00+08:00')]]),
      {},
      MORNING,
      'batch.equipment-not-calibrated',
    ],
    [
      'out of tolerance',
      device([calibrated, devices.calibrated({ asLeft: 'outside' }), at('2026-11-01T09:00:00+08:00')]),
      {},
      MORNING,
      'batch.equipment-out-of-tolerance',
    ],
    ['unreliable since', device([failedSince, devices.failedSince()]), {}, MORNING, 'batch.equipment-failed'],
    [
      'unreliable before the step ended',
      device([failedSince, devices.failedSince({ since: '2026-11-20T10:00:00+08:00' })]),
      { start: MORNING, end: '2026-11-20T11:00:00+08:00' },
      MORNING,
      'batch.equipment-failed',
    ],
  ] as const)('%s is a finding', (_, state, over, occurredAt, rule) => {
    expect(using(state, over, occurredAt)).toMatchObject({ outcome: 'record', rules: expect.arrayContaining([rule]) });
  });

  it('names what stood against it in words', () => {
    const overdue = using(device(), {}, '2026-12-01T09:00:00+08:00').decision.violations[0]!;
    expect(overdue.params).toEqual({ equipment: 'INC-04', due: '2026-11-30', used: '2026-12-01' });
    expect(overdue.rule.confirmed).toBe(false);
  });

  it('warns of an alarm that stood', () => {
    expect(using(device([alarm, devices.alarm(), at('2026-11-20T08:00:00+08:00')])).warnings).toEqual(['batch.equipment-alarm']);
  });

  it('when units are frozen, thawed, stored too', () => {
    const over = { equipmentIds: [devices.EQUIPMENT] };
    for (const [fact, data] of [
      [unitCryopreserved, example.unitCryopreserved(over)],
      [unitThawed, example.unitThawed({ ...over, start: undefined, end: undefined, scope: 'whole-batch' })],
      [unitStored, example.unitStored(over)],
    ] as const) {
      expect(given(batch, example.BATCH, made).when(fact as AnyFact, data, at9).rules).toContain('batch.equipment-unknown');
    }
  });
});

describe('a step names the record of its room', () => {
  const BEFORE = '2026-11-20T08:00:00+08:00';
  const open = rooms.sessionOpened({ batch: example.BATCH });
  const room3 = (...more: Past) => folded(room, rooms.ROOM, [[registered, rooms.registered()], ...more]);
  const working = (state: unknown, over: object = {}) =>
    given(batch, example.BATCH, past, new Map([[`room-${rooms.ROOM}`, state]])).when(
      passaged,
      example.passaged({ roomId: rooms.ROOM, ...over }),
      at9,
    ).rules;

  it('and its session, which was opened for this batch and stood open', () => {
    expect(working(room3([sessionOpened, open, at(BEFORE)]), { session: rooms.SESSION })).toEqual([]);
  });

  it('of which nothing is known is a minor finding', () => {
    expect(working(undefined)).toEqual(['batch.room-unknown']);
    expect(working(room3(), { session: rooms.SESSION })).toEqual(['batch.session-unknown']);
  });

  it('with a session of other material is a critical one', () => {
    const other = room3([sessionOpened, rooms.sessionOpened({ batch: rooms.OTHER_BATCH }), at(BEFORE)]);
    expect(working(other, { session: rooms.SESSION })).toEqual(['batch.session-of-other-material']);
    const own = room3([sessionOpened, rooms.sessionOpened({ batch: undefined, donation: example.DONATION }), at(BEFORE)]);
    expect(working(own, { session: rooms.SESSION })).toEqual([]);
  });

  it('with a session that had ended, or had not begun, is a finding', () => {
    const ended = room3(
      [sessionOpened, open, at('2026-11-20T07:00:00+08:00')],
      [sessionClosed, rooms.sessionClosed(), at(BEFORE)],
    );
    expect(working(ended, { session: rooms.SESSION })).toEqual(['batch.session-not-open']);
    const later = room3([sessionOpened, open, at('2026-11-20T10:00:00+08:00')]);
    expect(working(later, { session: rooms.SESSION })).toEqual(['batch.session-not-open']);
  });

  it('beyond its action limit is a finding, unless that was sampled later', () => {
    const sampled = (sampledAt: string) =>
      room3([monitoringRecorded, { ...rooms.monitoringRecorded(rooms.result({ value: '9' })), sampledAt }]);
    expect(working(sampled(BEFORE))).toEqual(['batch.room-beyond-action-limit']);
    expect(working(sampled('2026-11-20T10:00:00+08:00'))).toEqual([]);
  });
});

describe('whoever takes a step', () => {
  const enrolled: Past[number] = [staffEnrolled, registry.staffEnrolled()];
  const authorised = (over: object = {}): Past[number] => [staffAuthorised, registry.staffAuthorised(over)];
  const member = (...more: Past): Others => new Map([['staff-staff-0001', folded(staff, 'staff-0001', [enrolled, ...more])]]);
  const stepping = (known: Others, over: object = {}, occurredAt = MORNING) =>
    given(batch, example.BATCH, past, known).when(passaged, example.passaged(over), { occurredAt });

  it('is asked about only where somebody keeps their authorisations here', () => {
    expect(stepping(new Map()).rules).toEqual([]);
    expect(stepping(member()).rules).toEqual([]);
    expect(stepping(member(authorised({ task: 'harvesting' }))).rules).toEqual(['batch.staff-not-authorised']);
  });

  it('is authorised from the first day to the last, both included', () => {
    const known = member(authorised());
    expect(stepping(known).rules).toEqual([]);
    expect(stepping(known, {}, '2026-10-01T00:00:00+08:00').rules).toEqual([]);
    expect(stepping(known, {}, '2027-09-30T23:59:00+08:00').rules).toEqual([]);
    expect(stepping(known, {}, '2026-09-30T23:59:00+08:00').rules).toEqual(['batch.staff-not-authorised']);
    expect(stepping(known, {}, '2027-10-01T00:00:00+08:00').rules).toContain('batch.staff-not-authorised');
  });

  it('is not from the day of a suspension, until authorised anew', () => {
    const suspended: Past[number] = [staffSuspended, registry.staffSuspended({ from: '2026-11-20' })];
    expect(stepping(member(authorised(), suspended)).rules).toEqual(['batch.staff-not-authorised']);
    expect(stepping(member(authorised(), suspended), {}, '2026-11-19T09:00:00+08:00').rules).toEqual([]);
    expect(stepping(member(authorised(), suspended, authorised({ from: '2026-11-20' }))).rules).toEqual([]);
    const other: Past[number] = [staffSuspended, registry.staffSuspended({ from: '2026-11-20', tasks: ['thawing'] })];
    expect(stepping(member(authorised(), other)).rules).toEqual([]);
  });

  it('is the reporting person, where no operator is named', () => {
    const known = member(authorised({ task: 'harvesting' }));
    expect(stepping(known, { operator: undefined }).rules).toEqual(['batch.staff-not-authorised']);
    expect(stepping(known, { operator: 'staff-0007' }).rules).toEqual([]);
  });

  it('is told of a procedure that was not the one trained', () => {
    const following = (sop: string, ...more: Past) => {
      const capture: Capture = { mode: 'direct', precision: 'min', sop };
      return given(batch, example.BATCH, past, member(...more)).when(passaged, example.passaged(), { ...at9, capture }).warnings;
    };
    expect(following('SOP-CUL-01 v4', authorised())).toEqual([]);
    expect(following('SOP-CUL-01 v5', authorised())).toEqual(['batch.staff-other-procedure']);
    expect(following('SOP-CUL-01 v5', authorised(), authorised({ sop: undefined }))).toEqual([]);
  });

  it.each([
    [split, example.split(1), past],
    [unitLabelled, example.unitLabelled(1), made],
    [unitCryopreserved, example.unitCryopreserved(), made],
    [unitStored, example.unitStored(), made],
  ] as const)('needs an authorisation for what $type is', (fact, data, before) => {
    const known = member(authorised());
    expect(given(batch, example.BATCH, before, known).when(fact as AnyFact, data, at9).rules).toContain(
      'batch.staff-not-authorised',
    );
  });
});

describe('a batch', () => {
  const filed: Past[number] = [studyFiled, registry.studyFiled()];
  const opening = (...more: Past) =>
    given(batch, example.BATCH, [], new Map([[`study-${example.STUDY}`, folded(study, example.STUDY, [filed, ...more])]]))
      .when(opened, example.opened())
      .decision.violations.map(({ rule }) => rule.id);

  it('opened for a suspended study is a finding', () => {
    expect(opening()).not.toContain('batch.study-suspended');
    expect(opening([studySuspended, registry.studySuspended()])).toContain('batch.study-suspended');
  });

  it('is no matter of a suspension of another site', () => {
    expect(opening([studySuspended, registry.studySuspended({ sites: ['hospital-b'] })])).not.toContain('batch.study-suspended');
  });
});
