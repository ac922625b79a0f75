import { expect, it } from 'vitest';
import { KeptReports } from './kept-reports.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const MINUTE = 60_000;

/** A UUIDv7 of that time. */
function idAt(ms: number, n: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

it('looks for what it has forgotten also where the sender’s clock was ahead', () => {
  const reports = new KeptReports(() => NOW);
  const ahead = Array.from({ length: 50_000 }, (_, n) => idAt(NOW + 5 * MINUTE, n));
  for (const id of ahead) reports.add('batch-a', id);
  expect(reports.mayHold('batch-a', ahead[0]!)).toBe(true);

  reports.add('batch-a', idAt(NOW, 1));

  expect(reports.mayHold('batch-a', ahead[0]!)).toBe(true);
  expect(reports.mayHold('batch-a', idAt(NOW + 6 * MINUTE, 1))).toBe(false);
});

it('is not kept looking for ever by one id of a far future', () => {
  const reports = new KeptReports(() => NOW);
  for (let n = 0; n < 50_000; n++) reports.add('batch-a', idAt(NOW + 1e12, n));
  reports.add('batch-a', idAt(NOW, 1));
  expect(reports.mayHold('batch-a', idAt(NOW + 25 * 60 * MINUTE, 1))).toBe(false);
});
