import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { EventStore } from '../port.ts';
import { collect, newEvents, newStream } from './events.ts';

export type AppendingProcess = {
  /** Runs {@link appendUntilKilled}; its stdout is a pipe. */
  readonly child: ChildProcess;
  /** Opens, in this process, the log that the killed one wrote. */
  readonly open: () => Promise<EventStore>;
  /** Removes that log. */
  readonly cleanup: () => Promise<void>;
};

const EVENTS_PER_APPEND = 3;

/** For the process that will be killed: writers append without end, and each acknowledged append becomes one line on stdout. */
export async function appendUntilKilled(store: EventStore, writers = 8): Promise<never> {
  const write = async (): Promise<never> => {
    const stream = newStream();
    for (let revision = -1; ; revision += EVENTS_PER_APPEND) {
      await store.append(stream, revision < 0 ? 'none' : revision, newEvents(EVENTS_PER_APPEND, { bodyBytes: 300 }));
      writeSync(1, `${stream} ${revision + EVENTS_PER_APPEND}\n`);
    }
  };
  return Promise.race(Array.from({ length: writers }, write));
}

export function survivesKilling(name: string, spawnWriter: () => Promise<AppendingProcess>): void {
  describe(`${name} after kill -9 of its process`, () => {
    it.each([[40], [400]])('holds everything that was acknowledged, and no append in part (%i acknowledged)', async (enough) => {
      const { child, open, cleanup } = await spawnWriter();
      try {
        const acknowledged = new Map<string, number>();
        let lines = 0;
        const exit = once(child, 'exit');
        for await (const line of createInterface({ input: child.stdout! })) {
          const [stream, revision] = line.split(' ');
          acknowledged.set(stream!, Number(revision));
          if (++lines === enough) child.kill('SIGKILL');
        }
        expect((await exit)[1]).toBe('SIGKILL');
        const store = await open();
        try {
          for (const [stream, revision] of acknowledged) {
            const events = await collect(store.readStream(stream));
            expect(events.length).toBeGreaterThan(revision);
            expect(events.length % EVENTS_PER_APPEND).toBe(0);
            await store.append(stream, events.length - 1, newEvents(1));
          }
        } finally {
          await store.close();
        }
      } finally {
        child.kill('SIGKILL');
        await cleanup();
      }
    });
  });
}
