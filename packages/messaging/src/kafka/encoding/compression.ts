import { promisify } from 'node:util';
import { constants, gzip as gzipLater, zstdDecompress as zstdBackLater, zstdCompress as zstdLater } from 'node:zlib';
import kafkajs from 'kafkajs';
import { BytesWriter } from './bytes-writer.ts';
import { compressedRecords, type Records } from './record-batch.ts';

/** How record batches may be compressed. Every client reads gzip; kafkajs reads zstd only where it was given a codec. */
export const COMPRESSIONS = ['none', 'gzip', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Numbers in a batch's attributes. */
export const CODEC_NUMBERS: Readonly<Record<Compression, number>> = { none: 0, gzip: 1, zstd: 4 };

const gzip = promisify(gzipLater);
const zstd = promisify(zstdLater);
const zstdBack = promisify(zstdBackLater);

/** Levels above make these records, which repeat much, hardly smaller. */
const FASTEST = 1;

/** In libuv's threads: whoever else runs in this process is not kept waiting. */
const CODECS: ReadonlyMap<number, (bytes: Buffer) => Promise<Buffer>> = new Map([
  [CODEC_NUMBERS.gzip, (bytes: Buffer) => gzip(bytes, { level: FASTEST })],
  [CODEC_NUMBERS.zstd, (bytes: Buffer) => zstd(bytes, { params: { [constants.ZSTD_c_compressionLevel]: FASTEST } })],
]);

/** Lets kafkajs's consumers in this process read what was written with zstd, which it has no codec for. */
export function readZstd(): void {
  const codec = CODECS.get(CODEC_NUMBERS.zstd)!;
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => codec(buffer),
    decompress: zstdBack,
  });
}

/** The same records under a codec; with 0 as they are. */
export async function compressed(records: Records, codec: number): Promise<Records> {
  const compress = CODECS.get(codec);
  if (!compress) return records;
  const writer = new BytesWriter(Buffer.allocUnsafeSlow(records.size));
  records.writeTo(writer);
  return compressedRecords(records.count, await compress(writer.bytes));
}
