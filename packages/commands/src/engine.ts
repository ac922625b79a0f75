import type { Aggregate } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import type { Vault } from '@cytoledger/vault';
import type { RecordingClock } from './clock.ts';
import type { Folded } from './folded.ts';
import type { KeptReports } from './kept-reports.ts';
import type { NextTurn } from './next-turn.ts';
import type { Wanted } from './reads.ts';
import type { Streams } from './streams.ts';
import type { Work } from './work.ts';

/** What the queues share. */
export type Engine = {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly streams: Streams;
  readonly clock: RecordingClock;
  readonly nonceKey: Uint8Array;
  /** Organisation that operates the platform: the actor of derived events. */
  readonly operator: string;
  /** Reports that could not be applied and were kept: which ids need a look into the log. */
  readonly reports: KeptReports;
  readonly metrics: CommandMetrics;
  /** Where queues begin to run: what arrives in the same turn shares an append. */
  readonly nextTurn: NextTurn;
  /** Appends to the queue of the work's stream. */
  enqueue(work: Work): void;
  /** The stream's fold, if nothing about it is on its way and no earlier arrival waits there. */
  settled(stream: string, work: Work): Folded | undefined;
  /** Loads what a decision asked for; resolves when it may be tried again. */
  gather(work: Work, wanted: readonly Wanted[]): Promise<void>;
  /** Now, where it is in memory and nobody else writes the log. */
  fold(aggregate: Aggregate<unknown>, id: string): Promise<Folded> | Folded;
  /** Does something beside the queues, which {@link Commands.drain} waits for. */
  beside(task: () => Promise<void>): void;
};

export type CommandMetrics = {
  appended(events: number): void;
  conflicted(): void;
  retried(): void;
  /** The store refuses writes until it is opened again. */
  readOnly(reason: string): void;
};
