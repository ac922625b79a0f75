import { z } from 'zod';
import { authorisation, broken, type Context, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { AssessmentBasis, AssessmentOutcome } from './codes.ts';
import { shipmentRules } from './rules.ts';
import { type ShipmentState, shipment } from './state.ts';

const MEANING = 'excursion-assessment';
const ASSESSING_ROLES: readonly string[] = ['lab.qa', 'lab.qp'];

/**
 * What quality assurance made of an excursion. The newest assessment holds; only `acceptable` opens the gate again, so that it is refused without a
 * signature of who may say so.
 */
export const excursionAssessed = authorisation(shipment, 'excursion-assessed', {
  title: { en: 'Excursion assessed', zh: '温度偏离评估' },
  signatures: { meaning: MEANING, count: 1 },
  schema: withPersonal({
    excursion: Uuid,
    outcome: AssessmentOutcome,
    basis: AssessmentBasis.optional(),
    reference: SiteCode.optional().describe('Stability report or investigation'),
    assessor: Pseudonym.optional().describe('Staff pseudonym; the reporting person where left out'),
    rationale: personal(z.string().max(4000)),
  }),

  decide: ({ excursion: id, outcome }, state, context) => {
    const excursion = state.excursions.get(id);
    if (!excursion) return record(broken(shipmentRules.excursionUnknown, '/excursion', { excursion: id }));
    return record(
      excursion.assessed &&
        excursion.assessed.outcome !== outcome &&
        broken(shipmentRules.assessedBefore, '/excursion', { excursion: id, outcome: excursion.assessed.outcome }),
      !isSigned(state, context) &&
        broken(outcome === 'acceptable' ? shipmentRules.acceptedUnsigned : shipmentRules.assessmentUnsigned, '//signatures'),
    );
  },

  evolve: (state, { id, data }) => {
    const excursion = state.excursions.get(data.excursion);
    if (excursion) excursion.assessed = { event: id, outcome: data.outcome };
  },
});

function isSigned({ shipper }: ShipmentState, { signers }: Context): boolean {
  return signers.some(
    ({ org, person, meaning, roles }) =>
      org === shipper && person !== null && meaning === MEANING && roles.some((role) => ASSESSING_ROLES.includes(role)),
  );
}
