import { Refusal } from '@cytoledger/service-kit';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets so many go on at a time, and sends the next away until one is done', () => {
  const turns = new Turns(2);
  const [first] = [turns.begin(), turns.begin()];
  const refused = () => {
    try {
      turns.begin();
    } catch (error) {
      return error instanceof Refusal ? [error.problem.status, error.problem.code] : error;
    }
    return undefined;
  };
  expect(refused()).toEqual([503, 'busy']);
  first();
  first();
  turns.begin();
  expect(refused()).toEqual([503, 'busy']);
});
