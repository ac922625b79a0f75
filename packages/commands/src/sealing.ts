import { type Actor, type BasisEntry, type JsonObject, type Signature, sealBody, sealHeader } from '@cytoledger/attest';
import type { AnyFact, Capture, Recorded } from '@cytoledger/domain';
import type { EventToAppend } from '@cytoledger/event-store';
import type { Head } from './folded.ts';

/** An event that is about to stand in its stream. */
export type Unsealed = {
  readonly fact: AnyFact;
  readonly stream: string;
  readonly id: string;
  readonly occurredAt: string | null;
  readonly capture: Capture;
  readonly data: JsonObject;
  readonly contentText: string;
  readonly signatures: readonly Signature[];
  readonly actor: Actor;
  readonly basis: readonly BasisEntry[];
  readonly causation: string | null;
  readonly correlation: string;
};

export type Sealed = EventToAppend & { readonly leaf: string; readonly recorded: Recorded };

/**
 * Seals one event onto the head of its stream.
 *
 * @throws AttestError `body-too-large`, `header-too-large`
 */
export function seal(event: Unsealed, head: Head | null, recordedAt: string): Sealed {
  const seq = head === null ? 0 : head.seq + 1;
  const body = sealBody({
    actor: event.actor,
    basis: event.basis,
    causation: event.causation,
    contentText: event.contentText,
    correlation: event.correlation,
  });
  const { bytes, leaf } = sealHeader({
    id: event.id,
    stream: event.stream,
    seq,
    prev: head?.leaf ?? null,
    recordedAt,
    body,
    signatures: event.signatures,
  });
  return {
    id: event.id,
    type: event.fact.type,
    header: bytes,
    body,
    leaf,
    recorded: {
      id: event.id,
      type: event.fact.type,
      stream: event.stream,
      seq,
      occurredAt: event.occurredAt,
      recordedAt,
      capture: event.capture,
      actor: event.actor,
      causation: event.causation,
      data: event.data,
    },
  };
}
