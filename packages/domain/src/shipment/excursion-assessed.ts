import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { AssessmentBasis, AssessmentOutcome } from './codes.ts';
import { shipmentRules } from './rules.ts';
import { shipment } from './state.ts';

/** What quality assurance made of an excursion. The newest assessment holds; only `acceptable` opens the gate again. */
export const excursionAssessed = fact(shipment, 'excursion-assessed', {
  title: { en: 'Excursion assessed', zh: '温度偏离评估' },
  schema: withPersonal({
    excursion: Uuid,
    outcome: AssessmentOutcome,
    basis: AssessmentBasis.optional(),
    reference: SiteCode.optional().describe('Stability report or investigation'),
    assessor: Pseudonym.optional().describe('Staff pseudonym; the reporting person where left out'),
    rationale: personal(z.string().max(4000)),
  }),

  decide: ({ excursion: id, outcome }, state, { signers }) => {
    const excursion = state.excursions.get(id);
    if (!excursion) return record(broken(shipmentRules.excursionUnknown, '/excursion', { excursion: id }));
    return record(
      excursion.assessed &&
        excursion.assessed.outcome !== outcome &&
        broken(shipmentRules.assessedBefore, '/excursion', { excursion: id, outcome: excursion.assessed.outcome }),
      signers.length === 0 && broken(shipmentRules.assessmentUnsigned, '//signatures'),
    );
  },

  evolve: (state, { id, data }) => {
    const excursion = state.excursions.get(data.excursion);
    if (excursion) excursion.assessed = { event: id, outcome: data.outcome };
  },
});
