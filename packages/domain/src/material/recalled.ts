import { z } from 'zod';
import { fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { Sha256, SiteCode } from '../vocabulary/index.ts';
import { SupplierRecallClass, SupplierRecallReason } from './codes.ts';
import { material } from './state.ts';

/** The supplier takes the lot back, or the maker of something in it. What was made with it is quarantined by a policy, as far as it is still there. */
export const recalled = fact(material, 'recalled', {
  title: { en: 'Material recalled by its supplier', zh: '供应商召回物料' },
  corrects: ['notice', 'noticeDate', 'class', 'document', 'occurredAt'],
  schema: withPersonal({
    reason: SupplierRecallReason,
    class: SupplierRecallClass.optional(),
    notice: SiteCode.optional().describe('Number of the supplier’s notice'),
    noticeDate: LocalDate.optional(),
    document: Sha256.optional().describe('Digest of the notice'),
    note: personal(z.string().max(4000)),
  }),
  decide: () => record(),
  evolve: (state, { id, occurredAt, data }) => {
    state.recall = { event: id, occurredAt, notice: data.notice ?? null };
  },
});
