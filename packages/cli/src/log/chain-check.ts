import { AttestError, canonicalBytes, checkSealed, digestOf, type JsonValue, leafHash } from '@cytoledger/attest';
import type { HistoryEvent } from '@cytoledger/client';

export type ChainFault = { readonly stream: string; readonly seq: number; readonly code: string; readonly message: string };

/**
 * Follows the chains of a history that somebody else has handed out, from each stream's first event on: every header must name the one before it, and
 * every body that is shown must be the one that its header names. It proves that nothing was left out or changed *in between*; that nothing
 * was left out *at the end* is proved by an evidence bundle only.
 */
export class ChainCheck {
  readonly #heads = new Map<string, { seq: number; leaf: string; recordedAt: string }>();
  fault: ChainFault | null = null;
  withheld = 0;

  get streams(): number {
    return this.#heads.size;
  }

  add({ header, body }: HistoryEvent): void {
    const bytes = canonicalBytes(header as unknown as JsonValue);
    const { stream, seq, prev, recordedAt } = header;
    const before = this.#heads.get(stream);
    try {
      if (body === null) this.withheld++;
      else checkSealed({ header: bytes, body: canonicalBytes(body as unknown as JsonValue), previous: before ?? null });
      if (seq !== (before ? before.seq + 1 : 0)) throw new AttestError('seq-mismatch', `seq ${seq} does not follow`);
      if (prev !== (before?.leaf ?? null))
        throw new AttestError('prev-mismatch', 'prev is not the leaf hash of the event before');
    } catch (error) {
      if (!(error instanceof AttestError)) throw error;
      this.fault ??= { stream, seq, code: error.code, message: error.message };
    }
    this.#heads.set(stream, { seq, leaf: leafHash(bytes), recordedAt });
  }

  /** A digest of all heads: two who replayed the same history compare this. */
  digest(): string {
    const heads = [...this.#heads]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([stream, { seq, leaf }]) => `${stream} ${seq} ${leaf}\n`);
    return digestOf(heads.join(''));
  }
}
