import { z } from 'zod';
import { broken, fact, personal, type Recorded, record, withPersonal } from '../kernel/index.ts';
import { instant, Moment } from '../time/index.ts';
import { CtcaeGrade, EventOutcome, Expectedness, LIST_LIMIT, Relatedness, SiteCode, Uuid } from '../vocabulary/index.ts';
import { clockFaults, consistencyFaults, gradeOf, isSerious, SeriousnessCriteria } from './adverse-event.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { type AdverseEvent, treatment } from './state.ts';

const Reported = withPersonal({
  adverseEvent: Uuid,
  patient: Patient,
  term: SiteCode.describe('Coded term, of the dictionary named'),
  dictionary: SiteCode.optional().describe('MedDRA 27.1'),
  grade: CtcaeGrade,
  seriousness: SeriousnessCriteria,
  relatedness: Relatedness,
  expectedness: Expectedness,
  onset: Moment.nullable(),
  outcome: EventOutcome,
  awareAt: Moment.optional().describe('First knowledge: report clocks start here; occurredAt where left out'),
  reportedToAuthorityAt: Moment.optional(),
  units: z
    .array(z.strictObject({ batch: Uuid, unit: Uuid }))
    .max(LIST_LIMIT)
    .optional()
    .describe('Infused before it; suspected'),
  description: personal(z.string().max(8000), '/patient'),
});
type Reported = z.output<typeof Reported>;

export const adverseEventReported = fact(treatment, 'adverse-event-reported', {
  title: { en: 'Adverse event reported', zh: '不良事件报告' },
  corrects: ['term', 'dictionary', 'onset', 'awareAt', 'reportedToAuthorityAt', 'units', 'occurredAt'],
  schema: Reported,

  decide: (data, state, context) => {
    const reported = eventOf(data, context, context.now);
    const known = state.adverseEvents.get(data.adverseEvent);
    const event = { ...reported, awareAt: earlier(known?.awareAt ?? null, reported.awareAt) };
    return record(
      patientFault(data.patient, state),
      known && broken(treatmentRules.eventAgain, '/adverseEvent', { adverseEvent: data.adverseEvent }),
      consistencyFaults(event, state),
      clockFaults(event, state, context.now),
    );
  },

  evolve: (state, event) => {
    const known = state.adverseEvents.get(event.data.adverseEvent);
    const reported = eventOf(event.data, event, event.recordedAt);
    state.adverseEvents.set(reported.id, {
      ...reported,
      awareAt: earlier(known?.awareAt ?? null, reported.awareAt),
      reportedAt: known?.reportedAt ?? reported.reportedAt,
    });
  },
});

/** It was known since the first report of it. */
function earlier(known: string | null, said: string | null): string | null {
  if (known === null || said === null) return known ?? said;
  return instant(known) < instant(said) ? known : said;
}

/** @param entered when it came to the platform at the latest: known by then, where nobody says since when */
function eventOf(data: Reported, { id, occurredAt }: Pick<Recorded, 'id' | 'occurredAt'>, entered: string): AdverseEvent {
  return {
    id: data.adverseEvent,
    event: id,
    term: data.term,
    grade: gradeOf(data.grade),
    serious: isSerious(data.seriousness),
    seriousness: data.seriousness,
    relatedness: data.relatedness,
    expected: data.expectedness === 'expected',
    onset: data.onset,
    outcome: data.outcome,
    awareAt: data.awareAt ?? occurredAt ?? entered,
    reportedAt: data.reportedToAuthorityAt ?? null,
  };
}
