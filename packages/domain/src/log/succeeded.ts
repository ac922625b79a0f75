import { z } from 'zod';
import { fact } from '../kernel/index.ts';
import { Origin, StoreMode } from './created.ts';
import { log } from './state.ts';

const Count = z.int().min(0);
const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * The first event of a store that takes the place of one that was lost for good. What succeeds what is signed by the root keys of at least two
 * organisations; the host verifies that before it appends. An ordinary store begins with version 1, which goes on.
 */
export const succeeded = fact(log, 'created', {
  version: 2,
  title: { en: 'Log created in the place of a lost one', zh: '承接已丢失日志的新日志创建' },
  opens: true,
  schema: z.strictObject({
    origin: Origin,
    mode: StoreMode,
    succession: z.strictObject({
      origin: Origin.describe('Of this log'),
      predecessor: z.strictObject({
        origin: Origin,
        checkpoint: z
          .string()
          .min(1)
          .max(16_384)
          .describe('Last checkpoint of the old log that a quorum had cosigned, as it was released'),
      }),
      survived: z
        .strictObject({ size: Count, root: Digest })
        .describe('The first so many entries of the old log are still there'),
      lost: z.strictObject({ from: Count, below: Count }).describe('Entries [from, below) of the old log are lost'),
      reason: z.enum(['storage-lost', 'history-damaged', 'key-lost']),
    }),
    signatures: z
      .array(
        z
          .string()
          .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)
          .max(4000),
      )
      .min(2)
      .max(16)
      .describe('JWS (typ cytoledger-succession) of root keys over the succession: operator and regulator'),
  }),

  evolve: (state, { data }) => {
    state.origin ??= data.origin;
    state.mode ??= data.mode;
  },
});
