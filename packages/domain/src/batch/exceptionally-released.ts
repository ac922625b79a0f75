import { z } from 'zod';
import { sameChain } from '../identifiers/index.ts';
import { authorisation, broken, type Check, type Context, personal, record, withPersonal } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { treatment } from '../treatment/state.ts';
import { LIST_LIMIT, Pseudonym, Sha256, SiteCode, titleOf, Uuid } from '../vocabulary/index.ts';
import { pendingFaults } from './conditionally-released.ts';
import { exceptionalRules, isSafetyTest } from './exceptional-rules.ts';
import { hospitalRules } from './hospital-rules.ts';
import { isInvestigated } from './investigations.ts';
import { gapFaults } from './legacy-gaps.ts';
import { type LineReadiness, LineStatus } from './release-readiness.ts';
import { releaseRules } from './release-rules.ts';
import { supportFaults } from './release-support.ts';
import {
  dispositionShape,
  headFault,
  INVESTIGATION_ZH,
  lineFault,
  openLines,
  recordFaults,
  signatureFaults,
  withdrawnFault,
} from './releasing.ts';
import { type BatchState, batch } from './state.ts';
import { ResultReference, resultId } from './test-recorded.ts';
import { nameOf } from './unit-name.ts';

const MEANING = 'exceptional-release';

const FailedLine = z.strictObject({
  line: SiteCode.describe('Line of the specification that failed'),
  test: SiteCode.describe('Its test, as the bedside is told it'),
  results: z
    .array(ResultReference)
    .min(1)
    .max(LIST_LIMIT)
    .describe('Every failed result of the line: the report’s event, and the place in its list. What fails later is not excepted'),
});

const Exceptional = z.strictObject({
  ...dispositionShape,
  scope: z.strictObject({ units: z.array(Uuid).min(1).max(LIST_LIMIT) }).describe('Named units only'),
  treatment: Uuid,
  patient: Pseudonym.describe('Of the treatment; said again, so that a slip in the treatment’s number is noticed'),
  failed: z.array(FailedLine).min(1).max(100),
  pendingTests: z.array(SiteCode).max(LIST_LIMIT).optional().describe('Lines whose results are awaited besides'),
  noAlternative: withPersonal({
    assessment: Sha256.describe('Digest of the signed assessment that the patient has no alternative'),
    summary: personal(z.string().max(4000)),
  }),
  riskBenefit: withPersonal({
    assessment: Sha256.describe('Digest of the manufacturer’s evaluation of the risks, as given to the physician'),
    summary: personal(z.string().max(4000)),
  }),
  request: withPersonal({
    physician: Pseudonym.describe('Staff pseudonym of the physician who asks for it'),
    document: Sha256.describe('Digest of the signed request'),
    reason: personal(z.string().max(4000)),
  }),
  patientInformed: z.strictObject({
    document: Sha256.describe('Digest of the information and consent form'),
    at: Moment.optional(),
    by: Pseudonym.optional().describe('Who informed the patient'),
  }),
  authorityInformed: z
    .strictObject({ reference: SiteCode.optional(), at: Moment.optional() })
    .optional()
    .describe('Where the competent authority was told'),
});
type Exceptional = z.output<typeof Exceptional>;

/** For one patient who has nothing else, at the physician's request and with the patient's knowledge. For nobody else, ever. */
export const exceptionallyReleased = authorisation(batch, 'exceptionally-released', {
  title: { en: 'Exceptionally released', zh: '例外放行' },
  signatures: { meaning: MEANING, count: 2 },
  schema: Exceptional,

  decide: (data, state, context) => {
    const open = openLines(state, context, data.gaps);
    const listed = new Set(data.failed.map(({ line }) => line));
    return record(
      !open && broken(releaseRules.specificationUnknown),
      open?.filter(({ line, status }) => status === 'missing' || (status === 'failed' && !listed.has(line))).map(lineFault),
      open && failedFaults(data, open, state),
      open && pendingOf(data, open),
      recordFaults(state, data.scope, resultsOf(data)),
      gapFaults(data.gaps, state, context),
      treatmentFaults(data, state, context),
      unitFaults(data, state),
      supportFaults(state, context),
      headFault(data.reviewed, context),
      signatureFaults(state, context, MEANING),
      withdrawnFault(context),
    );
  },

  evolve: (state, { id, seq, data }) => {
    state.dispositions.push({
      event: id,
      seq,
      kind: 'exceptionally-released',
      scope: data.scope,
      pendingTests: data.pendingTests ?? [],
      exception: {
        treatment: data.treatment,
        patient: data.patient,
        lines: data.failed.map(({ line }) => line),
        tests: data.failed.map(({ test }) => test),
        results: resultsOf(data),
      },
    });
  },
});

function resultsOf({ failed }: Exceptional): Set<string> {
  return new Set(failed.flatMap(({ results }) => results.map(({ event, index }) => resultId(event, index))));
}

/** What is listed has failed, by all of its failed results and no others. */
function failedFaults({ failed }: Exceptional, open: readonly LineReadiness[], state: BatchState): Check {
  return failed.map(({ line, test, results }, i) => {
    const at = `/failed/${i}`;
    const standing = open.find((each) => each.line === line);
    if (standing?.status !== 'failed') {
      const status = standing?.status ?? 'passed';
      return broken(exceptionalRules.notFailed, `${at}/line`, { line, status, zh: titleOf(LineStatus, status, 'zh') });
    }
    const named = results.map(({ event, index }) => resultId(event, index));
    const held = standing.failures;
    const differs = standing.test !== test || held.some((id) => !named.includes(id)) || named.some((id) => !held.includes(id));
    return [
      differs && broken(exceptionalRules.resultNotListed, at, { line, test: standing.test }),
      isSafetyTest(standing.test) && broken(exceptionalRules.safetyTest, at, { test: standing.test }),
      investigationFaults(held, state, at, standing.test),
    ];
  });
}

function investigationFaults(results: readonly string[], state: BatchState, at: string, test: string): Check {
  const states = results.flatMap((id) => {
    const result = state.tests.get(id);
    return result ? [isInvestigated(state, result)] : [];
  });
  const investigation = states.includes('not-opened') ? 'not-opened' : 'open';
  return (
    states.some((each) => each !== 'closed') &&
    broken(exceptionalRules.investigationOpen, at, { test, investigation, zh: INVESTIGATION_ZH[investigation] })
  );
}

function pendingOf({ pendingTests = [] }: Exceptional, open: readonly LineReadiness[]): Check {
  const isAnyPending = pendingTests.length > 0 || open.some(({ status }) => status === 'pending');
  return isAnyPending && pendingFaults(pendingTests, open);
}

function treatmentFaults({ treatment: id, patient, request }: Exceptional, state: BatchState, context: Context): Check {
  const planned = context.state(treatment, id);
  if (!planned?.planned) return broken(exceptionalRules.treatmentUnknown, '/treatment', { treatment: id });
  return [
    planned.patient !== patient && broken(exceptionalRules.patientDiffers, '/patient', { treatment: id }),
    planned.physician !== null &&
      planned.physician !== request.physician &&
      broken(exceptionalRules.physicianDiffers, '/request/physician', { physician: request.physician, treatment: id }),
    state.autologous &&
      !sameChain(state.coi, planned.coi) &&
      broken(exceptionalRules.coiDiffers, '/treatment', { batch: state.coi ?? '–', treatment: planned.coi ?? '–' }),
  ];
}

function unitFaults({ scope, treatment: id }: Exceptional, state: BatchState): Check {
  return scope.units.map((unitId, i) => {
    const unit = state.units.get(unitId);
    if (!unit) return undefined;
    const at = `/scope/units/${i}`;
    const allocated = unit.allocation?.treatment;
    return [
      unit.end !== null && broken(hospitalRules.unitEnded, at, { unit: nameOf(unit), end: unit.end }),
      allocated !== undefined &&
        allocated !== id &&
        broken(exceptionalRules.allocatedElsewhere, at, { unit: nameOf(unit), treatment: allocated }),
    ];
  });
}
