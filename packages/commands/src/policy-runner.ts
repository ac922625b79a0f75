import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from '@cytoledger/attest/durable';
import { amendmentOf, derive, facts, isVoiding, policies as policyModule, type Recorded } from '@cytoledger/domain';
import {
  type Batch,
  comparePositions,
  type EventStore,
  type Position,
  parsePosition,
  type StoredEvent,
  type SubscribeOptions,
} from '@cytoledger/event-store';
import type { Commands } from './commands.ts';
import { readRecorded } from './folded.ts';
import { giveUpStaleOpenings, OPENING_TYPES, type OpeningMemory, seeOpening } from './opening-timeouts.ts';
import { isAmendment } from './prepared.ts';
import type { Outcome } from './submission.ts';
import { pause, untilDone } from './until-done.ts';

type Policy = policyModule.Policy;
type Action = policyModule.Action;

export type PolicyRunnerOptions = {
  readonly store: EventStore;
  readonly commands: Commands;
  readonly policies: readonly Policy[];
  /** Where memory and position are kept between starts. Disposable: without it the log is folded again, and every action finds itself done. */
  readonly checkpointPath: string;
  /** How long a source's material may wait for an opening whose sender does not come back, in ms. Default: a day. */
  readonly openingTimeoutMs?: number;
  readonly onAction?: (action: Action, outcome: Outcome) => void;
  readonly onError?: (error: unknown) => void;
};

export type PolicyLag = {
  /** Whether everything that was in the log when last read has been acted upon. */
  readonly caughtUp: boolean;
  readonly position: Position | null;
  /** Seconds between the newest event seen and now, while behind; 0 when caught up. */
  readonly seconds: number;
};

export type PolicyRunner = {
  /** Begins to follow the log; resolves at once. */
  start(): Promise<void>;
  lag(): PolicyLag;
  /** Resolves when every event up to this position has been acted upon. */
  reached(position: Position): Promise<void>;
  stop(): Promise<void>;
};

const CHECKPOINT_EVERY_MS = 2000;
/** Of the time at most one part in so many is spent on checkpoints: what is kept grows with the batches, and holds up everything else meanwhile. */
const CHECKPOINT_SHARE = 200;
const CHECKPOINT_VERSION = 8;
const RETRY_MS = 500;
const DEFAULT_OPENING_TIMEOUT_MS = 24 * 3_600_000;
const LONGEST_BETWEEN_LOOKS_MS = 60_000;
/** Name under which openings are kept among the policies' memories. */
const OPENINGS = 'opening-timeouts';

const AMENDMENT_TYPES = [...facts.keys()].filter((type) => isAmendment({ type }));

/** Folds every policy over the log and appends what it asks for, each exactly once: ids derive from the cause. */
export function createPolicyRunner(options: PolicyRunnerOptions): PolicyRunner {
  const { store, commands, policies, checkpointPath, openingTimeoutMs = DEFAULT_OPENING_TIMEOUT_MS, onError } = options;
  const typePrefixes = [...AMENDMENT_TYPES, ...OPENING_TYPES, ...policies.flatMap((policy) => policy.interestedIn)];
  const mentioning = mentionedFor(policies);
  const memories = new Map<string, unknown>();
  const names = [...policies.map((policy) => policy.name), OPENINGS];
  const stopping = new AbortController();
  const { signal } = stopping;
  const waiting: { position: Position; resolve: () => void }[] = [];
  let position: Position | null = null;
  let saved: Position | null = null;
  let savedAt = 0;
  let saveAfterMs = CHECKPOINT_EVERY_MS;
  let caughtUp = false;
  let newestSeen = Date.now();
  let following: Promise<void> = Promise.resolve();
  let looking: NodeJS.Timeout | undefined;

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const batch of store.subscribe({
          after: position ?? undefined,
          typePrefixes,
          ...(mentioning && { mentioning }),
          signal,
        }))
          await take(batch);
      } catch (error) {
        onError?.(error);
        await pause(RETRY_MS, signal);
        // The memory has seen a part of what will be delivered again: back to where both agree.
        await load();
      }
    }
  }

  async function take(batch: Batch): Promise<void> {
    const { events } = batch;
    for (const stored of events) for (const action of await actionsFor(stored)) await perform(action);
    position = batch.position;
    caughtUp = batch.caughtUp;
    for (let n = waiting.length - 1; n >= 0; n--) if (isReached(waiting[n]!.position)) waiting.splice(n, 1)[0]!.resolve();
    if (Date.now() - savedAt > saveAfterMs) await save();
  }

  async function actionsFor(stored: StoredEvent): Promise<readonly Action[]> {
    const corrects = isAmendment(stored);
    const isOpening = OPENING_TYPES.includes(stored.type);
    const isWanted = corrects || policies.some((policy) => policyModule.isInterested(policy, stored.type));
    if (!isOpening && !isWanted) return [];
    const event = readRecorded(stored);
    if (isOpening) seeOpening(memories.get(OPENINGS) as OpeningMemory, event);
    if (!isWanted) return [];
    newestSeen = Date.parse(event.recordedAt);
    commands.clock.saw(event.recordedAt);
    const seen = corrects ? await corrected(event) : event;
    if (!seen) return [];
    if (isActions(seen)) return seen;
    return policies
      .filter((policy) => policyModule.isInterested(policy, seen.type))
      .flatMap((policy) => policy.see(memories.get(policy.name), seen));
  }

  /** A correction as policies see it. An entry that was taken back is told to those that saw it: what it had prevented is asked for. */
  async function corrected(event: Recorded): Promise<policyModule.Seen | readonly Action[] | undefined> {
    const amendment = amendmentOf(event);
    const stored = amendment && (await store.findById(event.stream, amendment.event));
    if (!stored) return undefined;
    const original = readRecorded(stored);
    if (!isVoiding(amendment)) return policyModule.asCorrected(original, event as Recorded<never>);
    return policies
      .filter((policy) => policyModule.isInterested(policy, original.type))
      .flatMap((policy) => policy.unsee?.(memories.get(policy.name), original) ?? []);
  }

  /** Until it is done: an action that is skipped would be a patient who is not told. */
  async function perform(action: Action): Promise<void> {
    const fact = facts.get(action.type);
    if (!fact) throw new TypeError(`policy ${action.policy} asks for ${action.type}, which is no fact`);
    const trigger = {
      id: action.cause.id,
      occurredAt: action.cause.recordedAt,
      capture: { mode: 'derived' as const, precision: 's' as const },
      correlation: action.cause.id,
    };
    const derived = derive(fact, action.target, action.data, action.policy, action.n);
    const outcome = await untilDone(() => commands.submitDerived(trigger, derived), { signal, onError });
    options.onAction?.(action, outcome);
  }

  async function lookForStaleOpenings(): Promise<void> {
    if (!caughtUp || signal.aborted) return;
    try {
      await giveUpStaleOpenings(commands, memories.get(OPENINGS) as OpeningMemory, openingTimeoutMs, commands.clock.now());
    } catch (error) {
      onError?.(error);
    }
  }

  async function save(): Promise<void> {
    if (position === null || position === saved) return;
    const begun = performance.now();
    const text = JSON.stringify({
      version: CHECKPOINT_VERSION,
      position,
      memories: Object.fromEntries([...memories].map(([name, memory]) => [name, policyModule.savedMemory(memory)])),
    });
    saveAfterMs = Math.max(CHECKPOINT_EVERY_MS, CHECKPOINT_SHARE * (performance.now() - begun));
    savedAt = Date.now();
    await mkdir(dirname(checkpointPath), { recursive: true });
    await writeDurably(checkpointPath, text);
    saved = position;
  }

  async function load(): Promise<void> {
    position = null;
    saved = null;
    for (const policy of policies) memories.set(policy.name, policy.initial());
    memories.set(OPENINGS, new Map());
    try {
      const kept = JSON.parse(await readFile(checkpointPath, 'utf8')) as {
        version: number;
        position: string;
        memories: Record<string, string>;
      };
      if (kept.version !== CHECKPOINT_VERSION || names.some((name) => kept.memories[name] === undefined)) return;
      const restored = names.map((name) => [name, policyModule.restoredMemory(kept.memories[name]!)] as const);
      position = parsePosition(kept.position);
      saved = position;
      for (const [name, memory] of restored) memories.set(name, memory);
    } catch (error) {
      // Whatever is wrong with it, the log says the same again.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onError?.(error);
    }
  }

  function isReached(wanted: Position): boolean {
    return position !== null && comparePositions(position, wanted) >= 0;
  }

  return {
    start: async () => {
      await load();
      following = follow();
      looking = setInterval(() => void lookForStaleOpenings(), Math.min(openingTimeoutMs, LONGEST_BETWEEN_LOOKS_MS));
      looking.unref();
    },
    lag: () => ({ caughtUp, position, seconds: caughtUp ? 0 : Math.max(0, (Date.now() - newestSeen) / 1000) }),
    reached: (wanted) =>
      isReached(wanted) ? Promise.resolve() : new Promise((resolve) => waiting.push({ position: wanted, resolve })),
    stop: async () => {
      stopping.abort();
      clearInterval(looking);
      await following;
      await save();
    },
  };
}

function isActions(seen: policyModule.Seen | readonly Action[]): seen is readonly Action[] {
  return Array.isArray(seen);
}

/** What nobody needs in full: of the types that one policy alone follows, what it does not need is not even read. */
function mentionedFor(policies: readonly Policy[]): SubscribeOptions['mentioning'] {
  const [one, ...others] = policies.flatMap(({ name, onlyMentioning }) => (onlyMentioning ? [{ name, onlyMentioning }] : []));
  if (!one || others.length > 0) return undefined;
  const { text, typePrefixes } = one.onlyMentioning;
  const isShared = (prefix: string) =>
    policies.some(({ name, interestedIn }) => name !== one.name && interestedIn.some((other) => overlap(other, prefix)));
  return { text, typePrefixes: typePrefixes.filter((prefix) => !isShared(prefix)) };
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
