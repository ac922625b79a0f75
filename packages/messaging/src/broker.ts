/** A message with its place: the producer never chooses one. */
export type OutgoingMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
};

export type IncomingMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

export type TopicSpecification = {
  readonly name: string;
  readonly partitions: number;
  /** Only the newest record of each key is kept. */
  readonly compacted?: boolean;
};

export type TransactionalProducer = {
  /**
   * Stores the checkpoint and all messages, or none of them; the messages of a partition in their order. Resolves when that is durable and
   * visible to read_committed consumers.
   *
   * After an error it is of no more use, and whether this transaction was stored is unknown: close it, open another with the same id, and
   * read the checkpoint.
   *
   * @throws MessagingError
   */
  commit(checkpoint: string, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
};

export type Subscription = {
  /** Resolves when it was closed, rejects when it cannot go on. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
};

export type Subscribing = {
  /** Consumers of one group share the partitions and go on where the group was. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group that has never been begins. */
  readonly from: 'earliest' | 'latest';
  /**
   * Messages of one partition, in order. What this returned for is not delivered to the group again; what it threw for is, so that a message may come twice.
   */
  readonly handle: (messages: readonly IncomingMessage[]) => Promise<void>;
};

/** What this platform asks of a message broker. Consumers see committed messages only. */
export type Broker = {
  /**
   * Creates the topics that are missing.
   *
   * @returns how many partitions each of them has
   * @throws MessagingError
   */
  ensureTopics(topics: readonly TopicSpecification[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Takes over the id: whoever had it can commit nothing more, and what they left unfinished is rolled back before this resolves.
   *
   * @param topics that it will send to
   * @throws MessagingError
   */
  openProducer(id: string, topics: readonly string[]): Promise<TransactionalProducer>;
  /**
   * The checkpoint that was committed last under this producer's id.
   *
   * @throws MessagingError
   */
  readCheckpoint(id: string): Promise<string | undefined>;
  /**
   * A number that grows whenever somebody commits a checkpoint: who waits looks here whether another is alive.
   *
   * @throws MessagingError
   */
  checkpointActivity(): Promise<bigint>;
  subscribe(subscribing: Subscribing): Promise<Subscription>;
  close(): Promise<void>;
};
