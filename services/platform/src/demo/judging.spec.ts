import type { JsonObject } from '@cytoledger/attest';
import { describe, expect, it } from 'vitest';
import { outcomeIn, surpriseIn } from './judging.ts';
import type { Expectation } from './step.ts';

const found = (status: number, body: JsonObject) => outcomeIn(status, body) as Expectation;
const amber = found(201, {
  outcome: 'recorded',
  findings: [],
  warnings: [{ rule: 'gate.pending-tests' }, { rule: 'gate.legacy-gaps' }],
});

describe('what came of a step', () => {
  it('is held against the warnings where the story says which, and not where it says nothing of them', () => {
    const plain: Expectation = { outcome: 'recorded', rules: [] };
    expect(surpriseIn(plain, amber)).toBeNull();
    expect(surpriseIn({ ...plain, warnings: ['gate.legacy-gaps', 'gate.pending-tests'] }, amber)).toBeNull();
    expect(surpriseIn({ ...plain, warnings: ['gate.legacy-gaps'] }, amber)).toEqual({
      expected: 'recorded · warned of: gate.legacy-gaps',
      found: 'recorded · warned of: gate.legacy-gaps gate.pending-tests',
    });
  });

  it('keeps what refuses apart from what was warned of beside it', () => {
    const violations = [
      { rule: 'gate.legacy-gaps', severity: 'warn', pointer: '/unit', message: '' },
      { rule: 'gate.expired', severity: 'gate', pointer: '/unit', message: '' },
    ];
    expect(found(422, { violations })).toEqual({ outcome: 'refused', rules: ['gate.expired'], warnings: ['gate.legacy-gaps'] });
  });
});
