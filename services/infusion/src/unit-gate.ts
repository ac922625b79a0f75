import { type Aggregate, batches, broken, inForce, record, treatments, type Violation } from '@cytoledger/domain';
import { describeViolation, HOSPITAL, LABORATORY, type QueryRoute } from '@cytoledger/service-kit';
import { z } from 'zod';

/** The one question at the bedside: may this bag go into this patient now? */
export const unitGate: Omit<QueryRoute, 'method' | 'path'> = {
  title: { en: 'May this bag go into this patient now?', zh: '这袋细胞现在可以输给这位患者吗？' },
  description:
    'Green, amber (allowed, with what is to be known first) or red, and every reason, read from the log as of now; nothing is recorded.',
  permission: { by: [...HOSPITAL, ...LABORATORY, 'oversight'] },
  params: z.object({ batchId: z.uuid(), unitId: z.uuid() }),
  query: z.strictObject({
    treatment: z.uuid(),
    label: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('What the bag’s label read when it was scanned; an old label is refused'),
  }),
  handle: async ({ commands, caller, params, query, language }) => {
    const answer = await commands.consider((look, nowMs) => {
      const state = look(batches.batch, params['batchId']!);
      if (!state) return undefined;
      const at = new Date(nowMs).toISOString();
      const reader = {
        state: look,
        states: <S>(aggregate: Aggregate<S>, ids: readonly string[]) => new Map(ids.map((id) => [id, look(aggregate, id)])),
      };
      const unit = state.units.get(params['unitId']!);
      const violations = [
        ...batches.gateFor(state, params['unitId']!, query['treatment'] as string, at, reader),
        ...labelFaults(state, unit, query['label'] as string | undefined),
      ];
      const planned = look(treatments.treatment, query['treatment'] as string);
      return { at, violations, regime: state.regime, isTheirs: isOf(state, unit, planned, caller.org) };
    });
    // The same answer whether there is such a bag or not: what is not theirs, a hospital does not learn from the gate.
    const isTheirs = answer !== undefined && (answer.isTheirs || caller.roles.includes('oversight'));
    const at = answer?.at ?? new Date().toISOString();
    const violations = isTheirs
      ? answer.violations.filter(({ rule }) => inForce(rule, answer.regime))
      : [broken(batches.gateRules.notKnownHere, '/unit', { site: caller.org })];
    const reasons = violations.filter(({ rule }) => rule.severity !== 'warn');
    const warnings = violations.filter(({ rule }) => rule.severity === 'warn');
    return {
      headers: { 'cache-control': 'no-store' },
      body: {
        allowed: reasons.length === 0,
        light: reasons.length > 0 ? 'red' : warnings.length > 0 ? 'amber' : 'green',
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

function labelFaults(state: batches.BatchState, unit: batches.Unit | undefined, label: string | undefined): readonly Violation[] {
  return unit && label !== undefined ? record(batches.scannedFaults(state, unit, label, '/unit')).violations : [];
}

/**
 * The laboratory asks about its bags, a hospital about those that it has or is to get, and about its own treatments: another hospital's bag of the same
 * batch, or another's patient, is not known to it.
 */
function isOf(
  { owner }: Pick<batches.BatchState, 'owner'>,
  unit: batches.Unit | undefined,
  planned: treatments.TreatmentState | undefined,
  org: string,
): boolean {
  if (owner === org) return true;
  const isTheirBag = unit !== undefined && (unit.custodian === org || unit.allocation?.site === org);
  return isTheirBag && (planned === undefined || planned.site === org);
}
