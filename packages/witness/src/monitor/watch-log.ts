import { setTimeout as sleep } from 'node:timers/promises';
import { WitnessError } from '../errors.ts';
import type { Alarm } from './alarm.ts';
import type { Monitor, Round } from './monitor.ts';

export type WatchOptions = {
  /** Milliseconds between two rounds; 2,000 unless said. */
  readonly every?: number;
  readonly signal: AbortSignal;
  readonly onRound?: (round: Round) => void;
  /** A round that came to no conclusion; the next one is later. */
  readonly onFault?: (error: WitnessError) => void;
};

const EVERY_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/** Follows a log until it is stopped or something is wrong with it. @returns the alarm, or undefined where it was stopped */
export async function watchLog(
  monitor: Monitor,
  { every = EVERY_MS, signal, onRound, onFault }: WatchOptions,
): Promise<Alarm | undefined> {
  let pause = every;
  while (!signal.aborted) {
    try {
      const round = await monitor.round();
      onRound?.(round);
      if (round.alarm) return round.alarm;
      pause = every;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof WitnessError) || error.code === 'state-of-another-log') throw error;
      onFault?.(error);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
