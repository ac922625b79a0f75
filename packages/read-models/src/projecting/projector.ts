import { setImmediate as turn } from 'node:timers/promises';
import { leafHash } from '@cytoledger/attest';
import { amendmentOf } from '@cytoledger/domain';
import { comparePositions, type EventStore, type Position, type StoredEvent } from '@cytoledger/event-store';
import { type Checkpoint, checkpointWriter, START } from '../file/checkpoint.ts';
import { LogIndexWriter } from '../file/log-index.ts';
import { deleteModelFile, finishCatchUp, isDamage, type ModelFile, openModelFile } from '../file/model-file.ts';
import { StagedRows } from '../rows/staged-rows.ts';
import { TemporalRows } from '../rows/temporal-rows.ts';
import { effectiveEvents } from './effective-events.ts';
import { News } from './news.ts';
import type { Projection } from './projection.ts';
import { millisecondsOf, recordedAtOf, recordedOf } from './recorded.ts';

/** While behind, so many events share a commit. */
const CATCH_UP_EVENTS = 20_000;
/** So many events' rows wait in memory at most. */
const WRITE_EVENTS = 5_000;
const PROGRESS_MS = 1_000;

export type Progress = {
  /** Since this building began. */
  readonly events: number;
  readonly eventsPerSecond: number;
  /** Of the log as it was when the building began; in KurrentDB by bytes. */
  readonly percent: number;
};

export type ProjectorReports = {
  /** A file is there, new or old, and can be read. Called again after a rebuild. */
  opened(checkpoint: Checkpoint): void;
  committed(checkpoint: Checkpoint): void;
  caughtUp(): void;
  progress(progress: Progress): void;
  log(level: 'info' | 'warn' | 'error', message: string): void;
};

export type ProjectorOptions = {
  readonly store: EventStore;
  readonly projection: Projection;
  readonly path: string;
  readonly reports: ProjectorReports;
  /** Where others share the thread: let them have their turn after so many events. */
  readonly turnEvery?: number;
};

/** Builds one read model's file from the log and keeps it up. */
export class Projector {
  readonly #store: EventStore;
  readonly #projection: Projection;
  readonly #path: string;
  readonly #reports: ProjectorReports;
  readonly #turnEvery: number;
  #file!: ModelFile;
  #index!: LogIndexWriter;
  #rows!: TemporalRows;
  #save!: (checkpoint: Checkpoint) => void;
  #at: Checkpoint = START;
  #uncommitted = 0;
  #indexed = false;
  readonly #news = new News();
  /** Header of the newest event taken. */
  #newest: Uint8Array | undefined;

  constructor({ store, projection, path, reports, turnEvery }: ProjectorOptions) {
    this.#store = store;
    this.#projection = projection;
    this.#path = path;
    this.#reports = reports;
    this.#turnEvery = turnEvery ?? Number.POSITIVE_INFINITY;
  }

  /** Tells that the log has grown: it is looked at soon. */
  tell(): void {
    this.#news.tell();
  }

  /** Somebody waits for what was recorded: the log is looked at now. */
  poke(): void {
    this.#news.hurry();
  }

  /** Projects until `signal` says stop. @throws what the store throws, and what SQLite does about anything but a damaged file */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#open();
      while (!signal.aborted) {
        const began = performance.now();
        this.#news.taken();
        try {
          await this.#catchUp(signal);
        } catch (error) {
          if (!isDamage(error)) throw error;
          await this.#rebuild(`its file is damaged (${(error as Error).message})`);
          continue;
        }
        if (!signal.aborted) await this.#news.next(performance.now() - began);
      }
    } finally {
      this.#close();
    }
  }

  /** Deletes the file and begins anew. */
  async #rebuild(reason: string): Promise<void> {
    this.#reports.log('warn', `read model ${this.#projection.name}: ${reason}; it is deleted and built anew`);
    this.#close();
    deleteModelFile(this.#path);
    this.#prepare(this.#openFile());
  }

  async #open(): Promise<void> {
    const file = this.#openFile();
    const reason = await this.#divergence(file.checkpoint);
    if (reason === undefined) return this.#prepare(file);
    file.db.close();
    this.#reports.log('warn', `read model ${this.#projection.name}: ${reason}; it is deleted and built anew`);
    deleteModelFile(this.#path);
    this.#prepare(this.#openFile());
  }

  #openFile(): ModelFile {
    return openModelFile(this.#path, this.#projection, (message) => this.#reports.log('warn', message));
  }

  /** A file outlives the log that it was built from when the log is restored from a copy or replaced. */
  async #divergence({ position, previous, leaf }: Checkpoint): Promise<string | undefined> {
    if (position === null) return undefined;
    for await (const [event] of this.#store.readAll({ after: previous ?? undefined, limit: 1 })) {
      if (event && event.position === position && leafHash(event.header) === leaf) return undefined;
    }
    return 'its file was built from another log';
  }

  #prepare(file: ModelFile): void {
    this.#file = file;
    this.#index = new LogIndexWriter(file.db);
    this.#rows = new TemporalRows(file.db, this.#projection.tables, this.#index.streams);
    this.#save = checkpointWriter(file.db);
    this.#at = file.checkpoint;
    this.#uncommitted = 0;
    this.#indexed = false;
    this.#reports.opened(file.checkpoint);
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    const progress = this.#progressMeter(await this.#store.headPosition());
    for await (const page of this.#store.readAll({ after: this.#at.position ?? undefined })) {
      for (let i = 0; i < page.length; i++) {
        // Not awaited where nothing is to be waited for: that alone is a µs an event.
        const refold = this.#take(page[i]!);
        if (refold) await refold;
        if (i % this.#turnEvery === this.#turnEvery - 1) await turn();
        if (this.#uncommitted >= CATCH_UP_EVENTS) this.#commit();
        else if (this.#uncommitted % WRITE_EVENTS === 0) this.#rows.flush();
      }
      progress(page.length);
      if (this.#indexed && this.#news.isUrgent) this.#commit();
      if (signal.aborted) break;
    }
    this.#commit();
    if (this.#indexed || signal.aborted) return;
    finishCatchUp(this.#file.db, this.#projection);
    this.#indexed = true;
    this.#reports.caughtUp();
  }

  /** @returns a promise only for what has to read the log again */
  #take(stored: StoredEvent): Promise<void> | undefined {
    if (this.#uncommitted === 0) this.#file.db.exec('BEGIN IMMEDIATE');
    this.#uncommitted++;
    const entry = this.#at.entry + 1;
    const recordedAt = recordedAtOf(stored.header);
    const recorded = millisecondsOf(recordedAt);
    const greatestRecorded = Math.max(recorded, this.#at.greatestRecorded);
    const stream = this.#index.add(entry, stored, recorded, greatestRecorded);
    this.#at = { entry, position: stored.position, previous: this.#at.position, leaf: null, greatestRecorded };
    this.#newest = stored.header;
    try {
      const event = recordedOf(stored, this.#projection.upcast, recordedAt);
      this.#rows.enter(stream, entry, stored.revision === 0);
      if (amendmentOf(event)) return this.#refold(stored).catch((error: unknown) => this.#leaveOut(stored, entry, error));
      this.#projection.project(event, this.#rows);
    } catch (error) {
      this.#leaveOut(stored, entry, error);
    }
    return undefined;
  }

  /** A correction, or an entry taken back: the stream's rows become those of its effective events. */
  async #refold({ stream, revision }: StoredEvent): Promise<void> {
    const staged = new StagedRows();
    for (const event of await effectiveEvents(this.#store, stream, this.#projection.upcast, revision)) {
      this.#projection.project(event, staged);
    }
    this.#rows.become(staged);
  }

  /** One event that cannot be read must not hide all that follow; answers say that it is missing from them. @throws damage of the file */
  #leaveOut(stored: StoredEvent, entry: number, error: unknown): void {
    if (isDamage(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    this.#index.addUnprojected(entry, reason);
    const which = `${stored.type} at position ${stored.position} (${stored.stream} seq ${stored.revision})`;
    this.#reports.log('error', `read model ${this.#projection.name}: ${which} was left out: ${reason}`);
  }

  #commit(): void {
    if (this.#uncommitted === 0) return;
    this.#at = { ...this.#at, leaf: leafHash(this.#newest!) };
    this.#rows.flush();
    this.#save(this.#at);
    this.#file.db.exec('COMMIT');
    this.#uncommitted = 0;
    this.#reports.committed(this.#at);
  }

  #close(): void {
    const { db } = this.#file ?? {};
    if (!db?.isOpen) return;
    if (db.isTransaction) db.exec('ROLLBACK');
    db.close();
  }

  #progressMeter(head: Position | undefined): (events: number) => void {
    const began = performance.now();
    const from = magnitude(this.#at.position);
    const to = magnitude(head ?? null);
    let events = 0;
    let reported = began;
    return (more) => {
      events += more;
      const now = performance.now();
      const done = head !== undefined && comparePositions(this.#at.position!, head) >= 0;
      if (now - reported < PROGRESS_MS && !(done && reported > began)) return;
      reported = now;
      const percent = done || to <= from ? 100 : (100 * (magnitude(this.#at.position) - from)) / (to - from);
      this.#reports.progress({ events, eventsPerSecond: Math.round((events / (now - began)) * 1000), percent });
    };
  }
}

/** The first group of a position as a number: entries in SQLite, bytes of log in KurrentDB. */
export function magnitude(position: Position | null): number {
  return position === null ? 0 : Number(position.split('-')[0]);
}
