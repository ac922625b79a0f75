import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { ProposedEvent } from './log.ts';

export type Write = { readonly stream: string; readonly events: readonly ProposedEvent[]; readonly created: number };

export type Journal = { replay(): Iterable<Write>; write(write: Write): void };

export const noJournal: Journal = { replay: () => [], write: () => {} };

/** One line of JSON for each commit, so that a double can be started again on what an earlier one stored. */
export function journalIn(file: string): Journal {
  return {
    *replay() {
      if (!existsSync(file)) return;
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        if (line) yield JSON.parse(line, (key, value) => (isBytes(key) ? Buffer.from(value, 'base64') : value)) as Write;
      }
    },
    write({ stream, events, created }) {
      const lines = events.map((event) => ({ ...event, metadata: base64(event.metadata), data: base64(event.data) }));
      appendFileSync(file, `${JSON.stringify({ stream, events: lines, created })}\n`);
    },
  };
}

function isBytes(key: string): boolean {
  return key === 'metadata' || key === 'data';
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
