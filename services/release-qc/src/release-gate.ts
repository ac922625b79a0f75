import { type Aggregate, batches } from '@cytoledger/domain';
import { describeViolation, type QueryRoute, Refusal, requireRelation, TITLES } from '@cytoledger/service-kit';
import { z } from 'zod';

/** Whether a batch may be released now, and everything that speaks against it; signatures, which come last, are left out. */
export const releaseGate: Omit<QueryRoute, 'method' | 'path'> = {
  title: { en: 'May this batch be released?', zh: '该批次可否放行？' },
  description:
    'Answers beforehand: allowed or not, every reason, the head to put into `reviewed`, and the gaps of imported records to list in `gaps`. Signatures are not asked for.',
  permission: { by: ['lab.operator', 'lab.qa', 'lab.qp', 'oversight'] },
  params: z.object({ batchId: z.uuid() }),
  handle: async ({ commands, params, caller, language }) => {
    const batchId = params['batchId']!;
    const { state, head } = await commands.read(batches.batch as Aggregate<never>, batchId);
    const relations = head === null ? [] : batches.batch.relations(state as batches.BatchState, caller.org);
    requireRelation(caller, relations, 'batch');
    if (head === null)
      throw new Refusal({
        status: 404,
        code: 'not-found',
        title: TITLES.notFound,
        detail: { en: 'There is no such batch.', zh: '没有这样的 batch。' },
      });
    const reviewed = { seq: head.seq, leaf: head.leaf };
    const { reasons, warnings, findings } = await commands.preview({
      fact: batches.released,
      target: batchId,
      data: { scope: 'whole-batch', reviewed },
      actor: { org: caller.org, person: caller.person, role: caller.roles[0] ?? 'none', client: caller.client },
    });
    const gaps = await commands.consider((look) =>
      batches.legacyGaps(state as batches.BatchState, {
        states: (aggregate, ids) => new Map(ids.map((id) => [id, look(aggregate, id)])),
      }),
    );
    const against = reasons.filter(({ rule }) => rule.id !== 'release.signature-missing');
    return {
      body: {
        allowed: against.length === 0,
        reasons: against.map((reason) => describeViolation(reason, language)),
        findings: findings.map((finding) => describeViolation(finding, language)),
        warnings: warnings.map((warning) => describeViolation(warning, language)),
        reviewed,
        gaps,
      },
    };
  },
};
