import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { RegimeCode } from '../rules/regimes.ts';
import { LIST_LIMIT, OrganisationId, SiteCode } from '../vocabulary/index.ts';
import { isStrangeFilingNumber } from './filing-number.ts';
import { BilingualName } from './names.ts';
import { registryRules } from './registry-rules.ts';
import { site, study } from './state.ts';

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
        isStrangeFilingNumber(regime, filingNumber) &&
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
