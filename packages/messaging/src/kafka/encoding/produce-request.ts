import { BytesWriter, stringSize } from './bytes-writer.ts';
import { compressed } from './compression.ts';
import { type BatchRecord, batchSize, plainRecords, type Records, writeBatch } from './record-batch.ts';

export type PartitionRecords<R extends BatchRecord = BatchRecord> = {
  readonly partition: number;
  readonly messages: readonly R[];
  readonly firstSequence: number;
};

/** What kafkajs gives to who writes a request. */
export type ProduceArguments<R extends BatchRecord = BatchRecord> = {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | undefined;
  /** A 64-bit number in decimal. */
  readonly producerId: string | number | bigint;
  readonly producerEpoch: number;
  /** The codec's number. */
  readonly compression?: number | undefined;
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly PartitionRecords<R>[] }[];
};

const FIXED_BYTES = 10;
const LENGTH_BYTES = 4;

/**
 * The body of a produce request, version 3 to 7 (https://kafka.apache.org/protocol#The_Messages_Produce), each byte written once.
 *
 * @param room bytes left free before it
 */
export async function writeProduceRequest(given: ProduceArguments, room: number, now = Date.now()): Promise<Buffer> {
  const { acks, timeout, transactionalId, producerEpoch, compression = 0 } = given;
  const producerId = BigInt(given.producerId);
  const transactional = Boolean(transactionalId);
  const topics = await Promise.all(
    given.topicData.map(async ({ topic, partitions }) => ({
      topic,
      partitions: await Promise.all(
        partitions.map(async (each) => ({ ...each, records: await compressed(plainRecords(each.messages), compression) })),
      ),
    })),
  );
  let size = room + FIXED_BYTES + stringSize(transactionalId ?? '');
  for (const { topic, partitions } of topics) size += stringSize(topic) + LENGTH_BYTES + sizeOf(partitions);
  // Not from the pool, and not zeroed: every byte after the room is written.
  const writer = new BytesWriter(Buffer.allocUnsafeSlow(size), room);
  if (transactionalId === undefined) writer.int16(-1);
  else writer.string(transactionalId);
  writer.int16(acks);
  writer.int32(timeout);
  writer.int32(topics.length);
  for (const { topic, partitions } of topics) {
    writer.string(topic);
    writer.int32(partitions.length);
    for (const { partition, records, firstSequence } of partitions) {
      writer.int32(partition);
      writer.int32(batchSize(records));
      writeBatch(writer, records, { timestamp: now, producerId, producerEpoch, firstSequence, transactional, compression });
    }
  }
  return writer.bytes;
}

function sizeOf(partitions: readonly { readonly records: Records }[]): number {
  let size = 0;
  for (const { records } of partitions) size += 2 * LENGTH_BYTES + batchSize(records);
  return size;
}
