import { describe, expect, it } from 'vitest';
import { OriginQuery, originOf } from './questions.ts';

const during = { from: '2026-03-01T00:00:00+08:00', to: '2026-03-05T00:00:00+08:00' };
const asked = (query: object) => {
  const parsed = OriginQuery.safeParse(query);
  return parsed.success ? originOf(parsed.data) : parsed.error.issues.map(({ message }) => message);
};

describe('where a forward trace begins', () => {
  it.each([
    [{ donor: 'donor-0001' }],
    [{ donation: 'd' }],
    [{ batch: 'b' }],
    [{ unit: 'u' }],
    [{ lot: 'L1', supplier: 'S' }],
    [{ equipment: 'INC-09', ...during }],
    [{ room: 'GMP-3', ...during }],
    [{ session: 's' }],
    [{ tank: 'T-A', site: 'lab-a', ...during }],
    [{ operator: 'staff-0001', ...during }],
    [{ shipper: 'DRY-77', ...during }],
    [{ vector: 'LV-07' }],
  ])('%j', (query) => {
    expect(asked(query)).toEqual(query);
  });

  it('is one thing', () => {
    expect(asked({})).toEqual([expect.stringContaining('exactly one of donor, donation, batch')]);
    expect(asked({ equipment: 'INC-09', lot: 'L1' })).toEqual([expect.stringContaining('exactly one of')]);
  });

  it('takes an interval, a site or a supplier only with what they belong to', () => {
    expect(asked({ donor: 'donor-0001', ...during })).toEqual([expect.stringContaining('from and to go with')]);
    expect(asked({ lot: 'L1', site: 'lab-a' })).toEqual(['a site goes with a tank']);
    expect(asked({ tank: 'T-A', supplier: 'S' })).toEqual(['a supplier goes with a lot']);
  });
});
