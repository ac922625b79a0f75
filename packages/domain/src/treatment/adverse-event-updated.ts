import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { CtcaeGrade, EventOutcome, Expectedness, Relatedness, SiteCode, Uuid } from '../vocabulary/index.ts';
import { clockFaults, consistencyFaults, gradeOf, isSerious, SeriousnessCriteria } from './adverse-event.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { type AdverseEvent, treatment } from './state.ts';

const Updated = withPersonal({
  adverseEvent: Uuid,
  patient: Patient,
  term: SiteCode.optional(),
  grade: CtcaeGrade.optional(),
  seriousness: SeriousnessCriteria.optional(),
  relatedness: Relatedness.optional(),
  expectedness: Expectedness.optional(),
  onset: Moment.nullable().optional(),
  outcome: EventOutcome.optional(),
  reportedToAuthorityAt: Moment.optional(),
  reference: SiteCode.optional().describe('Number that the authority gave'),
  description: personal(z.string().max(8000), '/patient'),
});
type Updated = z.output<typeof Updated>;

/** What is new about an adverse event; what is left out stays. */
export const adverseEventUpdated = fact(treatment, 'adverse-event-updated', {
  title: { en: 'Adverse event updated', zh: '不良事件更新' },
  corrects: ['term', 'onset', 'reportedToAuthorityAt', 'reference', 'occurredAt'],
  schema: Updated,

  decide: (data, state, { now }) => {
    const known = state.adverseEvents.get(data.adverseEvent);
    if (!known) return record(broken(treatmentRules.eventUnknown, '/adverseEvent', { adverseEvent: data.adverseEvent }));
    const event = { ...known, ...changesIn(data, known) };
    return record(patientFault(data.patient, state), consistencyFaults(event, state), clockFaults(event, state, now));
  },

  evolve: (state, { data }) => {
    const known = state.adverseEvents.get(data.adverseEvent);
    if (known) Object.assign(known, changesIn(data, known));
  },
});

/** An authority is told once: later reports follow up. */
function changesIn(data: Updated, known: AdverseEvent): Partial<AdverseEvent> {
  const { term, grade, seriousness, relatedness, expectedness, onset, outcome, reportedToAuthorityAt } = data;
  return {
    ...(term !== undefined && { term }),
    ...(grade !== undefined && { grade: gradeOf(grade) }),
    ...(seriousness !== undefined && { seriousness, serious: isSerious(seriousness) }),
    ...(relatedness !== undefined && { relatedness }),
    ...(expectedness !== undefined && { expected: expectedness === 'expected' }),
    ...(onset !== undefined && { onset }),
    ...(outcome !== undefined && { outcome }),
    ...(reportedToAuthorityAt !== undefined && { reportedAt: known.reportedAt ?? reportedToAuthorityAt }),
  };
}
