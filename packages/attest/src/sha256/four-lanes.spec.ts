import { describe, expect, it } from 'vitest';
import { CONSTANT_BYTES } from './four-lanes.ts';
import { lanesIn, memoryOf } from './wasm-engine.ts';

const JOBS = CONSTANT_BYTES;
const MESSAGE = 1024;
const HASHES = 2048;

describe('SHA-256 in four lanes', () => {
  it('is that of the vector of NIST with 34 bytes (CAVP, SHA256ShortMsg, Len = 272), in each lane', () => {
    const memory = memoryOf(4096);
    const bytes = Buffer.from(memory.buffer);
    const vector = Buffer.from('b12db4a1025529b3b7b1e45c6dbc7baa8897a0576e66f64bf3f8236113a6276ee77d', 'hex');
    vector.copy(bytes, MESSAGE);
    const words = new Int32Array(memory.buffer, JOBS);
    for (let lane = 0; lane < 4; lane++) words.set([MESSAGE, 0, HASHES + 32 * lane, vector.readUInt16BE() << 16], 4 * lane);

    lanesIn(memory)!.rungs(JOBS, JOBS + 4 * 16);

    for (let lane = 0; lane < 4; lane++)
      expect(bytes.toString('hex', HASHES + 32 * lane, HASHES + 32 * (lane + 1))).toBe(
        '1c38bf6bbfd32292d67d1d651fd9d5b623b6ec1e854406223f51d0df46968712',
      );
  });

  it('has the first and the last constant of FIPS 180-4 §4.2.2', () => {
    const memory = memoryOf(4096);
    lanesIn(memory);
    const constants = new Uint32Array(memory.buffer, 0, 64);

    expect([constants[0], constants[63]]).toEqual([0x428a2f98, 0xc67178f2]);
  });
});
