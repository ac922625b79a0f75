import type { OutgoingMessage } from './broker.ts';

/** Sends outside of transactions: what may stand in a topic twice, and must not be missing. */
export type Sender = {
  /**
   * Resolves when every message is stored by all replicas in sync; those of a partition in their order. After an error some may be stored: sent
   * again, they stand there twice.
   *
   * @throws MessagingError
   */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
};
