import { z } from 'zod';
import { fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { ReportChangeReason } from './codes.ts';
import { changeFaults } from './report-revised.ts';
import { sample } from './state.ts';

/** The laboratory no longer stands by the report. Nothing takes its place. */
export const reportWithdrawn = fact(sample, 'report-withdrawn', {
  title: { en: 'Report withdrawn', zh: '检验报告撤回' },
  corrects: ['occurredAt'],
  schema: withPersonal({
    report: Uuid.describe('Event of the report'),
    reason: ReportChangeReason,
    note: personal(z.string().max(2000)),
  }),
  decide: ({ report }, state, context) => record(changeFaults(report, '/report', state, context)),
  evolve: (state, { id, data }) => {
    const report = state.reports.get(data.report);
    if (report) report.withdrawnBy ??= id;
  },
});
