import { z } from 'zod';
import { verdictFault } from '../checks/index.ts';
import { broken, type Check, type Context } from '../kernel/index.ts';
import { Limit, ResultValue } from '../quantity/index.ts';
import { Pseudonym, Sha256, SiteCode } from '../vocabulary/index.ts';
import { reportNumbered } from './reports.ts';
import { sampleRules } from './rules.ts';
import type { Report, SampleState } from './state.ts';

/** A panel of flow cytometry and impurities stays well below it. */
const MAX_ANALYTES = 100;

const Analyte = z.strictObject({
  test: SiteCode,
  method: SiteCode,
  methodVersion: SiteCode.optional(),
  value: ResultValue.optional().describe('Amount with unit, or category. Left out where the laboratory reports a verdict only'),
  limit: Limit.optional().describe('The limit that the laboratory judged by'),
  verdict: z.enum(['pass', 'fail', 'report-only']),
  analyst: Pseudonym.optional(),
  reviewer: Pseudonym.optional(),
  instrument: SiteCode.optional(),
  rawData: Sha256.optional().describe('Digest of the raw data'),
});
type Analyte = z.output<typeof Analyte>;

/** What a report holds: a panel of analytes, and the document. */
export const panelShape = {
  number: SiteCode.optional().describe('Number of the report, as printed'),
  interim: z.literal(true).optional().describe('Further results follow'),
  document: Sha256.optional().describe('Digest of the report as a document'),
  results: z.array(Analyte).min(1).max(MAX_ANALYTES),
} as const;

const AnyPanel = z.strictObject(panelShape);
type AnyPanel = z.output<typeof AnyPanel>;

/** What speaks against a report on this sample, whoever issues it. */
export function panelFaults({ number, results }: AnyPanel, state: SampleState, { actor }: Pick<Context, 'actor'>): Check {
  return [
    state.laboratory !== null &&
      state.laboratory !== actor.org &&
      broken(sampleRules.reportByAnother, '', { laboratory: state.laboratory, org: actor.org }),
    state.rejected !== null
      ? broken(sampleRules.reportOnRejected, '', { laboratory: state.rejected.by })
      : state.received === null && broken(sampleRules.reportUnreceived),
    number !== undefined && reportNumbered(state, number) && broken(sampleRules.numberTaken, '/number', { number }),
    results.map((result, i) => resultFaults(result, `/results/${i}`)),
  ];
}

function resultFaults(result: Analyte, at: string): Check {
  const { test, reviewer, analyst } = result;
  return [
    reviewer !== undefined && reviewer === analyst && broken(sampleRules.reviewerIsAnalyst, `${at}/reviewer`, { reviewer, test }),
    verdictFault(sampleRules, result, at),
  ];
}

export function reportOf(event: string, laboratory: string, { number, interim, results }: AnyPanel): Report {
  return {
    event,
    number: number ?? null,
    laboratory,
    failed: results.filter(({ verdict }) => verdict === 'fail').map(({ test }) => test),
    interim: interim === true,
    revisedBy: null,
    withdrawnBy: null,
  };
}
