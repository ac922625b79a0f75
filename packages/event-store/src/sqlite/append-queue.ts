import { checkAppend } from '../append-rules.ts';
import {
  type Appended,
  type AppendOptions,
  EventStoreError,
  type EventToAppend,
  type ExpectedRevision,
  type Position,
} from '../port.ts';
import { packAppend } from './append-group.ts';
import { errorOf, type Failure } from './failure.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { WriterReply, WriterRequest } from './messages.ts';
import type { OwnCommits } from './own-commits.ts';
import type { Thread } from './thread.ts';

/** One is at the disk while the other crosses between the threads; what arrives meanwhile makes up the next. */
const GROUPS_IN_FLIGHT = 2;
/**
 * So many do not wait for the end of the turn: while clients wait for their answers, one turn would else bring all of them, the writer would
 * rest until it ends, and the main thread until the writer has them on the disk.
 */
const EARLY_APPENDS = 16;
/** A group is closed at this size, so that no append waits for tens of megabytes to reach the disk. */
const GROUP_BYTES = 2 * 1024 * 1024;
/** Buffers kept for the next groups, and how large one may be for that. */
const SPARE_BUFFERS = GROUPS_IN_FLIGHT + 1;
const SPARE_BYTES = 4 * 1024 * 1024;

type Waiting = {
  readonly stream: string;
  readonly events: readonly EventToAppend[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: EventStoreError) => void;
};

class Group {
  readonly packed: GrowingBytes;
  readonly waiting: Waiting[] = [];
  sentAt = 0;

  constructor(spare: ArrayBuffer | undefined) {
    this.packed = new GrowingBytes(spare);
  }
}

/** The way of appends to the writer thread and back: in groups, bounded by bytes. */
export class AppendQueue {
  readonly #writer: Thread<WriterRequest, WriterReply>;
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #commits: OwnCommits;
  readonly #onCommit: (head: number) => void;
  readonly #spare: ArrayBuffer[] = [];
  /** Not sent yet; the last one is being filled. */
  #groups: Group[] = [];
  #inFlight: Group[] = [];
  #queuedBytes = 0;
  #bytesPerMs = 1_000;
  #scheduled = false;
  #broken: Failure | undefined;
  #onDrained: (() => void) | undefined;

  constructor(
    writer: Thread<WriterRequest, WriterReply>,
    path: string,
    maxBytes: number,
    commits: OwnCommits,
    onCommit: (head: number) => void,
  ) {
    this.#writer = writer;
    this.#commits = commits;
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#onCommit = onCommit;
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
    options: AppendOptions | undefined,
  ): Promise<Appended> {
    return new Promise((resolve, reject) => {
      checkAppend(stream, expected, events, options);
      if (this.#broken) throw errorOf(this.#broken);
      if (this.#queuedBytes >= this.#maxBytes) throw this.#overloaded();
      const group = this.#filling();
      const before = group.packed.length;
      packAppend(group.packed, stream, expected, events, options?.basis ?? []);
      this.#queuedBytes += group.packed.length - before;
      group.waiting.push({ stream, events, resolve, reject });
      if (this.#inFlight.length >= GROUPS_IN_FLIGHT) return;
      if (group.waiting.length >= EARLY_APPENDS) {
        this.#send();
      } else if (!this.#scheduled) {
        this.#scheduled = true;
        // After what else this turn of the event loop brings, which then shares the group.
        setImmediate(this.#sendScheduled);
      }
    });
  }

  /** Resolves when nothing is waiting any more. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      this.#tellIfDrained();
    });
  }

  onReply(reply: WriterReply & { kind: 'committed' | 'failed' }): void {
    const group = this.#inFlight.shift()!;
    this.#queuedBytes -= group.packed.length;
    if (reply.kind === 'committed') {
      const ms = performance.now() - group.sentAt;
      this.#bytesPerMs += (group.packed.length / Math.max(ms, 0.1) - this.#bytesPerMs) / 8;
      if (reply.buffer.byteLength <= SPARE_BYTES && this.#spare.length < SPARE_BUFFERS) this.#spare.push(reply.buffer);
      settle(group.waiting, reply, this.#commits);
      this.#onCommit(reply.head);
    } else {
      this.#broken ??= { code: 'read-only', message: reply.failure.message, details: {} };
      rejectAll(group.waiting, reply.failure);
    }
    this.#send();
    this.#tellIfDrained();
  }

  /** The writer thread has ended without being asked to. */
  onWriterLost(reason: string): void {
    const known = `${this.#path}: the writing thread has ended (${reason}); the log is read-only until it is opened again`;
    this.#broken ??= { code: 'read-only', message: known, details: {} };
    const unknown: Failure = { code: 'outcome-unknown', message: known, details: {} };
    for (const group of this.#inFlight) rejectAll(group.waiting, unknown);
    for (const group of this.#groups) rejectAll(group.waiting, this.#broken);
    this.#inFlight = [];
    this.#groups = [];
    this.#queuedBytes = 0;
    this.#tellIfDrained();
  }

  readonly #sendScheduled = (): void => {
    this.#scheduled = false;
    this.#send();
  };

  #send(): void {
    while (this.#inFlight.length < GROUPS_IN_FLIGHT) {
      const group = this.#groups.shift();
      if (!group) return;
      group.sentAt = performance.now();
      this.#inFlight.push(group);
      const { buffer, length } = group.packed;
      this.#writer.post({ kind: 'commit', buffer, length }, [buffer]);
    }
  }

  #filling(): Group {
    const last = this.#groups.at(-1);
    if (last && last.packed.length < GROUP_BYTES) return last;
    const group = new Group(this.#spare.pop());
    this.#groups.push(group);
    return group;
  }

  #overloaded(): EventStoreError {
    const retryAfterMs = Math.min(10_000, Math.max(20, Math.ceil(this.#queuedBytes / this.#bytesPerMs)));
    const message = `${this.#path}: ${this.#queuedBytes} bytes are waiting to be written; try again in ${retryAfterMs} ms`;
    return new EventStoreError('overloaded', message, { retryAfterMs });
  }

  #tellIfDrained(): void {
    if (this.#inFlight.length === 0 && this.#groups.length === 0) this.#onDrained?.();
  }
}

function settle(
  waiting: readonly Waiting[],
  { outcomes, failures }: WriterReply & { kind: 'committed' },
  commits: OwnCommits,
): void {
  let failed = 0;
  waiting.forEach(({ stream, events, resolve, reject }, i) => {
    const firstRevision = outcomes[2 * i]!;
    if (firstRevision < 0) {
      reject(errorOf(failures[failed++]!.failure));
      return;
    }
    const firstPosition = outcomes[2 * i + 1]!;
    commits.add(firstPosition, stream, events);
    const positions = new Array<Position>(events.length);
    for (let n = 0; n < events.length; n++) positions[n] = String(firstPosition + n) as Position;
    resolve({ firstRevision, positions });
  });
}

function rejectAll(waiting: readonly Waiting[], failure: Failure): void {
  for (const { reject } of waiting) reject(errorOf(failure));
}
