// A correction carries the entry's data complete. What it repeated was held against the original as text, so that a scope whose members a program
// wrote in another order was a change of the scope, which nothing corrects: a good correction was kept as unreconciled.
import { describe, expect, it } from 'vitest';
import { batch, corrected, examples, unitThawed } from '../batch/index.ts';
import { eventId, given } from '../specification.ts';

const ranges = { ranges: [{ from: 1, to: 3 }] };
const correcting = (scope: object) =>
  given(batch, examples.BATCH, [[unitThawed, examples.unitThawed({ scope: ranges })]]).when(corrected, {
    event: eventId(0),
    data: { ...examples.unitThawed({ scope }), device: 'WATERBATH-2' },
    reason: 'transcription',
  });

describe('a correction that repeats what it does not change', () => {
  it('may write members in any order', () => {
    expect(correcting({ ranges: [{ to: 3, from: 1 }] })).toMatchObject({ outcome: 'record', rules: [] });
  });

  it('is refused as ever where it changes what nothing corrects', () => {
    expect(correcting({ ranges: [{ from: 1, to: 2 }] })).toMatchObject({
      outcome: 'unreconciled',
      rules: ['correction.not-corrigible'],
    });
  });
});
