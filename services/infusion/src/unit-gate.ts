import { type Aggregate, batches, broken } from '@cytoledger/domain';
import { describeViolation, HOSPITAL, LABORATORY, type QueryRoute } from '@cytoledger/service-kit';
import { z } from 'zod';

/** The one question at the bedside: may this bag go into this patient now? */
export const unitGate: Omit<QueryRoute, 'method' | 'path'> = {
  title: { en: 'May this bag go into this patient now?', zh: '这袋细胞现在可以输给这位患者吗？' },
  description: 'Allowed or not, and every reason, read from the log as of now; nothing is recorded.',
  permission: { by: [...HOSPITAL, ...LABORATORY, 'oversight'] },
  params: z.object({ batchId: z.uuid(), unitId: z.uuid() }),
  query: z.strictObject({ treatment: z.uuid() }),
  handle: async ({ commands, caller, params, query, language }) => {
    const answer = await commands.consider((look, nowMs) => {
      const state = look(batches.batch, params['batchId']!);
      if (!state) return undefined;
      const at = new Date(nowMs).toISOString();
      const reader = {
        state: look,
        states: <S>(aggregate: Aggregate<S>, ids: readonly string[]) => new Map(ids.map((id) => [id, look(aggregate, id)])),
      };
      const violations = batches.gateFor(state, params['unitId']!, query['treatment'] as string, at, reader);
      return { at, violations, relations: batches.batch.relations(state, caller.org) };
    });
    // The same answer whether there is such a bag or not: what is not theirs, a hospital does not learn from the gate.
    const isTheirs = answer !== undefined && (answer.relations.length > 0 || caller.roles.includes('oversight'));
    const at = answer?.at ?? new Date().toISOString();
    const violations = isTheirs ? answer.violations : [broken(batches.gateRules.notKnownHere, '/unit', { site: caller.org })];
    const reasons = violations.filter(({ rule }) => rule.severity !== 'warn');
    const warnings = violations.filter(({ rule }) => rule.severity === 'warn');
    return {
      headers: { 'cache-control': 'no-store' },
      body: {
        allowed: reasons.length === 0,
        light: reasons.length === 0 ? 'green' : 'red',
        at,
        batch: params['batchId'],
        unit: params['unitId'],
        treatment: query['treatment'],
        reasons: reasons.map((reason) => describeViolation(reason, language)),
        warnings: warnings.map((warning) => describeViolation(warning, language)),
      },
    };
  },
};
