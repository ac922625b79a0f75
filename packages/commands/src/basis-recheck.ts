import type { StoredEvent } from '@cytoledger/event-store';
import { type Basis, movedFindings } from './basis-check.ts';
import { prepareDerived, submitDerived } from './derived-work.ts';
import { deviationsFor } from './deviations.ts';
import type { Engine } from './engine.ts';
import type { Work } from './work.ts';

/** A stored command that read other streams. */
export type BasisReader = { readonly work: Work; readonly seq: number; readonly basis: Basis };

/** Purpose of the deviations that tell of a race that was lost. */
export const BASIS_MOVED = 'basis-moved';

const ATTEMPTS = 5;
const RETRY_MS = 200;

/**
 * Where the store cannot check the basis inside its commit: asks again after the append and, where the decision would differ, records a
 * critical deviation at once. It runs beside the queue, because the deviation waits in that queue. What a crash or an error leaves undone,
 * the basis watch does from the log.
 */
export async function recheckBasis(engine: Engine, readers: readonly BasisReader[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      for (const reader of readers) await recheck(engine, reader);
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
    }
  }
}

async function recheck(engine: Engine, { work, seq, basis }: BasisReader): Promise<void> {
  const { prepared, ticket } = work;
  const heads = await engine.store.heads([...basis.keys()]);
  if ([...basis].every(([stream, revision]) => (heads.get(stream)?.revision ?? -1) === revision)) return;
  const stored = await storedAt(engine, prepared.stream, seq);
  const findings = await movedFindings(engine.store, stored, basis);
  for (const derived of deviationsFor(prepared, prepared.id, findings, BASIS_MOVED)) {
    await submitDerived(engine, prepareDerived(engine, prepared, derived), ticket);
  }
}

async function storedAt({ store }: Engine, stream: string, seq: number): Promise<StoredEvent> {
  for await (const [stored] of store.readStream(stream, { from: seq, limit: 1 })) if (stored) return stored;
  throw new Error(`${stream} has no event ${seq}, which was just stored`);
}
