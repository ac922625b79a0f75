// A deviation raised under the id of one that stands took its place, with its class and without the entry that broke the rule: a line of text, which
// needs no signature, made of a critical deviation a minor one, and of a failed test one that nobody investigates.
import { describe, expect, it } from 'vitest';
import { batch, deviationClosed, deviationRaised, examples } from '../batch/index.ts';
import { folded } from '../specification.ts';

type Past = Parameters<typeof folded>[2];

const ID = examples.SAMPLE;
const raising = (over: object = {}): Past[number] => [deviationRaised, { deviation: ID, class: 'critical', ...over }];
const CLOSED: Past[number] = [deviationClosed, { deviation: ID, impact: 'none' }];
const after = (...past: Past) => folded(batch, examples.BATCH, past).deviations.get(ID);

describe('a deviation that is raised again', () => {
  const FIRST = { rule: 'batch.test-failed', event: examples.SAMPLE };

  it('is no milder for it, and is about what it was about', () => {
    expect(after(raising(FIRST), raising({ class: 'minor' }))).toMatchObject({ ...FIRST, class: 'critical', closed: null });
  });

  it('may be graver', () => {
    expect(after(raising({ class: 'minor' }), raising())).toMatchObject({ class: 'critical' });
  });

  it('is open again where it was closed', () => {
    expect(after(raising(FIRST), CLOSED)).toMatchObject({ closed: { at: expect.any(String) } });
    expect(after(raising(FIRST), CLOSED, raising({ class: 'minor' }))).toMatchObject({
      ...FIRST,
      class: 'critical',
      closed: null,
    });
  });
});
