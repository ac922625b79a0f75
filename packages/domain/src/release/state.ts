import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';

/** Two signatures wait in a stream of their own, `release-<id>`, whose id is the id of the content that is being signed. */
export type ReleaseState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'prepared' | 'withdrawn';
  owner: string | null;
  /** Batch id. */
  batch: string | null;
  /** Exact canonical content of the `batch.released` to be. */
  content: string | null;
  /** First JWS, over that content's digest. */
  jws: string | null;
};

export const release = aggregate<ReleaseState>('release', {
  initial: (id) => ({ id, deviations: new Map(), status: 'none', owner: null, batch: null, content: null, jws: null }),
  relations: (state, org) => (state.owner === org ? ['owner'] : []),
});
