import { base64url } from '../base64url.ts';
import { type Body, checkBody, contentTextOf, MAX_ENTRY_BYTES } from '../body.ts';
import { contentDigest } from '../content.ts';
import { checkHeader, type Header } from '../header.ts';
import { isJsonObject } from '../json.ts';
import { digestOf, sha256 } from '../node-crypto.ts';
import type { Policy } from '../note/policy.ts';
import { ESIG_TYP } from '../signatures.ts';
import type { Attested, AttestedSizes } from './attested-sizes.ts';
import { checkDisclosures, isErasedMark } from './disclosure-check.ts';
import { checkEffect, isReviewing } from './effect-by-signature.ts';
import { type JudgedSignature, SignatureJudge } from './entry-signatures.ts';
import { KEY_STREAM_PREFIX, KeyRegister } from './key-register.ts';
import { LIMITS } from './limits.ts';
import type { EntryParts } from './line-text.ts';
import { recordsNamedBy } from './lineage.ts';
import type { EntryLine } from './lines.ts';
import { millisecondsOf } from './moment.ts';
import { check, refusedAs } from './refusal.ts';
import type { EventClaim, Voucher } from './report.ts';

/** What a bundle has of one stream. */
export type StreamRecord = {
  readonly stream: string;
  /** Leaf hashes, by seq. */
  readonly leaves: string[];
  /** Leaf indices, by seq. */
  readonly indices: number[];
  readonly ids: Set<string>;
  lastRecordedAt: string;
  lastHeader: string;
  shown: number;
};

/** Entries of key streams come first, so that a signature's key is known when the signature is read. */
type Part = 'keys' | 'others';

/** Checks entries in order and keeps what proofs, claims and comparisons need of them. */
export class EntryChecker {
  readonly #policy: Policy;
  readonly #sizes: AttestedSizes;
  readonly #judge: SignatureJudge;
  #part: Part = 'keys';
  #lastIndex = -1;
  readonly #keyIndices = new Set<number>();
  readonly keys: KeyRegister;
  readonly streams = new Map<string, StreamRecord>();
  readonly claims: EventClaim[] = [];
  /** By entry, as in {@link claims}. */
  readonly leafHashes: Buffer[] = [];
  readonly ancestors = new Set<string>();
  /** Entries outside key streams whose body is not shown. */
  unseen = 0;

  constructor(policy: Policy, sizes: AttestedSizes) {
    this.#policy = policy;
    this.#sizes = sizes;
    this.keys = new KeyRegister(policy);
    this.#judge = new SignatureJudge(this.keys);
  }

  add(line: EntryLine, parts: EntryParts): void {
    check(this.claims.length < LIMITS.entries, 'limit-exceeded', `a bundle has at most ${LIMITS.entries} entries`);
    const { index, disclosures } = line;
    const header = headerOf(line, parts);
    const part: Part = header.stream.startsWith(KEY_STREAM_PREFIX) ? 'keys' : 'others';
    this.#checkPlace(part, index);
    const body = bodyOf(line, parts, header);
    const record = this.#streamOf(header.stream);
    checkChain(header, record);
    const attested = this.#sizes.attested(index);
    checkTime(header.recordedAt, attested, this.#policy.delta);
    if (body !== undefined) {
      checkDisclosures(disclosures, body.content.data);
      this.#checkBasis(body);
    }
    const { voucher, signatures } = this.#vouch(part, { header, body, index, attested, parts });
    const reviewed = part === 'others' && body !== undefined && isReviewing(body.content.type) ? reviewedIn(body, record) : null;
    if (part === 'others') this.#follow(body);
    const leafHash = sha256(`\0${parts.header}`);
    const leaf = base64url(leafHash);
    this.leafHashes.push(leafHash);
    keep(record, { header, leaf, index, text: parts.header, shown: body !== undefined });
    this.claims.push({
      claim: 'event',
      index,
      stream: header.stream,
      seq: header.seq,
      leaf,
      id: header.id,
      recordedAt: header.recordedAt,
      type: body?.content.type ?? null,
      notBefore: attested.notBefore,
      notAfter: attested.notAfter,
      voucher,
      signatures,
      reviewed,
      disclosed: disclosures.filter((one) => !isErasedMark(one)).length,
    });
  }

  #checkPlace(part: Part, index: number): void {
    check(part === 'others' || this.#part === 'keys', 'line-out-of-order', 'entries of key streams come before those of others');
    if (part !== this.#part) {
      this.#part = part;
      this.#lastIndex = -1;
    }
    check(index > this.#lastIndex, 'line-out-of-order', 'entries come in the order of the log');
    const isFree = index < this.#sizes.checkpoint.size && !(part === 'others' && this.#keyIndices.has(index));
    check(isFree, 'index-out-of-range', `no entry can stand at ${index}`);
    this.#lastIndex = index;
    if (part === 'keys') this.#keyIndices.add(index);
  }

  #streamOf(stream: string): StreamRecord {
    const known = this.streams.get(stream);
    if (known !== undefined) return known;
    const record = { stream, leaves: [], indices: [], ids: new Set<string>(), lastRecordedAt: '', lastHeader: '', shown: 0 };
    this.streams.set(stream, record);
    return record;
  }

  #checkBasis({ basis }: Body): void {
    for (const { stream, seq, leaf } of basis) {
      const known = this.streams.get(stream)?.leaves[seq];
      check(known === undefined || known === leaf, 'basis-mismatch', `${stream}/${seq} is not the entry that was decided on`);
    }
  }

  #vouch(part: Part, { header, body, index, attested, parts }: Judged): Vouched {
    if (body === undefined) {
      if (part === 'keys') this.keys.hide(header.stream);
      return { voucher: 'unseen', signatures: [] };
    }
    const { content } = body;
    if (part === 'keys') {
      const change = this.keys.see(header.stream, index, content);
      return { voucher: change === undefined ? 'platform' : 'organisation', signatures: [] };
    }
    let signatures: readonly JudgedSignature[] = [];
    if (header.signatures.length > 0) {
      const digest = contentDigest(contentTextOf(Buffer.from(parts.body, 'utf8')));
      const entry = { contentDigest: digest, index, provedBy: attested.notAfter };
      signatures = header.signatures.map((signature) => this.#judge.judge(signature, entry));
    }
    checkEffect(content.type, signatures);
    return { voucher: voucherOf(signatures), signatures };
  }

  #follow(body: Body | undefined): void {
    if (body === undefined) this.unseen++;
    else for (const ancestor of recordsNamedBy(body.content)) this.ancestors.add(ancestor);
  }
}

type Judged = {
  readonly header: Header;
  readonly body: Body | undefined;
  readonly index: number;
  readonly attested: Attested;
  readonly parts: EntryParts;
};

type Vouched = { readonly voucher: Voucher; readonly signatures: readonly JudgedSignature[] };

function headerOf({ header }: EntryLine, parts: EntryParts): Header {
  check(Buffer.byteLength(parts.header) <= MAX_ENTRY_BYTES, 'header-malformed', `a header has at most ${MAX_ENTRY_BYTES} bytes`);
  return refusedAs('header-malformed', () => checkHeader(header));
}

function bodyOf(line: EntryLine, parts: EntryParts, header: Header): Body | undefined {
  const value = line.body;
  if (!isJsonObject(value)) return undefined;
  check(digestOf(parts.body) === header.body, 'body-digest-mismatch', 'the body is not the one that the header names');
  check(Buffer.byteLength(parts.body) <= MAX_ENTRY_BYTES, 'body-malformed', `a body has at most ${MAX_ENTRY_BYTES} bytes`);
  const body = refusedAs('body-malformed', () => checkBody(value));
  const { id, stream } = body.content;
  const isOwn = id === header.id && stream === header.stream;
  check(isOwn, 'content-of-another-event', 'header and content name different events');
  return body;
}

function checkChain(header: Header, { stream, leaves, lastRecordedAt, ids }: StreamRecord): void {
  check(header.seq === leaves.length, 'seq-mismatch', `${stream}/${header.seq} does not follow ${leaves.length} entries`);
  check(header.prev === (leaves.at(-1) ?? null), 'prev-mismatch', `${stream}/${header.seq} does not follow the entry before it`);
  check(
    header.recordedAt >= lastRecordedAt,
    'recorded-at-decreases',
    `${stream}/${header.seq} was recorded before the one before`,
  );
  check(!ids.has(header.id), 'id-repeated', `${stream} has two events of one id`);
}

function checkTime(recordedAt: string, { notBefore, notAfter }: Attested, delta: number): void {
  const at = millisecondsOf(recordedAt);
  const within = (notBefore === null || at >= (notBefore - delta) * 1000) && at < (notAfter + 1 + delta) * 1000;
  check(within, 'recorded-outside-cosignatures', 'the recorded time is not one at which the entry was attested');
}

function voucherOf(signatures: readonly JudgedSignature[]): Voucher {
  const counted = signatures.filter((signature) => signature.code === 'counted');
  if (counted.length === 0) return 'platform';
  return counted.some(({ typ, person }) => typ === ESIG_TYP && person !== null) ? 'person' : 'client';
}

function reviewedIn({ content }: Body, { stream, leaves }: StreamRecord): { seq: number; unread: number } {
  const reviewed = content.data['reviewed'];
  const seq = isJsonObject(reviewed) ? reviewed['seq'] : undefined;
  const leaf = isJsonObject(reviewed) ? reviewed['leaf'] : undefined;
  const known = typeof seq === 'number' && typeof leaf === 'string' && leaves[seq] === leaf;
  check(known, 'reviewed-mismatch', `what was reviewed is no earlier entry of ${stream}`);
  return { seq, unread: leaves.length - 1 - seq };
}

type Kept = {
  readonly header: Header;
  readonly leaf: string;
  readonly index: number;
  readonly text: string;
  readonly shown: boolean;
};

function keep(record: StreamRecord, { header, leaf, index, text, shown }: Kept): void {
  record.leaves.push(leaf);
  record.indices.push(index);
  record.ids.add(header.id);
  record.lastRecordedAt = header.recordedAt;
  record.lastHeader = text;
  if (shown) record.shown++;
}
