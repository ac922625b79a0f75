import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 15_000;
const POLL_MS = 5;

/** Resolves when something holds. @throws Error that tells what did not come to hold */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`this did not come to hold: ${what}`);
    await delay(POLL_MS);
  }
}
