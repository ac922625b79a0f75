import { policies } from '@cytoledger/domain';
import { describe, expect, it } from 'vitest';
import { stepId, thingId } from './identities.ts';
import { References } from './references.ts';

describe('a reference to what a policy raised', () => {
  it('is the deviation of that cause in that record', () => {
    const event = stepId('story', 'culture-positive', 0);
    const references = new References('story', new Map([['culture-positive', event]]));
    expect(references.resolved({ deviation: '@raised/culture-positive/treatment-bcl-a-01' })).toEqual({
      deviation: policies.deviationId(event, thingId('story', 'treatment', 'bcl-a-01')),
    });
    expect(() => references.resolved('@raised/nothing/treatment-bcl-a-01')).toThrow('no step is called that');
  });
});
