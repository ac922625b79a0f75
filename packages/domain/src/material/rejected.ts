import { z } from 'zod';
import { fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LIST_LIMIT, Sha256, SiteCode } from '../vocabulary/index.ts';
import { MaterialRejectionReason } from './codes.ts';
import { material } from './state.ts';

/** Not to be used any more. Nothing takes that back: what was rejected by mistake is received anew. */
export const rejected = fact(material, 'rejected', {
  title: { en: 'Material rejected', zh: '物料拒收' },
  corrects: ['reason', 'occurredAt'],
  schema: withPersonal({
    reason: MaterialRejectionReason,
    documents: z
      .array(z.strictObject({ title: SiteCode, digest: Sha256 }))
      .max(LIST_LIMIT)
      .optional(),
    note: personal(z.string().max(4000)),
  }),
  decide: () => record(),
  evolve: (state, { id }) => {
    state.disposition = { event: id, kind: 'rejected' };
  },
});
