import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, EventStore, Position, StoredEvent } from '@cytoledger/event-store';
import { Refusal } from '@cytoledger/service-kit';
import { type FeedForm, wholeEvent, withheldEvent } from './form.ts';
import { SILENCE, withSilences } from './silences.ts';

/** What a reader gets of an event: all, its header only, or no word that it is there. */
export type Shown = 'whole' | 'header' | 'nothing';

export type Following = {
  readonly store: EventStore;
  readonly origin: string;
  readonly form: FeedForm;
  readonly after: Position | undefined;
  readonly streamPrefixes: readonly string[];
  /** False: ends where the log ended. */
  readonly live: boolean;
  /** Ms without a word after which a pause is written. */
  readonly heartbeatMs: number;
  /** @throws Refusal 503 when it cannot be told yet */
  readonly sight: (page: readonly StoredEvent[]) => Promise<readonly Shown[]>;
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
};

/** Characters that are written at once: what a slow reader has not taken is no more than this and one page of the log. */
const CHUNK = 64 * 1024;
const ASK_AGAIN_MS = 1_000;

/** The log as one reader may see it, in its order, as text in pieces. It goes on only as fast as it is read. */
export async function* feedText(following: Following): AsyncGenerator<string> {
  const { store, form, after, streamPrefixes, live, heartbeatMs, signal } = following;
  const subscribe = (ended: AbortSignal): AsyncIterable<Batch> =>
    store.subscribe({
      after,
      ...(streamPrefixes.length > 0 && { streamPrefixes }),
      signal: AbortSignal.any([signal, ended]),
    });
  // Of a subscription that has nothing to tell it is not told that it has caught up.
  if (!live && (await store.headPosition()) === after) return yield form.pause(after);
  // The reader knows at once that it is connected.
  if (live) yield form.pause(after);
  let position = after;
  for await (const batch of withSilences(subscribe, heartbeatMs)) {
    if (batch === SILENCE) {
      yield form.pause(position);
      continue;
    }
    for await (const text of pageText(following, batch, position)) yield text;
    if (signal.aborted) return;
    position = batch.position;
    if (batch.caughtUp && !live) return yield form.pause(position);
  }
}

async function* pageText(following: Following, { events }: Batch, before: Position | undefined): AsyncGenerator<string> {
  if (events.length === 0) return;
  const { form, origin, heartbeatMs, signal } = following;
  let shown = await seen(following, events);
  for (let silentSince = Date.now(); !shown; shown = await seen(following, events)) {
    if (Date.now() - silentSince >= heartbeatMs) {
      silentSince = Date.now();
      yield form.pause(before);
    }
    await pause(Math.min(ASK_AGAIN_MS, heartbeatMs), signal);
    if (signal.aborted) return;
  }
  let text = '';
  for (const [n, event] of events.entries()) {
    const { position } = event;
    if (shown[n] === 'whole') text += form.event(wholeEvent(event, origin), position);
    else if (shown[n] === 'header') text += form.event(withheldEvent(event, origin), position);
    if (text.length < CHUNK) continue;
    yield text;
    if (signal.aborted) return;
    text = '';
  }
  // Who sees little of much resumes after it all the same.
  if (shown.at(-1) === 'nothing') text += form.pause(events.at(-1)!.position);
  if (text !== '') yield text;
}

/** Undefined while it cannot be told yet. */
async function seen({ sight }: Following, events: readonly StoredEvent[]): Promise<readonly Shown[] | undefined> {
  try {
    return await sight(events);
  } catch (error) {
    if (error instanceof Refusal && error.problem.code === 'not-yet') return undefined;
    throw error;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
