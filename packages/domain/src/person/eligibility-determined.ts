import { z } from 'zod';
import { broken, type Check, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { EligibilityReason, EligibilityStatus } from './codes.ts';
import { eligibilityRules } from './eligibility-rules.ts';
import { readMarkers } from './markers.ts';
import { type PersonState, person } from './state.ts';

export const eligibilityDetermined = fact(person, 'eligibility-determined', {
  title: { en: 'Donor eligibility determined', zh: '供者合格性判定' },
  corrects: ['occurredAt'],
  schema: withPersonal({
    status: EligibilityStatus,
    reasons: z.array(EligibilityReason).max(20).optional(),
    reviewer: Pseudonym.describe('Staff pseudonym of who determined it'),
    explanation: personal(z.string().max(4000), 'stream'),
  }),

  decide: ({ status, reasons }, state, context) => {
    if (status !== 'eligible') {
      const unexplained = (status === 'ineligible' || status === 'incomplete') && !reasons?.length;
      return record(unexplained && broken(eligibilityRules.reasonsMissing, '/reasons', { status }));
    }
    const mother = state.newborn && state.birthMother !== null ? state.birthMother : null;
    return record(
      markersAgainst(state, state.id, mother === null),
      mother !== null && markersAgainst(context.state(person, mother), mother, true),
      historyAgainst(mother === null ? state : context.state(person, mother)),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    const { length: screenings } = state.screenings;
    state.eligibility = { status: data.status, event: id, occurredAt, reasons: data.reasons ?? [], screenings };
    for (const information of state.information.values()) information.assessed ??= id;
  },
});

function markersAgainst(tested: PersonState | undefined, subject: string, mandatory: boolean): Check {
  const { excluding, missing, riskAssessment } = readMarkers(tested);
  return [
    excluding.map(({ marker, result, sampledAt }) =>
      broken(eligibilityRules.reactive, '/status', { subject, marker, result, sampledAt }),
    ),
    mandatory && missing.map((marker) => broken(eligibilityRules.missingTest, '/status', { subject, marker })),
    riskAssessment && broken(eligibilityRules.riskAssessment, '/status', { subject }),
  ];
}

function historyAgainst(screened: PersonState | undefined): Check {
  const risks = (screened?.screenings ?? []).map((screening) => screening.risk);
  return [
    risks.every((risk) => risk === 'not-done') && broken(eligibilityRules.historyMissing, '/status'),
    risks.includes('risk-identified') && broken(eligibilityRules.historyRisk, '/reasons'),
  ];
}
