import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { coded, LIST_LIMIT, OrganisationId, Sha256, SiteCode } from '../vocabulary/index.ts';
import { isStrangeFilingNumber } from './filing-number.ts';
import { BilingualName } from './names.ts';
import { registryRules } from './registry-rules.ts';
import { study } from './state.ts';

const AmendedPart = coded({
  protocol: { zh: '研究方案', en: 'protocol' },
  'consent-form': { zh: '知情同意书', en: 'consent form' },
  product: { zh: '制剂', en: 'product' },
  manufacturing: { zh: '制备工艺', en: 'manufacturing' },
  indication: { zh: '适应证', en: 'indication' },
  investigators: { zh: '研究人员', en: 'investigators' },
  sites: { zh: '研究机构', en: 'sites' },
  sponsor: { zh: '发起机构', en: 'sponsor' },
  other: { zh: '其他', en: 'other' },
});

/** The regime never changes by an amendment: that is another filing. */
export const studyAmended = fact(study, 'amended', {
  title: { en: 'Study amended', zh: '研究变更' },
  corrects: ['amendment', 'parts', 'effectiveFrom', 'title', 'filingNumber', 'ethicsApproval', 'occurredAt'],
  schema: z.strictObject({
    amendment: SiteCode.describe('Number and version, as printed'),
    parts: z.array(AmendedPart).min(1).max(20),
    effectiveFrom: LocalDate.optional(),
    title: BilingualName.optional(),
    filingNumber: SiteCode.optional(),
    ethicsApproval: SiteCode.optional(),
    addSites: z.array(OrganisationId).max(LIST_LIMIT).optional(),
    document: Sha256.optional(),
  }),

  decide: ({ filingNumber, ethicsApproval }, state) =>
    record(
      filingNumber !== undefined &&
        isStrangeFilingNumber(state.regime, filingNumber) &&
        broken(registryRules.filingNumberStrange, '/filingNumber', { number: filingNumber }),
      ethicsApproval === undefined && broken(registryRules.amendedWithoutEthics, '/ethicsApproval'),
    ),

  evolve: (state, { data }) => {
    state.filingNumber = data.filingNumber ?? state.filingNumber;
    state.sites = [...new Set([...state.sites, ...(data.addSites ?? [])])];
  },
});
