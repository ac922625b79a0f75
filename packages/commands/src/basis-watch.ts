import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from '@cytoledger/attest/durable';
import { comparePositions, type EventStore, type Position, parsePosition, type StoredEvent } from '@cytoledger/event-store';
import { basisOf, movedFindings, preparedAgain } from './basis-check.ts';
import { BASIS_MOVED } from './basis-recheck.ts';
import type { Commands } from './commands.ts';
import { deviationsFor } from './deviations.ts';
import { pause, untilDone } from './until-done.ts';

export type BasisWatchOptions = {
  readonly store: EventStore;
  readonly commands: Commands;
  /** Where its place in the log is kept between starts. Disposable: without it the log is gone through again, and finds all done. */
  readonly checkpointPath: string;
  readonly onError?: (error: unknown) => void;
};

export type BasisWatch = {
  /** Begins to follow the log; resolves at once. */
  start(): Promise<void>;
  readonly position: Position | null;
  stop(): Promise<void>;
};

const CHECKPOINT_EVERY_MS = 2000;
const RETRY_MS = 500;

/**
 * Repeats from the log what a process does beside its queues after each append: whether the decision still holds on what other streams said
 * when it was appended. A process that dies between the two leaves nothing unsaid. Only for a store that does not check the basis inside
 * its commit; on one that does, it would find nothing.
 */
export function createBasisWatch({ store, commands, checkpointPath, onError }: BasisWatchOptions): BasisWatch {
  const stopping = new AbortController();
  const { signal } = stopping;
  let position: Position | null = null;
  let saved: Position | null = null;
  let savedAt = 0;
  let following: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const batch of store.subscribe({ after: position ?? undefined, signal })) {
          for (const stored of await suspects(batch.events)) await recheck(stored);
          position = batch.position;
          if (Date.now() - savedAt > CHECKPOINT_EVERY_MS) await save();
        }
      } catch (error) {
        if (signal.aborted) return;
        onError?.(error);
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** Those whose basis has grown by now: behind everybody else that is most of them, and close behind hardly any. */
  async function suspects(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    const readers = events.map((stored) => ({ stored, basis: basisOf(stored) })).filter(({ basis }) => basis.size > 0);
    if (readers.length === 0) return [];
    const heads = await store.heads([...new Set(readers.flatMap(({ basis }) => [...basis.keys()]))]);
    return readers
      .filter(({ basis }) => [...basis].some(([stream, seq]) => (heads.get(stream)?.revision ?? -1) > seq))
      .map(({ stored }) => stored);
  }

  async function recheck(stored: StoredEvent): Promise<void> {
    const findings = await movedFindings(store, stored);
    if (findings.length === 0) return;
    const prepared = preparedAgain(stored);
    for (const derived of deviationsFor(prepared, prepared.id, findings, BASIS_MOVED)) {
      await untilDone(() => commands.submitDerived(prepared, derived), { signal, onError });
    }
  }

  async function save(): Promise<void> {
    if (position === null || position === saved) return;
    savedAt = Date.now();
    await mkdir(dirname(checkpointPath), { recursive: true });
    await writeDurably(checkpointPath, JSON.stringify({ position }));
    saved = position;
  }

  async function load(): Promise<void> {
    try {
      position = parsePosition(String(JSON.parse(await readFile(checkpointPath, 'utf8')).position));
      const head = await store.headPosition();
      // Of another log, or of this one before it was cut back.
      if (head === undefined || comparePositions(position, head) > 0) position = null;
    } catch (error) {
      position = null;
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onError?.(error);
    }
    saved = position;
  }

  return {
    start: async () => {
      await load();
      following = follow();
    },
    get position() {
      return position;
    },
    stop: async () => {
      stopping.abort();
      await following;
      await save();
    },
  };
}
