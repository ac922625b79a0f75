import { describe, expect, it } from 'vitest';
import { batch } from '../batch/state.ts';
import { donation } from '../donation/state.ts';
import { type folded, given, type Others } from '../specification.ts';
import { examples, lineCleared, monitoringRecorded, registered, room, sessionClosed, sessionOpened } from './index.ts';

type Past = Parameters<typeof folded>[2];

const { ROOM, SESSION, OTHER_SESSION, BATCH, OTHER_BATCH } = examples;
const at = (occurredAt: string) => ({ occurredAt });
const cleared = (time: string, over: object = {}): Past[number] => [
  lineCleared,
  examples.lineCleared(over),
  at(`2026-11-16T${time}:00+08:00`),
];
const opened = (time: string, over: object = {}): Past[number] => [
  sessionOpened,
  examples.sessionOpened(over),
  at(`2026-11-16T${time}:00+08:00`),
];
const closed = (time: string, over: object = {}): Past[number] => [
  sessionClosed,
  examples.sessionClosed(over),
  at(`2026-11-16T${time}:00+08:00`),
];
const room3: Past = [[registered, examples.registered()]];
const other = { session: OTHER_SESSION, batch: OTHER_BATCH };

const madeOf = (id: string, ...donations: string[]) => {
  const state = batch.initial(id);
  for (const each of donations) state.origins.donations.add(each);
  return state;
};
const donated = (id: string, donor: string) => Object.assign(donation.initial(id), { donor });
const D1 = '0192f5c4-0000-7000-8000-0000000000d1';
const D2 = '0192f5c4-0000-7000-8000-0000000000d2';
const others = (donor1: string, donor2: string): Others =>
  new Map<string, unknown>([
    [`batch-${BATCH}`, madeOf(BATCH, D1)],
    [`batch-${OTHER_BATCH}`, madeOf(OTHER_BATCH, D2)],
    [`donation-${D1}`, donated(D1, donor1)],
    [`donation-${D2}`, donated(D2, donor2)],
  ]);

const opening = (past: Past, over: object, time: string, known: Others = new Map()) =>
  given(room, ROOM, past, known).when(sessionOpened, examples.sessionOpened(over), at(`2026-11-16T${time}:00+08:00`));

describe('a line', () => {
  it('is cleared by two, and cleared well', () => {
    const clearing = (over: object) => given(room, ROOM, room3).when(lineCleared, examples.lineCleared(over)).rules;
    expect(clearing({})).toEqual([]);
    expect(clearing({ outcome: 'failed' })).toEqual(['room.clearance-failed']);
    expect(clearing({ verifier: undefined })).toEqual(['room.clearance-unverified']);
    expect(clearing({ verifier: 'staff-0001' })).toEqual(['room.verifier-is-operator']);
  });

  it('is not clear while a session is open in it; another cabinet is no matter', () => {
    const past = [...room3, cleared('08:00'), opened('09:00')];
    const clearing = (over: object) =>
      given(room, ROOM, past).when(lineCleared, examples.lineCleared(over), at('2026-11-16T10:00:00+08:00')).rules;
    expect(clearing({})).toEqual(['room.cleared-while-session-open']);
    expect(clearing({ cabinet: 'BSC-01' })).toEqual(['room.cleared-while-session-open']);
    expect(clearing({ cabinet: 'BSC-02' })).toEqual([]);
  });
});

describe('a session', () => {
  it('opens on a cleared line', () => {
    expect(opening([...room3, cleared('08:00')], {}, '09:00')).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(opening(room3, {}, '09:00').rules).toEqual(['room.never-cleared']);
    expect(opening([...room3, cleared('08:00', { outcome: 'failed' })], {}, '09:00').rules).toEqual(['room.never-cleared']);
    expect(opening([...room3, cleared('08:00', { cabinet: 'BSC-02' })], {}, '09:00').rules).toEqual(['room.never-cleared']);
  });

  it('needs a clearance that has not run out', () => {
    const past = [...room3, cleared('08:00', { validUntil: '2026-11-16T12:00:00+08:00' })];
    expect(opening(past, {}, '12:00').rules).toEqual([]);
    expect(opening(past, {}, '12:01').rules).toEqual(['room.never-cleared']);
  });

  it('of other material needs the line cleared in between', () => {
    const past = [...room3, cleared('08:00'), opened('09:00'), closed('10:00')];
    expect(opening(past, other, '11:00').rules).toEqual(['room.not-cleared']);
    expect(opening([...past, cleared('10:30')], other, '11:00').rules).toEqual([]);
    expect(opening(past, { session: OTHER_SESSION }, '11:00').rules).toEqual([]);
  });

  it('of a second donor in a cabinet where the first is open is a critical finding', () => {
    const past = [...room3, cleared('08:00'), opened('09:00')];
    const second = opening(past, other, '09:30', others('donor-0001', 'donor-0002'));
    expect(second.rules).toEqual(['room.two-donors-open', 'room.not-cleared']);
    expect(second.decision.violations[0]!.rule.deviation).toBe('critical');
    expect(opening(past, { ...other, cabinet: 'BSC-02' }, '09:30', others('donor-0001', 'donor-0002')).rules).toEqual([]);
  });

  it('of the same donor beside the first asks for the clearance only', () => {
    const past = [...room3, cleared('08:00'), opened('09:00')];
    expect(opening(past, other, '09:30', others('donor-0001', 'donor-0001')).rules).toEqual(['room.not-cleared']);
  });

  it('is taken for other material where nothing is known of either', () => {
    const past = [...room3, cleared('08:00'), opened('09:00')];
    expect(opening(past, other, '09:30').rules).toEqual(['room.two-donors-open', 'room.not-cleared']);
  });

  it('entered late is held against what was open at its own time', () => {
    const past = [...room3, cleared('08:00'), opened('09:00'), closed('10:00'), cleared('10:30')];
    expect(opening(past, other, '09:30', others('donor-0001', 'donor-0002')).rules).toContain('room.two-donors-open');
    expect(opening(past, other, '11:00', others('donor-0001', 'donor-0002')).rules).toEqual([]);
  });

  it('is opened once, in a cabinet of the room, and closed once', () => {
    const past = [...room3, cleared('08:00'), opened('09:00')];
    expect(opening(past, {}, '09:30')).toMatchObject({ outcome: 'unreconciled', rules: ['room.session-known'] });
    expect(opening([...room3, cleared('08:00')], { cabinet: 'BSC-09' }, '09:00').warnings).toEqual(['room.cabinet-unknown']);
    const closing = (before: Past, over: object = {}) =>
      given(room, ROOM, before).when(sessionClosed, examples.sessionClosed(over));
    expect(closing(past)).toMatchObject({ rules: [], warnings: [] });
    expect(closing([...past, closed('10:00')]).warnings).toEqual(['room.session-closed-before']);
    expect(closing(past, { session: OTHER_SESSION }).rules).toEqual(['room.session-unknown']);
  });

  it('names a batch or a donation, and not both', () => {
    const { schema } = sessionOpened;
    expect(schema.safeParse(examples.sessionOpened({ donation: D1 })).success).toBe(false);
    expect(schema.safeParse(examples.sessionOpened({ batch: undefined })).success).toBe(false);
    expect(schema.safeParse(examples.sessionOpened({ batch: undefined, donation: D1 })).success).toBe(true);
  });
});

describe('monitoring', () => {
  const reading = (...results: object[]) =>
    given(room, ROOM, room3).when(monitoringRecorded, examples.monitoringRecorded(...results), at('2026-11-21T10:00:00+08:00'));

  it('read five days after the plates were laid out is not late', () => {
    expect(reading()).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
  });

  it('beyond the action limit is a finding, beyond the alert limit a warning', () => {
    expect(reading(examples.result({ value: '2' })).rules).toEqual(['room.beyond-action-limit']);
    expect(reading(examples.result({ value: '3', alert: '2', action: '5' }))).toMatchObject({
      rules: [],
      warnings: ['room.beyond-alert-limit'],
    });
    expect(reading(examples.result({ value: '5', alert: '6', action: '5' })).rules).toEqual(['room.limits-reversed']);
  });

  it('below the lower limit of a pressure difference is a finding', () => {
    const pressure = (value: string) =>
      examples.result({ kind: 'pressure-difference', value, unit: 'Pa', minimum: '10', alert: undefined, action: undefined });
    expect(reading(pressure('8')).rules).toEqual(['room.beyond-action-limit']);
    expect(reading(pressure('10')).rules).toEqual([]);
  });

  it('is read after it was sampled, in a session of the room', () => {
    const odd = { ...examples.monitoringRecorded(), sampledAt: '2026-11-22T10:00:00+08:00', session: SESSION };
    expect(given(room, ROOM, room3).when(monitoringRecorded, odd).rules).toEqual([
      'room.sampled-after-read',
      'room.session-unknown',
    ]);
  });

  it('speaks against the room until the same point is within its limits again, by when it was sampled', () => {
    const bad: Past[number] = [monitoringRecorded, examples.monitoringRecorded(examples.result({ value: '4' }))];
    const before: Past[number] = [
      monitoringRecorded,
      { ...examples.monitoringRecorded(), sampledAt: '2026-11-15T10:00:00+08:00' },
    ];
    const after: Past[number] = [
      monitoringRecorded,
      { ...examples.monitoringRecorded(), sampledAt: '2026-11-17T10:00:00+08:00' },
    ];
    const start = [...room3, cleared('08:00'), bad];
    expect(opening([...start, before], {}, '11:00').rules).toEqual(['room.opened-beyond-action-limit']);
    expect(opening([...start, after], {}, '11:00').rules).toEqual([]);
  });
});
