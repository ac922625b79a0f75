// "All of it when left out", says the entry of what a donation gave, and it was reckoned as nothing: what a second batch took of a donation that had
// gone into the first whole was no finding.
import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import { collected, donation, examples, materialIssued, materialReturned, registered } from './index.ts';

type Past = NonNullable<Parameters<typeof given>[2]>;

const [FIRST, SECOND] = ['0192f5c4-0000-7000-8000-00000000ba01', '0192f5c4-0000-7000-8000-00000000ba02'] as const;
const volume = (value: string) => ({ value, unit: 'mL', what: 'volume' });
const past: Past = [
  [registered, examples.registered()],
  [collected, examples.collected({ quantities: [volume('100')] })],
];
const taking = (value: string, ...more: Past) =>
  given(donation, examples.DONATION, [...past, ...more]).when(materialIssued, { into: SECOND, quantity: volume(value) }).decision
    .violations;

describe('a donation of which a batch took all', () => {
  it('has nothing left for another', () => {
    expect(taking('100')).toEqual([]);
    expect(taking('1', [materialIssued, { into: FIRST }])).toMatchObject([
      { rule: { id: 'donation.issued-more-than-collected' }, params: { issued: '101', collected: '100' } },
    ]);
  });

  it('has all of it again once that batch gave it back', () => {
    expect(taking('100', [materialIssued, { into: FIRST }], [materialReturned, { into: FIRST }])).toEqual([]);
  });
});
