import type { Actor, JsonObject, ReceiptSigner } from '@cytoledger/attest';
import type { Aggregate, AnyFact, Derived, Verdict } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import type { Vault } from '@cytoledger/vault';
import { RecordingClock } from './clock.ts';
import { decideOn } from './decision.ts';
import { prepareDerived, submitDerived, type Trigger } from './derived-work.ts';
import type { CommandMetrics, Engine } from './engine.ts';
import { CommandError } from './errors.ts';
import { entryOf, type Folded, streamName } from './folded.ts';
import { KeptReports } from './kept-reports.ts';
import { NextTurn } from './next-turn.ts';
import { prepare } from './prepared.ts';
import { Unread, type Wanted } from './reads.ts';
import { ReceiptDesk } from './receipt-desk.ts';
import { createRehearsal, type Rehearsal } from './rehearsal.ts';
import { StreamQueue } from './stream-queue.ts';
import { Streams } from './streams.ts';
import type { Outcome, Submission } from './submission.ts';
import { arrived, type Work } from './work.ts';

export type CommandsOptions = {
  readonly store: EventStore;
  readonly vault: Vault;
  /** Organisation that operates the platform. */
  readonly operator: string;
  /** 32 bytes, never rotated: a retry makes the same nonce, hence the same bytes. */
  readonly nonceKey: Uint8Array;
  /** Memory for folded states, in bytes. Default 256 MiB. */
  readonly cacheBytes?: number;
  /** Commands that may wait at once; beyond it, `overloaded`. Default 20,000. */
  readonly maxWaiting?: number;
  readonly now?: () => number;
  /** Signs the receipts that senders get; asked for each group of them, null while the log has no name yet. Without it they are not signed. */
  readonly receipts?: () => ReceiptSigner | null;
  readonly metrics?: Partial<CommandMetrics>;
  /** Told what failed that nobody waits for. */
  readonly onError?: (error: unknown) => void;
};

export type LookAt = <S>(aggregate: Aggregate<S>, id: string) => S | undefined;

type Preview = {
  readonly fact: AnyFact;
  readonly target: string;
  readonly data: JsonObject;
  readonly actor: Actor;
  /** Default: now. */
  readonly occurredAt?: string;
};

/** The write side: load → decide → seal → append → receipt. One per process and store. */
export type Commands = {
  /**
   * Decides and records. Resolves when the outcome is durable.
   *
   * @throws CommandError when nothing could be decided, VaultError `subject-erased`
   */
  submit(submission: Submission): Promise<Outcome>;
  /** Appends what a policy derived from a trigger; idempotent by its derived id. */
  submitDerived(trigger: Trigger, derived: Derived): Promise<Outcome>;
  /** The folded stream as of now; its `head` is null when it has no events. */
  read(aggregate: Aggregate<never>, id: string): Promise<Folded>;
  /** Runs a pure question over as many streams as it asks for, as of now. */
  consider<T>(question: (look: LookAt, nowMs: number) => T): Promise<T>;
  /** What would become of this, if it were sent now: nothing is recorded. Signatures are taken as not given. */
  preview(question: Preview): Promise<Verdict>;
  /** Plays several submissions after one another, each on what those before it would have left: nothing is recorded. */
  rehearse(): Rehearsal;
  readonly clock: RecordingClock;
  waiting(): number;
  /** Resolves when nothing is on its way. */
  drain(): Promise<void>;
};

const DEFAULT_CACHE_BYTES = 256 * 1024 * 1024;
const DEFAULT_MAX_WAITING = 20_000;

/** The platform's own work waits for nobody who might wait for it: only for what is being stored this moment. */
function readingTicket(work: Pick<Work, 'ticket' | 'internal'>): number {
  return work.internal ? 0 : work.ticket;
}

export function createCommands(options: CommandsOptions): Commands {
  const { store, vault, operator, nonceKey, maxWaiting = DEFAULT_MAX_WAITING } = options;
  const clock = new RecordingClock(options.now);
  const streams = new Streams(store, clock, options.cacheBytes ?? DEFAULT_CACHE_BYTES);
  const queues = new Map<string, StreamQueue>();
  const desk = options.receipts ? new ReceiptDesk(options.receipts) : null;
  const idle: (() => void)[] = [];
  let tickets = 0;
  let waiting = 0;
  let beside = 0;

  const engine: Engine = {
    store,
    vault,
    streams,
    clock,
    nonceKey,
    operator,
    nextTurn: new NextTurn(),
    reports: new KeptReports(() => clock.now()),
    metrics: { appended() {}, conflicted() {}, retried() {}, readOnly() {}, ...options.metrics },
    enqueue: (work) => {
      const { stream, fact, target } = work.prepared;
      queueOf(stream, fact.aggregate as Aggregate<unknown>, target).push(work);
    },
    settled: (stream, work) => {
      const queue = queues.get(stream);
      if (queue && !queue.readableBy(readingTicket(work))) return undefined;
      const held = work.fresh.get(stream);
      if (!store.checksBasis && !held) return undefined;
      return streams.peek(stream) ?? (held?.spoiled ? undefined : held);
    },
    gather: (work, wanted) => gather(work, wanted),
    beside: (task) => {
      beside++;
      task()
        .catch((error: unknown) => options.onError?.(error))
        .finally(() => {
          beside--;
          whenIdle();
        });
    },
    fold: (aggregate, id) => (store.checksBasis ? streams.load(aggregate, id) : streams.refresh(aggregate, id)),
  };

  function isIdle(): boolean {
    return queues.size === 0 && beside === 0;
  }

  function whenIdle(): void {
    if (isIdle()) for (const resolve of idle.splice(0)) resolve();
  }

  function queueOf(stream: string, aggregate: Aggregate<unknown>, id: string): StreamQueue {
    let queue = queues.get(stream);
    if (!queue) {
      queue = new StreamQueue(engine, aggregate, id, stream, () => {
        queues.delete(stream);
        whenIdle();
      });
      queues.set(stream, queue);
    }
    return queue;
  }

  async function gather(work: Work, wanted: readonly Wanted[]): Promise<void> {
    await Promise.all(wanted.map((want) => (want.kind === 'event' ? gatherEvent(work, want.id) : gatherStream(work, want))));
  }

  async function gatherStream(work: Work, want: Extract<Wanted, { kind: 'stream' }>): Promise<void> {
    await queues.get(want.stream)?.whenReadableBy(readingTicket(work));
    work.fresh.set(want.stream, await engine.fold(want.aggregate, want.id));
  }

  async function gatherEvent(work: Work, id: string): Promise<void> {
    const stored = await store.findById(work.prepared.stream, id);
    const fold = await engine.fold(work.prepared.fact.aggregate as Aggregate<unknown>, work.prepared.target);
    work.ownEvents.set(id, stored ? entryOf(stored, fold.corrections.get(id)) : null);
  }

  /** Asks, reads what the question turned out to need, and asks again until it needs nothing more. */
  async function onceRead<T>(asked: Work, question: () => T | Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        await gather(asked, error.wanted);
      }
    }
  }

  async function counted<T>(run: () => Promise<T>): Promise<T> {
    if (waiting >= maxWaiting) throw new CommandError('overloaded', `${waiting} commands are waiting`, { retryAfterMs: 500 });
    waiting++;
    try {
      return await run();
    } finally {
      waiting--;
    }
  }

  /** As of now, and nothing that is not stored. */
  async function read(aggregate: Aggregate<unknown>, id: string): Promise<Folded> {
    const stream = streamName(aggregate, id);
    for (;;) {
      await queues.get(stream)?.whenReadableBy(0);
      const fold = await engine.fold(aggregate, id);
      if (queues.get(stream)?.readableBy(0) ?? true) return fold;
    }
  }

  return {
    clock,
    waiting: () => waiting,
    submit: (submission) =>
      counted(() => {
        const { prepared, pending, begun } = prepare(submission, nonceKey, vault, store);
        return new Promise<Outcome>((answer, reject) => {
          const { permit = null } = submission;
          const resolve = desk ? (outcome: Outcome) => desk.give(outcome, answer, reject) : answer;
          const work = arrived({ prepared, preparation: pending, ticket: ++tickets, permit, resolve, reject });
          if (begun) {
            // Ready before its turn, it shares the append with what is beside it.
            begun.then(
              (made) => {
                if ('rule' in made) return;
                work.prepared = made;
                work.preparation = null;
              },
              () => {},
            );
          }
          engine.enqueue(work);
        });
      }),
    submitDerived: (trigger, derived) => submitDerived(engine, prepareDerived(engine, trigger, derived), ++tickets),
    read: (aggregate, id) => read(aggregate as unknown as Aggregate<unknown>, id),
    consider: (question) => {
      const asked = asking(null as never);
      return onceRead(asked, () =>
        question((aggregate, id) => {
          const stream = streamName(aggregate as Aggregate<unknown>, id);
          const fold = engine.settled(stream, asked);
          if (!fold) throw new Unread([{ kind: 'stream', aggregate: aggregate as Aggregate<unknown>, id, stream }]);
          return fold.head === null ? undefined : (fold.state as never);
        }, clock.now()),
      );
    },
    preview: async ({ fact, target, data, actor, occurredAt }) => {
      const stream = streamName(fact.aggregate as Aggregate<unknown>, target);
      const now = new Date(clock.now()).toISOString();
      const asked = asking({
        fact,
        target,
        stream,
        id: PREVIEW_ID,
        occurredAt: occurredAt ?? now,
        capture: { mode: 'direct', precision: 's' },
        data,
        contentText: '',
        signatures: [],
        disclosures: [],
        actor,
        correlation: 'preview',
        causation: null,
      });
      return onceRead(asked, async () => {
        const fold = await read(fact.aggregate as Aggregate<unknown>, target);
        return decideOn(asked.prepared, fold, {
          nowMs: clock.now(),
          stream: (_aggregate, _id, other) => engine.settled(other, asked),
          ownEvent: (id) => asked.ownEvents.get(id),
        }).verdict;
      });
    },
    rehearse: () =>
      createRehearsal({
        now: () => clock.now(),
        read,
        decided: (prepared, decide) => {
          const asked = asking(prepared);
          return onceRead(asked, () =>
            decide(
              (stream) => engine.settled(stream, asked),
              (id) => asked.ownEvents.get(id),
            ),
          );
        },
        derived: (trigger, derived) => prepareDerived(engine, trigger, derived),
      }),
    drain: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  };
}

/** Id of what is only asked: no event carries it. */
const PREVIEW_ID = '00000000-0000-7000-8000-000000000000';

/** A question has no place in any queue: nothing waits for it, and it waits for nobody's turn. */
function asking(prepared: Work['prepared']): Work {
  return arrived({ prepared, ticket: 0, internal: true, lookedForReport: true, resolve: () => {}, reject: () => {} });
}
