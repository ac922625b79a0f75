import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Nice value of a thread that may lag: behind whoever captures, before what is idle. */
const BEHIND = 10;

/**
 * Lets this thread give way when processors are short: a read model that lags answers later, a capture that waits is paper. Linux only, where
 * a thread has a priority of its own; elsewhere nothing changes.
 */
export function giveWay(): void {
  try {
    const [, thread] = /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? [];
    if (thread !== undefined) setPriority(Number(thread), BEHIND);
  } catch {
    // No such file, or not allowed: as before.
  }
}
