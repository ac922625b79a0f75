import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { recallRules } from '../recall/rules.ts';
import { recall } from '../recall/state.ts';
import { LocalDate } from '../time/index.ts';
import { Sha256, SiteCode, Uuid } from '../vocabulary/index.ts';
import { SupplierRecallClass, SupplierRecallReason } from './codes.ts';
import { material } from './state.ts';

const POLICY = 'platform.policy';

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
    recall: Uuid.optional().describe('The recall on whose frozen list it stands'),
    cause: Uuid.optional().describe('Event that caused it, where a policy did'),
    note: personal(z.string().max(4000)),
  }),
  decide: ({ recall: named }, state, context) => {
    const isAsked = context.actor.role === POLICY && named !== undefined;
    const isTheirs = !isAsked || (state.owner !== null && context.state(recall, named)?.owner === state.owner);
    return record(!isTheirs && broken(recallRules.noPartInLot, '/recall', { recall: named ?? '' }));
  },

  evolve: (state, { id, occurredAt, data }) => {
    state.recall = { event: id, occurredAt, notice: data.notice ?? null };
  },
});
