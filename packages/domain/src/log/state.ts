import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';

/** The store's own stream `log` has no id and one first event, `log.created`. */
export type LogState = { readonly deviations: Deviations; origin: string | null; mode: 'demo' | 'production' | null };

export const log = aggregate<LogState>('log', {
  initial: () => ({ deviations: new Map(), origin: null, mode: null }),
  relations: () => [],
});
