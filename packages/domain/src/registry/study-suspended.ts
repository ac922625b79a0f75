import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { coded, LIST_LIMIT, OrganisationId, SiteCode } from '../vocabulary/index.ts';
import { registryRules } from './registry-rules.ts';
import { study } from './state.ts';

const Suspender = coded({
  sponsor: { zh: '发起机构', en: 'sponsor' },
  site: { zh: '研究机构', en: 'site' },
  'ethics-committee': { zh: '伦理委员会', en: 'ethics committee' },
  authority: { zh: '监管部门', en: 'authority' },
});

const StudySuspensionReason = coded({
  safety: { zh: '安全性', en: 'safety' },
  'serious-adverse-event': { zh: '严重不良事件', en: 'serious adverse event' },
  'product-quality': { zh: '制剂质量', en: 'product quality' },
  'non-compliance': { zh: '违规', en: 'non-compliance' },
  administrative: { zh: '管理原因', en: 'administrative' },
  other: { zh: '其他', en: 'other' },
});

/** A site stops itself; who filed the study, and oversight, stop it everywhere. Nothing new is begun meanwhile. What was begun is brought to its end: a conditioned patient still gets their cells. */
export const studySuspended = fact(study, 'suspended', {
  title: { en: 'Study suspended', zh: '研究暂停' },
  corrects: ['by', 'reason', 'reference', 'occurredAt'],
  schema: z.strictObject({
    by: Suspender,
    reason: StudySuspensionReason,
    sites: z.array(OrganisationId).min(1).max(LIST_LIMIT).optional().describe('The whole study when left out'),
    reference: SiteCode.optional().describe('Number of the decision'),
  }),

  decide: ({ sites }, state) =>
    record(sites?.map((id, n) => !state.sites.includes(id) && broken(registryRules.siteNotInStudy, `/sites/${n}`, { site: id }))),

  evolve: (state, { id, occurredAt, actor, data }) => {
    const everywhere = actor.org === state.owner || actor.role === 'oversight';
    const sites = everywhere ? (data.sites ?? [ALL_SITES]) : [actor.org];
    for (const site of sites) state.suspensions.set(site, { event: id, since: occurredAt });
  },
});

/** The whole study, in {@link study}'s suspensions. No organisation is called that. */
export const ALL_SITES = '*';

/** Since when the study is suspended at a site, or as a whole; undefined where it goes on. */
export function suspendedAt(
  state: { readonly suspensions: ReadonlyMap<string, { readonly since: string | null }> },
  site: string,
): { readonly since: string | null } | undefined {
  return state.suspensions.get(ALL_SITES) ?? state.suspensions.get(site);
}
