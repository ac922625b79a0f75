import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openSqliteEventStore, type Position } from '@cytoledger/event-store';
import { type ReadModel, startReadModel } from '@cytoledger/read-models';
import { LogWriter, type Said } from '@cytoledger/read-models/specification';
import { traceProjection } from '../model/projection.ts';
import type { Viewer } from '../query/viewer.ts';
import { TraceModel } from '../trace-model.ts';
import type { Asking } from '../traces/answer.ts';

const ALIAS_KEY = new Uint8Array(32).fill(7);

export const OVERSIGHT: Viewer = { kind: 'oversight', org: 'qc-centre' };

/** A log, its trace model and somebody who asks: everything in a folder that goes away. */
export class TraceBench {
  readonly folder: string;
  readonly store: EventStore;
  readonly log: LogWriter;
  model: ReadModel;
  trace: TraceModel;
  #last: Position | undefined;

  constructor(folder: string, store: EventStore, model: ReadModel) {
    this.folder = folder;
    this.store = store;
    this.model = model;
    this.log = new LogWriter(store);
    this.trace = new TraceModel(model, store, ALIAS_KEY);
  }

  static async open(): Promise<TraceBench> {
    const folder = await mkdtemp(join(tmpdir(), 'trace-'));
    const store = await openSqliteEventStore({ path: join(folder, 'log.db') });
    return new TraceBench(folder, store, await start(folder, store));
  }

  /** Appends in order, events of one stream that follow each other together; answers the last position. */
  async say(...said: readonly Said[]): Promise<Position> {
    for (let at = 0; at < said.length; ) {
      let end = at + 1;
      while (end < said.length && said[end]!.stream === said[at]!.stream) end++;
      const { position } = await this.log.append(...(said.slice(at, end) as [Said, ...Said[]]));
      this.#last = position;
      at = end;
    }
    return this.#last!;
  }

  /** Knows of everything that was said. */
  ask<T>(question: (asking: Asking) => T, viewer: Viewer = OVERSIGHT, asOf?: string): Promise<Awaited<T>> {
    return this.trace.ask(viewer, { asOf, minPosition: this.#last }, question);
  }

  /** Deletes the file and starts again. */
  async rebuild(): Promise<void> {
    await this.model.close();
    for (const file of ['trace.db', 'trace.db-wal', 'trace.db-shm']) await rm(join(this.folder, file), { force: true });
    this.model = await start(this.folder, this.store);
    this.trace = new TraceModel(this.model, this.store, ALIAS_KEY);
  }

  async close(): Promise<void> {
    await this.model.close();
    await this.store.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function start(folder: string, store: EventStore): Promise<ReadModel> {
  const model = await startReadModel({ store, path: join(folder, 'trace.db'), projecting: { projection: traceProjection } });
  await model.ready;
  return model;
}
