import { type Broker, MessagingError, type OutgoingMessage, TOPICS, type TopicSpecification } from '@cytoledger/messaging';

/** What happens to one transaction: it is stored, or not, or it is and nobody is told. */
export type Fate = 'stored' | 'lost' | 'unknown';

/** A broker in memory that keeps the promises of one: transactions are whole, and who opened a producer last may commit. */
export class BrokerDouble {
  /** Committed, in order, by `topic partition`. */
  readonly topics = new Map<string, OutgoingMessage[]>();
  readonly partitions = new Map<string, number>();
  readonly transactions: number[] = [];
  /** Asked at each transaction. */
  fate: () => Fate = () => 'stored';
  /** Nothing can be asked while it is away. */
  isAway = false;
  readonly #checkpoints = new Map<string, string>();
  readonly #epochs = new Map<string, number>();
  #activity = 0n;

  get all(): OutgoingMessage[] {
    return [...this.topics.values()].flat();
  }

  checkpoint(id: string, change: (text: string) => string): void {
    this.#checkpoints.set(id, change(this.#checkpoints.get(id)!));
  }

  /** What one process holds of it. */
  client(): Broker {
    return {
      ensureTopics: async (topics) => this.#ensured(topics),
      openProducer: async (id) => this.#producer(id),
      readCheckpoint: async (id) => {
        this.#answer();
        return this.#checkpoints.get(id);
      },
      checkpointActivity: async () => {
        this.#answer();
        return this.#activity;
      },
      subscribe: () => Promise.reject(new Error('the relay reads no topics')),
      close: async () => undefined,
    };
  }

  #ensured(topics: readonly TopicSpecification[]): ReadonlyMap<string, number> {
    this.#answer();
    for (const { name, partitions } of topics) if (!this.partitions.has(name)) this.partitions.set(name, partitions);
    return new Map(topics.map(({ name }) => [name, this.partitions.get(name)!]));
  }

  #producer(id: string) {
    this.#answer();
    const epoch = (this.#epochs.get(id) ?? 0) + 1;
    this.#epochs.set(id, epoch);
    let isBroken = false;
    return {
      commit: async (checkpoint: string, messages: readonly OutgoingMessage[]) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (isBroken) throw new Error('a producer was used again after it had failed');
        isBroken = true;
        this.#answer();
        if (this.#epochs.get(id) !== epoch) throw new MessagingError('fenced', 'another has taken over');
        const fate = this.fate();
        if (fate !== 'lost') this.#store(id, checkpoint, messages);
        if (fate !== 'stored') throw new MessagingError('unavailable', 'the connection was lost');
        isBroken = false;
      },
      close: async () => undefined,
    };
  }

  #store(id: string, checkpoint: string, messages: readonly OutgoingMessage[]): void {
    this.#checkpoints.set(id, checkpoint);
    this.#activity++;
    this.transactions.push(messages.length);
    for (const message of messages) {
      const place = `${message.topic} ${message.partition}`;
      const list = this.topics.get(place) ?? [];
      list.push(message);
      this.topics.set(place, list);
    }
  }

  #answer(): void {
    if (this.isAway) throw new MessagingError('unavailable', `no broker answers for ${TOPICS.relayCheckpoint}`);
  }
}
