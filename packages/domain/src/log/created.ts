import { z } from 'zod';
import { fact } from '../kernel/index.ts';
import { log } from './state.ts';

export const StoreMode = z.enum(['demo', 'production']);

/** The first line of a checkpoint (C2SP tlog-checkpoint). */
export const Origin = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s+\p{C}]+$/u, { error: 'an origin has no blanks and no +' });

/** The first event of a store. A store that was created in one mode is never opened in the other. */
export const created = fact(log, 'created', {
  title: { en: 'Log created', zh: '日志创建' },
  opens: true,
  schema: z.strictObject({
    origin: Origin.describe('Name of this log in checkpoints (C2SP tlog-checkpoint: the first line)'),
    mode: StoreMode,
  }),

  evolve: (state, { data }) => {
    state.origin ??= data.origin;
    state.mode ??= data.mode;
  },
});
