import { setTimeout as sleep } from 'node:timers/promises';
import type { Policy } from '@cytoledger/attest';
import { facts } from '@cytoledger/domain';
import { MAX_LINE_BYTES } from '../bulk.ts';
import type { StreamStatement } from '../captured.ts';
import type { Client } from '../client.ts';
import { ClientError } from '../errors.ts';
import { DEFAULT_RETRY, waitBefore } from '../http/retry.ts';
import { ApiProblem } from '../problem.ts';
import { type SignWith, Voucher } from '../signing/sign-with.ts';
import type { SignedBody } from '../signing/signed-body.ts';
import { type Entry, entryOf, lineOf, type Proven, type Refused, type Sent } from './entry.ts';
import { OutboxError } from './errors.ts';
import { type Checked, type Proved, proofDesk } from './proof-desk.ts';
import { lockSender } from './sender-lock.ts';
import { Spool } from './spool.ts';

export type OutboxOptions = {
  readonly dir: string;
  /** Signs whatever is enqueued and was not signed by a person, at once: what was said when the link was down can be told from what was added later. */
  readonly signWith?: SignWith;
};

export type OutboxStatus = {
  readonly waiting: number;
  /** When the oldest waiting event was enqueued. */
  readonly oldest: string | null;
  readonly needsDecision: number;
  /** Streams whose later events wait for a decision. */
  readonly blocked: readonly string[];
  /** With their receipts, and not proven to be in the log yet. */
  readonly sent: number;
  /** In the log, proven with keys that a policy pins. */
  readonly proven: number;
};

export type Drained = {
  readonly sent: number;
  readonly refused: number;
  /** Why it ended before everything was sent; null when nothing is left but what is blocked. */
  readonly stopped: { readonly code: string; readonly message: string } | null;
};

/** `drop` keeps the event among the dropped, with the reason; `resend` sends it as it is; otherwise what stands in its place. */
export type Decision = 'resend' | { readonly drop: string } | { readonly resend: StreamStatement | SignedBody };

/**
 * Keeps events on the laboratory's own disk until the platform has given a receipt, in order within each stream. Nothing is ever dropped for being
 * late. What the platform refuses (4xx) waits for a person's decision: a refused fact holds back the later events of its own stream, because they
 * build on it; a refused authorisation (422) holds back nothing, since it is a question that was answered. Other streams always go on.
 */
export type Outbox = {
  /** Resolves with the event's id once it is on the disk. @throws OutboxError `unreadable`, `too-large` */
  enqueue(event: StreamStatement | SignedBody): Promise<string>;
  /** Sends what waits, until nothing is left or the link is down. @throws OutboxError `locked` */
  drain(client: Client, options?: { readonly signal?: AbortSignal }): Promise<Drained>;
  /** Drains now, after every enqueue of this process, and every `everyMs` (default 5,000), until the signal; with patience while the link is down. */
  run(
    client: Client,
    options: {
      readonly signal: AbortSignal;
      readonly everyMs?: number;
      readonly onDrained?: (drained: Drained) => void;
      /** With it, what was sent is proven too. */
      readonly policy?: Policy;
      readonly onProved?: (proved: Proved) => void;
    },
  ): Promise<void>;
  /**
   * Asks for the proof of every event that was sent, checks it by the policy's keys, and puts what is proven aside with its proof. What is overdue or
   * contradicted stays, and is told every time.
   *
   * @throws OutboxError `locked`
   */
  prove(client: Client, policy: Policy, options?: { readonly signal?: AbortSignal }): Promise<Proved>;
  /**
   * Every receipt of the outbox, checked; proofs that are kept here are checked again. Nothing is moved.
   *
   * @param client without it nobody is asked: signatures and kept proofs only
   * @throws ClientError, ApiProblem where the platform does not answer, or not to this caller
   */
  audit(policy: Policy, client?: Client, options?: { readonly signal?: AbortSignal }): AsyncGenerator<Checked>;
  status(): Promise<OutboxStatus>;
  needsDecision(): Promise<readonly Refused[]>;
  /** @throws OutboxError `not-waiting-for-decision`, `locked`, `unreadable`, `too-large` */
  resolve(id: string, decision: Decision): Promise<void>;
  /** Every event that was sent and is not proven yet, oldest first, with its receipt: evidence until its inclusion is verified. */
  sent(): AsyncGenerator<Sent>;
  /** Every event that is proven to be in the log, oldest first, with receipt and proof. */
  proven(): AsyncGenerator<Proven>;
};

const DEFAULT_EVERY_MS = 5_000;
/** A decision waits so long, ms, for a sender that is at it. */
const RESOLVE_PATIENCE_MS = 60_000;
/** Events of one round; each of another stream. */
const ROUND = 500;

export async function openOutbox({ dir, signWith }: OutboxOptions): Promise<Outbox> {
  const voucher = signWith ? new Voucher(signWith) : null;
  const spool = await Spool.open(dir);
  const desk = proofDesk(spool, dir);
  let wake = () => {};

  async function enqueue(event: StreamStatement | SignedBody): Promise<string> {
    const entry = vouchedEntry(event, new Date().toISOString());
    await spool.write('waiting', spool.nextName(entry.id), JSON.stringify(entry));
    wake();
    return entry.id;
  }

  function vouchedEntry(event: StreamStatement | SignedBody, enqueuedAt: string): Entry {
    const entry = entryOf(event, enqueuedAt);
    if (!voucher || 'content' in entry.body) return sizedEntry(entry);
    const [body] = voucher.sign([voucher.content({ ...entry.body, id: entry.id } as StreamStatement)]);
    return sizedEntry({ ...entry, body: body! });
  }

  async function refused(): Promise<Map<string, Refused>> {
    const found = new Map<string, Refused>();
    for (const name of await spool.names('decide')) {
      const text = await spool.read('decide', name);
      if (text !== undefined) found.set(name, JSON.parse(text) as Refused);
    }
    return found;
  }

  async function drain(client: Client, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Drained> {
    const unlock = await lockSender(dir);
    try {
      await spool.recover();
      const blocked = blockedBy((await refused()).values());
      return await sendAll(client, blocked, signal);
    } finally {
      await unlock();
    }
  }

  async function sendAll(client: Client, blocked: Set<string>, signal: AbortSignal | undefined): Promise<Drained> {
    const totals = { sent: 0, refused: 0 };
    for (;;) {
      const queues = await waitingByStream(spool, blocked);
      if (queues.size === 0) return { ...totals, stopped: null };
      while (queues.size > 0) {
        const round = [...queues.values()].slice(0, ROUND).map((queue) => queue.shift()!);
        const result = await sendRound(client, round, signal);
        totals.sent += result.sent;
        totals.refused += result.refused.length;
        for (const { entry, status } of result.refused) if (blocks(entry, status)) blocked.add(entry.stream);
        if (result.stopped) return { ...totals, stopped: result.stopped };
        for (const [stream, queue] of queues) if (queue.length === 0 || blocked.has(stream)) queues.delete(stream);
      }
    }
  }

  async function sendRound(client: Client, round: readonly string[], signal: AbortSignal | undefined) {
    const result: { sent: number; refused: { entry: Entry; status: number }[]; stopped: Drained['stopped'] } = {
      sent: 0,
      refused: [],
      stopped: null,
    };
    const tried = await Promise.all(round.map(firstTry));
    try {
      for await (const outcome of client.captureMany(
        tried.map(({ entry }) => lineOf(entry)),
        signal ? { signal } : {},
      )) {
        const { name, entry } = tried[outcome.line - 1]!;
        const now = new Date().toISOString();
        if (outcome.ok) {
          await spool.move(
            'waiting',
            'sent',
            name,
            JSON.stringify({ entry, captured: outcome.captured, receivedAt: now } satisfies Sent),
          );
          result.sent++;
        } else if (outcome.status >= 400 && outcome.status < 500) {
          const { problem } = outcome.problem;
          await spool.move('waiting', 'decide', name, JSON.stringify({ entry, problem, refusedAt: now } satisfies Refused));
          result.refused.push({ entry, status: outcome.status });
        } else {
          result.stopped ??= { code: outcome.problem.code, message: outcome.problem.message };
        }
      }
    } catch (error) {
      // The request as a whole was not taken (no link, no valid token): nothing that could be held against an event.
      if (!(error instanceof ClientError) && !(error instanceof ApiProblem)) throw error;
      result.stopped = { code: error.code, message: error.message };
    }
    return result;
  }

  /** The entry with the time of its first attempt, which is on the disk before it is sent. */
  async function firstTry(name: string): Promise<Named> {
    const entry = JSON.parse((await spool.read('waiting', name))!) as Entry;
    if (entry.firstTriedAt !== undefined || 'content' in entry.body) return { name, entry };
    const tried = { ...entry, firstTriedAt: new Date().toISOString() };
    await spool.write('waiting', name, JSON.stringify(tried));
    return { name, entry: tried };
  }

  async function resolveHeld(id: string, decision: Decision): Promise<void> {
    const [name, held] = [...(await refused())].find(([, { entry }]) => entry.id === id) ?? [];
    if (!name || !held) throw new OutboxError('not-waiting-for-decision', `no event ${id} waits for a decision`);
    if (typeof decision === 'object' && 'drop' in decision) {
      const record = { ...held, dropped: { because: decision.drop, at: new Date().toISOString() } };
      await spool.move('decide', 'dropped', name, JSON.stringify(record));
      return;
    }
    const entry = decision === 'resend' ? held.entry : vouchedEntry(decision.resend, held.entry.enqueuedAt);
    // Under its old name: it goes out before the later events of its stream.
    await spool.move('decide', 'waiting', name, JSON.stringify(entry));
  }

  return {
    enqueue,
    drain,
    prove: desk.prove,
    audit: desk.audit,
    run: async (client, { signal, everyMs = DEFAULT_EVERY_MS, onDrained, policy, onProved }) => {
      for (let failures = 0; !signal.aborted; ) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const drained = await drain(client, { signal }).catch(notWhileLocked);
        if (signal.aborted) return;
        onDrained?.(drained);
        if (policy && !drained.stopped) {
          const proved = await desk.prove(client, policy, { signal }).catch(notWhileProving);
          if (signal.aborted) return;
          onProved?.(proved);
        }
        failures = drained.stopped ? failures + 1 : 0;
        const ms = drained.stopped ? Math.max(everyMs, waitBefore(failures, DEFAULT_RETRY, undefined, Math.random())) : everyMs;
        await Promise.race([drained.stopped ? never : woken, sleep(ms, undefined, { signal }).catch(() => undefined)]);
      }
    },
    status: async () => {
      const waiting = await spool.names('waiting');
      const decide = await refused();
      const first = waiting[0] === undefined ? undefined : await spool.read('waiting', waiting[0]);
      return {
        waiting: waiting.length,
        oldest: first === undefined ? null : (JSON.parse(first) as Entry).enqueuedAt,
        needsDecision: decide.size,
        blocked: [...blockedBy(decide.values())],
        sent: (await spool.names('sent')).length,
        proven: (await spool.names('proven')).length,
      };
    },
    needsDecision: async () => [...(await refused()).values()],
    resolve: async (id, decision) => {
      const unlock = await lockSender(dir, RESOLVE_PATIENCE_MS);
      try {
        await resolveHeld(id, decision);
      } finally {
        await unlock();
      }
      wake();
    },
    sent: () => spool.kept<Sent>('sent'),
    proven: () => spool.kept<Proven>('proven'),
  };
}

/** A line that no request takes would end every drain before it. */
function sizedEntry(entry: Entry): Entry {
  const size = Buffer.byteLength(lineOf({ ...entry, firstTriedAt: entry.enqueuedAt }));
  if (size > MAX_LINE_BYTES)
    throw new OutboxError('too-large', `the event has ${size} bytes; at most ${MAX_LINE_BYTES} are taken`);
  return entry;
}

const never = new Promise<void>(() => {});

/** Somebody else is sending: that is as good. */
function notWhileLocked(error: unknown): Drained {
  if (!(error instanceof OutboxError)) throw error;
  return { sent: 0, refused: 0, stopped: { code: error.code, message: error.message } };
}

function notWhileProving(error: unknown): Proved {
  if (!(error instanceof OutboxError)) throw error;
  return { proven: 0, pending: 0, wrong: [], stopped: { code: error.code, message: error.message } };
}

type Named = { readonly name: string; readonly entry: Entry };

/** Names of what waits, by stream, in order. */
async function waitingByStream(spool: Spool, blocked: ReadonlySet<string>): Promise<Map<string, string[]>> {
  const queues = new Map<string, string[]>();
  for (const name of await spool.names('waiting')) {
    const { stream } = JSON.parse((await spool.read('waiting', name))!) as Entry;
    if (blocked.has(stream)) continue;
    const queue = queues.get(stream);
    if (queue) queue.push(name);
    else queues.set(stream, [name]);
  }
  return queues;
}

function blocks({ type }: Entry, status: number): boolean {
  return status !== 422 && facts.get(type)?.kind !== 'authorisation';
}

function blockedBy(refused: Iterable<Refused>): Set<string> {
  const streams = new Set<string>();
  for (const { entry, problem } of refused) if (blocks(entry, problem.status)) streams.add(entry.stream);
  return streams;
}
