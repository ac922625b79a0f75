import { z } from 'zod';
import { broken, type Check } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { type CtcaeGrade, Seriousness } from '../vocabulary/index.ts';
import { isRelated, regimeWithoutTerm, reportDue } from './report-clock.ts';
import { treatmentRules } from './rules.ts';
import type { AdverseEvent, TreatmentState } from './state.ts';

/** Criteria that hold, or `non-serious` alone. */
export const SeriousnessCriteria = z
  .array(Seriousness)
  .min(1)
  .max(7)
  .refine((criteria) => criteria.length === 1 || !criteria.includes('non-serious'), {
    error: '"non-serious" stands alone',
  })
  .refine((criteria) => new Set(criteria).size === criteria.length, { error: 'a criterion is named once' });

export function isSerious(criteria: readonly Seriousness[]): boolean {
  return !criteria.includes('non-serious');
}

export function gradeOf(grade: CtcaeGrade): AdverseEvent['grade'] {
  return Number(grade) as AdverseEvent['grade'];
}

/** What does not agree within one event as it stands. */
export function consistencyFaults(event: AdverseEvent, state: TreatmentState): Check {
  const fatal = [event.grade === 5, event.seriousness.includes('death'), event.outcome === 'fatal'];
  const infusions = [...state.infusions.values()].flatMap(({ occurredAt }) => occurredAt ?? []);
  const { onset } = event;
  const isBeforeAll = onset !== null && infusions.every((at) => instant(onset) < instant(at));
  return [
    fatal.includes(true) && fatal.includes(false) && broken(treatmentRules.eventFatal, '/grade'),
    event.grade === 4 && !event.serious && broken(treatmentRules.eventLifeThreatening, '/seriousness'),
    isBeforeAll && isRelated(event.relatedness) && broken(treatmentRules.eventBeforeInfusion, '/onset', { onset }),
  ];
}

/** Against the clock of the regime, at the time given; a report that was made in time stops it. */
export function clockFaults(event: AdverseEvent, state: TreatmentState, at: string): Check {
  const due = reportDue(event, state.regime);
  if (!due) {
    const regime = event.reportedAt === null ? regimeWithoutTerm(event, state.regime) : undefined;
    return regime && broken(treatmentRules.reportTermUnknown, '/seriousness', { regime: regime.title.en, zh: regime.title.zh });
  }
  const params = { adverseEvent: event.id, days: due.days, due: due.at };
  const isLate = instant(event.reportedAt ?? at) > instant(due.at);
  if (isLate) return broken(treatmentRules.eventOverdue, '/reportedToAuthorityAt', params);
  return event.reportedAt === null && broken(treatmentRules.eventSerious, '/seriousness', params);
}
