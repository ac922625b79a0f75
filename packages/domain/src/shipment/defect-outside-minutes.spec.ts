// What was seen without a logger, two hours in the sun, stood as nought minutes as soon as the logger was read. And how long a logger had been outside
// between two downloads was counted only where the earlier of them was entered first: a gateway that sends again made the transport shorter.
import { describe, expect, it } from 'vitest';
import { type folded as fold, folded } from '../specification.ts';
import { minutesIn } from './exposure.ts';
import * as s from './index.ts';
import { examples, shipment } from './index.ts';

type Past = Parameters<typeof fold>[2][number];

const { SHIPMENT } = examples;
const packed: Past[] = [
  [s.packed, examples.packed()],
  [s.manifestListed, examples.manifestListed()],
];
const download = (...readings: readonly (readonly [clock: string, celsius: string])[]): Past => [
  s.readingsRecorded,
  { logger: 'LOG-1', readings: readings.map(([clock, celsius]) => ({ at: `2026-11-21T${clock}:00+08:00`, celsius })) },
];
const after = (...past: Past[]) => folded(shipment, SHIPMENT, [...packed, ...past]);

describe('an excursion that somebody saw', () => {
  it('is not shortened by a logger that saw less', () => {
    const seen: Past = [s.excursionDetected, { excursion: SHIPMENT, beyondLimit: true, minutesOutside: 120 }];
    const { excursions } = after(seen, download(['10:00', '-180'], ['10:30', '-180']));
    expect([...excursions.values()]).toMatchObject([{ beyondLimit: true, minutesOutside: 120 }]);
  });
});

describe('the time between two downloads of a logger', () => {
  const first = download(['10:00', '-180'], ['10:50', '-140']);
  const second = download(['11:00', '-180'], ['11:30', '-180']);
  const third = download(['12:00', '-140'], ['12:05', '-180']);

  it('counts for what it began with, whichever is entered first', () => {
    expect(minutesIn(after(first, second).outside)).toBe(10);
    expect(minutesIn(after(second, first).outside)).toBe(10);
    expect(minutesIn(after(third, second, first).outside)).toBe(15);
    expect(minutesIn(after(second, third, first).outside)).toBe(15);
  });

  it('is found out at once, by the readings that come late', () => {
    const late = s.readingsRecorded.decide(first[1] as never, after(second), {
      id: examples.SHIPMENT,
    } as never);
    expect(late.also).toMatchObject([{ data: { minutesOutside: 10 } }]);
  });
});
