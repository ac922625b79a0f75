import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { OrganisationId, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { registryRules } from './registry-rules.ts';
import { site, study } from './state.ts';

/** A site may begin: its ethics committee has agreed. A site that was not named in the filing takes part from then on. */
export const studySiteApproved = fact(study, 'site-approved', {
  title: { en: 'Site of a study approved', zh: '研究机构启动批准' },
  corrects: ['ethicsApproval', 'investigator', 'from', 'to', 'occurredAt'],
  schema: z.strictObject({
    site: OrganisationId,
    ethicsApproval: SiteCode.describe('Number of the approval'),
    investigator: Pseudonym.optional().describe('Staff pseudonym of the principal investigator'),
    from: LocalDate,
    to: LocalDate.optional().describe('Last day of the approval'),
  }),

  decide: ({ site: id, from, to }, state, context) =>
    record(
      !context.state(site, id)?.registered && broken(registryRules.siteUnknown, '/site', { site: id }),
      !state.sites.includes(id) && broken(registryRules.siteAdded, '/site', { site: id }),
      to !== undefined && to < from && broken(registryRules.approvalReversed, '/to', { from, to }),
    ),

  evolve: (state, { id, data }) => {
    if (!state.sites.includes(data.site)) state.sites = [...state.sites, data.site];
    state.approvals.set(data.site, { event: id, from: data.from, to: data.to ?? null });
  },
});

/** Whether a site's approval holds on a local day. Where no site's approval was ever recorded, nobody keeps them here. */
export function isApprovedOn(
  state: { readonly approvals: ReadonlyMap<string, { readonly from: string; readonly to: string | null }> },
  siteId: string,
  day: string,
): boolean {
  if (state.approvals.size === 0) return true;
  const approval = state.approvals.get(siteId);
  return approval !== undefined && approval.from <= day && (approval.to === null || day <= approval.to);
}
