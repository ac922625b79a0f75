import { z } from 'zod';
import { fact, record } from '../kernel/index.ts';
import { panelFaults, panelShape, reportOf } from './panel.ts';
import { sample } from './state.ts';

/** One report with all its analytes. No correction changes it: the laboratory revises or withdraws it. */
export const reportIssued = fact(sample, 'report-issued', {
  title: { en: 'Report issued', zh: '检验报告签发' },
  corrects: ['occurredAt'],
  schema: z.strictObject(panelShape),
  decide: (data, state, context) => record(panelFaults(data, state, context)),
  evolve: (state, { id, actor, data }) => {
    state.reports.set(id, reportOf(id, actor.org, data));
  },
});
