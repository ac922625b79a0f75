import type { Admin, ICustomPartitioner, Message } from 'kafkajs';
import { MessagingError } from '../errors.ts';
import { messagingError } from './failure.ts';

/** Who led each partition when it was asked. A producer that meets another leader is thrown away. */
export class Leaders {
  readonly #leaders: ReadonlyMap<string, readonly number[]>;

  private constructor(leaders: ReadonlyMap<string, readonly number[]>) {
    this.#leaders = leaders;
  }

  /** @throws MessagingError */
  static async of(admin: Admin, topics: readonly string[]): Promise<Leaders> {
    try {
      const { topics: known } = await admin.fetchTopicMetadata({ topics: [...topics] });
      return new Leaders(
        new Map(
          known.map(({ name, partitions }) => {
            const byPartition: number[] = [];
            for (const { partitionId, leader } of partitions) byPartition[partitionId] = leader;
            return [name, byPartition];
          }),
        ),
      );
    } catch (error) {
      throw messagingError(error, 'who leads the partitions is not told');
    }
  }

  /** @throws MessagingError `unavailable` when nobody does */
  of(topic: string, partition: number): number {
    const leader = this.#leaders.get(topic)?.[partition] ?? -1;
    if (leader < 0) throw new MessagingError('unavailable', `nobody leads partition ${partition} of ${topic}`);
    return leader;
  }

  /**
   * A partitioner that takes a message's own partition, and refuses when kafkajs is about to send it to another leader than the one that it was
   * grouped by. It is asked at every attempt, after the metadata that the attempt goes by were read.
   */
  get guard(): ICustomPartitioner {
    return () =>
      ({ topic, message, partitionMetadata }) => {
        const partition = (message as Message).partition!;
        const leader = partitionMetadata.find(({ partitionId }) => partitionId === partition)?.leader;
        if (leader === this.of(topic, partition)) return partition;
        throw new MessagingError('unavailable', `partition ${partition} of ${topic} has another leader now`);
      };
  }
}
