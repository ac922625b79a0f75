import { afterEach, beforeEach, describe } from 'vitest';
import type { EventStore } from '../port.ts';
import { appendsWithinLimits } from './append-limits.ts';
import { appendsUnderABasis } from './basis.ts';
import { keepsBytes } from './bytes.ts';
import { closes } from './closing.ts';
import { refusesDuplicateIds } from './duplicate-ids.ts';
import { checksExpectedRevisions } from './expected-revision.ts';
import { type AppendingProcess, survivesKilling } from './killed-process.ts';
import { findsByIdAndHead } from './lookups.ts';
import { readsTheLog } from './read-all.ts';
import { readsStreams } from './read-stream.ts';
import { subscribes } from './subscribe.ts';

/** One open store on a log of its own, empty at the start. */
export type StoreUnderTest = {
  readonly store: EventStore;
  /** Closes the store and opens the same log again. Without it, what must outlive a restart is not tried. */
  readonly reopen?: () => Promise<EventStore>;
  /** Closes whatever is open and removes the log. */
  readonly cleanup: () => Promise<void>;
};

export type ContractOptions = {
  /**
   * Starts a process that calls {@link appendUntilKilled} on an empty log of its own. Without it, survival of `kill -9` is not tried.
   */
  readonly spawnWriter?: () => Promise<AppendingProcess>;
  /** False for an adapter that reads the event's id from the header, so that a header must be JSON. Default: true. */
  readonly opaqueHeaders?: boolean;
};

/** What the sub-suites see: `store` is the one open at the moment. */
export type Subject = {
  readonly store: EventStore;
  readonly reopen: (() => Promise<EventStore>) | undefined;
};

/** The suite that every adapter of the event log port must pass. Call it at the top of a spec file. */
export function describeEventStore(name: string, factory: () => Promise<StoreUnderTest>, options: ContractOptions = {}): void {
  describe(`${name} keeps the event log contract`, () => {
    let current: StoreUnderTest | undefined;
    let reopened: EventStore | undefined;

    const subject: Subject = {
      get store() {
        const store = reopened ?? current?.store;
        if (!store) throw new Error('the store under test is not open');
        return store;
      },
      get reopen() {
        const reopen = current?.reopen;
        return reopen && (async () => (reopened = await reopen()));
      },
    };

    beforeEach(async () => {
      reopened = undefined;
      current = await factory();
    });
    afterEach(async () => {
      await current?.cleanup();
      current = undefined;
    });

    checksExpectedRevisions(subject);
    refusesDuplicateIds(subject);
    appendsUnderABasis(subject);
    appendsWithinLimits(subject);
    keepsBytes(subject, options.opaqueHeaders ?? true);
    readsStreams(subject);
    findsByIdAndHead(subject);
    readsTheLog(subject);
    subscribes(subject);
    closes(subject);
  });
  if (options.spawnWriter) survivesKilling(name, options.spawnWriter);
}
