import type { Checkpoint } from '../file/checkpoint.ts';
import type { ProjectionModule } from './projection.ts';
import type { Progress } from './projector.ts';

/** What a projecting thread is started with. */
export type ThreadOptions = { readonly projection: ProjectionModule; readonly path: string; readonly eventStore: string };

export type ToThread = { readonly kind: 'tell' } | { readonly kind: 'poke' } | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'opened'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'committed'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };
