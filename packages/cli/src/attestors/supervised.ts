import type { Io } from '../io.ts';
import { isSet, type Options } from '../options.ts';

/** Stops with the process, and where it was asked for, with whoever holds the other end of standard input. */
export function stopping(options: Options, { signal, stdin }: Io): AbortSignal {
  if (!isSet(options, 'supervised')) return signal;
  const ended = new AbortController();
  void (async () => {
    try {
      for await (const _ of stdin);
    } finally {
      ended.abort();
    }
  })().catch(() => undefined);
  return AbortSignal.any([signal, ended.signal]);
}

export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
