import type { Receipt } from '@cytoledger/attest';
import type { AppendOptions, BasisHead, EventToAppend, ExpectedRevision } from '@cytoledger/event-store';
import type { Basis } from './basis-check.ts';
import type { BasisReader } from './basis-recheck.ts';
import type { Decided } from './decision.ts';
import { advance, type Folded } from './folded.ts';
import type { BasisRead } from './reads.ts';
import { receiptOf } from './receipts.ts';
import type { VaultEntry } from './redaction.ts';
import type { Sealed } from './sealing.ts';
import type { Outcome } from './submission.ts';
import type { Work } from './work.ts';

/** One append holds at most so much, on every adapter (ARCHITECTURE.md, "The event: content, body, header"). */
const MAX_EVENTS = 500;
const MAX_BYTES = 900 * 1024;

type Entry = {
  readonly basis: readonly BasisHead[];
  readonly work: Work;
  readonly answer: (receipts: readonly Receipt[]) => Outcome;
  readonly from: number;
  readonly to: number;
};

/** Commands that waited for one stream, decided against its running state and sealed as one chain: one append. */
export class Chunk {
  readonly expected: ExpectedRevision;
  readonly sealed: Sealed[] = [];
  readonly disclosures: VaultEntry[] = [];
  readonly entries: Entry[] = [];
  readonly #basis = new Map<string, ExpectedRevision>();
  readonly #fold: Folded;
  #bytes = 0;

  constructor(fold: Folded) {
    this.#fold = fold;
    this.expected = fold.head === null ? 'none' : fold.head.seq;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  fits(events: readonly EventToAppend[]): boolean {
    return this.sealed.length + events.length <= MAX_EVENTS && this.#bytes + sizeOf(events) <= MAX_BYTES;
  }

  /** Takes the events and lets the running state see them. */
  add(work: Work, events: readonly Sealed[], { basis, verdict }: Pick<Decided, 'basis' | 'verdict'>): void {
    const { findings, warnings } = verdict;
    const from = this.sealed.length;
    for (const event of events) {
      this.sealed.push(event);
      advance(this.#fold, event.recorded, event);
    }
    this.#bytes += sizeOf(events);
    this.disclosures.push(...work.prepared.disclosures);
    const heads = basisHeads(basis);
    for (const { stream, revision } of heads) this.#basis.set(stream, revision);
    this.entries.push({
      work,
      answer: ([receipt]) => ({ kind: 'recorded', replayed: false, receipt: receipt!, findings, warnings }),
      from,
      to: this.sealed.length,
      basis: heads,
    });
  }

  /** A command that stores nothing; answered in its turn, because it was decided against events not yet stored. */
  settle(work: Work, outcome: Outcome): void {
    this.entries.push({ work, answer: () => outcome, from: this.sealed.length, to: this.sealed.length, basis: [] });
  }

  get options(): AppendOptions {
    return { basis: [...this.#basis].map(([stream, revision]) => ({ stream, revision })) };
  }

  /** Whom it answers, in order. */
  get works(): Work[] {
    return this.entries.map((entry) => entry.work);
  }

  get basisStreams(): string[] {
    return [...this.#basis.keys()];
  }

  /** Who read other streams, and the seq that each got. */
  readers(firstRevision: number): BasisReader[] {
    return this.entries
      .filter((entry) => entry.basis.length > 0)
      .map(({ work, basis, from }) => ({ work, basis: basisByStream(basis), seq: firstRevision + from }));
  }

  answer(positions: readonly string[]): void {
    const receipts = this.sealed.map((sealed, n) => receiptOf(sealed, positions[n]!));
    for (const { work, answer, from, to } of this.entries) work.resolve(answer(receipts.slice(from, to)));
  }
}

function basisByStream(heads: readonly BasisHead[]): Basis {
  return new Map(heads.map(({ stream, revision }) => [stream, revision === 'none' ? -1 : revision]));
}

/** What the store checks inside the commit. */
export function basisHeads(basis: readonly BasisRead[]): BasisHead[] {
  return basis.map(({ stream, head }) => ({ stream, revision: head === null ? ('none' as const) : head.seq }));
}

function sizeOf(events: readonly EventToAppend[]): number {
  return events.reduce((sum, event) => sum + event.header.length + event.body.length, 0);
}
