import { setTimeout as delay } from 'node:timers/promises';
import { encodeHeadProof, MAX_ENTRY_BYTES, readNote } from '@cytoledger/attest';
import { type BundleEntry, type BundleSize, type BundleSource, bundleLines, EVIDENCE_LIMITS } from '@cytoledger/attest/evidence';
import type { Position, StoredEvent } from '@cytoledger/event-store';
import { Refusal } from '@cytoledger/service-kit';
import type { ProvenHeads } from '../attestor/session.ts';
import type { AttestedLog } from '../reading/attested-log.ts';
import { type Disclose, type EvidencePlan, planEvidence, type ShownStream, textOf } from './evidence-plan.ts';

export type BundleRequest = {
  /** Stream that was asked for; one of {@link streams}. */
  readonly subject: string;
  readonly lineage: boolean;
  readonly streams: readonly ShownStream[];
  readonly disclose: Disclose | undefined;
  /** Position of an event that the bundle must know of, whichever stream it is in. */
  readonly position: Position | undefined;
  /** Sizes that a reader has saved: the bundle shows that the log begins with them. */
  readonly saved: readonly number[];
  /** How long to wait for monitors to cosign the heads note. */
  readonly monitorsMs: number;
  /** How long the newest entry of the subject may take to be released, and all else. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
};

/** A bundle has at most so many checkpoints beside its own. */
const MAX_SIZES = 2000;
/** Entries that are in memory at a time. */
const PAGE = 512;
/** What is sent at a time: many lines are one write. */
const CHUNK = 64 * 1024;
const POLL_MS = 50;

/**
 * The bytes of a bundle about everything that was recorded of the subject when it was asked for, if it is released in time, and of all streams up to
 * the same size.
 *
 * @throws Refusal `not-released-yet`
 */
export async function evidenceBundle(log: AttestedLog, request: BundleRequest): Promise<AsyncGenerator<Buffer>> {
  const { streams, lineage, signal } = request;
  const deadline = Date.now() + request.patienceMs;
  const left = () => Math.max(0, deadline - Date.now());
  let from = await sizeWanted(log, request, left());
  let plan = await planEvidence(log, streams, lineage, log.size);
  while (left() > 0) {
    await monitorsOf(log, from, Math.min(request.monitorsMs, left()), signal);
    const names = namesIn(plan);
    const proven = await log.proveHeads(names, { from, timeoutMs: left(), signal });
    const size = proven?.heads.size;
    if (size === undefined || log.releaseUpTo(size)?.size !== size) {
      // The map has moved on and its note is not there yet; or no checkpoint of the note's size was released, and the next will be.
      if (size !== undefined) from = size + 1;
      await delay(POLL_MS, undefined, { signal });
      continue;
    }
    // While the proofs were made the log went on, or the note was behind it: the plan follows the note.
    if (plan.size !== size) plan = await planEvidence(log, streams, lineage, size);
    if (namesIn(plan).every((name) => names.includes(name)))
      return chunks(bundleLines(sourceOf(log, plan, request, names, proven!), partsOf(log, plan, request)));
  }
  throw notYet();
}

function namesIn({ keys, others, absent }: EvidencePlan): string[] {
  return [...keys.keys(), ...others.keys(), ...absent];
}

/**
 * So many entries must the bundle know of at least: those of the subject that are there now, and what was asked for. Sizes that were saved are
 * those of checkpoints, which come more often than heads notes.
 */
async function sizeWanted(
  log: AttestedLog,
  { subject, position, saved, signal }: BundleRequest,
  patienceMs: number,
): Promise<number> {
  const head = (await log.store.heads([subject])).get(subject)?.position;
  const wanted = [head, position].filter((each) => each !== undefined);
  await Promise.all(wanted.map((each) => log.whenReleasedAt(each, patienceMs, signal)));
  const released = saved.filter((size) => size <= log.size);
  return Math.max(1, ...wanted.map((each) => 1 + (log.indexOf(each) ?? 0)), ...released);
}

/** Waits until the policy's monitors have cosigned the newest note, which is of at least that size, or patience runs out. */
async function monitorsOf(log: AttestedLog, from: number, patienceMs: number, signal: AbortSignal): Promise<void> {
  const { policy } = log;
  if (!policy || policy.monitorQuorum === 0 || patienceMs === 0) return;
  const deadline = Date.now() + patienceMs;
  await log.proveHeads([], { from, timeoutMs: patienceMs, signal });
  const lacks = () => {
    const heads = log.heads;
    if (heads === undefined) return false;
    const { signatures } = readNote(heads.note);
    const cosigned = policy.monitors.filter((key) => signatures.some(({ name, id }) => name === key.name && id === key.id));
    return cosigned.length < policy.monitorQuorum;
  };
  while (lacks() && Date.now() < deadline) await delay(POLL_MS, undefined, { signal });
}

function sourceOf(
  log: AttestedLog,
  plan: EvidencePlan,
  { saved }: BundleRequest,
  names: readonly string[],
  { heads, proofs }: ProvenHeads,
): BundleSource {
  const { size } = heads;
  const proofOf = new Map(names.map((name, n) => [name, encodeHeadProof(proofs[n]!.proof)]));
  return {
    origin: log.origin,
    sizes: sizesOf(log, plan.bounded, saved, size),
    // Monitors may have cosigned since the proofs were made.
    heads: log.heads?.size === size ? log.heads.note : heads.note,
    consistency: (size1, size2) => log.consistency(size1, size2),
    subtree: (low, high) => log.subtree(low, high, size),
    headProof: (stream) => proofOf.get(stream)!,
  };
}

/** The checkpoint, those that bound times, and the sizes that the reader saved. */
function sizesOf(log: AttestedLog, bounded: readonly number[], saved: readonly number[], size: number): BundleSize[] {
  const sizes = new Map<number, BundleSize>();
  const add = (release: { size: number; note: string } | undefined) => {
    if (release !== undefined && release.size > 0 && release.size <= size) sizes.set(release.size, release);
  };
  for (const index of bounded) {
    if (sizes.size >= MAX_SIZES) break;
    if (index > 0) add(log.releaseUpTo(index));
    add(log.releaseFrom(index + 1));
  }
  add(log.releaseUpTo(size));
  for (const at of saved) {
    if (at <= size && !sizes.has(at)) sizes.set(at, { size: at, root: log.root(at) });
  }
  return [...sizes.values()].sort((a, b) => a.size - b.size);
}

function partsOf(log: AttestedLog, plan: EvidencePlan, { subject, lineage, streams, disclose }: BundleRequest) {
  const shown = new Map(streams.map(({ stream, shows }) => [stream, shows]));
  const entries = (of: ReadonlyMap<string, readonly number[]>, unasked: boolean) =>
    entriesOf(log, of, (stream, body) => shown.get(stream)?.(body) ?? unasked, disclose);
  return {
    subject,
    lineage,
    // What a key stream says is everybody's; of others that nobody was asked about the headers alone.
    keys: entries(plan.keys, true),
    entries: entries(plan.others, false),
    absent: [...plan.absent, ...[...plan.others].flatMap(([stream, indices]) => (indices.length === 0 ? [stream] : []))],
  };
}

/** Names and punctuation of a line. */
const LINE_OVERHEAD = 1024;

type Place = { readonly stream: string; readonly seq: number; readonly index: number };

/** In the order of the log, a page at a time. */
async function* entriesOf(
  log: AttestedLog,
  streams: ReadonlyMap<string, readonly number[]>,
  shows: (stream: string, body: string) => boolean,
  disclose: Disclose | undefined,
): AsyncGenerator<BundleEntry> {
  const places: Place[] = [];
  for (const [stream, indices] of streams) for (const [seq, index] of indices.entries()) places.push({ stream, seq, index });
  places.sort((a, b) => a.index - b.index);
  for (let at = 0; at < places.length; at += PAGE) {
    const page = places.slice(at, at + PAGE);
    const stored = await storedAt(log, page);
    const entries = page.map(({ stream, seq, index }): BundleEntry => {
      const event = stored.get(`${stream}/${seq}`);
      if (event === undefined) throw new Error(`the store does not hold what was attested as leaf ${index}`);
      const { header, body } = event;
      return { index, stream, header, body: shows(stream, textOf(body)) ? body : 'withheld' };
    });
    yield* disclose === undefined ? entries : await withDisclosures(entries, disclose);
  }
}

async function withDisclosures(entries: readonly BundleEntry[], disclose: Disclose): Promise<BundleEntry[]> {
  const shown = entries.filter(({ body }) => typeof body !== 'string');
  const disclosures = await disclose(shown.map(({ body }) => textOf(body as Uint8Array)));
  const of = new Map(shown.map((entry, n) => [entry, fitting(disclosures[n]!)]));
  return entries.map((entry) => ({ ...entry, disclosures: of.get(entry) ?? [] }));
}

/** As many as a line has room for beside the largest header and body. */
function fitting(disclosures: readonly string[]): readonly string[] {
  let bytes = 2 * MAX_ENTRY_BYTES;
  return disclosures.slice(0, EVIDENCE_LIMITS.disclosures).filter((disclosure) => {
    bytes += disclosure.length + 3;
    return bytes < EVIDENCE_LIMITS.lineBytes - LINE_OVERHEAD;
  });
}

async function storedAt(log: AttestedLog, page: readonly Place[]): Promise<Map<string, StoredEvent>> {
  const stored = new Map<string, StoredEvent>();
  for (const [stream, own] of Map.groupBy(page, (place) => place.stream)) {
    const from = own[0]!.seq;
    for await (const events of log.store.readStream(stream, { from, limit: own.at(-1)!.seq - from + 1 })) {
      for (const event of events) stored.set(`${stream}/${event.revision}`, event);
    }
  }
  return stored;
}

async function* chunks(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const line of lines) {
    text += line;
    if (text.length < CHUNK) continue;
    yield Buffer.from(text, 'utf8');
    text = '';
  }
  if (text !== '') yield Buffer.from(text, 'utf8');
}

function notYet(): Refusal {
  return new Refusal(
    {
      status: 503,
      code: 'not-released-yet',
      title: { en: 'Not released yet', zh: '尚未发布' },
      detail: {
        en: 'No checkpoint with a heads note has been cosigned by a quorum of witnesses in time.',
        zh: '没有检查点及其头部说明在限时内得到足够见证方的联署。',
      },
    },
    { 'retry-after': '2' },
  );
}
