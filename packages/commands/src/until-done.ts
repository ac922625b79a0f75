import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './errors.ts';

export type UntilDoneOptions = { readonly signal: AbortSignal; readonly onError?: ((error: unknown) => void) | undefined };

/** Records until it is recorded: what is skipped would be somebody who is not told. @throws the error of the last attempt when stopped, or when it is none that passes */
export async function untilDone<T>(record: () => Promise<T>, { signal, onError }: UntilDoneOptions): Promise<T> {
  for (;;) {
    try {
      return await record();
    } catch (error) {
      if (signal.aborted || !(error instanceof CommandError)) throw error;
      onError?.(error);
      await pause(error.retryAfterMs, signal);
    }
  }
}

/** Ends early, and as well, when stopped. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
