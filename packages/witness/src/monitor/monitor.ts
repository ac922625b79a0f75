import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AttestError,
  type Checkpoint,
  formatNote,
  formatVkey,
  type HeadsNote,
  keysAt,
  merkleLeaf,
  type Policy,
  readNote,
  readPolicy,
  verifyHeadsNote,
  verifyReleasedCheckpoint,
  verifySignedCheckpoint,
} from '@cytoledger/attest';
import type { HeadsMap } from '@cytoledger/attest/disk';
import { writeDurably } from '@cytoledger/attest/durable';
import { type Clock, Cosigner } from '../cosigner.ts';
import { keyOfFolder, makeFolder } from '../cosigner-folder.ts';
import { WitnessError } from '../errors.ts';
import { lockFolder } from '../folder-lock.ts';
import { type Alarm, type Finding, Found } from './alarm.ts';
import { checkEntry, type Entry, type StreamEnd } from './entry-check.ts';
import { openHeads, remakeHeads } from './heads.ts';
import { LogClient, type LogClientOptions } from './log-client.ts';
import { MonitorState } from './monitor-state.ts';
import { prefixRoot } from './prefix-root.ts';
import { type Bounds, boundsFrom, timeOf } from './time-bounds.ts';

export type MonitorOptions = LogClientOptions & {
  /** As {@link makeMonitor} made it. */
  readonly folder: string;
  /** Policy file; read at each round, so that a new edition needs no restart. */
  readonly policy: string;
  /** Further addresses of the same log, whose checkpoints must belong to the same history. */
  readonly also?: readonly string[];
  readonly clock?: Clock;
  /** Milliseconds for which entries after the newest heads note wait for the next one; 15,000 unless said. */
  readonly patience?: number;
  readonly onProgress?: (size: number, of: number) => void;
};

/** What became of the newest heads note. */
export type HeadsOutcome =
  | 'cosigned'
  | 'cosigned-before'
  /** Its entries are not released yet; the next round sees. */
  | 'ahead'
  /** The monitor is past its size already: the next note counts. */
  | 'passed'
  /** Found right, but the policy does not pin this monitor at its size. */
  | 'not-pinned'
  /** Found right, but the monitor's clock was set back. */
  | 'clock-behind'
  /** Found right and cosigned, but the log did not take it. */
  | 'not-taken';

export type Round = {
  /** Entries that were checked, since the beginning of the log. */
  readonly size: number;
  /** Size of the newest released checkpoint; undefined where there is none. */
  readonly released?: number;
  readonly heads?: { readonly size: number; readonly outcome: HeadsOutcome };
  /** What kept a part of the round from being done. */
  readonly warnings: readonly string[];
  readonly alarm?: Alarm;
};

const [STATE, MAP] = ['monitor.db', 'heads.db'];
/** Entries that are checked and then taken in together. */
const CHUNK = 32_768;
const PATIENCE_MS = 15_000;

/**
 * Makes the key and the empty state of a monitor.
 *
 * @returns its vkey
 * @throws WitnessError `exists`; AttestError `invalid-vkey` (name)
 */
export function makeMonitor(options: { readonly folder: string; readonly name: string }): Promise<string> {
  return makeFolder('monitor', options, async () => MonitorState.create(join(options.folder, STATE)));
}

/**
 * Opens a monitor; one process at a time.
 *
 * @throws WitnessError `invalid-key-file`, `state-missing`, `state-damaged`, `in-use`
 */
export async function openMonitor(options: MonitorOptions): Promise<Monitor> {
  const { folder, clock = Date.now } = options;
  const cosigner = new Cosigner(await keyOfFolder('monitor', folder), clock);
  const path = join(folder, STATE);
  const closing = [lockFolder(folder)];
  const closeAll = () => {
    for (const close of closing.splice(0).reverse()) close();
  };
  try {
    if (!(await exists(path)))
      throw new WitnessError('state-missing', `${path} is missing: bring it back, or make a new key in a new folder`);
    const state = MonitorState.open(path);
    closing.push(() => state.close());
    const map = openHeads(state, join(folder, MAP));
    return new Monitor({ options, cosigner, state, map, close: closeAll });
  } catch (error) {
    closeAll();
    throw error;
  }
}

type Parts = {
  readonly options: MonitorOptions;
  readonly cosigner: Cosigner;
  readonly state: MonitorState;
  readonly map: HeadsMap;
  readonly close: () => void;
};

/** Replays a log and cosigns its heads notes, as long as everything is as it must be. */
export class Monitor {
  readonly vkey: string;
  readonly #parts: Parts;
  readonly #client: LogClient;
  readonly #also: readonly LogClient[];
  readonly #clock: Clock;
  #map: HeadsMap;

  constructor(parts: Parts) {
    const { options, cosigner, map } = parts;
    this.vkey = formatVkey(cosigner.vkey);
    this.#parts = parts;
    this.#map = map;
    this.#clock = options.clock ?? Date.now;
    this.#client = new LogClient(options);
    this.#also = (options.also ?? []).map((url) => new LogClient({ ...options, url, token: async () => undefined }));
  }

  /** What was found wrong, once and for all. */
  get alarm(): Alarm | undefined {
    return this.#parts.state.fact('alarm');
  }

  get size(): number {
    return this.#parts.state.size;
  }

  /**
   * Reads what is new and checks it. After an alarm nothing is read or cosigned any more.
   *
   * @param whole entries after the newest heads note too, without waiting for the next one
   * @throws WitnessError `unreachable`, `refused`, `unverifiable`, `state-of-another-log`: nothing was concluded, another round may
   */
  async round({ whole = false }: { readonly whole?: boolean } = {}): Promise<Round> {
    const warnings: string[] = [];
    const before = this.alarm;
    if (before !== undefined) return { size: this.size, warnings, alarm: before };
    try {
      return { ...(await this.#round(whole, warnings)), size: this.size, warnings };
    } catch (error) {
      if (error instanceof Found) return { size: this.size, warnings, alarm: await this.#raise(error.finding) };
      throw asAnswer(error, this.#client.url);
    }
  }

  close(): void {
    this.#map.close();
    this.#parts.close();
  }

  async #round(whole: boolean, warnings: string[]): Promise<Pick<Round, 'released' | 'heads'>> {
    const { state } = this.#parts;
    const policy = await this.#policy();
    // Heads first: whoever reads them in this order sees no heads of entries that are not released yet.
    const headsText = await this.#client.heads();
    const note = await this.#client.checkpoint();
    if (note === undefined) return {};
    const released = verifyReleasedCheckpoint(note, policy);
    const { checkpoint } = released;
    await this.#follow(checkpoint, note);
    state.saw({ size: checkpoint.size, time: timeOf(released) });
    for (const mirror of this.#also) await this.#compare(mirror, { checkpoint, note }, policy, warnings);
    const heads = headsText === undefined ? undefined : await this.#headsOutcome(headsText, checkpoint, policy, warnings);
    if (whole || this.#waitedLongEnough()) await this.#take(checkpoint.size, checkpoint, policy);
    return { released: checkpoint.size, ...(heads && { heads }) };
  }

  /** That the newest checkpoint extends the one that was seen before. */
  async #follow(checkpoint: Checkpoint, note: string): Promise<void> {
    const { state } = this.#parts;
    const { size, root } = checkpoint;
    const last = state.fact('checkpoint');
    if (last !== undefined) {
      if (size < last.size)
        throw new Found({
          code: 'checkpoint-back',
          message: `the newest checkpoint is of ${size} entries; there was one of ${last.size}`,
          size: last.size,
          notes: [last.note, note],
        });
      await this.#prove(
        this.#client,
        { checkpoint, note },
        { size: last.size, root: Buffer.from(last.root, 'base64'), note: last.note },
      );
    }
    if (size !== last?.size) state.setFact('checkpoint', { size, root: root.toString('base64'), note });
  }

  async #compare(mirror: LogClient, own: Shown, policy: Policy, warnings: string[]): Promise<void> {
    try {
      const note = await mirror.checkpoint();
      if (note === undefined) return;
      const other = { checkpoint: verifySignedCheckpoint(note, policy), note };
      const [large, small, at] = other.checkpoint.size > own.checkpoint.size ? [other, own, mirror] : [own, other, this.#client];
      await this.#prove(at, large, { ...small.checkpoint, note: small.note });
    } catch (error) {
      if (error instanceof Found) throw error;
      warnings.push(`${mirror.url} was not compared: ${asAnswer(error, mirror.url).message}`);
    }
  }

  /** That the larger checkpoint's tree begins with the smaller's. */
  async #prove(client: LogClient, large: Shown, small: { size: number; root: Buffer; note: string }): Promise<void> {
    if (small.size === 0) return;
    const root = await prefixRoot(client, large.checkpoint, small.size);
    const { size } = large.checkpoint;
    if (root === undefined) throw this.#tilesFalse(client, large);
    if (root.equals(small.root)) return;
    throw new Found({
      code: 'two-histories',
      from: client.url,
      message: `the log has signed a history of ${small.size} entries and one of ${size} that does not begin with it`,
      size: small.size,
      notes: [small.note, large.note],
    });
  }

  async #headsOutcome(text: string, checkpoint: Checkpoint, policy: Policy, warnings: string[]): Promise<Round['heads']> {
    const { state, cosigner } = this.#parts;
    const { heads, cosignatures } = verifyHeadsNote(text, policy);
    const { size } = heads;
    const ended = (outcome: HeadsOutcome) => ({ size, outcome });
    const noteText = readNote(text).text;
    this.#noteHeads(heads, noteText);
    if (size > checkpoint.size) return ended('ahead');
    const known = state.fact('heads')!;
    if (known.cosigned === undefined) {
      if (size < this.size) return ended('passed');
      await this.#take(size, checkpoint, policy);
      await this.#checkHeads(heads, checkpoint);
      if (!keysAt(policy.monitors, size).some(({ id, name }) => id === cosigner.vkey.id && name === cosigner.vkey.name))
        return ended('not-pinned');
      const time = cosigner.time(state.fact('cosignedAt') ?? 0);
      if (time === undefined) return ended('clock-behind');
      const note = formatNote({ text: noteText, signatures: [cosigner.sign(noteText, time)] });
      state.setFact('cosignedAt', time);
      state.setFact('heads', { ...known, cosigned: { note, time } });
    } else if (cosignatures.some(({ key }) => key.id === cosigner.vkey.id && key.name === cosigner.vkey.name)) {
      return ended('cosigned-before');
    }
    try {
      await this.#client.postCosignature(state.fact('heads')!.cosigned!.note);
      return ended('cosigned');
    } catch (error) {
      if (!(error instanceof WitnessError)) throw error;
      warnings.push(error.message);
      return ended('not-taken');
    }
  }

  #noteHeads(heads: HeadsNote, text: string): void {
    const { state } = this.#parts;
    const last = state.fact('heads');
    if (last?.text === text) return;
    if (last !== undefined && heads.size < last.size)
      throw new Found({
        code: 'heads-back',
        message: `the newest heads note is of ${heads.size} entries; there was one of ${last.size}`,
        size: last.size,
        notes: [last.text, text],
      });
    if (last?.size === heads.size)
      throw new Found({
        code: 'heads-differ',
        message: `the log has signed two heads notes of ${heads.size} entries`,
        size: heads.size,
        notes: [last.text, text],
      });
    state.setFact('heads', { text, size: heads.size, firstSeen: this.#clock() });
  }

  async #checkHeads({ size, mainRoot, mapRoot }: HeadsNote, checkpoint: Checkpoint): Promise<void> {
    const { state, options } = this.#parts;
    // What was taken in was checked against the released tree, so this is the log's root at that size.
    if (!state.frontier().root().equals(mainRoot))
      throw new Found({
        code: 'heads-of-another-log',
        message: `the heads note names another root for ${size} entries than the log released with ${checkpoint.size} has`,
        size,
      });
    if (this.#map.root().equals(mapRoot)) return;
    // Before a log is accused, the map is made anew: what was on disk may have rotted.
    this.#map.close();
    this.#map = remakeHeads(state, join(options.folder, MAP));
    if (this.#map.root().equals(mapRoot)) return;
    throw new Found({
      code: 'heads-false',
      message: `the heads note of ${size} entries names another map root than these entries make`,
      size,
    });
  }

  /** Whether entries after the newest heads note have waited for another long enough. */
  #waitedLongEnough(): boolean {
    const heads = this.#parts.state.fact('heads');
    return heads === undefined || this.#clock() - heads.firstSeen > (this.#parts.options.patience ?? PATIENCE_MS);
  }

  /** Checks the entries up to `target` and takes them in, so far as the released checkpoint's tree holds exactly them. */
  async #take(target: number, checkpoint: Checkpoint, policy: Policy): Promise<void> {
    const { state, options } = this.#parts;
    if (target <= state.size) return;
    const bounds = boundsFrom(state.seen(), policy.delta);
    let ends = new Map<string, StreamEnd>();
    let frontier = state.frontier();
    let failed: Found | undefined;
    const takeIn = async () => {
      const root = await prefixRoot(this.#client, checkpoint, frontier.size);
      if (root === undefined) throw this.#tilesFalse(this.#client, { checkpoint });
      if (!root.equals(frontier.root()))
        throw new Found({
          code: 'entries-false',
          message: `entries ${state.size} to ${frontier.size - 1} are not those of the tree that was released`,
          size: frontier.size,
          index: state.size,
        });
      if (failed) throw failed;
      state.advance(frontier, ends);
      this.#map.advance(
        frontier.size,
        [...ends].map(([stream, end]) => ({ stream, ...end })),
      );
      options.onProgress?.(frontier.size, checkpoint.size);
      ends = new Map();
      frontier = state.frontier();
    };
    const endOf = (stream: string) => ends.get(stream) ?? state.endOf(stream);
    for await (const { first, entries } of this.#client.entries(state.size, target)) {
      options.signal?.throwIfAborted();
      for (const [nth, entry] of entries.entries()) {
        // A fault counts only once the bytes are known to be the log's, and not the link's.
        const leafHash = merkleLeaf(entry);
        failed ??= taken({ bytes: entry, index: first + nth, leafHash }, bounds, endOf, ends);
        frontier.add(leafHash);
      }
      if (frontier.size - state.size >= CHUNK || frontier.size === target) await takeIn();
    }
  }

  #tilesFalse({ url }: LogClient, { checkpoint, note }: { checkpoint: Checkpoint; note?: string }): Found {
    return new Found({
      code: 'tiles-false',
      from: url,
      message: `the tiles at ${url} do not lead to the root of its checkpoint of ${checkpoint.size} entries`,
      size: checkpoint.size,
      ...(note !== undefined && { notes: [note] }),
    });
  }

  async #raise({ notes = [], ...finding }: Finding): Promise<Alarm> {
    const { state, options } = this.#parts;
    const alarm: Alarm = { from: this.#client.url, ...finding, at: new Date(this.#clock()).toISOString() };
    state.setFact('alarm', alarm);
    await writeDurably(join(options.folder, 'alarm.json'), `${JSON.stringify(alarm, null, 2)}\n`);
    for (const [nth, note] of notes.entries()) await writeDurably(join(options.folder, `alarm-note-${nth + 1}.txt`), note);
    return alarm;
  }

  async #policy(): Promise<Policy> {
    const { state, options } = this.#parts;
    const policy = readPolicy(await readFile(options.policy, 'utf8'));
    const known = state.fact('origin');
    if (known !== undefined && known !== policy.origin)
      throw new WitnessError('state-of-another-log', `${options.folder} follows ${known}; the policy is of ${policy.origin}`);
    if (known === undefined) state.setFact('origin', policy.origin);
    return policy;
  }
}

/** What is wrong with an entry; if nothing is, its stream ends with it. */
function taken(
  entry: Entry,
  bounds: Bounds,
  endOf: (stream: string) => StreamEnd | undefined,
  ends: Map<string, StreamEnd>,
): Found | undefined {
  try {
    const { stream, end } = checkEntry(entry, bounds, endOf);
    ends.set(stream, end);
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error;
    throw error;
  }
}

type Shown = { readonly checkpoint: Checkpoint; readonly note: string };

/** What a log's address answered and cannot be verified says nothing of the log: no one signed it. */
function asAnswer(error: unknown, url: string): Error {
  if (!(error instanceof AttestError) || error.code === 'invalid-policy') return error as Error;
  return new WitnessError('unverifiable', `${url} answers what cannot be verified (${error.code}): ${error.message}`, {
    cause: error,
  });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
