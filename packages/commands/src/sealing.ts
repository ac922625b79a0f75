import {
  type Actor,
  AttestError,
  type BasisEntry,
  canonicalBytes,
  digestOf,
  type JsonObject,
  type Signature,
  sealBody,
  sealHeader,
} from '@cytoledger/attest';
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
  const body = bodyOf(event);
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

/** What a decision about a pool of hundreds of donors read is more than a body holds. */
function bodyOf({ actor, basis, causation, contentText, correlation }: Unsealed): Buffer {
  try {
    return sealBody({ actor, basis, causation, contentText, correlation });
  } catch (error) {
    const isTooLarge = error instanceof AttestError && error.code === 'body-too-large';
    if (!isTooLarge || basis.length <= 1) throw error;
    return sealBody({ actor, basis: [summedUpBasis(basis)], causation, contentText, correlation });
  }
}

/**
 * One entry for all: `seq` is how many streams were read, `leaf` the SHA-256 of their entries as RFC 8785 text, in the order of the streams' names.
 * Whoever holds the log makes the same list from the newest entries before this one.
 */
function summedUpBasis(basis: readonly BasisEntry[]): BasisEntry {
  return { stream: SUMMED_UP, seq: basis.length, leaf: digestOf(canonicalBytes(basis as never)) };
}

/** No stream is called so. */
const SUMMED_UP = 'basis';
