import { base64url, fromBase64url, isDigest, sameBytes, utf8 } from './bytes.js';
import { checkDisclosures, isErasedMark } from './disclosures.js';
import { provesHead, readHeadProof } from './head-proof.js';
import { byCodeUnit, canonicalText, isCount, isObject } from './json.js';
import { KEY_STREAM, KeyRegister } from './key-register.js';
import { ancestorsIn } from './lineage.js';
import { checkMembers, LineCutter, memberBytes, readLine } from './lines.js';
import { isConsistent, leafHash, rootOfEntries } from './merkle.js';
import { readHeads, readNote, signaturesBy } from './notes.js';
import { countingAt } from './policy.js';
import { isBody, isHeader } from './records.js';
import { check, Refusal } from './refusal.js';
import { checkLogSignature, readReleased } from './released.js';
import { sha256 } from './sha256.js';
import { effectFault, voucherOf, weigh } from './signatures.js';
import { recordedTimeOf } from './time.js';

/**
 * @typedef {import('./json.js').JsonObject} JsonObject
 * @typedef {import('./lines.js').Line} Line
 * @typedef {import('./released.js').Released} Released
 * @typedef {{
 *   readonly leaves: Uint8Array[], readonly indices: number[], readonly ids: Set<string>, shown: number, recorded: number, headerHash: Uint8Array,
 * }} StreamRecord what was read of a stream
 * @typedef {{ readonly index: number, readonly leaf: Uint8Array, readonly event: { readonly [member: string]: unknown } }} EntryRecord
 */

const MOST_SIZES = 10_000;
const MOST_ENTRIES = 2_000_000;
const MOST_STREAMS = 200_000;
const MOST_HASHES = 100_000_000;

/** Which kinds may follow; an `inclusion` that goes on, or not, narrows it. @type {{ readonly [kind: string]: readonly string[] }} */
const FOLLOWERS = {
  '': ['bundle'],
  bundle: ['checkpoint', 'prefix'],
  checkpoint: ['checkpoint', 'prefix', 'heads'],
  prefix: ['checkpoint', 'prefix'],
  heads: ['entry', 'inclusion'],
  entry: ['entry', 'inclusion'],
  more: ['inclusion'],
  inclusion: ['stream'],
  stream: ['stream', 'end'],
  end: [],
};

const EMPTY_DIGEST = new Uint8Array(32);
const REVIEWING = new Set([
  'batch.released.v1',
  'batch.conditionally-released.v1',
  'batch.exceptionally-released.v1',
  'batch.conditional-release-closed.v1',
  'batch.rejected.v1',
]);

/** Reads and checks a bundle once, in order, and keeps what it proves. */
export class BundleReading {
  /** @param {import('./policy.js').Policy} policy */
  constructor(policy) {
    this.policy = policy;
    this.cutter = new LineCutter();
    /** @type {Refusal | undefined} */
    this.refusal = undefined;
    this.before = '';

    this.size = 0;
    this.subject = '';
    this.lineage = false;
    /** Roots by size, of checkpoints and prefixes. @type {Map<number, Uint8Array>} */
    this.roots = new Map();
    /** In ascending size. @type {Released[]} */
    this.checkpoints = [];
    this.lastSize = 0;
    /** @type {Uint8Array} */
    this.mapRoot = EMPTY_DIGEST;
    /** @type {string[]} */
    this.monitors = [];

    this.register = new KeyRegister(policy);
    /** @type {Map<string, StreamRecord>} */
    this.streams = new Map();
    /** @type {EntryRecord[]} */
    this.entries = [];
    /** @type {Set<number>} */
    this.keyIndices = new Set();
    this.lastIndex = -1;
    this.inKeyStreams = true;
    this.unseen = 0;
    /** @type {Set<string>} */
    this.ancestors = new Set();

    /** @type {Uint8Array[]} */
    this.proofParts = [];
    this.proofHashes = 0;
    /** In order. @type {Set<string>} */
    this.proven = new Set();
    this.lastStream = '';
  }

  /** @param {Uint8Array} chunk @returns {boolean} whether to go on: not after the first check that failed */
  push(chunk) {
    if (this.refusal === undefined) this.guard(() => this.cutter.push(chunk, (bytes) => this.take(bytes)));
    return this.refusal === undefined;
  }

  /** To be called when there are no more bytes. */
  finish() {
    if (this.refusal === undefined) this.guard(() => check(this.before === 'end' && this.cutter.pendingBytes === 0, 'truncated'));
    return this.refusal;
  }

  /** @param {() => void} work */
  guard(work) {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = new Refusal(error.code, this.cutter.number);
    }
  }

  /** @param {Uint8Array} bytes */
  take(bytes) {
    const line = readLine(bytes);
    const kind = /** @type {string} */ (line.value.kind);
    check(FOLLOWERS[this.before].includes(kind), 'line-out-of-order');
    this.before = kind;
    switch (kind) {
      case 'bundle':
        return this.takeBundle(line.value);
      case 'checkpoint':
        return this.takeCheckpoint(line.value);
      case 'prefix':
        return this.takePrefix(line.value);
      case 'heads':
        return this.takeHeads(line.value);
      case 'entry':
        return this.takeEntry(line);
      case 'inclusion':
        return this.takeInclusion(line.value);
      case 'stream':
        return this.takeStream(line.value);
      default:
        return this.takeEnd(line.value);
    }
  }

  /** @param {JsonObject} line */
  takeBundle(line) {
    check(line.v === 1, 'unsupported-version');
    checkMembers(line);
    check(line.origin === this.policy.origin, 'origin-mismatch');
    this.size = /** @type {number} */ (line.size);
    this.subject = /** @type {string} */ (line.subject);
    this.lineage = line.lineage === true;
  }

  /** @param {JsonObject} line */
  takeCheckpoint(line) {
    checkMembers(line);
    check(this.roots.size < MOST_SIZES, 'limit-exceeded');
    const released = readReleased(/** @type {string} */ (line.note), this.policy, this.lastSize);
    this.takeRoot(released.size, released.root, line);
    this.checkpoints.push(released);
  }

  /** @param {JsonObject} line */
  takePrefix(line) {
    checkMembers(line);
    check(this.roots.size < MOST_SIZES, 'limit-exceeded');
    const size = /** @type {number} */ (line.size);
    check(size > this.lastSize, 'checkpoint-order');
    this.takeRoot(size, digestBytes(line.root), line);
  }

  /** @param {number} size @param {Uint8Array} root @param {JsonObject} line */
  takeRoot(size, root, { consistency }) {
    const proof = /** @type {string[]} */ (consistency).map(digestBytes);
    const before = this.roots.get(this.lastSize);
    const holds =
      before === undefined ? proof.length === 0 : isConsistent({ size: this.lastSize, root: before }, { size, root }, proof);
    check(holds, 'consistency-mismatch');
    this.roots.set(size, root);
    this.lastSize = size;
  }

  /** The checkpoint. */
  get latest() {
    return this.checkpoints[this.checkpoints.length - 1];
  }

  /** @param {JsonObject} line */
  takeHeads(line) {
    checkMembers(line);
    const note = readNote(/** @type {string} */ (line.note));
    const heads = note && readHeads(note.text);
    check(note !== undefined && heads !== undefined, 'note-malformed');
    const { latest, policy } = this;
    check(heads.origin === policy.origin, 'origin-mismatch');
    check(heads.size === latest.size && heads.size === this.size && sameBytes(heads.root, latest.root), 'heads-mismatch');
    checkLogSignature(note, policy, heads.size);
    const cosignatures = signaturesBy(note, countingAt(policy.monitors, heads.size));
    check(cosignatures !== undefined, 'cosignature-invalid');
    this.monitors = cosignatures.map(({ key }) => key.name);
    this.mapRoot = heads.mapRoot;
  }

  /** @param {Line} line */
  takeEntry(line) {
    const { value } = line;
    checkMembers(value);
    check(this.entries.length < MOST_ENTRIES, 'limit-exceeded');
    const headerBytes = memberBytes(line, 'header');
    check(isObject(value.header) && isHeader(value.header, headerBytes), 'header-malformed');
    const header = /** @type {import('./records.js').Header} */ (/** @type {unknown} */ (value.header));
    const index = /** @type {number} */ (value.index);
    const isKey = header.stream.startsWith(KEY_STREAM);
    this.takeIndex(index, isKey);

    const content = isObject(value.body) ? this.contentIn(line, header) : undefined;
    const stream = this.streams.get(header.stream) ?? newStream();
    this.checkPlace(stream, header);
    const recorded = /** @type {number} */ (recordedTimeOf(header.recordedAt));
    const { notBefore, notAfter } = this.timesOf(index);
    const { delta } = this.policy;
    const inTime = (notBefore === null || recorded >= (notBefore - delta) * 1000) && recorded < (notAfter + 1 + delta) * 1000;
    check(inTime, 'recorded-outside-cosignatures');

    const disclosures = /** @type {string[]} */ (value.disclosures);
    if (content !== undefined) checkDisclosures(disclosures, content.data);
    if (content !== undefined) this.checkBasis(/** @type {import('./records.js').Body} */ (/** @type {unknown} */ (value.body)));
    const outcome = this.vouching(header, index, notAfter, content, isKey);

    const leaf = leafHash(headerBytes);
    stream.leaves.push(leaf);
    stream.indices.push(index);
    stream.ids.add(header.id);
    stream.recorded = recorded;
    stream.headerHash = sha256(headerBytes);
    if (content !== undefined) stream.shown++;
    this.streams.set(header.stream, stream);
    if (!isKey && content === undefined) this.unseen++;
    if (!isKey && content !== undefined && this.lineage) for (const name of ancestorsIn(content)) this.ancestors.add(name);
    const event = {
      claim: 'event',
      index,
      stream: header.stream,
      seq: header.seq,
      leaf: base64url(leaf),
      id: header.id,
      recordedAt: header.recordedAt,
      type: content?.type ?? null,
      notBefore,
      notAfter,
      ...outcome,
      disclosed: disclosures.filter((one) => !isErasedMark(one)).length,
    };
    this.entries.push({ index, leaf, event });
  }

  /** @param {number} index @param {boolean} isKey */
  takeIndex(index, isKey) {
    if (!isKey && this.inKeyStreams) {
      this.inKeyStreams = false;
      this.lastIndex = -1;
    }
    check(isKey === this.inKeyStreams && index > this.lastIndex, 'line-out-of-order');
    check(index < this.latest.size && (isKey || !this.keyIndices.has(index)), 'index-out-of-range');
    this.lastIndex = index;
    if (isKey) this.keyIndices.add(index);
  }

  /**
   * Checks 6 to 8.
   *
   * @param {Line} line
   * @param {import('./records.js').Header} header
   */
  contentIn(line, header) {
    const bytes = memberBytes(line, 'body');
    const body = /** @type {JsonObject} */ (line.value.body);
    check(base64url(sha256(bytes)) === header.body, 'body-digest-mismatch');
    check(isBody(body, bytes), 'body-malformed');
    const content = /** @type {import('./records.js').Content} */ (/** @type {unknown} */ (body.content));
    check(content.id === header.id && content.stream === header.stream, 'content-of-another-event');
    return content;
  }

  /**
   * Checks 9 to 12: against the entry before in the stream.
   *
   * @param {StreamRecord} stream
   * @param {import('./records.js').Header} header
   */
  checkPlace({ leaves, recorded, ids }, header) {
    check(header.seq === leaves.length, 'seq-mismatch');
    if (header.prev !== null) check(header.prev === base64url(leaves[leaves.length - 1]), 'prev-mismatch');
    check(/** @type {number} */ (recordedTimeOf(header.recordedAt)) >= recorded, 'recorded-at-decreases');
    check(!ids.has(header.id), 'id-repeated');
  }

  /** Seconds between which an index came into the log. @param {number} index @returns {{ notBefore: number | null, notAfter: number }} */
  timesOf(index) {
    const { checkpoints } = this;
    let [low, high] = [0, checkpoints.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (checkpoints[middle].size > index) high = middle;
      else low = middle + 1;
    }
    return { notBefore: low === 0 ? null : checkpoints[low - 1].earliest, notAfter: checkpoints[low].surelySeenBy };
  }

  /** @param {import('./records.js').Body} body */
  checkBasis({ basis }) {
    for (const { stream, seq, leaf } of basis) {
      const known = this.streams.get(stream)?.leaves[seq];
      check(known === undefined || base64url(known) === leaf, 'basis-mismatch');
    }
  }

  /**
   * Checks 17 to 19, and who vouches.
   *
   * @param {import('./records.js').Header} header
   * @param {number} index
   * @param {number} notAfter
   * @param {import('./records.js').Content | undefined} content
   * @param {boolean} isKey
   */
  vouching(header, index, notAfter, content, isKey) {
    if (content === undefined) {
      if (isKey) this.register.hide(header.stream);
      return { voucher: 'unseen', signatures: [], reviewed: null };
    }
    if (isKey) {
      const vouched = this.register.take(header.stream, index, content);
      return { voucher: vouched ? 'organisation' : 'platform', signatures: [], reviewed: null };
    }
    const contentDigest =
      header.signatures.length === 0 ? EMPTY_DIGEST : sha256(utf8(canonicalText(/** @type {any} */ (content))));
    const signatures = header.signatures.map((one) => weigh(one, this.register, { index, notAfter, contentDigest }));
    const fault = effectFault(content.type, signatures);
    if (fault !== undefined) throw new Refusal(fault);
    const reviewed = REVIEWING.has(content.type) ? this.reviewedIn(header, content.data) : null;
    return { voucher: voucherOf(signatures), signatures, reviewed };
  }

  /** @param {import('./records.js').Header} header @param {JsonObject} data */
  reviewedIn({ stream, seq }, { reviewed }) {
    check(isObject(reviewed) && isCount(reviewed.seq) && reviewed.seq < seq, 'reviewed-mismatch');
    const leaf = this.streams.get(stream)?.leaves[reviewed.seq];
    check(leaf !== undefined && isDigest(reviewed.leaf) && base64url(leaf) === reviewed.leaf, 'reviewed-mismatch');
    return { seq: reviewed.seq, unread: seq - reviewed.seq - 1 };
  }

  /** @param {JsonObject} line */
  takeInclusion(line) {
    checkMembers(line);
    const hashes = /** @type {string[]} */ (line.hashes);
    this.proofHashes += hashes.length;
    check(this.proofHashes <= MOST_HASHES, 'limit-exceeded');
    const part = new Uint8Array(hashes.length * 32);
    for (let i = 0; i < hashes.length; i++) part.set(digestBytes(hashes[i]), i * 32);
    this.proofParts.push(part);
    if (line.more === true) {
      this.before = 'more';
      return;
    }
    this.entries.sort((a, b) => a.index - b.index);
    const root = rootOfEntries(this.latest.size, this.entries, new ProofHashes(this.proofParts, this.proofHashes));
    check(root !== undefined && sameBytes(root, this.latest.root), 'inclusion-mismatch');
    this.proofParts = [];
  }

  /** @param {JsonObject} line */
  takeStream(line) {
    checkMembers(line);
    check(this.proven.size < MOST_STREAMS, 'limit-exceeded');
    const name = /** @type {string} */ (line.stream);
    check(byCodeUnit(this.lastStream, name) < 0, 'line-out-of-order');
    const proof = readHeadProof(/** @type {string} */ (line.proof));
    const stream = this.streams.get(name);
    check(provesHead(proof, name, stream && headOf(stream), this.mapRoot), 'head-mismatch');
    this.lastStream = name;
    this.proven.add(name);
  }

  /** @param {JsonObject} line */
  takeEnd(line) {
    checkMembers(line);
    check(line.entries === this.entries.length && line.lines === this.cutter.number, 'end-mismatch');
    for (const name of this.streams.keys()) check(this.proven.has(name), 'stream-unproven');
    check(this.proven.has(this.subject), 'subject-unproven');
    for (const name of this.ancestors) check(this.proven.has(name), 'ancestor-missing');
  }

  /** What was proved, but for the reader's own questions. */
  claims() {
    const { policy, latest, entries } = this;
    const monitored = policy.monitorQuorum > 0 && this.monitors.length >= policy.monitorQuorum;
    return [
      {
        claim: 'checkpoint',
        origin: policy.origin,
        size: latest.size,
        root: base64url(latest.root),
        policy: policy.version,
        quorum: policy.quorum,
        tolerated: latest.tolerated,
        seen: latest.seen,
        witnesses: latest.witnesses,
      },
      { claim: 'complete', size: latest.size, by: monitored ? 'monitors' : 'operator', monitors: this.monitors },
      ...(this.lineage ? [{ claim: 'lineage', subject: this.subject, named: this.ancestors.size, unseen: this.unseen }] : []),
      ...[...this.proven].map((name) => streamClaim(name, this.streams.get(name))),
      ...this.register.claims(),
      ...entries.map(({ event }) => event),
    ];
  }
}

/** @param {unknown} text that is a digest */
function digestBytes(text) {
  return /** @type {Uint8Array} */ (fromBase64url(/** @type {string} */ (text)));
}

/** @returns {StreamRecord} */
function newStream() {
  return { leaves: [], indices: [], ids: new Set(), shown: 0, recorded: Number.NEGATIVE_INFINITY, headerHash: EMPTY_DIGEST };
}

/** @param {StreamRecord} stream */
function headOf({ leaves, indices, headerHash }) {
  const seq = leaves.length - 1;
  return { seq, index: indices[seq], leaf: leaves[seq], headerHash };
}

/** @param {string} name @param {StreamRecord | undefined} stream */
function streamClaim(name, stream) {
  const entries = stream?.leaves.length ?? 0;
  const head = stream === undefined ? null : base64url(stream.leaves[entries - 1]);
  return { claim: 'stream', stream: name, entries, shown: stream?.shown ?? 0, head };
}

/** The hashes of all `inclusion` lines, one after the other. */
class ProofHashes {
  /** @param {readonly Uint8Array[]} parts @param {number} count */
  constructor(parts, count) {
    this.parts = parts;
    this.count = count;
    this.part = 0;
    this.offset = 0;
  }

  /** To be asked for in order. */
  at() {
    while (this.offset === this.parts[this.part].length) {
      this.part++;
      this.offset = 0;
    }
    this.offset += 32;
    return this.parts[this.part].subarray(this.offset - 32, this.offset);
  }
}
