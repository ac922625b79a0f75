import { contentTextOf, leafHash } from '@cytoledger/attest';
import { ruleById, type Violation } from '@cytoledger/domain';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';
import { readRecorded } from './folded.ts';
import type { Prepared } from './prepared.ts';
import type { Sealed } from './sealing.ts';
import type { Receipt } from './submission.ts';

export function receiptOf(sealed: Sealed, position: string): Receipt {
  const { id, type, stream, seq, recordedAt } = sealed.recorded;
  return { id, type, stream, seq, position, leaf: sealed.leaf, recordedAt, proof: proofPath(stream, seq) };
}

function proofPath(stream: string, seq: number): string {
  return `/v1/streams/${stream}/${seq}/proof`;
}

export type Replay =
  | { readonly same: true; readonly receipt: Receipt; readonly findings: readonly Violation[] }
  | { readonly same: false };

/** What was answered when this event was first recorded; `same` false when that id stands for another content or organisation. */
export async function replayOf(store: EventStore, prepared: Prepared, seq: number): Promise<Replay> {
  const [stored, ...followers] = await readFrom(store, prepared.stream, seq);
  if (!stored) return { same: false };
  const event = readRecorded(stored);
  if (contentTextOf(stored.body) !== prepared.contentText || event.actor.org !== prepared.actor.org) return { same: false };
  return { same: true, receipt: receiptOfStored(stored, event.recordedAt), findings: findingsAfter(event.id, followers) };
}

export function receiptOfStored(stored: StoredEvent, recordedAt: string): Receipt {
  return {
    id: stored.id,
    type: stored.type,
    stream: stored.stream,
    seq: stored.revision,
    position: stored.position,
    leaf: leafHash(stored.header),
    recordedAt,
    proof: proofPath(stored.stream, stored.revision),
  };
}

/** Deviations stand right behind the event that broke the rules, in the same append. */
const FOLLOWERS = 100;

async function readFrom(store: EventStore, stream: string, seq: number): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const page of store.readStream(stream, { from: seq, limit: FOLLOWERS })) found.push(...page);
  return found;
}

function findingsAfter(id: string, followers: readonly StoredEvent[]): Violation[] {
  const findings: Violation[] = [];
  for (const follower of followers) {
    const event = readRecorded(follower);
    if (event.causation !== id) break;
    if (!event.type.includes('.deviation-raised.')) continue;
    const data = event.data as { rule: string | null; pointer?: string; params?: Violation['params'] };
    const rule = data.rule === null ? undefined : ruleById.get(data.rule);
    if (rule) findings.push({ rule, pointer: data.pointer ?? '', params: data.params ?? {} });
  }
  return findings;
}
