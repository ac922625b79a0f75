import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AttestError,
  type Checkpoint,
  checkpointText,
  EMPTY_ROOT,
  formatNote,
  headsNoteText,
  type NoteSignature,
  type Policy,
  readCheckpoint,
  readHeader,
  readHeadsNote,
  readNote,
  signNote,
  verifyNote,
  verifyReleasedCheckpoint,
} from '@cytoledger/attest';
import { attestationFiles, type ProvenHead } from '@cytoledger/attest/disk';
import { readIfThere, takeLock, writeDurably } from '@cytoledger/attest/durable';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';
import { AttestationAlarm } from '../errors.ts';
import type { SigningKey } from '../keys.ts';
import type { Asked } from '../witnesses/witness.ts';
import { Witnesses } from '../witnesses/witnesses.ts';
import { type Release, ReleaseHistory } from './releases.ts';
import type { AttestorReports, AttestorState, Pace, WitnessAddress } from './reports.ts';
import { TightEntries } from './tight-entries.ts';
import { Tree } from './tree.ts';

/** What was signed is for everybody. */
const READABLE = 0o644;

export type SessionOptions = {
  readonly store: EventStore;
  readonly folder: string;
  readonly origin: string;
  readonly logKey: SigningKey;
  /** Without one there is no quorum: it signs, and releases nothing. */
  readonly policy: Policy | null;
  readonly witnesses: readonly WitnessAddress[];
  readonly reports: AttestorReports;
  readonly pace: Pace;
};

/** A head proof, and the note whose map it leads to. */
export type ProvenHeads = { readonly heads: Release; readonly proofs: readonly ProvenHead[] };

type SignedCheckpoint = { readonly checkpoint: Checkpoint; readonly note: string };

/** From one opening of the folder to its closing. */
export class Session {
  readonly #options: SessionOptions;
  readonly #files: ReturnType<typeof attestationFiles>;
  readonly #witnesses: Witnesses | null;
  /** Two that attest one log would sign two histories. */
  #unlock: (() => void) | undefined;
  #tree: Tree | undefined;
  #releases: ReleaseHistory | undefined;
  readonly #tight = new TightEntries();
  #signed: SignedCheckpoint;
  #released: Release | null = null;
  #heads: Release | null = null;
  #round: Promise<void> | undefined;
  #roundFailure: unknown;
  #publishing: Promise<void> = Promise.resolve();
  #withHeadsNow: Promise<void> = Promise.resolve();
  /** Of `performance.now()`, as the two below: what is due waits for no clock that was set back. */
  #signedAt = Number.NEGATIVE_INFINITY;
  #headsAt = Number.NEGATIVE_INFINITY;
  #retryAt = 0;
  /** A heads note of at least that size is asked for. */
  #wantedHeads = 0;
  #unreleasedSince: number | null = null;
  /**
   * It reads what was recorded long ago. A checkpoint that was cosigned meanwhile would make the entries after it look back-dated: the policy's
   * delta is how far their times may lie before its cosignatures.
   */
  #isBehind = false;
  #trouble: string | null;
  #news = Promise.withResolvers<void>();
  /** Ends what is being asked of witnesses. */
  readonly #ending = new AbortController();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#files = attestationFiles(options.folder);
    const { policy, witnesses, pace, reports } = options;
    this.#witnesses =
      policy &&
      new Witnesses({
        policy,
        addresses: witnesses,
        timeoutMs: pace.witnessTimeoutMs,
        signal: this.#ending.signal,
        log: (level, message) => reports.log(level, message),
      });
    this.#trouble = policy ? null : 'there is no policy, and so nobody who could cosign: nothing is released';
    const empty = { origin: options.origin, size: 0, root: EMPTY_ROOT };
    this.#signed = { checkpoint: empty, note: this.#sign(checkpointText(empty)) };
  }

  /** @throws AttestationAlarm; whatever else it throws may have passed when it is tried again */
  async run(signal: AbortSignal): Promise<void> {
    const end = () => this.#ending.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      await this.#open();
      this.#tell();
      if (!(await this.#agreed(signal))) return;
      while (!signal.aborted) {
        await this.#takeNews(signal);
        if (this.#roundFailure !== undefined) throw this.#roundFailure;
        await this.#act();
        await this.#pause(signal);
      }
    } finally {
      signal.removeEventListener('abort', end);
      await this.#close();
    }
  }

  /** @returns undefined while there is no note of the map as it is */
  proveHeads(streams: readonly string[]): ProvenHeads | undefined {
    const tree = this.#tree;
    const heads = this.#heads;
    if (!tree || !heads || heads.size !== tree.headsSize) return undefined;
    return { heads, proofs: streams.map((stream) => tree.proveHead(stream)) };
  }

  /** Asks for a heads note that knows of the first `size` entries, as soon as there can be one. */
  wantHeads(size: number): void {
    this.#wantedHeads = Math.max(this.#wantedHeads, size);
    this.wake();
  }

  /** Looks at the log now. */
  wake(): void {
    this.#news.resolve();
  }

  /**
   * Adds a monitor's cosignature, which was verified, to the newest heads note.
   *
   * @returns false where that is no longer the note it was made for
   */
  addHeadsCosignature(text: string, signature: NoteSignature): Promise<boolean> {
    return this.#withHeads(async () => {
      const heads = this.#heads;
      if (!heads) return false;
      const note = readNote(heads.note);
      if (note.text !== text) return false;
      const isSame = ({ name, id }: NoteSignature) => name === signature.name && id === signature.id;
      // Whoever has seen it could hand it in again and again.
      if (note.signatures.some((known) => isSame(known) && known.signature.equals(signature.signature))) return true;
      const signatures = [...note.signatures.filter((known) => !isSame(known)), signature];
      await this.#keepHeads({ size: heads.size, note: formatNote({ text, signatures }) });
      return true;
    });
  }

  /** Those who change the heads note, one after the other. */
  #withHeads<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#withHeadsNow.then(work);
    this.#withHeadsNow = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** On disk before anybody is told. */
  async #keepHeads(heads: Release): Promise<void> {
    await writeDurably(this.#files.headsNote, heads.note, READABLE);
    this.#heads = heads;
    this.#tell();
  }

  async #open(): Promise<void> {
    const { folder, store, reports } = this.#options;
    this.#unlock = takeLock(this.#files.lock);
    if (!this.#unlock) throw new AttestationAlarm('in-use', `another process attests this log; the lock is ${this.#files.lock}`);
    await this.#readSigned();
    this.#releases = new ReleaseHistory(this.#files.releases);
    this.#released = this.#releases.newest() ?? null;
    if (this.#released && this.#released.size > this.#signed.checkpoint.size)
      throw new AttestationAlarm(
        'rolled-back',
        `${this.#released.size} entries were released, and ${this.#files.signed} says that ${this.#signed.checkpoint.size} were signed`,
      );
    if (this.#released) await writeDurably(this.#files.published, this.#released.note, READABLE);
    if (this.#signed.checkpoint.size > (this.#released?.size ?? 0)) this.#unreleasedSince = Date.now();
    const heads = await readIfThere(this.#files.headsNote);
    if (heads !== undefined) this.#heads = { size: readHeadsNote(readNote(heads).text).size, note: heads };
    // What was released is served even where it cannot go on.
    this.#tell();
    this.#tree = await Tree.open({
      folder,
      store,
      signed: this.#signed.checkpoint,
      log: (level, message) => reports.log(level, message),
    });
    await this.#resume(this.#tree);
  }

  /**
   * An older copy of this folder beside a log that is whole: grows the tree to a checkpoint that a quorum has cosigned, and takes that for what was
   * signed last if it comes to the same root.
   */
  async #resume(tree: Tree): Promise<void> {
    const { policy, store, reports } = this.#options;
    const note = await readIfThere(this.#files.resume);
    if (note === undefined || !policy) return;
    const { size, root } = this.#releasedIn(note, policy);
    if (size > tree.size) {
      for await (const page of store.readAll({ after: tree.lastPosition, limit: size - tree.size })) {
        await tree.append(page);
        if (tree.news >= this.#options.pace.maxNews) {
          await tree.flush();
          tree.advanceHeads();
        }
      }
      if (tree.size < size)
        throw new AttestationAlarm('rolled-back', `${this.#files.resume} is of ${size} entries, and the store has ${tree.size}`);
      if (!tree.root(size).equals(root))
        throw new AttestationAlarm(
          'other-history',
          `the first ${size} entries of the store are not those of ${this.#files.resume}`,
        );
      await tree.flush();
      await writeDurably(this.#files.signed, note, READABLE);
      await this.#readSigned();
      await this.#publish({ size, note });
      reports.log('info', `attestation resumes from the checkpoint of ${size} entries in ${this.#files.resume}`);
    }
    await rm(this.#files.resume);
  }

  #releasedIn(note: string, policy: Policy): Checkpoint {
    try {
      return verifyReleasedCheckpoint(note, policy).checkpoint;
    } catch (cause) {
      if (!(cause instanceof AttestError)) throw cause;
      const message = `${this.#files.resume} is no checkpoint of this log that a quorum has cosigned: ${cause.message}`;
      throw new AttestationAlarm('signed-unreadable', message, { cause });
    }
  }

  async #readSigned(): Promise<void> {
    const note = await readIfThere(this.#files.signed);
    if (note === undefined) return;
    try {
      const signed = readNote(note);
      verifyNote(signed, [this.#options.logKey.vkey]);
      const checkpoint = readCheckpoint(signed.text);
      if (checkpoint.origin !== this.#options.origin) throw new AttestError('unexpected-origin', `it is of ${checkpoint.origin}`);
      this.#signed = { checkpoint, note };
    } catch (cause) {
      if (!(cause instanceof AttestError)) throw cause;
      throw new AttestationAlarm('signed-unreadable', `${this.#files.signed} is no checkpoint of this log: ${cause.message}`, {
        cause,
      });
    }
  }

  /** Signs nothing before a quorum of witnesses knows nothing that speaks against it. False: stopped. */
  async #agreed(signal: AbortSignal): Promise<boolean> {
    if (!this.#witnesses) return !signal.aborted;
    while (!signal.aborted) {
      if (await this.#witnesses.agree(this.#asked())) {
        this.#setTrouble(null);
        return true;
      }
      this.#setTrouble('too few witnesses answer: nothing is signed before a quorum of them has agreed to what was signed last');
      await this.#wait(this.#options.pace.retryMs, signal);
    }
    return false;
  }

  async #takeNews(signal: AbortSignal): Promise<void> {
    const tree = this.#tree!;
    for await (const page of this.#options.store.readAll({ after: tree.lastPosition })) {
      this.#unreleasedSince ??= Date.now();
      const start = tree.size;
      await tree.append(page);
      this.#tight.see(page, start);
      this.#step('appended');
      this.#isBehind = this.#isOld(page.at(-1)!);
      if (this.#roundFailure !== undefined || signal.aborted) return;
      if (tree.news >= this.#options.pace.maxNews) await this.#round;
      if (this.#isSigningDue()) await this.#act();
    }
    this.#isBehind = false;
  }

  #isOld({ header }: StoredEvent): boolean {
    const delta = this.#options.policy?.delta ?? 0;
    return Date.now() - Date.parse(readHeader(header).recordedAt) > (delta * 1000) / 2;
  }

  #isSigningDue(): boolean {
    const { signEveryMs, maxNews } = this.#options.pace;
    const tree = this.#tree!;
    const isTime = performance.now() - this.#signedAt >= signEveryMs || tree.news >= maxNews;
    return this.#round === undefined && tree.size > this.#signed.checkpoint.size && isTime;
  }

  /** Whatever is due now; one checkpoint is on its way to the witnesses at a time. */
  async #act(): Promise<void> {
    if (this.#round !== undefined) return;
    await this.#noteHeads();
    if (this.#isSigningDue()) await this.#settle();
    else if (this.#isHeadsDue() && this.#tree!.size === this.#signed.checkpoint.size) this.#advanceHeads();
    await this.#noteHeads();
    const { size } = this.#signed.checkpoint;
    const isNews = size > (this.#released?.size ?? 0) && !this.#isBehind;
    if (this.#witnesses && isNews && performance.now() >= this.#retryAt) this.#beginRound(this.#witnesses);
    this.#tell();
  }

  /** Read → on disk → signed and persisted. */
  async #settle(): Promise<void> {
    const tree = this.#tree!;
    await tree.flush();
    this.#step('flushed');
    const checkpoint = { origin: this.#options.origin, size: tree.size, root: tree.root(tree.size) };
    const note = this.#sign(checkpointText(checkpoint));
    await writeDurably(this.#files.signed, note, READABLE);
    this.#signed = { checkpoint, note };
    this.#signedAt = performance.now();
    this.#step('signed');
    if (this.#isHeadsDue()) this.#advanceHeads();
  }

  #isHeadsDue(): boolean {
    const tree = this.#tree!;
    const { headsEveryMs, maxNews } = this.#options.pace;
    if (tree.headsSize >= tree.size) return false;
    if (tree.news >= maxNews) return true;
    // While nothing is released, the map stays where there is a note of it.
    if (this.#retryAt > 0 && this.#heads !== null) return false;
    return this.#wantedHeads > tree.headsSize || performance.now() - this.#headsAt >= headsEveryMs;
  }

  /** Only to what was signed: after a restart the log is as large as that. */
  #advanceHeads(): void {
    this.#tree!.advanceHeads();
    this.#headsAt = performance.now();
    this.#step('heads-advanced');
  }

  #beginRound(witnesses: Witnesses): void {
    this.#round = this.#cosigned(witnesses, this.#signed)
      .catch((error: unknown) => {
        this.#roundFailure = error;
      })
      .finally(() => {
        this.#round = undefined;
        this.#tell();
        this.wake();
      });
  }

  /** Witnesses → published once a quorum has answered. */
  async #cosigned(witnesses: Witnesses, { checkpoint, note }: SignedCheckpoint): Promise<void> {
    const { text, signatures } = readNote(note);
    const released = (cosignatures: readonly NoteSignature[]): Release => ({
      size: checkpoint.size,
      note: formatNote({ text, signatures: [...signatures, ...cosignatures] }),
    });
    const { isQuorum, cosignatures } = await witnesses.cosign(this.#asked(), (all) => {
      // One that came too late to be waited for stands in the note too while it is the newest.
      this.#publishing = this.#publishing
        .then(() => (this.#released?.size === checkpoint.size ? this.#publish(released(all)) : undefined))
        .catch(() => undefined);
    });
    if (this.#ending.signal.aborted) return;
    if (!isQuorum) {
      this.#retryAt = performance.now() + this.#options.pace.retryMs;
      this.#setTrouble(`a quorum of witnesses has not cosigned ${checkpoint.size} entries`);
      return;
    }
    this.#step('cosigned');
    this.#retryAt = 0;
    await this.#publishing;
    const publishing = this.#publish(released(cosignatures), () => this.#step('recorded'));
    this.#publishing = publishing.catch(() => undefined);
    await publishing;
    this.#setTrouble(null);
    this.#step('published');
    this.#thin();
    this.#unreleasedSince = this.#tree!.size > checkpoint.size ? Date.now() - (performance.now() - this.#signedAt) : null;
  }

  async #publish(release: Release, recorded = () => {}): Promise<void> {
    verifyReleasedCheckpoint(release.note, this.#options.policy!);
    this.#releases!.add(release, this.#tight.isBelow(release.size));
    this.#tight.released(release.size);
    recorded();
    this.#released = release;
    await writeDurably(this.#files.published, release.note, READABLE);
  }

  /** Nothing waits for it, and what cannot be deleted now can be later. */
  #thin(): void {
    try {
      this.#releases!.thin(Date.now() - this.#options.pace.thinAfterMs);
    } catch (error) {
      this.#options.reports.log('warn', `released checkpoints could not be thinned: ${String(error)}`);
    }
  }

  /** Says which map belongs to the released checkpoint. */
  async #noteHeads(): Promise<void> {
    const tree = this.#tree!;
    const size = tree.headsSize;
    if (size === 0 || size > (this.#released?.size ?? 0) || this.#heads?.size === size) return;
    const text = headsNoteText({ origin: this.#options.origin, size, mainRoot: tree.root(size), mapRoot: tree.mapRoot() });
    const note = this.#sign(text);
    await this.#withHeads(() => this.#keepHeads({ size, note }));
    this.#step('heads-noted');
  }

  #sign(text: string): string {
    const { vkey, privateKey } = this.#options.logKey;
    return formatNote({ text, signatures: [signNote(text, { name: vkey.name, privateKey })] });
  }

  #asked(): Asked {
    const { checkpoint, note } = this.#signed;
    return { checkpoint, note, consistency: (size) => this.#tree!.consistency(size, checkpoint.size) };
  }

  #setTrouble(trouble: string | null): void {
    if (trouble !== null && trouble !== this.#trouble) this.#options.reports.log('warn', trouble);
    this.#trouble = trouble;
    this.#tell();
  }

  #step(step: Parameters<NonNullable<AttestorReports['step']>>[0]): void {
    this.#options.reports.step?.(step);
  }

  #tell(): void {
    const state: AttestorState = {
      appended: this.#tree?.size ?? 0,
      signed: this.#signed.checkpoint.size,
      released: this.#released,
      heads: this.#heads,
      waitingSince: this.#unreleasedSince,
      witnesses: this.#witnesses?.states ?? [],
      alarm: null,
      trouble: this.#trouble,
    };
    this.#options.reports.state(state);
  }

  /** Until there is something to do, as far as is known. */
  async #pause(signal: AbortSignal): Promise<void> {
    await this.#wait(this.#options.pace.pollMs, signal);
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const stop = () => over.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    await Promise.race([this.#news.promise, delay(ms, undefined, { signal: over.signal }).catch(() => undefined)]);
    stop();
    signal.removeEventListener('abort', stop);
    this.#news = Promise.withResolvers<void>();
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    await this.#round;
    await this.#publishing;
    await this.#withHeadsNow;
    await this.#tree?.close();
    this.#tree = undefined;
    this.#releases?.close();
    this.#unlock?.();
  }
}
