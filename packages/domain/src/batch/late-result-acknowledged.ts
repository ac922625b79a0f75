import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { Pseudonym, Uuid } from '../vocabulary/index.ts';
import { lateResultRules } from './late-result-rules.ts';
import { batch } from './state.ts';

/** The physician confirms that they were told: then nothing is due any more. */
export const lateResultAcknowledged = fact(batch, 'late-result-acknowledged', {
  title: { en: 'Late result acknowledged', zh: '迟到不合格结果确认' },
  corrects: ['occurredAt'],
  schema: z.strictObject({
    notice: Uuid.describe('Event of the notice'),
    by: Pseudonym.optional().describe('Staff pseudonym; the reporting person when left out'),
  }),

  decide: ({ notice: id }, state) => {
    const notice = state.lateNotices.get(id);
    return record(
      !notice && broken(lateResultRules.noticeUnknown, '/notice', { notice: id }),
      notice?.acknowledged && broken(lateResultRules.acknowledgedBefore, '/notice'),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    const notice = state.lateNotices.get(data.notice);
    if (notice) notice.acknowledged ??= { event: id, at: occurredAt };
  },
});
