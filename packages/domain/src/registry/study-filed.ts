import { z } from 'zod';
import { broken, fact, type RegimeId, record } from '../kernel/index.ts';
import { RegimeCode } from '../rules/regimes.ts';
import { LIST_LIMIT, OrganisationId, SiteCode } from '../vocabulary/index.ts';
import { BilingualName } from './names.ts';
import { registryRules } from './registry-rules.ts';
import { site, study } from './state.ts';

/**
 * What filing numbers of a regime have looked like so far. None of the forms is normative, so another one only warns: CXSL/JXSL + 7 digits are
 * acceptance numbers of the CDE, MR-44-… those of the national medical-research register (44: Guangdong).
 */
const USUAL_FORMS: Readonly<Partial<Record<RegimeId, RegExp>>> = {
  'cn-828-drug-trial': /^(?:[CJ]X[SH][LS]B?\d{7}|CTR\d{8}|\d{4}L[PB]?\d{5})$/,
  'cn-2015-iit': /^(?:MR-\d{2}-\d{2}-\d{6}|CMR-\d{8}-\d+|ChiCTR[-A-Z]*\d{8,10})$/,
  'cn-818-clinical-research': /^(?:MR-\d{2}-\d{2}-\d{6}|ChiCTR[-A-Z]*\d{8,10})$/,
};

export const studyFiled = fact(study, 'filed', {
  title: { en: 'Study filed', zh: '研究备案' },
  opens: true,
  corrects: ['title', 'filingNumber', 'ethicsApproval', 'occurredAt'],
  schema: z.strictObject({
    regime: RegimeCode,
    filingNumber: SiteCode.optional().describe('As printed; opaque. Missing while the filing is under way'),
    title: BilingualName,
    sites: z.array(OrganisationId).min(1).max(LIST_LIMIT).describe('Organisations that take part'),
    ethicsApproval: SiteCode.optional(),
  }),

  decide: ({ regime, filingNumber, sites }, _state, context) => {
    const known = context.states(site, sites);
    return record(
      filingNumber !== undefined &&
        USUAL_FORMS[regime]?.test(filingNumber) === false &&
        broken(registryRules.filingNumberStrange, '/filingNumber', { number: filingNumber }),
      sites.map((id, index) => !known.get(id)?.registered && broken(registryRules.siteUnknown, `/sites/${index}`, { site: id })),
    );
  },

  evolve: (state, { actor, data }) => {
    state.filed = true;
    state.regime = data.regime;
    state.filingNumber = data.filingNumber ?? null;
    state.owner = actor.org;
    state.sites = data.sites;
  },
});
