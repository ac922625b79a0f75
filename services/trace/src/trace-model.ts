import { type EventStore, type Position, parsePosition } from '@cytoledger/event-store';
import { type Lag, newestMoment, type ReadModel, ReadModelError, resolveMoment } from '@cytoledger/read-models';
import { Snapshot } from './query/snapshot.ts';
import { Sight, type Viewer } from './query/viewer.ts';
import type { Asking } from './traces/answer.ts';

export type AskOptions = {
  /** A log position or an RFC 3339 time; now where left out. */
  readonly asOf?: string | undefined;
  /** Position that the answer must know of at least. */
  readonly minPosition?: Position | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** A position that the log does not reach is said to be that; one that is only not projected yet is waited for. */
function positionIn(asOf: string | undefined): Position | undefined {
  return asOf !== undefined && /^[\d-]+$/.test(asOf) ? parsePosition(asOf) : undefined;
}

/** The trace read model, asked on somebody's behalf as of some moment. */
export class TraceModel {
  readonly store: EventStore;
  readonly #model: ReadModel;
  readonly #aliasKey: Uint8Array;

  /** @param aliasKey secret under which hospitals get names of their own for donors; the same in every replica, never published */
  constructor(model: ReadModel, store: EventStore, aliasKey: Uint8Array) {
    if (aliasKey.length < 32) throw new RangeError('the alias key has at least 32 bytes');
    this.#model = model;
    this.store = store;
    this.#aliasKey = aliasKey;
  }

  /**
   * Asks a question. Rows of a moment never change afterwards, so what a question goes on to read later is of the same moment.
   *
   * @throws ReadModelError as `waitFor` and `resolveMoment` do; TraceError as the question does
   */
  async ask<T>(viewer: Viewer, options: AskOptions, question: (asking: Asking) => T): Promise<Awaited<T>> {
    for (const position of [options.minPosition, positionIn(options.asOf)]) {
      if (position !== undefined) await this.#model.waitFor(position, options.signal ? { signal: options.signal } : {});
    }
    return await this.#model.read((db) => {
      const moment = options.asOf === undefined ? newestMoment(db) : resolveMoment(db, options.asOf);
      if (!moment) throw new ReadModelError('not-yet', 'nothing has been projected yet', { retryAfterMs: 1000 });
      return question({ snapshot: new Snapshot(db, moment), sight: new Sight(viewer, this.#aliasKey) });
    });
  }

  lag(): Lag {
    return this.#model.lag();
  }

  get isReady(): boolean {
    return this.#model.isReady;
  }
}
