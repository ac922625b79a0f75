import { sealHeader } from '@cytoledger/attest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millisecondsOf, recordedAtOf } from './recorded.ts';

const RECORDED_AT = '2026-11-21T08:15:02.113Z';
const LEAF = 'A'.repeat(43);
const parts = {
  id: '0192f5c4-0000-7000-8000-00000000000a',
  stream: 'batch-0192f5c4-0000-7000-8000-00000000000b',
  recordedAt: RECORDED_AT,
  body: new Uint8Array(3),
  signatures: [],
};

describe('the time of recording', () => {
  it.each([
    ['first', { seq: 0, prev: null }],
    ['later', { seq: 7, prev: LEAF }],
  ])('is found in the header of the %s event of a stream', (_, place) => {
    expect(recordedAtOf(sealHeader({ ...parts, ...place }).bytes)).toBe(RECORDED_AT);
  });

  it('is found wherever it stands, also where the header is part of a larger buffer', () => {
    const bytes = Buffer.from(`something before{"body":"short","recordedAt":"${RECORDED_AT}"}`);
    expect(recordedAtOf(bytes.subarray('something before'.length))).toBe(RECORDED_AT);
  });

  it('is missed with an error', () => {
    expect(() => recordedAtOf(Buffer.from('{"body":""}'))).toThrow(SyntaxError);
  });

  it('in milliseconds is what the engine’s own reading of it says', () => {
    const time = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(fc.property(time, (at) => millisecondsOf(at.toISOString()) === at.getTime()));
  });
});
