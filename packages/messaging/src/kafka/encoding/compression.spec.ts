import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BytesWriter } from './bytes-writer.ts';
import { CODEC_NUMBERS, compressed } from './compression.ts';
import { plainRecords, type Records } from './record-batch.ts';

function bytesOf(records: Records): Buffer {
  const writer = new BytesWriter(Buffer.alloc(records.size));
  records.writeTo(writer);
  return writer.bytes;
}

const list = Array.from({ length: 50 }, (_, n) => ({
  key: `batch-${n % 3}`,
  value: Buffer.from(JSON.stringify({ n, type: 'batch.harvested.v1' })),
  headers: { type: 'batch.harvested.v1' },
}));

describe('the records of a batch', () => {
  it.each([
    ['gzip', gunzipSync],
    ['zstd', zstdDecompressSync],
  ] as const)('are the same under %s, and smaller', async (name, back) => {
    const plain = plainRecords(list);
    const small = await compressed(plain, CODEC_NUMBERS[name]);
    expect(small.count).toBe(plain.count);
    expect(small.size).toBeLessThan(plain.size);
    expect(back(bytesOf(small)).equals(bytesOf(plain))).toBe(true);
  });

  it('are left as they are where nothing is to be compressed', async () => {
    const plain = plainRecords(list);
    expect(await compressed(plain, CODEC_NUMBERS.none)).toBe(plain);
  });
});
