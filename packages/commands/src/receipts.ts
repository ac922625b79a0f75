import { contentTextOf, leafHash, type Receipt } from '@cytoledger/attest';
import { type Recorded, ruleById, type Violation } from '@cytoledger/domain';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';
import { readRecorded } from './folded.ts';
import type { Prepared } from './prepared.ts';
import type { Sealed } from './sealing.ts';

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
  let found: StoredEvent | undefined;
  const findings: Violation[] = [];
  // What an event brought along stands right behind it, in the same append.
  for await (const page of store.readStream(prepared.stream, { from: seq })) {
    for (const stored of page) {
      if (!found) {
        if (!isSame(stored, prepared)) return { same: false };
        found = stored;
        continue;
      }
      const event = readRecorded(stored);
      if (event.causation !== prepared.id) return replayed(found, findings);
      findings.push(...findingOf(event));
    }
  }
  return found ? replayed(found, findings) : { same: false };
}

function isSame(stored: StoredEvent, prepared: Prepared): boolean {
  return contentTextOf(stored.body) === prepared.contentText && readRecorded(stored).actor.org === prepared.actor.org;
}

function replayed(stored: StoredEvent, findings: readonly Violation[]): Replay {
  return { same: true, receipt: receiptOfStored(stored, readRecorded(stored).recordedAt), findings };
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

function findingOf(event: Recorded): Violation[] {
  if (!event.type.includes('.deviation-raised.')) return [];
  const data = event.data as { rule: string | null; pointer?: string; params?: Violation['params'] };
  const rule = data.rule === null ? undefined : ruleById.get(data.rule);
  return rule ? [{ rule, pointer: data.pointer ?? '', params: data.params ?? {} }] : [];
}
