import { base64url, fromBase64url } from '../base64url.ts';
import { readHeadProof, verifyHead, verifyNoHead } from '../heads/head-proof.ts';
import { sha256 } from '../node-crypto.ts';
import type { Policy } from '../note/policy.ts';
import { type AttestedHeads, AttestedSizes } from './attested-sizes.ts';
import { type ProvenLeaves, rootOfBatch } from './batch-proof.ts';
import { EntryChecker, type StreamRecord } from './entry-checker.ts';
import { KEY_STREAM_PREFIX } from './key-register.ts';
import { LIMITS } from './limits.ts';
import { LineSplitter } from './line-splitter.ts';
import { readCanonicalLine } from './line-text.ts';
import {
  type BundleLine,
  type EndLine,
  type EntryLine,
  type InclusionLine,
  kindOf,
  type LineKind,
  readLine,
  type StreamLine,
} from './lines.ts';
import { millisecondsOf } from './moment.ts';
import { check, type EvidenceCode, EvidenceRefusal, refusedAs } from './refusal.ts';
import type { EvidenceClaim, KeyClaim, StreamClaim } from './report.ts';

/** Which kinds may come next. */
const NEXT = {
  start: ['bundle'],
  sizes: ['checkpoint', 'prefix'],
  'sizes-or-heads': ['checkpoint', 'prefix', 'heads'],
  entries: ['entry', 'inclusion'],
  proof: ['inclusion'],
  'first-stream': ['stream'],
  streams: ['stream', 'end'],
  done: [],
} as const satisfies Record<string, readonly LineKind[]>;
type Stage = keyof typeof NEXT;

/** A bundle that has passed every check, and what further questions need of it. */
export type VerifiedBundle = {
  readonly claims: readonly EvidenceClaim[];
  readonly sizes: AttestedSizes;
  readonly heads: AttestedHeads;
  readonly streams: ReadonlyMap<string, StreamRecord>;
  /** All entries, by leaf index. */
  readonly leaves: ProvenLeaves;
  /** Of the inclusion proof. */
  readonly hashes: readonly Buffer[];
};

export type BundleOutcome =
  | { readonly ok: true; readonly bundle: VerifiedBundle }
  | { readonly ok: false; readonly code: EvidenceCode; readonly line: number; readonly message: string };

/** What is told of each entry that has passed its own checks; the proof of all comes later. */
export type EntryListener = (entry: EntryLine, header: string, body: string) => void;

/**
 * Verifies a bundle in one pass, as docs/formats/evidence-bundle.md says: give it the bytes in pieces of any size, then ask for the outcome. After
 * the first failure it looks at nothing more. Memory grows by some hundred bytes an entry, never by bodies.
 */
export class BundleVerifier {
  readonly #policy: Policy;
  readonly #onEntry: EntryListener;
  readonly #splitter = new LineSplitter();
  readonly #sizes: AttestedSizes;
  readonly #entries: EntryChecker;
  readonly #proof: Buffer[] = [];
  readonly #streamClaims: StreamClaim[] = [];
  readonly #proven = new Set<string>();
  #stage: Stage = 'start';
  #line = 0;
  #head: BundleLine | undefined;
  #heads: AttestedHeads | undefined;
  #order: readonly number[] = [];
  #failure: Extract<BundleOutcome, { readonly ok: false }> | undefined;

  constructor(policy: Policy, onEntry: EntryListener = () => undefined) {
    this.#policy = policy;
    this.#onEntry = onEntry;
    this.#sizes = new AttestedSizes(policy);
    this.#entries = new EntryChecker(policy, this.#sizes);
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  push(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return;
    for (const line of this.#splitter.push(chunk)) {
      this.#attempt(() => this.#read(line));
      if (this.hasFailed) return;
    }
    if (this.#splitter.isTooLong) this.#attempt(() => this.#checkLimits(true));
  }

  outcome(): BundleOutcome {
    if (this.#failure === undefined && (this.#splitter.rest > 0 || this.#stage !== 'done')) {
      this.#attempt(() => {
        this.#checkLimits(false);
        throw new EvidenceRefusal('truncated', 'the bundle ends before its end');
      });
    }
    return this.#failure ?? { ok: true, bundle: this.#verified() };
  }

  #attempt(work: () => void): void {
    this.#line++;
    try {
      work();
    } catch (error) {
      if (!(error instanceof EvidenceRefusal)) throw error;
      this.#failure = { ok: false, code: error.code, line: this.#line, message: error.message };
    }
  }

  #checkLimits(isTooLong: boolean): void {
    check(this.#line <= LIMITS.lines, 'limit-exceeded', `a bundle has at most ${LIMITS.lines} lines`);
    check(!isTooLong, 'limit-exceeded', `a line has at most ${LIMITS.lineBytes} bytes`);
  }

  #read(bytes: Uint8Array): void {
    this.#checkLimits(false);
    const { value, parts } = readCanonicalLine(bytes);
    const kind = kindOf(value);
    const next: readonly LineKind[] = NEXT[this.#stage];
    check(next.includes(kind), 'line-out-of-order', `a line of kind ${kind} cannot stand here`);
    switch (kind) {
      case 'bundle':
        this.#begin(readLine(value, kind));
        return;
      case 'checkpoint':
        this.#sizes.addCheckpoint(readLine(value, kind));
        this.#stage = 'sizes-or-heads';
        return;
      case 'prefix':
        this.#sizes.addPrefix(readLine(value, kind));
        this.#stage = 'sizes';
        return;
      case 'heads':
        this.#heads = this.#sizes.readHeads(readLine(value, kind), this.#head!.size);
        this.#stage = 'entries';
        return;
      case 'entry': {
        const line = readLine(value, kind);
        this.#entries.add(line, parts!);
        this.#onEntry(line, parts!.header, parts!.body);
        return;
      }
      case 'inclusion':
        this.#include(readLine(value, kind));
        return;
      case 'stream':
        this.#prove(readLine(value, kind));
        return;
      case 'end':
        this.#end(readLine(value, kind));
        return;
    }
  }

  #begin(line: BundleLine): void {
    check(line.origin === this.#policy.origin, 'origin-mismatch', `the bundle is of another log than ${this.#policy.origin}`);
    this.#head = line;
    this.#stage = 'sizes';
  }

  #include({ hashes, more }: InclusionLine): void {
    const enough = this.#proof.length + hashes.length <= LIMITS.inclusionHashes;
    check(enough, 'limit-exceeded', `a proof has at most ${LIMITS.inclusionHashes} hashes`);
    for (const hash of hashes) this.#proof.push(fromBase64url(hash));
    this.#stage = 'proof';
    if (more) return;
    const { size, root } = this.#sizes.checkpoint;
    this.#order = inOrder(this.#entries.claims);
    const found = rootOfBatch(size, this.#leaves(), this.#proof);
    check(found?.equals(root) === true, 'inclusion-mismatch', 'the entries do not all stand in the log where they say');
    this.#stage = 'first-stream';
  }

  #leaves(): ProvenLeaves {
    const { claims, leafHashes } = this.#entries;
    const order = this.#order;
    return { indices: order.map((place) => claims[place]!.index), leafAt: (place) => leafHashes[order[place]!]! };
  }

  #prove({ stream, proof: encoded }: StreamLine): void {
    check(this.#streamClaims.length < LIMITS.streams, 'limit-exceeded', `a bundle has at most ${LIMITS.streams} streams`);
    const before = this.#streamClaims.at(-1)?.stream ?? '';
    check(stream > before, 'line-out-of-order', 'streams come in the order of their names');
    const proof = refusedAs('head-proof-malformed', () => readHeadProof(fromBase64url(encoded)));
    const record = this.#entries.streams.get(stream);
    const { mapRoot } = this.#heads!;
    refusedAs('head-mismatch', () => {
      if (record === undefined) verifyNoHead(stream, proof, mapRoot);
      else verifyHead(stream, headOf(record), proof, mapRoot);
    });
    this.#proven.add(stream);
    const { leaves = [], shown = 0 } = record ?? {};
    this.#streamClaims.push({ claim: 'stream', stream, entries: leaves.length, shown, head: leaves.at(-1) ?? null });
    this.#stage = 'streams';
  }

  #end({ entries, lines }: EndLine): void {
    const { claims, streams, ancestors } = this.#entries;
    check(entries === claims.length && lines === this.#line, 'end-mismatch', 'the bundle has other lines than its end says');
    for (const stream of streams.keys())
      check(this.#proven.has(stream), 'stream-unproven', `${stream} is not shown to be complete`);
    const { subject, lineage } = this.#head!;
    check(this.#proven.has(subject), 'subject-unproven', `nothing is shown of ${subject}`);
    if (lineage) {
      for (const ancestor of ancestors)
        check(
          this.#proven.has(ancestor),
          'ancestor-missing',
          `${ancestor} is named as an origin, or as what changed a record, and is not in the bundle`,
        );
    }
    this.#stage = 'done';
  }

  #verified(): VerifiedBundle {
    const { claims, streams } = this.#entries;
    return {
      claims: [...this.#logClaims(), ...this.#streamClaims, ...this.#keyClaims(), ...this.#order.map((place) => claims[place]!)],
      sizes: this.#sizes,
      heads: this.#heads!,
      streams,
      leaves: this.#leaves(),
      hashes: this.#proof,
    };
  }

  #logClaims(): EvidenceClaim[] {
    const { version, quorum, origin } = this.#policy;
    const { size, root, released } = this.#sizes.checkpoint;
    const { seen, tolerated, witnesses } = released;
    const { monitored, monitors } = this.#heads!;
    const { subject, lineage } = this.#head!;
    const { ancestors, unseen } = this.#entries;
    return [
      { claim: 'checkpoint', origin, size, root: base64url(root), policy: version, quorum, tolerated, seen, witnesses },
      { claim: 'complete', size, by: monitored ? 'monitors' : 'operator', monitors },
      ...(lineage ? [{ claim: 'lineage', subject, named: ancestors.size, unseen } as const] : []),
    ];
  }

  #keyClaims(): KeyClaim[] {
    return this.#entries.keys.enrolled().map(({ kid, org, person, index, revocations }) => ({
      claim: 'key',
      kid,
      org,
      person,
      enrolled: index,
      revoked: revocations[0]?.index ?? null,
      compromisedFrom: earliestOf(revocations.flatMap(({ compromisedFrom }) => compromisedFrom ?? [])),
    }));
  }
}

/** Places of the claims in the order of the log; each part is in order already. */
function inOrder(claims: readonly { readonly index: number; readonly stream: string }[]): number[] {
  const firstOther = claims.findIndex(({ stream }) => !stream.startsWith(KEY_STREAM_PREFIX));
  const places = claims.map((_, place) => place);
  return firstOther <= 0 ? places : places.sort((a, b) => claims[a]!.index - claims[b]!.index);
}

function headOf({ leaves, indices, lastHeader }: StreamRecord) {
  return {
    seq: leaves.length - 1,
    index: indices.at(-1)!,
    leafHash: fromBase64url(leaves.at(-1)!),
    headerHash: sha256(lastHeader),
  };
}

function earliestOf(times: readonly string[]): string | null {
  const [first, ...others] = times;
  if (first === undefined) return null;
  return others.reduce((best, time) => (millisecondsOf(time) < millisecondsOf(best) ? time : best), first);
}
