import { setTimeout as sleep } from 'node:timers/promises';
import { comparePositions, type EventStore, type Position } from '@cytoledger/event-store';
import { type Broker, MessagingError } from '@cytoledger/messaging';
import { readCheckpoint } from './checkpoint.ts';
import type { RelayError } from './errors.ts';
import { LIMITS, type Limits } from './gathering.ts';
import { relaySession } from './session.ts';

export type RelayOptions = {
  readonly store: EventStore;
  readonly broker: Broker;
  /** Of the log. */
  readonly origin: string;
  /** Relays with one id take turns; default: one for the log. */
  readonly id?: string;
  /** Of each topic that has to be made. It cannot be changed later. */
  readonly partitions?: number;
  readonly limits?: Partial<Limits>;
  /** How long another relay may commit nothing, while there is news, before this one takes over, in ms. */
  readonly patience?: number;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
};

export type RelayState = {
  /** `standby`: another relay has taken over. `waiting`: something failed and is tried again. */
  readonly role: 'starting' | 'relaying' | 'standby' | 'waiting';
  readonly position: Position | null;
  /** Events in the topics, by the last checkpoint seen. */
  readonly events: number;
  /** Since this process started. */
  readonly relayed: number;
  readonly transactions: number;
  /** Sessions that failed and were begun again. */
  readonly retries: number;
  /** Since when the oldest event waits that is not relayed, in ms since 1970; null when none does. */
  readonly waitingSince: number | null;
  /** What stands in the way now. */
  readonly trouble: { readonly code: string; readonly message: string } | null;
};

export type Relay = {
  readonly state: RelayState;
  /** Begins; resolves at once. */
  start(): void;
  stop(): Promise<void>;
};

/** Six can be spread over three brokers, and read by as many consumers. */
export const DEFAULT_PARTITIONS = 6;
const DEFAULT_PATIENCE = 15_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
const LOOK = 1_000;

/** Pumps the log into topics, every event once and in order. Nothing that happens to the broker ends it, nor reaches whoever captures. */
export function openRelay(options: RelayOptions): Relay {
  const { store, broker, origin, id = `cytoledger-relay-${origin}`, partitions = DEFAULT_PARTITIONS } = options;
  const { patience = DEFAULT_PATIENCE, log = () => undefined } = options;
  const limits = { ...LIMITS, ...options.limits };
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;
  let state: RelayState = {
    role: 'starting',
    position: null,
    events: 0,
    relayed: 0,
    transactions: 0,
    retries: 0,
    waitingSince: null,
    trouble: null,
  };
  const change = (part: Partial<RelayState>) => {
    state = { ...state, ...part };
  };

  async function session(): Promise<void> {
    await relaySession({
      store,
      broker,
      origin,
      id,
      partitions,
      limits,
      signal,
      onBegun: (checkpoint) => {
        const from = checkpoint ? `after ${checkpoint.events} events` : 'from the beginning of the log';
        log('info', `${id} relays ${from}`);
        change({ role: 'relaying', trouble: null, position: checkpoint?.position ?? null, events: checkpoint?.events ?? 0 });
      },
      onSending: (first) => change({ waitingSince: first.recordedAt() }),
      onCommitted: ({ position, events }, count, next) =>
        change({
          position,
          events,
          relayed: state.relayed + count,
          transactions: state.transactions + 1,
          waitingSince: next?.recordedAt() ?? null,
        }),
    });
  }

  /** Until the one who took over has been silent for long, though there is news. */
  async function standBy(): Promise<void> {
    let seen: bigint | undefined;
    let silentSince = Date.now();
    while (!signal.aborted) {
      const now = await broker.checkpointActivity().catch(() => undefined);
      if (now !== seen) {
        seen = now;
        change({ position: await newestPosition() });
        silentSince = Date.now();
        // Where no broker answers, nobody can tell who is silent.
      } else if (now === undefined || !(await isBehind())) silentSince = Date.now();
      else if (Date.now() - silentSince >= patience) return;
      await sleep(patience / 5, undefined, { signal }).catch(() => undefined);
    }
  }

  async function newestPosition(): Promise<Position | null> {
    try {
      const text = await broker.readCheckpoint(id);
      return text === undefined ? null : readCheckpoint(text).position;
    } catch {
      return state.position;
    }
  }

  /** Whether the log goes on after what was relayed, as far as is known here. */
  async function isBehind(): Promise<boolean> {
    const head = await store.headPosition().catch(() => undefined);
    return head !== undefined && (state.position === null || comparePositions(head, state.position) > 0);
  }

  async function run(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!signal.aborted) {
      const { transactions } = state;
      try {
        await session();
      } catch (error) {
        if (signal.aborted) return;
        if (state.transactions > transactions) pause = FIRST_PAUSE;
        await afterFailure(error, pause);
        pause = Math.min(LONGEST_PAUSE, 2 * pause);
      }
    }
  }

  async function afterFailure(error: unknown, pause: number): Promise<void> {
    const { code = 'unforeseen', message } = error as { code?: string; message: string };
    if (error instanceof MessagingError && error.code === 'fenced') {
      log('info', `${id}: another relay has taken over`);
      change({ role: 'standby', trouble: null, waitingSince: null });
      return standBy();
    }
    const again = state.trouble?.code === code;
    change({ role: 'waiting', retries: state.retries + 1, trouble: { code, message } });
    if (!again) log(needsSomebody(code) ? 'error' : 'warn', `${id} waits: ${message} (${code})`);
    await sleep(needsSomebody(code) ? LONGEST_PAUSE : pause, undefined, { signal }).catch(() => undefined);
  }

  /** While nothing is relayed, somebody has to notice that something waits. */
  async function look(): Promise<void> {
    if (state.role !== 'waiting' || state.waitingSince !== null || !(await isBehind())) return;
    if (state.role === 'waiting') change({ waitingSince: Date.now() });
  }

  let looking: NodeJS.Timeout | undefined;
  return {
    get state() {
      return state;
    },
    start: () => {
      running ??= run();
      looking ??= setInterval(() => void look(), LOOK).unref();
    },
    stop: async () => {
      clearInterval(looking);
      stopping.abort();
      await running;
    },
  };
}

/** What does not pass by itself. */
export function needsSomebody(code: string): boolean {
  return NEEDS_SOMEBODY.has(code);
}

const NEEDS_SOMEBODY: ReadonlySet<string> = new Set<RelayError['code'] | MessagingError['code']>([
  'other-log',
  'other-history',
  'other-partitions',
  'unreadable-checkpoint',
  'no-topic',
  'invalid-cloud-event',
  'message-too-large',
  'not-authorised',
]);
