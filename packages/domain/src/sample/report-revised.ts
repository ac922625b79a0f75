import { z } from 'zod';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { ReportChangeReason } from './codes.ts';
import { panelFaults, panelShape, reportOf } from './panel.ts';
import { sampleRules } from './rules.ts';
import { type SampleState, sample } from './state.ts';

/** The report is issued anew, whole. What it revises stays readable and counts no longer. */
export const reportRevised = fact(sample, 'report-revised', {
  title: { en: 'Report revised', zh: '检验报告修订' },
  corrects: ['occurredAt'],
  schema: z.strictObject({
    supersedes: Uuid.describe('Event of the report that it takes the place of'),
    reason: ReportChangeReason,
    ...panelShape,
  }),
  decide: (data, state, context) =>
    record(changeFaults(data.supersedes, '/supersedes', state, context), panelFaults(data, state, context)),
  evolve: (state, { id, actor, data }) => {
    const revised = state.reports.get(data.supersedes);
    if (revised) revised.revisedBy ??= id;
    state.reports.set(id, reportOf(id, actor.org, data));
  },
});

/** A report is changed by the laboratory that issued it, in its newest version. */
export function changeFaults(report: string, at: string, state: SampleState, { actor }: Pick<Context, 'actor'>): Check {
  const known = state.reports.get(report);
  if (!known) return broken(sampleRules.reportUnknown, at, { report });
  return [
    known.laboratory !== actor.org && broken(sampleRules.reportOfAnother, at, { laboratory: known.laboratory, org: actor.org }),
    known.revisedBy !== null && broken(sampleRules.reportRevisedBefore, at),
    known.withdrawnBy !== null && broken(sampleRules.reportWithdrawnBefore, at),
  ];
}
