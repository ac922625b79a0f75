import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Sha256, Uuid } from '../vocabulary/index.ts';
import { RecallFate } from './codes.ts';
import { accountedBy, isFound } from './figures.ts';
import { recallRules } from './rules.ts';
import { recall } from './state.ts';

/** A unit that no answer of a site counts was found, or its fate was. */
export const unitAccounted = fact(recall, 'unit-accounted', {
  title: { en: 'Recalled unit accounted for', zh: '召回单元去向查明' },
  corrects: ['fate', 'evidence', 'occurredAt'],
  schema: withPersonal({
    unit: Uuid,
    fate: RecallFate,
    evidence: Sha256.optional().describe('SHA-256 of the document that shows it'),
    explanation: personal(z.string().max(4000)),
  }),

  decide: ({ unit }, state) => {
    const known = state.units.get(unit);
    const site = known && state.sites.get(known.site);
    const accounted = known && site ? accountedBy(state, known.site, site.answer) + (isFound(known, site.answer) ? 0 : 1) : 0;
    return record(
      !known && broken(recallRules.unitUnlisted, '/unit', { unit }),
      known && known.fate !== null && broken(recallRules.unitAgain, '/unit', { unit }),
      site && accounted > site.sent && broken(recallRules.moreThanSent, '/unit', { site: site.site, accounted, sent: site.sent }),
      state.status === 'closed' && broken(recallRules.closed),
    );
  },

  evolve: (state, { seq, data }) => {
    const known = state.units.get(data.unit);
    if (!known) return;
    known.fate = data.fate;
    known.foundAt = seq;
  },
});
