import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { partitionOf } from './partition.ts';

const javaCompatible = kafkajs.Partitioners.DefaultPartitioner();

it('is the partition that other clients choose for the same key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 1, max: 100 }), (key, partitions) => {
      const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1 })) as never;
      expect(partitionOf(key, partitions)).toBe(javaCompatible({ topic: 't', partitionMetadata, message: { key, value: '' } }));
    }),
    { numRuns: 1000 },
  );
});
