import { z } from 'zod';
import { verdictFault } from '../checks/index.ts';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { Limit, ResultValue } from '../quantity/index.ts';
import { product, type Specification } from '../registry/index.ts';
import { reportNumbered } from '../sample/reports.ts';
import { sampleRules } from '../sample/rules.ts';
import { sample } from '../sample/state.ts';
import { OrganisationId, Pseudonym, Sha256, SiteCode, Uuid } from '../vocabulary/index.ts';
import { isInvestigated } from './investigations.ts';
import { abandonedFault } from './processing.ts';
import { batchRules } from './rules.ts';
import { type BatchState, batch, type TestResult } from './state.ts';

/** A panel of flow cytometry and impurities stays well below it. */
const MAX_ANALYTES = 100;

/** One analyte of one report: the report's event, and the place in its list, from 0. */
export const ResultReference = z.strictObject({
  event: Uuid,
  index: z
    .int()
    .min(0)
    .max(MAX_ANALYTES - 1),
});

const Analyte = z.strictObject({
  test: SiteCode,
  method: SiteCode,
  methodVersion: SiteCode.optional(),
  line: SiteCode.optional().describe(
    'Line of the bound specification version that this answers; found by the test’s name when left out',
  ),
  value: ResultValue.optional().describe('Amount with unit, or category. Left out where the laboratory reports a verdict only'),
  limit: Limit.optional().describe('The limit that the laboratory judged by'),
  verdict: z.enum(['pass', 'fail', 'report-only']),
  analyst: Pseudonym.optional(),
  reviewer: Pseudonym.optional().describe('A result without one is not reviewed yet, and passes no release'),
  instrument: SiteCode.optional(),
  rawData: Sha256.optional().describe('Digest of the raw data'),
  retestOf: ResultReference.optional().describe(
    'Result that this one repeats: the report’s event, and the place in its list, from 0',
  ),
});
type Analyte = z.output<typeof Analyte>;

const TestRecorded = z.strictObject({
  sample: Uuid.optional(),
  laboratory: OrganisationId.optional().describe('The reporting organisation when left out'),
  report: SiteCode.optional().describe('Number of the laboratory’s report'),
  interim: z.literal(true).optional().describe('Further results of this sample follow'),
  results: z.array(Analyte).min(1).max(MAX_ANALYTES),
});

/** One report with all its analytes. A result is never overwritten, and no correction changes one: what replaces it stands beside it and names it. */
export const testRecorded = fact(batch, 'test-recorded', {
  title: { en: 'Test results recorded', zh: '检验结果' },
  corrects: ['report', 'laboratory', 'interim', 'occurredAt'],
  schema: TestRecorded,

  decide: (data, state, context) => {
    const specification =
      state.product && context.state(product, state.product.id)?.specifications.get(state.product.specification);
    return record(
      abandonedFault(state),
      data.sample !== undefined &&
        !state.samples.has(data.sample) &&
        broken(batchRules.sampleUnknown, '/sample', { sample: data.sample }),
      sampleFaults(data, context),
      data.results.map((result, i) => {
        const at = `/results/${i}`;
        return [
          verdictFault(batchRules, result, at),
          specification && lineFaults(result, specification, at),
          result.verdict === 'fail' && broken(batchRules.testFailed, `${at}/verdict`, { test: result.test }),
          result.reviewer !== undefined &&
            result.reviewer === result.analyst &&
            broken(batchRules.reviewerIsAnalyst, `${at}/reviewer`, { reviewer: result.reviewer, test: result.test }),
          retestFaults(result, state, at),
        ];
      }),
    );
  },

  evolve: (state, { id: event, actor, occurredAt, data }) => {
    data.results.forEach((result, i) => {
      const id = resultId(event, i);
      const retestOf = result.retestOf ? resultId(result.retestOf.event, result.retestOf.index) : null;
      state.tests.set(id, {
        event,
        id,
        test: result.test,
        line: result.line ?? null,
        verdict: result.verdict,
        value: result.value ?? null,
        reviewed: result.reviewer !== undefined && result.reviewer !== result.analyst,
        laboratory: data.laboratory ?? actor.org,
        occurredAt,
        retestOf,
        supersededBy: null,
      });
      const original = retestOf === null || retestOf === id ? undefined : state.tests.get(retestOf);
      if (original && original.test === result.test) original.supersededBy = id;
    });
    if (data.sample !== undefined) state.reports.set(event, { sample: data.sample, number: data.report ?? null });
    if (data.sample !== undefined) reported(state, data.sample, data.results, data.interim === true);
  },
});

/** Where the sample has a record of its own: it was fit to be tested, and the report stands. */
function sampleFaults({ sample: id, report }: z.output<typeof TestRecorded>, context: Context): Check {
  const state = id === undefined ? undefined : context.state(sample, id);
  if (!state || sample.relations(state, context.actor.org).length === 0) return undefined;
  const issued = report === undefined ? undefined : reportNumbered(state, report);
  return [
    state.rejected !== null && broken(sampleRules.reportOnRejected, '/sample', { laboratory: state.rejected.by }),
    issued?.withdrawnBy != null && broken(sampleRules.reportWithdrawnBefore, '/report'),
    issued?.revisedBy != null && broken(sampleRules.reportRevisedBefore, '/report'),
  ];
}

/** Names one analyte of one report. */
export function resultId(event: string, index: number): string {
  return `${event}/${index}`;
}

/** A sample that was sent for named lines stays open until each has a result; any other until a report is not interim. */
function reported(state: BatchState, id: string, results: readonly Analyte[], interim: boolean): void {
  const sample = state.openSamples.get(id);
  if (!sample) return;
  const named = sample.awaited.size > 0;
  for (const { line, test } of results) {
    sample.awaited.delete(line ?? test);
    sample.awaited.delete(test);
  }
  if (named ? sample.awaited.size === 0 : !interim) state.openSamples.delete(id);
}

function lineFaults({ line, limit, test }: Analyte, specification: Specification, at: string): Check {
  if (line === undefined) return undefined;
  const known = specification.lines.find((each) => each.line === line);
  if (!known) return broken(batchRules.lineUnknown, `${at}/line`, { line });
  return limit !== undefined && !sameLimit(limit, known.limit) && broken(batchRules.limitDiffers, `${at}/limit`, { test, line });
}

function sameLimit(a: Limit, b: Limit): boolean {
  const sorted = (limit: Limit) => JSON.stringify(Object.entries(limit).sort(([left], [right]) => (left < right ? -1 : 1)));
  return sorted(a) === sorted(b);
}

function retestFaults({ retestOf, test }: Analyte, state: BatchState, at: string): Check {
  if (!retestOf) return undefined;
  const original: TestResult | undefined = state.tests.get(resultId(retestOf.event, retestOf.index));
  if (!original) return broken(batchRules.retestUnknown, `${at}/retestOf`, { test });
  return [
    original.test !== test && broken(batchRules.retestOther, `${at}/retestOf`, { test, other: original.test }),
    original.verdict === 'fail' &&
      isInvestigated(state, original) === 'not-opened' &&
      broken(batchRules.retestUninvestigated, `${at}/retestOf`, { test }),
  ];
}
