import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { coded, Pseudonym, Sha256, Stream, Uuid } from '../vocabulary/index.ts';
import { unreconciledRules } from './rules.ts';
import { unreconciled } from './state.ts';

export const ReconciliationOutcome = coded({
  matched: { zh: '已归属某记录', en: 'belongs to a record' },
  duplicate: { zh: '重复报告', en: 'reported twice' },
  'not-ours': { zh: '与本平台无关', en: 'does not concern this platform' },
  'not-determinable': { zh: '无法查明', en: 'cannot be found out' },
});

/** What people found out about a report that stood alone. The report itself stays as it came. */
export const reconciled = fact(unreconciled, 'reconciled', {
  title: { en: 'Report reconciled', zh: '报告核对' },
  schema: withPersonal({
    outcome: ReconciliationOutcome.optional().describe('matched when left out'),
    target: z
      .strictObject({ stream: Stream, event: Uuid.optional().describe('The event that now says it') })
      .optional()
      .describe('Where it belongs'),
    evidence: z
      .array(z.strictObject({ digest: Sha256, title: z.string().max(200).optional() }))
      .max(20)
      .optional(),
    by: Pseudonym.describe('Staff pseudonym of who found out'),
    approvedBy: Pseudonym.describe('Staff pseudonym of who approved it: another person'),
    explanation: personal(z.string().max(4000)),
  }),

  decide: ({ outcome, target, by, approvedBy }, state) =>
    record(
      by === approvedBy && broken(unreconciledRules.sameApprover, '/approvedBy', { by }),
      (outcome ?? 'matched') === 'matched' && !target && broken(unreconciledRules.nowhere, '/target'),
      state.status === 'reconciled' && broken(unreconciledRules.reconciledBefore),
    ),

  evolve: (state, { id, data }) => {
    state.status = 'reconciled';
    state.reconciled = { event: id, stream: data.target?.stream ?? null, by: data.by, approvedBy: data.approvedBy };
  },
});
