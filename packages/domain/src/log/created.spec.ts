import { expect, it } from 'vitest';
import { given } from '../specification.ts';
import { created, examples, log } from './index.ts';

it('gives the log its origin and its mode, for good', () => {
  expect(given(log, '').when(created, examples.created()).afterwards()).toMatchObject({
    origin: 'cytoledger.example/demo',
    mode: 'demo',
  });
  expect(created.opens).toBe(true);
});

it('takes no origin that a checkpoint could not carry', () => {
  for (const origin of ['', 'two words', 'a+b', 'line\nbreak'])
    expect(created.schema.safeParse({ origin, mode: 'demo' }).success).toBe(false);
});
