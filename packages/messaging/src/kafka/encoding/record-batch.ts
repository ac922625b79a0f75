import { type BytesWriter, varintSize, varStringSize } from './bytes-writer.ts';
import { crc32c } from './crc32c.ts';

/** What a record batch says of a record. Its time is the batch's. */
export type BatchRecord = {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
};

export type BatchHeader = {
  /** Ms since 1970, of all records. */
  readonly timestamp: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly transactional: boolean;
  /** The codec's number, 0 for none. */
  readonly compression: number;
};

/** Records behind one another as a batch holds them, in as many bytes as told. */
export type Records = {
  readonly count: number;
  readonly size: number;
  writeTo(writer: BytesWriter): void;
};

const MAGIC = 2;
const TRANSACTIONAL = 16;
/** From the first offset up to the first record. */
const HEADER_BYTES = 61;
/** First offset and length, which the length does not count. */
const BEFORE_LENGTH = 12;
/** Where what the checksum covers begins. */
const ATTRIBUTES_AT = 21;
const CRC_AT = 17;

export function batchSize(records: Records): number {
  return HEADER_BYTES + records.size;
}

/** A record batch v2 (https://kafka.apache.org/documentation/#recordbatch). */
export function writeBatch(writer: BytesWriter, records: Records, header: BatchHeader): void {
  const { bytes, at } = writer;
  const timestamp = BigInt(header.timestamp);
  writer.int64(0n);
  writer.int32(batchSize(records) - BEFORE_LENGTH);
  writer.int32(0);
  writer.int8(MAGIC);
  writer.int32(0);
  writer.int16(header.compression | (header.transactional ? TRANSACTIONAL : 0));
  writer.int32(records.count - 1);
  writer.int64(timestamp);
  writer.int64(timestamp);
  writer.int64(header.producerId);
  writer.int16(header.producerEpoch);
  writer.int32(header.firstSequence);
  writer.int32(records.count);
  records.writeTo(writer);
  bytes.writeUInt32BE(crc32c(bytes, at + ATTRIBUTES_AT, writer.at), at + CRC_AT);
}

/** Measured first, so that they are written once, to where they stay. */
export function plainRecords(list: readonly BatchRecord[]): Records {
  const sizes = new Int32Array(list.length);
  let size = 0;
  for (const [n, record] of list.entries()) {
    const own = recordSize(record, n);
    sizes[n] = own;
    size += varintSize(own) + own;
  }
  return {
    count: list.length,
    size,
    writeTo: (writer) => {
      for (const [n, record] of list.entries()) writeRecord(writer, record, n, sizes[n]!);
    },
  };
}

/** What a codec made of them. */
export function compressedRecords(count: number, bytes: Uint8Array): Records {
  return { count, size: bytes.length, writeTo: (writer) => writer.raw(bytes) };
}

/** Attributes and the difference to the batch's time: both 0. */
const CONSTANT_BYTES = 2;

function recordSize({ key, value, headers }: BatchRecord, offset: number): number {
  let size = CONSTANT_BYTES + varintSize(offset) + varStringSize(key) + varintSize(value.length) + value.length;
  let count = 0;
  for (const name in headers) {
    size += varStringSize(name) + varStringSize(headers[name]!);
    count++;
  }
  return size + varintSize(count);
}

function writeRecord(writer: BytesWriter, { key, value, headers }: BatchRecord, offset: number, size: number): void {
  writer.varint(size);
  writer.int8(0);
  writer.varint(0);
  writer.varint(offset);
  writer.varString(key);
  writer.varint(value.length);
  writer.raw(value);
  let count = 0;
  for (const _ in headers) count++;
  writer.varint(count);
  for (const name in headers) {
    writer.varString(name);
    writer.varString(headers[name]!);
  }
}
